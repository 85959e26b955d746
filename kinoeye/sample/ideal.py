"""Ideal: which take of the rushes should be in the cut for each line, by the rules that editors give.

It is told by what was planted, in this order:

1. Nobody uses what is broken if it is there whole: a pass is ideal only if nothing is wrong with it, and who speaks is
   in the picture (unless the screenplay has them out of it).
2. A scene starts wide.
3. A line on which the story turns is seen from near.
4. Of what is left all are equally good, but no cut jumps: another take of the same set-up, or the same one again, does
   not follow at once.

Source: Leake, Davis, Truong & Agrawala, "Computational Video Editing for Dialogue-Driven Scenes", ACM Trans. Graphics
36(4), 2017 (start wide, speaker visible, peaks and valleys, avoid jump cuts); Murch, "In the Blink of an Eye", 2nd ed.
2001 (the performance before the picture).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kinoeye.sample.setups import MATTER
from kinoeye.sample.story import lines

Pass = tuple[str, int]  # a file, and which of its passes


def ideal_of(files: Sequence[Mapping[str, Any]]) -> dict[int, list[Pass]]:
    """Return for each line of the screenplay the passes that should be in the cut.

    Parameters
    ----------
    files : sequence of mapping
        The rushes, as `truth.json` holds them.
    """
    return {line: _ideal(line, files) for line in sorted(lines())}


def _ideal(line: int, files: Sequence[Mapping[str, Any]]) -> list[Pass]:
    every = list(_passes(line, files))
    able = [each for each in every if each[1]["is_seen"]] or every
    fewest = min((len(each[1]["faults"]) for each in able), default=0)
    good = [each for each in able if len(each[1]["faults"]) == fewest]
    if is_first(line):
        good = [each for each in good if not each[0]["setup"]] or good
    elif line in MATTER:
        good = [each for each in good if each[0]["setup"]] or good
    return [(file["path"], each["pass"]) for file, each in good]


def is_first(line: int) -> bool:
    """Say whether a line is the first of its scene."""
    return line - 1 not in lines() or lines()[line - 1].scene != lines()[line].scene


def _passes(line: int, files: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for file in files:
        for each in file["passes"]:
            if each["line"] == line:
                yield file, each
