"""Story: the sample's screenplay and the lines that are spoken in it."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kinoeye.screenplay import fountain
from kinoeye.screenplay.elements import blocks, cue


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
    scene = 0
    for each, under in blocks(fountain.read(screenplay())):
        scene += each.kind == "heading"
        for said in under:
            rows = said.text.split("\n") if said.kind == "dialogue" else []
            found += [Line(len(found) + at, cue(each.text).name, row, scene) for at, row in enumerate(rows, 1)]
    return {line.number: line for line in found}
