"""Viewers' reasons: what the made viewers leave for, second by second, and how much more often then.

Each reason is a rule of what is seen and heard. The rules are not those that reasons are looked for with
(kinoeye.signals.reasons): other bounds, other spans. A viewer decides a little after, and gets to the remote control a
little later still, so that what was shown is spread over the seconds that follow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kinoeye.errors import UseError
from kinoeye.signals.content import Content, Flags, Floats, for_a_while, lasting, since, trailing

SIZES = (0.05, 0.4)  # of `planted`
_DELAY_S = 2.0  # on average, between what is shown and leaving
_DELAYS = np.exp(-np.arange(12) / _DELAY_S) / np.exp(-np.arange(12) / _DELAY_S).sum()


@dataclass(frozen=True)
class Reason:
    """Something for which viewers leave.

    Parameters
    ----------
    kind : str
        Of `KINDS`.
    size : float
        How much more often they leave meanwhile: 0.2 is a fifth more. Below 0 they rather stay.
    who : str
        Whose; for ``person`` only.
    """

    kind: str
    size: float
    who: str = ""

    @property
    def name(self) -> str:
        """The kind, and whose."""
        return f"{self.kind}:{self.who}" if self.who else self.kind


def hazard(content: Content, reasons: Sequence[Reason]) -> Floats:
    """Return how much more often than else viewers leave in each second: float64 [seconds], 1 where no reason holds.

    Raises
    ------
    UseError
        If a reason is none of `KINDS`, or of nobody in the film.
    """
    log = np.zeros(content.seconds)
    for reason in reasons:
        log += np.log1p(reason.size) * _delayed(holds(content, reason).astype(np.float64))
    return np.exp(log)


def holds(content: Content, reason: Reason) -> Flags:
    """Return whether a reason holds in each second.

    Raises
    ------
    UseError
        If it is none of `KINDS`, or of nobody in the film.
    """
    if reason.kind == "person":
        if reason.who not in content.people:
            return np.zeros(content.seconds, bool)
        return for_a_while(content.people[reason.who], 1)
    if reason.kind not in KINDS:
        raise UseError(f"viewers: a reason must be one of {', '.join(KINDS)}, got {reason.kind!r}")
    return KINDS[reason.kind](content)


def planted(contents: Mapping[str, Content], seed: int, count: int = 12) -> list[Reason]:
    """Return so many different reasons with sizes of 5 to 40 %, evenly spread over them, dealt out by chance."""
    random = np.random.default_rng([seed, 23])
    kinds = random.permutation(list(KINDS))[:count]
    sizes = random.permutation(np.geomspace(*SIZES, max(2, len(kinds))))[: len(kinds)]
    shares: dict[str, list[float]] = {}
    for content in contents.values():
        for name, seen in content.people.items():
            shares.setdefault(name, []).append(float(seen.mean()))
    known = sorted(shares, key=lambda name: -sum(shares[name]))[:4]
    return [
        Reason(str(kind), round(float(size), 3), str(random.choice(known)) if kind == "person" else "")
        for kind, size in zip(kinds, sizes, strict=True)
        if kind != "person" or known
    ]


def _delayed(held: Floats) -> Floats:
    return np.convolve(held, _DELAYS)[: len(held)]


def _measure(content: Content, name: str) -> Floats:
    return content.measures.get(name, np.full(content.seconds, np.nan))


def _above(values: Floats, bound: float) -> Flags:
    return np.nan_to_num(values, nan=-np.inf) > bound


def _below(values: Floats, bound: float) -> Flags:
    return np.nan_to_num(values, nan=np.inf) < bound


def _slow(content: Content) -> Flags:
    return _below(trailing(_measure(content, "cuts"), 75) * 60, 6.0) & ~_shown(content, "credits")


def _shown(content: Content, name: str, least: float = 0.5) -> Flags:
    return _above(_measure(content, name), least)


def _mute(content: Content) -> Flags:
    """Return where nobody has spoken for a while; the credits are something else."""
    return _wordless(content, 13) & ~_shown(content, "credits")


def _wordless(content: Content, seconds: int) -> Flags:
    """Return where nobody has spoken for so many seconds; nowhere if it is not known who speaks."""
    speech = _measure(content, "speech")
    return np.asarray((since(_above(speech, 0.05)) > seconds) & np.isfinite(speech), np.bool_)


def _burst(content: Content) -> Flags:
    loud = _measure(content, "loudness")
    before = np.append(np.full(2, np.nan), trailing(loud, 12)[:-2]) if len(loud) > 2 else np.full(len(loud), np.nan)
    with np.errstate(invalid="ignore"):
        return for_a_while(_above(loud - before, 9.5), 3)


def _quiet(content: Content) -> Flags:
    loud = trailing(_measure(content, "loudness"), 4)
    usual = np.nanmedian(loud) if np.isfinite(loud).any() else np.nan
    return _below(loud, usual - 8.5) & ~_shown(content, "credits")


def _left(content: Content) -> Flags:
    """Return where somebody who was seen for a while has just gone, and nobody is there in their place."""
    gone = np.zeros(content.seconds, bool)
    for seen in content.people.values():
        was = np.append(0.0, lasting(for_a_while(seen, 4))[:-1])
        gone |= for_a_while((was > 22) & ~for_a_while(seen, 4), 9)
    return gone & ~_shown(content, "credits")


KINDS: dict[str, Callable[[Content], Flags]] = {
    "long_shot": lambda content: (_above(_measure(content, "shot_so_far"), 11.0)) & ~_shown(content, "credits"),
    "slow_pace": _slow,
    "no_dialogue": _mute,
    "loud_burst": _burst,
    "quiet": _quiet,
    "person_left": _left,
    "person": lambda content: np.zeros(content.seconds, bool),
    "sad_face": lambda content: for_a_while(_shown(content, "sadness", 0.5), 2),
    "music_alone": lambda content: _shown(content, "music") & _wordless(content, 4) & ~_shown(content, "credits"),
    "dark": lambda content: _below(trailing(_measure(content, "brightness"), 3), 0.14) & ~_shown(content, "credits"),
    "text": lambda content: for_a_while(_shown(content, "text", 0.3), 2) & ~_shown(content, "credits"),
    "credits": lambda content: _shown(content, "credits"),
}
