"""``kinoeye audience trial``."""

from dataclasses import asdict
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.errors import UseError
from kinoeye.learn.trials import Arm, arm_of_mean, arm_of_share, power_of, verdict, viewers_needed

EPILOG = (
    "Example: how many viewers it takes to find 10 % becoming 11 %: kinoeye audience trial --usual 0.10 --change 0.01. "
    "What may be said so far: kinoeye audience trial 12040:1190 12110:1302 --change 0.01. Of means, with deviations: "
    "kinoeye audience trial 800:31.5:12 790:33.1:12.4"
)


def trial(
    arms: Annotated[
        list[str] | None,
        typer.Argument(metavar="[USUAL NEW]", help="Viewers:did of each arm, or viewers:mean:deviation."),
    ] = None,
    usual: Annotated[
        float | None, typer.Option("--usual", help="To plan: the share, or mean with --deviation, as it is now.")
    ] = None,
    change: Annotated[float | None, typer.Option("--change", help="What is hoped for; settle it before.")] = None,
    deviation: Annotated[float | None, typer.Option("--deviation", help="How much viewers differ, of a mean.")] = None,
    viewers: Annotated[int | None, typer.Option("--viewers", help="Of each arm, to be told the power.", min=1)] = None,
    power: Annotated[float, typer.Option("--power", help="How likely the change shall be found.")] = 0.8,
    error: Annotated[float, typer.Option("--error", help="How often one may be found that is none.")] = 0.05,
    json: Json = False,
) -> None:
    """Plan a trial of two ways of showing, or say what it tells so far.

    One may look as often as one likes: the chance and the interval hold at every look.
    """
    if not arms:
        _plan(usual, change, deviation, viewers, power, error, json=json)
        return
    if len(arms) != 2:
        raise UseError(f"trial: there must be two arms, got {len(arms)}", remedy="See: kinoeye audience trial --help")
    found = verdict(_arm(arms[0]), _arm(arms[1]), hoped=change, error=error)
    if json:
        console.say_json(asdict(found))
        return
    said = "they differ, and one may stop" if found.is_sure else "not sure yet; one may go on and look again"
    console.say(f"the new way less the usual: {found.difference:+.4g} ({found.least:+.4g} to {found.most:+.4g})")
    console.say(f"{said}: chance {found.chance:.2g} at any look (as a single look {found.once_chance:.2g})")
    if found.share_of_viewers < 0.001:
        console.say("WARNING: the arms have too unequal numbers of viewers for an even split; look for what lost some")


def _plan(
    usual: float | None, change: float | None, deviation: float | None, viewers: int | None, power: float,
    error: float, *, json: bool,
) -> None:  # fmt: skip
    if usual is None or change is None:
        raise UseError("trial: --usual and --change must be given to plan, or two arms to judge, got neither",
                       remedy="See: kinoeye audience trial --help")  # fmt: skip
    if viewers is not None:
        found = power_of(usual, change, viewers, deviation=deviation, error=error)
        told = {"viewers_each": viewers, "power": found}
        text = f"with {viewers:,} viewers in each arm the change is found {found:.0%} of the time"
    else:
        needed = viewers_needed(usual, change, deviation=deviation, power=power, error=error)
        told = {"viewers_each": needed, "power": power}
        text = f"{needed:,} viewers in each arm find the change {power:.0%} of the time"
    console.say_json(told) if json else console.say(text)


def _arm(text: str) -> Arm:
    parts = text.split(":")
    try:
        if len(parts) == 2:
            return arm_of_share(int(parts[0]), int(parts[1]))
        viewers, mean, deviation = parts
        return arm_of_mean(int(viewers), float(mean), float(deviation))
    except ValueError:
        raise UseError(f"trial: an arm must be written as 1200:118 or 1200:31.5:12, got {text!r}") from None
