"""Encodings: text that was read in the wrong encoding, put right where that is beyond doubt.

UTF-8 read as Windows-1252 leaves pairs such as Ã©: bytes that are a whole UTF-8 character again, which hardly any true
text is. It is undone run by run, twice if it was done twice. UTF-8 read as GBK, and GBK read as Latin-1, are told by
what comes out: nothing but usual Chinese signs.
"""

import re
from html import unescape

# Signs into which the first byte of a character of two, three or four bytes turns, and those that may follow.
_SUSPECT = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_RUN = re.compile(
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+"
)
_HIGH = re.compile(r"[\u00a1-\u00fe]{2,}")
_LETTER = re.compile(r"[A-Za-z]")
_HAN_RUN = re.compile(r"[\u4e00-\u9fa5\ue000-\uf8ff\u3400-\u4dbf\ufe30-\ufe4f€]{3,}")
_HAN = re.compile(r"[\u4e00-\u9fa5·：，。！？、（）《》0-9A-Za-z ]+")
_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)
_TIMES = 3  # that text may have gone through the wrong encoding
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # of Windows-1252; what reads them keeps the byte
_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2060-\u2069]")
PLAIN = r"^[ -%'-~]*$"  # signs among which nothing needs to be put right (Arrow's regular expressions know it, too)


def mended(text: str) -> str:
    """Return text as it was before it was read in the wrong encoding; the same where that is not sure.

    Examples
    --------
    >>> mended("AmÃ©lie"), mended("Amélie"), mended("Itâ€™s"), mended("SÃƒÂ£o Paulo"), mended("ÇA VA")
    ('Amélie', 'Amélie', 'It’s', 'São Paulo', 'ÇA VA')
    >>> mended("µçÓ°"), mended("娲荤潃")
    ('电影', '活着')
    """
    if text.isascii():
        return text
    if _HIGH.search(text) and not _LETTER.search(text) and (better := _from_latin(text)) != text:
        return better
    for _ in range(_TIMES):
        better = _RUN.sub(_back, text) if _SUSPECT.search(text) else text
        if better == text:
            break
        text = better
    return _from_gbk(text) if _HAN_RUN.search(text) else text


def plain(text: str) -> tuple[str, str]:
    """Return text with encoding, HTML entities, controls and spaces put right, and what was wrong, if anything.

    Examples
    --------
    >>> plain(" Tom &amp;  Jerry "), plain("AT&T")
    (('Tom & Jerry', 'entities'), ('AT&T', ''))
    """
    why = ""
    better = mended(text)
    if better != text:
        why, text = "encoding", better
    for _ in range(2):
        if "&" not in text or (better := _ENTITY.sub(lambda found: unescape(found[0]), text)) == text:
            break
        why, text = why or "entities", better
    if text.isprintable() and "  " not in text:
        better = text.strip()  # without a control, and without a space but the plain one
        return better, why or ("spaces" if better != text else "")
    better = _CONTROLS.sub("", text)
    if better != text:
        why, text = why or "controls", better
    better = _SPACES.sub(" ", text).strip()
    return better, why or ("spaces" if better != text else "")


def _back(found: re.Match[str]) -> str:
    """Return a run of signs as the UTF-8 that it is, or as it stands."""
    try:
        return b"".join(_byte(sign) for sign in found[0]).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return _pairs(found[0])


def _pairs(run: str) -> str:
    """Put right the parts of a run that are UTF-8, where true signs stand among them."""
    out, place = [], 0
    while place < len(run):
        for length in (4, 3, 2):
            part = run[place : place + length]
            try:
                sign = b"".join(_byte(each) for each in part).decode("utf-8")
            except (UnicodeDecodeError, UnicodeEncodeError):
                continue
            if len(part) == length and len(sign) == 1:
                out.append(sign)
                place += length
                break
        else:
            out.append(run[place])
            place += 1
    return "".join(out)


def _byte(sign: str) -> bytes:
    return bytes([ord(sign)]) if ord(sign) in _UNDEFINED or 0x80 <= ord(sign) < 0xA0 else sign.encode("cp1252")


def _from_latin(text: str) -> str:
    """Return GBK that was read as Latin-1."""
    try:
        better = text.encode("latin-1").decode("gb2312")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text
    return better if _HAN.fullmatch(better) else text


def _from_gbk(text: str) -> str:
    """Return UTF-8 that was read as GBK."""
    try:
        better = text.encode("gb18030").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text
    return better if len(better) >= 2 and _HAN.fullmatch(better) else text
