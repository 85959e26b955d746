"""``kinoeye audience count``."""

from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, Why
from kinoeye.run.private_figures import BY, private_counts

EPILOG = (
    "Example: kinoeye audience count my-film --by title --epsilon 0.5 --most 3. Logs must be kept for publish: "
    "kinoeye audience purpose. What is left of the budget: kinoeye audience budget my-film"
)


def count(
    folder: Folder,
    by: Annotated[str, typer.Option("--by", help=f"{', '.join(BY)}.")] = "title",
    epsilon: Annotated[float, typer.Option("--epsilon", help="What is spent; smaller hides better.")] = 0.25,
    most: Annotated[int, typer.Option("--most", help="Groups that one viewer counts for.")] = 1,
    delta: Annotated[
        float, typer.Option("--delta", help="Chance of harm, where no catalogue says which titles there are: 1e-8.")
    ] = 0.0,
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Count viewers with noise that hides whether any one of them is there, and pay for it from the budget.

    Needs OpenDP: pip install 'kinoeye[privacy]'. The same question about the same viewings is answered as before and
    costs nothing.
    """
    index = kinoeye.open(folder, store=store).index
    answer = private_counts(index, by, epsilon=epsilon, most=most, delta=delta, who=who, why=why)
    if json:
        console.say_json(answer)
        return
    console.say_table(answer["rows"], empty="no group lies clear of the threshold")
    console.say(f"within {answer['off']} viewers, 95 of 100 times; each viewer counted for at most {answer['most']}")
