"""Cues: whose line is being said, by the names that stand in a text.

A screenplay names a character above the lines, a transcript or a subtitle before a colon. What was heard is credited
to a line where three words in a row, or a whole shorter line, stand in the lines of one name alone; what several names
say is nobody's.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kinoeye.signals.spoken import spoken

RUN = 3  # words in a row

_ASIDE = re.compile(r"\(.*?\)|（.*?）")
_LABEL = re.compile(
    r"^\s*(?:[-–—]\s*|>>\s*)?(?:\[(?P<boxed>[^\]]{1,40})\]|(?P<name>[^\W\d_][\w .'’&/-]{0,38}|[\u4e00-\u9fff·]{1,8}))"
    r"\s*(?:\([^)]*\)\s*)?[:：]\s*(?=\S)"
)
_MOST_WORDS = 4  # of a name
_NO_NAMES = frozenset({"note", "notes", "warning", "title", "source", "author", "date", "draft date", "credit"})


@dataclass(frozen=True)
class Line:
    """What a text lets somebody say.

    Parameters
    ----------
    name : str
        As the text writes it, without what stands in brackets.
    words : tuple of str
        As they are spoken.
    paragraph : int
        In which it stands.
    """

    name: str
    words: tuple[str, ...]
    paragraph: int


def lines_of(text: str, paragraph: int) -> list[Line]:
    """Return the lines of a transcript's paragraph that have a name.

    Examples
    --------
    >>> [(each.name, each.words) for each in lines_of("Ben: Who is it?\\nAnna: Me.", 0)]
    [('Ben', ('who', 'is', 'it')), ('Anna', ('me',))]
    """
    return [line for name, said in _labelled(text) for line in line_of(name, said, paragraph)]


def line_of(name: str, text: str, paragraph: int) -> list[Line]:
    """Return what somebody says; nothing if it has no words.

    Examples
    --------
    >>> [(each.name, each.words) for each in line_of("ANNA", "Come in.", 3)]
    [('ANNA', ('come', 'in'))]
    """
    words = tuple(each.word for each in spoken(text))
    return [Line(name, words, paragraph)] if words else []


class Cues:
    """The lines of a text, ready to be asked whose words were heard.

    Parameters
    ----------
    lines : sequence of Line
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        runs: dict[tuple[str, ...], list[int]] = defaultdict(list)
        short: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            for place in range(len(line.words) - RUN + 1):
                runs[line.words[place : place + RUN]].append(number)
            if len(line.words) < RUN:
                short[line.words].append(number)
        self._runs, self._short = self._of_one_name(runs), self._of_one_name(short)

    def credited(self, heard: Sequence[str]) -> list[int]:
        """Return for each word the number of the line that it is credited to, -1 where it is nobody's.

        Parameters
        ----------
        heard : sequence of str
            What one speaker says without a break.
        """
        found = [-1] * len(heard)
        for place in range(len(heard) - RUN + 1):
            if numbers := self._runs.get(tuple(heard[place : place + RUN])):
                number = found[place] if found[place] in numbers else numbers[0]
                for each in range(place, place + RUN):
                    found[each] = number if found[each] < 0 or each > place else found[each]
        # A short line stands everywhere by chance: it counts where the turn is hardly more than this line.
        for place in range(len(heard)):
            for length in range(min(RUN - 1, len(heard) - place), 0, -1):
                numbers = self._short.get(tuple(heard[place : place + length]))
                is_whole = len(heard) <= length + 1 or length == RUN - 1
                if numbers and is_whole and set(found[place : place + length]) == {-1}:
                    found[place : place + length] = [numbers[0]] * length
                    break
        return found

    def _of_one_name(self, places: Mapping[tuple[str, ...], list[int]]) -> dict[tuple[str, ...], list[int]]:
        return {
            words: numbers for words, numbers in places.items()
            if len({plain_name(self.lines[number].name) for number in numbers}) == 1
        }  # fmt: skip


def plain_name(name: str) -> str:
    """Return a name as it is compared: without capitals, brackets and doubled spaces.

    Examples
    --------
    >>> plain_name("ANNA  (CONT'D)")
    'anna'
    """
    return " ".join(_ASIDE.sub(" ", name).casefold().split())


def _labelled(text: str) -> list[tuple[str, str]]:
    """Read a transcript's paragraph: a name and a colon, what follows until the next name."""
    pairs: list[tuple[str, str]] = []
    for line in text.split("\n"):
        label = _LABEL.match(line)
        name = " ".join(((label["boxed"] or label["name"]) if label else "").split())
        if label and _is_name(name):
            pairs.append((name, line[label.end() :]))
        elif pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line}")
    return pairs


def _is_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > _MOST_WORDS or name.casefold() in _NO_NAMES:
        return False
    return not words[0][:1].islower() and not words[-1][:1].islower()
