"""Errors say where, what and the remedy, and travel between processes."""

import pickle

import pytest

from kinoeye import errors


def _classes(cls: type[errors.KinoeyeError]) -> list[type[errors.KinoeyeError]]:
    return [cls, *(each for child in cls.__subclasses__() for each in _classes(child))]


@pytest.mark.parametrize("cls", _classes(errors.KinoeyeError))
def test_every_error_survives_a_process_border(cls: type[errors.KinoeyeError]) -> None:
    again = pickle.loads(pickle.dumps(cls("shots: must be so, got other", remedy="Do this")))
    assert type(again) is cls
    assert str(again) == "shots: must be so, got other. Do this"
    assert cls.__name__ in (errors.__doc__ or "")
    assert (cls.exit_code, cls.http_status) != (0, 200)


def test_without_a_remedy_the_message_stands_alone() -> None:
    assert str(errors.MediaError("probe: nothing here")) == "probe: nothing here"
