"""Spending: what of a production's privacy budget was spent, on which answers, and what is left.

Each private answer spends an epsilon; what all of them can give away together is at most the sum. So the sum has a
limit, which a person sets and may raise, with a name and a reason kept. The same question about the same rows gets the
answer it once got, and spends nothing. What is spent is kept before an answer is made, and the answer before it is
shown: a stopped program may have spent without an answer, never answered without spending.

Source: Dwork & Roth, "The algorithmic foundations of differential privacy", 2014, section 3.5 (composition).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kinoeye.errors import ConsentError, UseError
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index

BUDGETS = "privacy_budgets"
SPENT = "privacy_spendings"
ANSWERS = "privacy_answers"

EPSILON = 1.0  # of a production, while no one has said another: what auditors usually take for strong
DELTA = 1e-6
_ROUNDING = 1e-9  # of a sum of decimals


@dataclass(frozen=True)
class Budget:
    """How a production's budget stands.

    Parameters
    ----------
    epsilon, delta : float
        The limit.
    spent_epsilon, spent_delta : float
    answers : int
        On how many answers.
    """

    epsilon: float
    delta: float
    spent_epsilon: float
    spent_delta: float
    answers: int

    @property
    def left(self) -> float:
        """What is left of the epsilon."""
        return max(0.0, self.epsilon - self.spent_epsilon)


class Spending:
    """The privacy budget of one production.

    Parameters
    ----------
    index : Index
    """

    def __init__(self, index: Index) -> None:
        self._decisions = index.decisions

    def allow(self, epsilon: float, delta: float = DELTA, *, who: str = "", why: str = "") -> int:
        """Set the limit, and return the decision's number.

        Raises
        ------
        UseError
            If a number is none that a budget can have.
        """
        if not (0 <= epsilon < math.inf and 0 <= delta < 1):
            raise UseError(f"budget: epsilon must be 0 or more, delta lie in 0..1, got {epsilon} and {delta}")
        return self._decisions.add(Decision(BUDGETS, {"of": "viewers"}, {"epsilon": epsilon, "delta": delta}, who, why))

    def budget(self) -> Budget:
        """Return how the budget stands."""
        limits = [each.value for each in self._decisions.all(BUDGETS)] or [{"epsilon": EPSILON, "delta": DELTA}]
        spent = [each.value for each in self._decisions.all(SPENT)]
        sums = [math.fsum(float(each[name]) for each in spent) for name in ("epsilon", "delta")]
        return Budget(float(limits[-1]["epsilon"]), float(limits[-1]["delta"]), sums[0], sums[1], len(spent))

    def answered(self, question: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the answer that a question once got; None if it got none."""
        for each in self._decisions.all(ANSWERS):
            if dict(each.key) == dict(question):
                return dict(each.value)
        return None

    def answer(
        self, question: Mapping[str, Any], epsilon: float, delta: float, make: Callable[[], Mapping[str, Any]],
        *, who: str = "", why: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """Return the answer to a question: as it was once given, or a new one, which spends.

        Parameters
        ----------
        question : mapping
            What is asked, of which rows (by their fingerprint): whatever makes another question.
        epsilon, delta : float
            What a new answer spends.
        make : callable
            Makes the answer: plain values.
        who, why : str

        Raises
        ------
        ConsentError
            If it would spend more than is left.
        """
        known = self.answered(question)
        if known is not None:
            return known
        begun = [each for each in self._decisions.all(SPENT) if dict(each.key) == dict(question)]
        if not begun:
            self._spend(question, epsilon, delta, who, why)
        value = dict(make())
        self._decisions.add(Decision(ANSWERS, dict(question), value, who, why))
        return value

    def _spend(self, question: Mapping[str, Any], epsilon: float, delta: float, who: str, why: str) -> None:
        """Keep what is spent, and take it back if the sum is over the limit: so two at once cannot both pass."""
        self._refuse(self.budget(), epsilon, delta)
        number = self._decisions.add(Decision(SPENT, dict(question), {"epsilon": epsilon, "delta": delta}, who, why))
        try:
            self._refuse(self.budget(), 0.0, 0.0)
        except ConsentError:
            self._decisions.remove(number)
            raise

    def _refuse(self, budget: Budget, epsilon: float, delta: float) -> None:
        for name, limit, spent, wanted in (("epsilon", budget.epsilon, budget.spent_epsilon, epsilon),
                                           ("delta", budget.delta, budget.spent_delta, delta)):  # fmt: skip
            if spent + wanted > limit * (1 + _ROUNDING) + 1e-15:
                left = max(0.0, limit - spent)
                raise ConsentError(
                    f"budget: what is asked must cost no more {name} than is left, {left:.4g} of {limit:g}, "
                    f"got {wanted:g}",
                    remedy="Ask with less, use answers that were given, or raise the limit with a reason: "
                    "kinoeye audience budget DIR --epsilon …",
                )
