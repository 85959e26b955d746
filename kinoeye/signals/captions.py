"""Captions: what kind of text a line on the screen is, from its words and where it stands.

A slate is told by the words that are printed on it, a time code by its form, a title by its size, a subtitle by its
place. Nothing here sees a picture.

Source: SMPTE ST 12-1:2014 (time code); the fields of a slate as the Digislate and the common clapperboard print them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

Kind = Literal["slate", "timecode", "credit", "title", "subtitle", "sign", "other"]
Box = tuple[float, float, float, float]

# What stands on a slate, in the words that slates use, and the field that it names.
LABELS: dict[str, str] = {
    "scene": "scene", "sc": "scene", "slate": "scene", "场": "scene", "场次": "scene", "场号": "scene", "場": "scene",
    "take": "take", "tk": "take", "条": "take", "次": "take", "条数": "take", "條": "take",
    "roll": "roll", "cam roll": "roll", "camera roll": "roll", "卷": "roll", "卷号": "roll", "卷號": "roll",
    "shot": "shot", "镜": "shot", "镜头": "shot", "镜号": "shot", "鏡": "shot",
    "production": "production", "prod": "production", "title": "production", "片名": "production",
    "director": "director", "dir": "director", "导演": "director", "導演": "director",
    "camera": "camera", "cam": "camera", "dop": "camera", "dp": "camera", "摄影": "camera", "攝影": "camera",
    "date": "date", "日期": "date", "sound": "sound", "fps": "rate",
}  # fmt: skip
# Fields that hardly stand on a screen together unless on a slate.
_TELLING = frozenset({"scene", "take", "roll", "shot"})

_CREDIT = re.compile(
    r"\b(directed|written|produced|edited|music|screenplay|story|photography|starring|cast|producer|editor|"
    r"executive|presents|production of|a film by|copyright|courtesy|thanks)\b|"
    "导演|编剧|制片|主演|剪辑|出品|監製|监制|音乐",
    re.IGNORECASE,
)
_TIMECODE = re.compile(r"(?<!\d)(\d{2})\s?[:;.]\s?([0-5]\d)\s?[:;.]\s?([0-5]\d)\s?([:;.,])\s?(\d{2,3})(?!\d)")
_LABEL = re.compile(
    r"(?<![A-Za-z])("
    + "|".join(sorted((re.escape(label) for label in LABELS), key=len, reverse=True))
    + r")(?![A-Za-z])[\s.:：#№-]*(?:no\b\.?)?[\s.:：#№-]*",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\d{1,4}(?:\s?[A-Z]{1,2})?(?:[-/.]\d{1,4}[A-Z]?|-[A-Z])?|[A-Z]{1,3}-?\d{1,4}[A-Z]?|[A-Z]|[一二三四五六七八九十百]+",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^第?\s*([0-9一二三四五六七八九十百]+)\s*([场場镜鏡次条條])$"
)  # 第3场, 2次: the number comes first

TITLE_HEIGHT = 0.06  # of the picture: below it a line in the middle is a remark
SUBTITLE_HEIGHT = 0.15  # of the picture, with the margin that a detector leaves; higher ones would hide the film
_SAME_LINE = 0.6  # of the height
_CENTRED = 0.12
_PRINTED = 0.85  # lettering laid over a film is read more surely than what stands in it
_CROWD = 4  # lines: more than a title or a subtitle has


@dataclass(frozen=True)
class Caption:
    """A line on the screen and what it is.

    Parameters
    ----------
    text : str
    box : (x, y, w, h), 0..1 of the picture
    score : 0..1
        How sure the reading is.
    is_moving : bool
        Whether it has been seen at different places.
    is_tilted : bool
        Whether its line is not level.
    kind : Kind
    fields : dict of str
        What a slate or time code says: scene, take, roll, shot, production, ..., timecode.
    """

    text: str
    box: Box
    score: float = 1.0
    is_moving: bool = False
    is_tilted: bool = False
    kind: Kind = "other"
    fields: tuple[tuple[str, str], ...] = ()

    def field(self, name: str) -> str | None:
        """Return what it says of `name`, None if nothing."""
        return dict(self.fields).get(name)


def timecode(text: str) -> str | None:
    """Return the time code in a text, with its separators made regular; None if there is none.

    Examples
    --------
    >>> timecode("TC 01:00:08.12;")
    '01:00:08:12'
    >>> timecode("00:00:05;00")
    '00:00:05;00'
    """
    found = _TIMECODE.search(text)
    if found is None:
        return None
    hours, minutes, seconds, separator, frames = found.groups()
    return f"{hours}:{minutes}:{seconds}{';' if separator == ';' else ':'}{frames}"


def figures(text: str) -> str:
    """Return the text's form with every number as 0: two readings of one counter have the same."""
    return re.sub(r"\d+", "0", text.replace(" ", ""))


