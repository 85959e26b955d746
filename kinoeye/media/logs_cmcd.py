"""CMCD: what players tell a content delivery network with every request, as events.

A web access log with CMCD in its queries or headers is a viewing log: sid is the session, cid the title, bs a
rebuffering, br the kbit/s, pr the playback rate, su a start; version 2 adds what the player does (sta, e), where it
stands (pt) and for how long it starved (bsd).

Source: CTA-5004 (CMCD, 2020), CTA-5004-A/B (CMCD v2); Common and Combined Log Format; W3C Extended Log File Format.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, unquote_plus

ACCESS = re.compile(
    r'(?P<address>\S+) \S+ (?P<user>\S+) \[(?P<at>[^\]]{10,40})\] "(?P<request>[^"]*)" \d{3} (?:\d+|-)'
    r'(?: "(?P<referer>[^"]*)" "(?P<agent>[^"]*)")?'
)
FIELDS = "#Fields:"

# Names of the columns that a line of an access log is made into.
NAMES = ("viewer", "address", "agent", "at", "session", "title", "event", "position", "length", "rate", "bitrate")

_QUERY = re.compile(r"[?&]cmcd(?:=|%3d)([^& ]*)", re.I)
_PAIR = re.compile(r'([A-Za-z][\w.-]*)(?:=("(?:[^"\\]|\\.)*"|[^,]*))?(?:,|$)')
_STATES = {"s": "play", "p": "play", "k": "seek", "r": "rebuffer", "w": "rebuffer", "a": "pause", "e": "stop",
           "f": "stop", "q": "stop"}  # fmt: skip
_EVENTS = {"e": "stop", "sk": "seek", "pr": "play", "bc": "quality"}
_HEARD = frozenset({"", "v", "av"})  # kinds of objects whose kbit/s are the picture's
_MOST_SESSIONS = 1 << 20


def holds_cmcd(text: str) -> bool:
    """Say whether a line or a query holds CMCD."""
    return _QUERY.search(text) is not None


def pairs(text: str) -> dict[str, str]:
    """Return the keys and values of a CMCD query or header; a key alone is true.

    Examples
    --------
    >>> pairs("/seg1.m4s?CMCD=bl%3D21300%2Cbs%2Csid%3D%226e2f%22")
    {'bl': '21300', 'bs': 'true', 'sid': '6e2f'}
    """
    match = _QUERY.search(text)
    own = unquote_plus(match[1]) if match else text
    if "%3D" in own or "%3d" in own:
        own = unquote(own)  # encoded twice, as CloudFront writes it
    found = {}
    for key, value in _PAIR.findall(own.strip()):
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        found[key] = value or "true"
    return found


class Requests:
    """Turns requests into events; remembers each session's kbit/s, so that a change is one."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def event(self, told: Mapping[str, str]) -> dict[str, str | None]:
        """Return what a request says: session, title, event, position (ms), length (ms), rate, bitrate, at (ms)."""
        session = told.get("sid", "")
        bitrate = told.get("br", "").strip("()").split(";")[0].split(" ")[0] if told.get("ot", "") in _HEARD else ""
        changed = bool(bitrate) and self._known.get(session, bitrate) != bitrate
        if bitrate:
            if len(self._known) >= _MOST_SESSIONS:
                self._known.clear()
            self._known[session] = bitrate
        return {
            "session": session or None, "title": told.get("cid") or None, "event": _event(told, changed),
            "position": told.get("pt"), "length": told.get("bsd"), "rate": told.get("pr"), "bitrate": bitrate or None,
            "at": told.get("ts"),
        }  # fmt: skip


def access(line: str, requests: Requests) -> dict[str, str | None] | None:
    """Return the event of a line of a web access log; None if it is none, or holds no CMCD."""
    match = ACCESS.match(line)
    if match is None or not holds_cmcd(line):
        return None
    user = match["user"] if match["user"] != "-" else None
    event = requests.event(pairs(match["request"]))
    return {**event, "at": event["at"] or match["at"], "viewer": user, "address": match["address"],
            "agent": match["agent"]}  # fmt: skip


def fields(head: str) -> Sequence[str]:
    """Return the columns that an extended log names in its head; none if it is no such log."""
    line = next((each for each in head.splitlines()[:10] if each.startswith(FIELDS)), "")
    return line[len(FIELDS) :].split()


def _event(told: Mapping[str, str], changed: bool) -> str:
    if told.get("bs") == "true":
        return "rebuffer"
    if "sta" in told:
        return _STATES.get(told["sta"], "heartbeat")
    if told.get("e") in _EVENTS:
        return _EVENTS[told["e"]]
    if told.get("su") == "true":
        return "play"
    if told.get("pr") in {"0", "0.0"}:
        return "pause"
    return "quality" if changed else "heartbeat"
