"""Options that several verbs share."""

from typing import Annotated

import typer

Folder = Annotated[
    str, typer.Argument(metavar="DIR", help="The production: a folder of film, sound, pictures and text.")
]
Store = Annotated[str | None, typer.Option("--store", metavar="URL", help="Another place for the index.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
