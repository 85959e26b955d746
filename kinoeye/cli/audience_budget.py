"""``kinoeye audience budget``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, Why
from kinoeye.store.spending import DELTA

EPILOG = "Example: kinoeye audience budget my-film. To raise it: --epsilon 2 --why 'the yearly report of 2026'"


def budget(
    folder: Folder,
    epsilon: Annotated[float | None, typer.Option("--epsilon", help="What all answers together may give away.")] = None,
    delta: Annotated[float, typer.Option("--delta", help="Chance that it does not hold.")] = DELTA,
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say what of the viewers' privacy was spent on private counts, and what is left; or set the limit.

    An epsilon of 1 means: whatever was answered, the odds that any one viewer is in the logs have changed by less than
    2.7 times.
    """
    spending = kinoeye.open(folder, store=store).viewers.spending
    if epsilon is not None:
        spending.allow(epsilon, delta, who=who, why=why)
    now = spending.budget()
    if json:
        console.say_json(asdict(now) | {"left": now.left})
        return
    console.say(f"epsilon {now.spent_epsilon:.4g} of {now.epsilon:g}, {now.left:.4g} left, {now.answers} answers")
    console.say(f"delta {now.spent_delta:.3g} of {now.delta:g} spent")
