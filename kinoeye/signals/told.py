"""Told: the texts that say what may be spoken in a sound, each in its own language, as the words that are laid over it.

A transcript is a text by itself. Scripts of one language are one text, for lines of all of them are to be expected.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinoeye.signals.languages import language_of
from kinoeye.signals.spoken import spoken
from kinoeye.signals.tongues import worded
from kinoeye.timecode import FLICKS_PER_SECOND


@dataclass(frozen=True)
class Told:
    """A word of a text.

    Parameters
    ----------
    word : str
        As it is spoken.
    written : str
        As it stands in the text; empty where it goes on the word before.
    source : str
        Asset of the text.
    paragraph : int
    shown : seconds, or None
        By the text's own clock, spread over its cue.
    """

    word: str
    written: str
    source: str
    paragraph: int
    shown: float | None


@dataclass(frozen=True)
class Text:
    """A text in one language.

    Parameters
    ----------
    role : transcript or script
    language : str
        As ISO 639 writes it.
    lines : list of lines, each a list of Told
        None of them empty.
    """

    role: str
    language: str
    lines: list[list[Told]]

    def words(self) -> list[Told]:
        """Return its words without lines."""
        return [each for line in self.lines for each in line]

    def names(self) -> list[list[str]]:
        """Return its lines as they are spoken alone."""
        return [[each.word for each in line] for line in self.lines]


def texts(rows: Iterable[Mapping[str, Any]], language: str = "") -> list[Text]:
    """Return the texts of a sound that have words: transcripts, then scripts, each in its order.

    Parameters
    ----------
    rows : iterable of rows of `wordings`
        Of one sound.
    language : str
        Of all texts, as ISO 639 writes it; if empty, each text's own. A text too short to tell it is in that of all
        texts together, and in English where that is not told either.

    Examples
    --------
    >>> row = {"role": "script", "source": "b", "paragraph": 0, "start": None, "end": None}
    >>> cue = {"role": "transcript", "source": "c", "paragraph": 0, "start": None, "end": None}
    >>> both = [row | {"text": "What is it that you want of me?"}, cue | {"text": "Was ist es, das du von mir willst?"}]
    >>> [(each.role, each.language) for each in texts(both)]
    [('transcript', 'de'), ('script', 'en')]
    """
    every = list(rows)
    by_source: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in every:
        by_source.setdefault((row["role"], row["source"]), []).append(row)
    common = language or language_of(_joined(every)) or "en"
    found: list[Text] = []
    scripts: dict[str, list[list[Told]]] = {}
    for (role, _), own in by_source.items():
        tongue = language or language_of(_joined(own)) or common
        lines = [line for row in own if (line := _line(row, tongue))]
        if role == "script":
            scripts.setdefault(tongue, []).extend(lines)
        else:
            found.append(Text(role, tongue, lines))
    found += [Text("script", tongue, lines) for tongue, lines in scripts.items()]
    return [text for text in found if text.lines]


def _joined(rows: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(row["text"] for row in rows)


def _line(row: Mapping[str, Any], language: str) -> list[Told]:
    said = spoken(row["text"]) if language == "en" else worded(row["text"], language)
    times = _spread(row["start"], row["end"], len(said))
    return [
        Told(each.word, each.written, row["source"], row["paragraph"], time)
        for each, time in zip(said, times, strict=True)
    ]


def _spread(start: int | None, end: int | None, count: int) -> list[float | None]:
    """Return when each word of a cue is said if all last as long."""
    if start is None or end is None:
        return [None] * count
    return [(start + (end - start) * place / count) / FLICKS_PER_SECOND for place in range(count)]
