"""Endpoint: a language model of the user's choice behind an address that speaks OpenAI's chat completions.

Nothing is sent unless somebody asks for it and says so each time. The key comes from the environment alone and stands
in no message. Redirects are not followed: a key is for one address.

Source: OpenAI API reference, POST /chat/completions (messages, n, seed, choices[].message.content).
"""

import http.client
import ipaddress
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

from kinoeye.errors import ModelError, UseError

KEY_VARIABLE = "KINOEYE_ENDPOINT_KEY"
_MOST_BYTES = 4 << 20  # of an answer
_WHY = {
    401: ("must know the key", f"Set {KEY_VARIABLE} to the key of that address"),
    403: ("must allow it", f"Look whether the key in {KEY_VARIABLE} may use that model"),
    404: ("must have the model", "Check endpoint (it ends before /chat/completions) and endpoint_model"),
    429: ("must have time for more", "Wait a little, or look at the limits of the account"),
}


@dataclass(frozen=True)
class Endpoint:
    """An address and a model there.

    Parameters
    ----------
    address : str
        Up to /chat/completions: ``http://127.0.0.1:8080/v1``. Without encryption only on this machine.
    model : str
    timeout_s : float
        Seconds until it must have begun to answer.

    Raises
    ------
    UseError
        If the address is none, or is not encrypted and not on this machine.
    """

    address: str
    model: str
    timeout_s: float = 60.0

    def __post_init__(self) -> None:
        try:
            parts = urllib.parse.urlsplit(self.address)
            host = parts.hostname if parts.scheme in ("http", "https") and parts.port != 0 else None
        except ValueError:
            host = None
        if not host:
            raise UseError(f"endpoint: the address must be http(s)://host/path, got {self.address!r}")
        if parts.username or parts.password:
            raise UseError("endpoint: the address must have no key or password in it, got one",
                           remedy=f"Set {KEY_VARIABLE} instead")  # fmt: skip
        if parts.scheme == "http" and not _is_here(host):
            raise UseError(f"endpoint: the address must be https beyond this machine, got {self.address!r}")
        if not self.model:
            raise UseError("endpoint: must have the name of a model, got none", remedy="Set endpoint_model in [ideas]")

    def answers(self, instruction: str, text: str, count: int, seed: int) -> list[str]:
        """Return answers to an instruction about a text.

        Raises
        ------
        ModelError
            If it cannot be reached, refuses, is too slow, or answers something else.
        """
        messages = [{"role": "system", "content": instruction}, {"role": "user", "content": text}]
        found: list[str] = []
        while len(found) < count:  # many servers give one answer, whatever n says
            asked = {"model": self.model, "n": count - len(found), "seed": seed + len(found), "messages": messages}
            found += _contents(self._asked(json.dumps(asked).encode()), self.address)
        return found[:count]

    def _asked(self, body: bytes) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self.address.rstrip("/") + "/chat/completions", body, {"Content-Type": "application/json"}
        )
        if key := os.environ.get(KEY_VARIABLE, "").strip():
            request.add_unredirected_header("Authorization", f"Bearer {key}")
        handlers: list[Any] = [_NoRedirects]
        if _is_here(request.host.rsplit(":", 1)[0].strip("[]")):
            handlers.append(urllib.request.ProxyHandler({}))  # what is for this machine leaves it by no proxy
        opener = urllib.request.build_opener(*handlers)
        try:
            with opener.open(request, timeout=self.timeout_s) as answer:
                data = answer.read(_MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            error.close()
            must, remedy = _WHY.get(error.code, ("must answer", "Look whether it is up"))
            raise ModelError(f"endpoint: {self.address} {must}, got status {error.code}", remedy=remedy) from None
        except TimeoutError:
            raise self._slow() from None
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._slow() from None
            why = getattr(error, "reason", None) or type(error).__name__
            raise ModelError(f"endpoint: {self.address} must be reachable, got {why}",
                             remedy="Check endpoint in [ideas], and that it is up") from None  # fmt: skip
        try:
            return json.loads(data) if len(data) <= _MOST_BYTES else None
        except (ValueError, RecursionError):
            return None

    def _slow(self) -> ModelError:
        return ModelError(f"endpoint: {self.address} must answer within {self.timeout_s:g} s, got nothing",
                          remedy="Raise endpoint_timeout in [ideas]")  # fmt: skip


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A handler that follows nothing."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return no new request, so that the redirect is an error."""


def _contents(answer: Any, address: str) -> list[str]:
    try:
        found = [each["message"]["content"] for each in answer["choices"]]
    except (KeyError, TypeError, IndexError):
        found = []
    texts = [each.strip() for each in found if isinstance(each, str) and each.strip()]
    if not texts:
        raise ModelError(f"endpoint: {address} must answer as OpenAI's chat completions do, got something else",
                         remedy="Check endpoint in [ideas]: it ends before /chat/completions")  # fmt: skip
    return texts


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
