"""What several verbs share: how a verb is made, and its options."""

from collections.abc import Collection
from fractions import Fraction
from typing import Annotated, Any

import typer

from kinoeye.errors import UseError
from kinoeye.timecode import standard_rate


def verb(**settings: Any) -> typer.Typer:
    """Return the app of one verb."""
    return typer.Typer(
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )


Folder = Annotated[
    str, typer.Argument(metavar="DIR", help="The production: a folder of film, sound, pictures and text.")
]
Store = Annotated[str | None, typer.Option("--store", metavar="URL", help="Another place for the index.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Cast = Annotated[str | None, typer.Option("--cast", metavar="FILE", help="A cast file: who speaks with which voice.")]
Voice = Annotated[
    str,
    typer.Option("--voice", help="For who is not in it: flite:slt, rhvoice:bdl, espeak:cmn, file:/voices/anna.onnx."),
]
Language = Annotated[str, typer.Option("--language", help="en, zh, fr …: of the voices that are chosen.")]
Who = Annotated[str, typer.Option("--who", help="Who says so; the system's user if not given.")]
Why = Annotated[str, typer.Option("--why", help="Kept with it.")]


def rate_of(text: str, where: str) -> Fraction | None:
    """Return the picture rate that an option says; None if it says nothing.

    Raises
    ------
    UseError
        If it is no rate.
    """
    if not text:
        return None
    try:
        rate = standard_rate(Fraction(text))
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 0 < rate <= 1000:
        raise UseError(f"{where}: --rate must be a number above 0 such as 25 or 24000/1001, got {text!r}")
    return rate


def chosen(where: str, doing: str, doings: Collection[str]) -> str:
    """Return what is to be done.

    Raises
    ------
    UseError
        If the verb cannot do that.
    """
    if doing not in doings:
        raise UseError(f"{where}: must be one of {', '.join(doings)}, got {doing!r}")
    return doing
