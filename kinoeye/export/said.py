"""Said: what is said in a film, line by line, with who says it, for the lists that a film is delivered with.

The words that were heard are laid over the screenplay's lines (kinoeye.signals.passes): where a line is said, its name
is who says it. What stands in no line is parted at pauses and at changes of voice, and the voice says who it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from kinoeye.export.drafts import current_rows
from kinoeye.export.tags import rows_of
from kinoeye.signals.passes import Pass, passes
from kinoeye.signals.spoken import plain, spoken
from kinoeye.signals.tongues import worded
from kinoeye.timecode import FLICKS_PER_SECOND

Row = dict[str, Any]

_PAUSE = round(0.6 * FLICKS_PER_SECOND)
_LEAST_KEPT = 0.35  # of a line, said as written; below it somebody says something else
_LEAST_WORDS = 1.6  # likeness, in words, of a line that is said apart from the lines around it
_SPOT_LETTERS = 84  # two lines of 42
_SPOT_FLICKS = 7 * FLICKS_PER_SECOND
_ENDS = tuple(".!?…。！？;；:：")
_BREAKS = (*_ENDS, ",", "，", "、")


@dataclass(frozen=True)
class Said:
    """What somebody says.

    Parameters
    ----------
    words : sequence of dict
        As the table `words` has them.
    shown : sequence of str
        How each is written; empty of one that goes on the word before.
    who : str
        The character; empty where it is not known.
    voice : int or None
        Number of the voice in `speakers`; None where no voice is told, or the screenplay says who it is.
    extension : str
        V.O. or O.S., as the screenplay has it.
    scene : str
        The scene's name in `scenes`; empty of what stands in no line.
    written : str
        The screenplay's line; empty of what stands in none.
    is_as_written : bool
        Whether the words of that line are what was heard.
    """

    words: Sequence[Row]
    shown: Sequence[str]
    who: str
    voice: int | None = None
    extension: str = ""
    scene: str = ""
    written: str = ""
    is_as_written: bool = False

    @property
    def start(self) -> int:
        """Where its first word begins, in flicks."""
        return int(self.words[0]["start"])

    @property
    def end(self) -> int:
        """One past where its last word ends, in flicks."""
        return int(max(each["end"] for each in self.words))

    @property
    def text(self) -> str:
        """What was heard, as it stands in the text where it does."""
        is_chinese = any(ord(letter) >= 0x2E80 for letter in "".join(self.shown))
        parts = (each if is_chinese or each.endswith("-") else f"{each} " for each in self.shown if each)
        return "".join(parts).strip()

    @property
    def score(self) -> float:
        """How sure its words are, 0..1."""
        return float(sum(each["score"] for each in self.words)) / len(self.words)

    def spots(self) -> Iterator["Said"]:
        """Yield it in parts that can be read as one title: two lines, seven seconds."""
        begin = 0
        for end in range(1, len(self.words)):
            if self._ends(begin, end):
                yield self.part(begin, end)
                begin = end
        yield self.part(begin, len(self.words))

    def part(self, begin: int, end: int) -> "Said":
        """Return some of its words."""
        return replace(self, words=self.words[begin:end], shown=self.shown[begin:end])

    def _ends(self, begin: int, end: int) -> bool:
        """Say whether a part ends before a word: where it is full, or past its middle at a mark."""
        here, longer, rest = self.part(begin, end), self.part(begin, end + 1), self.part(begin, len(self.words))
        if not longer.is_readable:
            return True
        is_far = 2 * len(here.text) > _SPOT_LETTERS or 2 * (here.end - here.start) > _SPOT_FLICKS
        marks = _ENDS if 3 * len(here.text) < 2 * _SPOT_LETTERS else _BREAKS
        return not rest.is_readable and is_far and here.text.endswith(marks)

    @property
    def is_readable(self) -> bool:
        """Whether it is short enough for one title."""
        return len(self.text) <= _SPOT_LETTERS and self.end - self.start <= _SPOT_FLICKS


def said_lines(tables: Mapping[str, pa.Table], asset: str) -> list[Said]:
    """Return what is said in a film, in running order.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `words`; `lines`, `speakers` and `speaker_names` where they are there.
    asset : str
    """
    words = sorted(rows_of(tables, "words", asset), key=lambda row: int(row["start"]))
    if not words:
        return []
    language = Counter(each["language"] or "en" for each in words).most_common(1)[0][0]
    voices = _voices(tables, asset, words)
    lines, found = _best(tables, words, language)
    made: list[Said] = []
    place, is_open = 0, False
    for each in [*found, None]:
        stop = each.first if each else len(words)
        loose = list(_by_voice(words[place:stop], voices[place:stop]))
        if made and loose and is_open and _is_its_own(made[-1], loose[0]):
            made[-1] = _joined(made[-1], loose.pop(0), who=made[-1])
        if each:
            spelled = _words(lines[each.line]["text"], language)
            told = _told(lines[each.line], spelled, each, words, language)
            if loose and each.pairs[0][0] and _is_its_own(loose[-1], told):
                told = _joined(loose.pop(), told, who=told)
            loose.append(told)
            place, is_open = each.end, each.pairs[-1][0] + 1 < len(spelled)
        made += loose
    return made


def _told(line: Row, spelled: Sequence[str], each: Pass, words: Sequence[Row], language: str) -> Said:
    """Return a line as it is said: its own writing where its own words are heard."""
    pieces = _pieces(line["text"], language)
    heard = [str(word["text"]) for word in words[each.first : each.end]]
    shown = list(heard)
    for place, word in each.pairs:
        if spelled[place] == words[word]["text"]:
            shown[word - each.first] = pieces[place]
    extensions = ", ".join(one for one in line["extensions"] or () if "CONT" not in one.upper())
    return Said(
        words[each.first : each.end], shown, line["who"], None, extensions, line["scene"], line["text"],
        list(spelled) == heard,
    )  # fmt: skip


def _pieces(text: str, language: str) -> list[str]:
    """Return a line in as many pieces as it has spoken words, each with the marks behind it."""
    told = spoken(text) if language == "en" else worded(text, language)
    starts, at = list[int](), 0
    folded = text.lower() if len(text.lower()) == len(text) else text  # some letters are longer when they are small
    for each in told:
        found = folded.find(each.written.rstrip(".").lower(), at) if each.written else -1
        at = found + 1 if found >= 0 else at
        mark = found
        while mark > 0 and not (text[mark - 1].isalnum() or text[mark - 1].isspace()):
            mark -= 1
        starts.append(mark if mark <= 0 or text[mark - 1].isspace() else found)
    pieces = []
    for place, (each, start) in enumerate(zip(told, starts, strict=True)):
        after = next((one for one in starts[place + 1 :] if one >= 0), len(text))
        pieces.append(text[start:after].strip() if start >= 0 else each.written)
    return pieces


def _is_its_own(before: Said, after: Said) -> bool:
    """Say whether words in no line belong to the line beside them: said at once, and in no other's voice."""
    is_near = after.start - before.end < _PAUSE
    return is_near and (not before.who or not after.who or before.who == after.who)


