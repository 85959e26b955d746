"""Story: the sample's screenplay and the lines that are spoken in it.

Reads only the part of Fountain that this one screenplay uses; Kinoeye's own reader of screenplays is an analysis.

Source: Fountain 1.1, fountain.io/syntax.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_CUE = re.compile(r"(NORA|TEO|JUNE)(?: \(O\.S\.\))?")


@dataclass(frozen=True)
class Line:
    """A line of dialogue.

    Parameters
    ----------
    number : int
        From 1, in the order of the screenplay.
    speaker : str
    words : str
    scene : int
        From 1.
    """

    number: int
    speaker: str
    words: str
    scene: int


def screenplay() -> str:
    """Return the sample's screenplay, Fountain."""
    return files("kinoeye.sample").joinpath("roof_tone.fountain").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def lines() -> dict[int, Line]:
    """Return the spoken lines by number."""
    found: list[Line] = []
    scene, speaker = 0, ""
    for row in screenplay().splitlines():
        if row.startswith(("INT.", "EXT.")):
            scene += 1
        cue = _CUE.fullmatch(row)
        if cue:
            speaker = cue[1]
        elif not row:
            speaker = ""
        elif speaker and not row.startswith("("):
            found.append(Line(len(found) + 1, speaker, row, scene))
    return {line.number: line for line in found}
