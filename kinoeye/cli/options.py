"""What several verbs share: how a verb is made, and its options."""

from typing import Annotated, Any

import typer


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