def _joined(before: Said, after: Said, *, who: Said) -> Said:
    words, shown = [*before.words, *after.words], [*before.shown, *after.shown]
    return replace(who, words=words, shown=shown, is_as_written=False)


def _best(tables: Mapping[str, pa.Table], words: Sequence[Row], language: str) -> tuple[list[Row], list[Pass]]:
    """Return the lines of the screenplay that fits best, and which words say them."""
    scripts: dict[str, list[Row]] = defaultdict(list)
    for row in current_rows(tables, "lines"):
        if row["kind"] == "dialogue":
            scripts[row["asset"]].append(row)
    heard, sure = [str(each["text"]) for each in words], [float(each["score"]) for each in words]
    best: tuple[float, list[Row], list[Pass]] = (0.0, [], [])
    for lines in scripts.values():
        told = [_words(row["text"], language) for row in lines]
        found = _kept(passes(told, heard, sure, {}), told, heard)
        worth = sum(each.score for each in found)
        if worth > best[0]:
            best = worth, lines, found
    return best[1], best[2]


def _kept(found: Sequence[Pass], told: Sequence[Sequence[str]], heard: Sequence[str]) -> list[Pass]:
    """Keep the lines of which enough is said as written."""
    counts = Counter(each.run for each in found)

    def share(each: Pass) -> float:
        return sum(told[each.line][place] == heard[word] for place, word in each.pairs) / len(told[each.line])

    return [
        each
        for each in found
        if share(each) >= _LEAST_KEPT / (2 if counts[each.run] > 1 else 1)
        and (counts[each.run] > 1 or each.score >= _LEAST_WORDS)
    ]


def _words(text: str, language: str) -> list[str]:
    return plain(text) if language == "en" else [each.word for each in worded(text, language)]


def _voices(tables: Mapping[str, pa.Table], asset: str, words: Sequence[Row]) -> list[tuple[str, int | None]]:
    """Return who says each word by the voice: the character, where it has one, and the voice's number."""
    names = {row["speaker"]: row["character"] for row in rows_of(tables, "speaker_names", asset)}
    turns = sorted(rows_of(tables, "speakers", asset), key=lambda row: int(row["start"]))
    found: list[tuple[str, int | None]] = []
    at = 0
    for word in words:
        middle = (word["start"] + word["end"]) // 2
        while at + 1 < len(turns) and turns[at + 1]["start"] <= middle:
            at += 1
        is_here = bool(turns) and turns[at]["start"] <= middle < turns[at]["end"]
        number = int(turns[at]["speaker"]) if is_here else None
        found.append((str(names.get(number) or ""), number))
    return found


def _by_voice(words: Sequence[Row], voices: Sequence[tuple[str, int | None]]) -> Iterator[Said]:
    """Part what stands in no line where somebody else begins, or after a pause."""
    begin = 0
    for end in range(1, len(words) + 1):
        is_over = end == len(words) or voices[end] != voices[begin]
        if is_over or words[end]["start"] - words[end - 1]["end"] > _PAUSE:
            shown = [str(word["written"] if word["is_in_text"] else word["text"]) for word in words[begin:end]]
            yield Said(words[begin:end], shown, *voices[begin])
            begin = end
