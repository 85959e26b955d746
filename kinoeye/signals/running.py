"""Running: how long what is written lasts on screen, by a rule, and by what was shot of it.

The rule gives each line seconds; what was shot says how many times as long dialogue and action really take. Of few
seconds of footage the rule's own once is kept for the most part: a ridge regression towards it.

Source: the trade's rule of a minute a page; Hoerl & Kennard, "Ridge regression", Technometrics 12(1), 1970.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinoeye.screenplay.elements import word_count
from kinoeye.screenplay.layout import LINES_A_PAGE

_PAGE_S = 60.0
_LEAST_S = 1.0  # a paragraph of action is a shot at least
_FEWEST = 8  # lines shot of a kind before their spread says something


@dataclass(frozen=True)
class Pace:
    """How long a kind of line lasts: times the rule's seconds, the spread of one line, and from how many it is known.

    Parameters
    ----------
    factor : float
        1 where nothing was shot.
    spread_s : seconds or None
        Of one line around what is estimated; None where too few were shot.
    lines : int
        Lines that were shot.
    """

    factor: float = 1.0
    spread_s: float | None = None
    lines: int = 0


def seconds(kind: str, text: str, printed: int, *, words_a_minute: float, signs_a_minute: float) -> float:
    """Return how long a line lasts by the rule.

    Parameters
    ----------
    kind : str
        dialogue, action or another, which takes no time.
    text : str
    printed : int, printed lines
    words_a_minute, signs_a_minute : float
        Of speech: words, and Chinese signs.
    """
    if kind == "dialogue":
        signs = sum("\u4e00" <= each <= "\u9fff" for each in text)
        return 60 * ((word_count(text) - signs) / words_a_minute + signs / signs_a_minute)
    return max(_LEAST_S, printed * _PAGE_S / LINES_A_PAGE) if kind == "action" else 0.0


def fitted(ruled: Sequence[float], shot: Sequence[float], *, trust_s: float) -> Pace:
    """Return the pace of lines that were shot.

    Parameters
    ----------
    ruled, shot : sequences of seconds
        By the rule, and on screen.
    trust_s : seconds
        Footage that weighs as much as the rule.

    Examples
    --------
    >>> fitted([2.0] * 60, [3.0] * 60, trust_s=60.0).factor
    1.333
    """
    if not ruled:
        return Pace()
    rule, seen = np.asarray(ruled, float), np.asarray(shot, float)
    factor = 1 + float(rule @ (seen - rule) / (rule @ rule + trust_s * rule.mean()))
    left = seen - factor * rule
    spread = float(np.sqrt((left**2).mean())) if len(seen) >= _FEWEST else None
    return Pace(round(max(factor, 0.1), 3), spread, len(seen))
