"""Errors: everything Kinoeye says no with.

    KinoeyeError            exit 1, HTTP 500
    ├── UseError            exit 2, HTTP 400   the call is wrong: no such folder, table, format
    │   ├── SettingError    exit 2, HTTP 400   a setting is unknown or out of its range
    │   └── QueryError      exit 2, HTTP 400   SQL or search words that cannot be answered
    ├── InputError          exit 3, HTTP 422   what the user gave cannot be read
    │   ├── MediaError      exit 3, HTTP 422   film, sound or picture
    │   └── DocumentError   exit 3, HTTP 422   screenplay, timeline, subtitle, text, list
    ├── ConsentError        exit 5, HTTP 403   a person has not allowed it, or no longer
    ├── StoreError          exit 4, HTTP 507   the index cannot be read or written
    ├── ModelError          exit 4, HTTP 503   weights cannot be used: not what they claim, not loadable
    │   └── MissingError    exit 4, HTTP 503   weights are not there
    └── StoppedError        exit 130, HTTP 503 the user stopped a run

A message says where, what must hold and what came; the remedy says what to do about it.
"""


class KinoeyeError(Exception):
    """Any error of Kinoeye.

    Parameters
    ----------
    message : str
        ``where: what must hold, got what came``, without a full stop.
    remedy : str
        What the user can do, as a sentence without a full stop; empty if nothing.
    """

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.message, self.remedy)


def _again(cls: type[KinoeyeError], message: str, remedy: str) -> KinoeyeError:
    return cls(message, remedy=remedy)


class UseError(KinoeyeError):
    """The call is wrong."""

    exit_code = 2
    http_status = 400


class SettingError(UseError):
    """A setting is unknown or out of its range."""


class QueryError(UseError):
    """SQL or search words that cannot be answered."""


class InputError(KinoeyeError):
    """What the user gave cannot be read."""

    exit_code = 3
    http_status = 422


class MediaError(InputError):
    """Film, sound or a picture cannot be read or written."""


class DocumentError(InputError):
    """A screenplay, timeline, subtitle, text or list cannot be read."""


class ConsentError(KinoeyeError):
    """A person has not allowed what was asked for, or no longer."""

    exit_code = 5
    http_status = 403


class StoreError(KinoeyeError):
    """The index cannot be read or written."""

    exit_code = 4
    http_status = 507


class ModelError(KinoeyeError):
    """Weights cannot be used."""

    exit_code = 4
    http_status = 503


class MissingError(ModelError):
    """Weights are not there; what may do without them goes on."""


class StoppedError(KinoeyeError):
    """The user stopped a run."""

    exit_code = 130
    http_status = 503
