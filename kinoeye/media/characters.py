"""Characters: text from bytes whose encoding nobody states.

UTF-8, UTF-16 and UTF-32 with a byte order mark, UTF-8, UTF-16 without one, GB18030, and Windows-1252 as the last road,
which takes anything. Line ends become ``\\n``.
"""

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONGEST_CHARACTER = 4  # bytes that may be cut off at the end of a file's head
_LOOKED = 20_000  # bytes
_MOSTLY = 0.95  # of the characters
_CONTROLS = frozenset(range(32)) - {7, 8, 9, 10, 12, 13, 26, 27}


@dataclass(frozen=True)
class Decoded:
    """A text as it stands, line ends and all, and how its bytes are read.

    Parameters
    ----------
    text : str
        Without its byte order mark.
    encoding : str
        As Python names it.
    mark : bytes
        The byte order mark; empty if it has none.
    """

    text: str
    encoding: str
    mark: bytes = b""


def characters(data: bytes, *, is_head: bool = False) -> str | None:
    """Return what stands in `data`; None if it is no text.

    Parameters
    ----------
    data : bytes
    is_head : bool
        Whether `data` is the begin of something longer, so that its last character may be cut.
    """
    told = decoded(data, is_head=is_head)
    return told.text.replace("\r\n", "\n").replace("\r", "\n") if told else None


def decoded(data: bytes, *, is_head: bool = False) -> Decoded | None:
    """Return what stands in `data`, and its encoding; None if it is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _told(_strict(data[len(mark) :], encoding, is_head), encoding, mark)
    if 0 not in data and (text := _strict(data, "utf-8", is_head)) is not None:
        return _told(text, "utf-8")
    if encoding := _utf_16(data):
        return _told(_strict(data, encoding, is_head), encoding)
    if 0 in data:
        return None
    text = _strict(data, "gb18030", is_head)
    if text is not None and _is_chinese(data):
        return _told(text, "gb18030")
    return _told(data.decode("cp1252", "replace"), "cp1252")


def _strict(data: bytes, encoding: str, is_head: bool) -> str | None:
    for cut in range(_LONGEST_CHARACTER if is_head else 1):
        try:
            return data[: len(data) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _utf_16(data: bytes) -> str:
    """Return which UTF-16 it looks like: line ends and spaces have their zeros all on one side.

    Chinese has few of either, and zeros of its own; of it nearly all characters are usual ones in one order only.
    """
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) * 50 >= len(data) and min(even, odd) * 10 <= max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    usual = {
        encoding: _usual(data[: _LOOKED & ~1].decode(encoding, "replace")) for encoding in ("utf-16-le", "utf-16-be")
    }
    best = max(usual, key=lambda encoding: usual[encoding])
    return best if (even or odd) and usual[best] > _MOSTLY > min(usual.values()) else ""


def _usual(text: str) -> float:
    """Return the share of characters that Chinese texts are made of."""
    seen = sum(each in "\t\n\r" or " " <= each <= "~" or "\u2010" <= each <= "\u2030" or "\u3000" <= each <= "\u9fff"
               or "\uff00" <= each <= "\uff60" or each in "△▲·" for each in text)  # fmt: skip
    return seen / max(1, len(text))


def _is_chinese(data: bytes) -> bool:
    """Say whether most characters beyond ASCII are pairs of the GB 2312 plane, as in Chinese and never in French."""
    place = pairs = others = 0
    while place < len(data) - 1:
        if data[place] < 0x80:
            place += 1
        elif data[place] >= 0xA1 and data[place + 1] >= 0xA1:
            pairs, place = pairs + 1, place + 2
        else:
            others, place = others + 1, place + 2
    return pairs > 3 * others


def _told(text: str | None, encoding: str, mark: bytes = b"") -> Decoded | None:
    if text is None or sum(ord(letter) in _CONTROLS for letter in text[:20_000]) * 100 > len(text[:20_000]):
        return None
    return Decoded(text, encoding, mark)
