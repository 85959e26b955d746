"""``kinoeye words``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.errors import DocumentError, UseError
from kinoeye.learn.nearness import FEW, Words
from kinoeye.models.tokens import tokens

app = verb()


@app.command(
    epilog="Example: kinoeye words my-film near storm. With other texts of yours: "
    "kinoeye words my-film near storm --corpus novel.txt --corpus treatment.txt"
)
def words(
    folder: Folder,
    doing: Annotated[str, typer.Argument(metavar="near", help="What to ask.")],
    word: Annotated[str, typer.Argument(help="The word.")],
    corpus: Annotated[
        list[Path] | None, typer.Option("--corpus", help="A text to learn from too, UTF-8; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many words.", min=1)] = 10,
    store: Store = None,
    json: Json = False,
) -> None:
    """Say which words are used like a word, learnt here and now from the production's texts and yours."""
    if doing != "near":
        raise UseError(f"words: must be near, got {doing!r}", remedy="See: kinoeye words --help")
    production = kinoeye.open(folder, store=store)
    texts = [row for row in production.read("paragraphs")["text"].to_pylist() if row]
    for path in corpus or ():
        try:
            texts += path.read_text("utf-8").split("\n\n")
        except (OSError, UnicodeDecodeError) as error:
            raise DocumentError(f"words: {path} must be a text in UTF-8, got {error}") from error
    learnt = Words([[each.text.lower() for each in tokens(text) if each.text[0].isalnum()] for text in texts])
    rows = [asdict(each) for each in learnt.near(word, limit=limit)]
    if json:
        console.say_json(rows)
        return
    if learnt.size < FEW:
        console.say(f"learnt from {learnt.size} words: of so few this is little better than chance")
    console.say_table([{**row, "score": round(row["score"], 2)} for row in rows])
