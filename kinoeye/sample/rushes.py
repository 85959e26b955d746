"""Rushes: what is shot of the sample's screenplay, take by take, and what goes wrong in it, all drawn from a seed.

The director goes on until each line is there once as it should be: what spoils the last chance is taken back. Apart
from that a take is as good as the draw has it, and the last is no better than the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kinoeye.sample.setups import AGAIN, ASIDES, CHANGED, LAUGH, SETUPS, UNSEEN, Setup
from kinoeye.sample.story import lines

# How often it happens: to a line, beside a line, to a take.
_SPOILED, _ASIDE, _PICTURE, _SOUND = 0.24, 0.14, 0.3, 0.25
_KINDS = ("changed", "flubbed", "laughed", "mumbled", "left out", "again")
_ODDS = (0.28, 0.22, 0.12, 0.16, 0.12, 0.10)
_LEAST_FLUBBED = 4  # words of a line that somebody can stumble in
CREW = "CREW"


@dataclass(frozen=True)
class Say:
    """Something that is said in a take.

    Parameters
    ----------
    who : str
    words : str
    line : int
        Number of the screenplay's line; 0 for what nobody wrote.
    fault : changed, flubbed, laughed, mumbled or empty
    """

    who: str
    words: str
    line: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Take:
    """One take.

    Parameters
    ----------
    setup : Setup
    number : int
        From 1, as slated.
    said : tuple of Say
        In running order, behind the board.
    picture : soft, shaky or empty
    sound : noisy, clipped or empty
    runs_out : int
        Number of the line in which the camera ends; 0 if it does not.
    """

    setup: Setup
    number: int
    said: tuple[Say, ...]
    picture: str = ""
    sound: str = ""
    runs_out: int = 0

    @property
    def name(self) -> str:
        """Scene and set-up as slated, and the take."""
        return f"{self.setup.scene}{self.setup.letter}-{self.number}"

    def faults(self, say: Say) -> tuple[str, ...]:
        """Return all that is wrong with a line as it is said here."""
        ends = "ran out" if say.line and say.line == self.runs_out else ""
        return tuple(each for each in (say.fault, ends, self.picture, self.sound) if each)

    def is_seen(self, line: int) -> bool:
        """Say whether who says a line is in the picture, or need not be."""
        return not self.setup.who or line in UNSEEN or lines()[line].speaker == self.setup.who


def shoot(seed: int, setups: Sequence[Setup] = SETUPS) -> tuple[Take, ...]:
    """Return the takes of a seed, in the order in which they are shot."""
    rng = np.random.default_rng([1895, seed])
    takes = [_take(setup, number, rng) for setup in setups for number in range(1, setup.takes + 1)]
    singles = [n for n, take in enumerate(takes) if take.setup.who]
    if singles:
        last = int(rng.choice(singles))
        takes[last] = _run_out(takes[last], int(rng.integers(1, len(takes[last].setup.lines))))
    for line in sorted({line for setup in setups for line in setup.lines}):
        takes = _mended(takes, line, rng)
    return tuple(takes)


def _take(setup: Setup, number: int, rng: np.random.Generator) -> Take:
    said: list[Say] = []
    for line in setup.lines:
        said += _said(line, rng)
        if rng.random() < _ASIDE:
            said.append(Say(lines()[line].speaker, str(rng.choice(ASIDES))))
    picture = str(rng.choice(["soft", "shaky"])) if rng.random() < _PICTURE else ""
    sound = str(rng.choice(["noisy", "clipped"])) if rng.random() < _SOUND else ""
    return Take(setup, number, tuple(said), picture, sound)


def _said(line: int, rng: np.random.Generator) -> Iterable[Say]:
    """Return a line as it comes out."""
    who, words = lines()[line].speaker, lines()[line].words
    whole = Say(who, words, line)
    kind = str(rng.choice(_KINDS, p=_ODDS)) if rng.random() < _SPOILED else ""
    half = " ".join(words.split()[: len(words.split()) // 2]).rstrip(".,?!")
    is_long = len(words.split()) >= _LEAST_FLUBBED
    if kind == "changed" and line in CHANGED:
        return [Say(who, CHANGED[line], line, "changed")]
    if kind == "flubbed" and is_long:
        return [Say(who, f"{half},", line, "flubbed"), Say(who, AGAIN), whole]
    if kind == "laughed" and is_long:
        return [Say(who, f"{half},", line, "laughed"), Say(who, LAUGH)]
    if kind == "left out":
        return []
    if kind == "again":
        return [whole, Say(who, AGAIN), whole]
    return [replace(whole, fault="mumbled")] if kind == "mumbled" else [whole]


def _run_out(take: Take, place: int) -> Take:
    """End the camera in a line; what would come behind it is not said either."""
    line = take.setup.lines[place]
    found = [n for n, say in enumerate(take.said) if say.line == line and not say.fault]
    return replace(take, said=take.said[: found[0] + 1], runs_out=line) if found else take


def _mended(takes: list[Take], line: int, rng: np.random.Generator) -> list[Take]:
    """Take back what spoils a line, in one take, if no take has it as it should be."""
    able = [n for n, take in enumerate(takes) if line in take.setup.lines and take.is_seen(line)]
    if any(say.line == line and not takes[n].faults(say) for n in able for say in takes[n].said):
        return takes
    able = [n for n in able if not takes[n].runs_out] or able
    number = int(rng.choice(able))
    take, who, words = takes[number], lines()[line].speaker, lines()[line].words
    places = [n for n, say in enumerate(take.said) if say.line == line]
    order = take.setup.lines.index(line)
    later = [n for n, say in enumerate(take.said) if say.line and take.setup.lines.index(say.line) > order]
    at = places[0] if places else later[0] if later else len(take.said)
    said = [say for n, say in enumerate(take.said) if n not in places]
    said.insert(at, Say(who, words, line))
    return [*takes[:number], replace(take, said=tuple(said), picture="", sound="", runs_out=0), *takes[number + 1 :]]