def plain(text: str) -> str:
    """Return the letters and figures only, in lower case: what two readings of one line share."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def is_counter(text: str) -> bool:
    """Tell whether a text is mostly figures, so that it may run."""
    figured = sum(sign.isdigit() for sign in text)
    return figured >= 2 and figured * 2 >= len(text.replace(" ", ""))


def letters(text: str) -> int:
    """Count letters, figures and Chinese signs."""
    return sum(sign.isalnum() for sign in text)


def classified(lines: Sequence[Caption]) -> list[Caption]:
    """Tell the kinds of lines that stand on one picture together, in their order."""
    fields = slate(lines)
    if fields is not None:
        return [_slated(line, fields) for line in lines]
    return [_classified(line, [other for other in lines if other is not line]) for line in lines]


def slate(lines: Sequence[Caption]) -> tuple[tuple[str, str], ...] | None:
    """Read the fields of a slate; None if these lines are none.

    A value stands behind its label, in the box to the right, or in the box below.
    """
    fields: dict[str, str] = {}
    named: set[str] = set()
    labelled = [(line, _labelled(line.text)) for line in lines]
    others = [line for line, pairs in labelled if not pairs]
    for line, pairs in labelled:
        for name, value in pairs:
            named.add(name)
            if name not in fields and (said := value or _neighbour(line, name, others)):
                fields[name] = said
    if len(named) < 2 or not named & _TELLING or not (named & _TELLING) & fields.keys():
        return None
    return tuple(sorted(fields.items()))


def _labelled(text: str) -> list[tuple[str, str]]:
    """Return the fields that a text names, each with its value or an empty one; nothing if it is running text."""
    if turned := _BEFORE.match(text.strip()):
        return [(LABELS[turned[2]], turned[1])]
    found = list(_LABEL.finditer(text))
    if not found or plain(text[: found[0].start()]):
        return []
    pairs = []
    for label, after in zip_longest(found, found[1:]):
        name = LABELS[label[1].lower()]
        value = text[label.end() : after.start() if after else None].strip(" .:：#-|/")
        if name in _TELLING and value and not _VALUE.fullmatch(value):
            return []  # "scene of the crime"
        pairs.append((name, value.upper() if name in _TELLING else value))
    return pairs


def _neighbour(label: Caption, name: str, others: Sequence[Caption]) -> str:
    """Return the text to the right of a label, or below it; the nearest."""
    x, y, w, h = label.box
    near = []
    for other in others:
        ox, oy, ow, oh = other.box
        level = abs((oy + oh / 2) - (y + h / 2))
        if ox >= x + w * 0.8 and level < _SAME_LINE * max(h, oh) and ox - (x + w) < 0.2:
            near.append((ox - (x + w), other.text))
        elif y + h * 0.5 < oy < y + h + 2.5 * max(h, oh) and ox < x + w and x < ox + ow:
            near.append((oy - y, other.text))
    value = min(near, default=(0.0, ""))[1].strip()
    if name in _TELLING:
        return value.upper() if _VALUE.fullmatch(value) else ""
    return value


def _slated(line: Caption, fields: tuple[tuple[str, str], ...]) -> Caption:
    if (code := timecode(line.text)) is not None:
        return replace(line, kind="timecode", fields=(*fields, ("timecode", code)))
    return replace(line, kind="slate", fields=fields)


def _classified(line: Caption, others: Sequence[Caption]) -> Caption:
    if (code := timecode(line.text)) is not None:
        return replace(line, kind="timecode", fields=(("timecode", code),))
    if _is_credit(line, others):
        return replace(line, kind="credit")
    if line.is_tilted or line.is_moving or line.score < _PRINTED:
        return replace(line, kind="sign")
    x, y, w, h = line.box
    if abs(x + w / 2 - 0.5) >= _CENTRED or is_counter(line.text):
        return line
    if y > 0.7 and h < SUBTITLE_HEIGHT:
        return replace(line, kind="subtitle")
    return replace(line, kind="title") if h >= TITLE_HEIGHT else line


def _is_credit(line: Caption, others: Sequence[Caption]) -> bool:
    """Tell a credit by its words, by a neighbour's, or by the crowd of lines around it."""
    if _CREDIT.search(line.text):
        return True
    near = [other for other in others if _is_near(line.box, other.box)]
    if any(_CREDIT.search(other.text) for other in near):
        return True
    crowd = [other for other in (line, *others) if other.score >= _PRINTED and not timecode(other.text)]
    return len(crowd) >= _CROWD and len(near) > 0 and not line.is_tilted and line.score >= _PRINTED


def _is_near(first: Box, second: Box) -> bool:
    """Tell whether two lines stand in one column, at most three lines apart."""
    apart = max(first[1], second[1]) - min(first[1] + first[3], second[1] + second[3])
    beside = max(first[0], second[0]) < min(first[0] + first[2], second[0] + second[2])
    return beside and apart < 3 * max(first[3], second[3])
