"""``kinoeye recommend``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json, Store, Who, Why, verb
from kinoeye.errors import UseError
from kinoeye.export.recommendations_page import recommendations_page
from kinoeye.export.words import words
from kinoeye.production import INDEX
from kinoeye.run import recommending
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.run.recommending import Wishes

app = verb()

_MOST_PRINTED = 25  # viewers


@app.command(
    epilog="Example: kinoeye recommend ratings.csv --viewer 15 --because. For somebody new: --watched 'Heat,Alien'. "
    "Of a production that was run: kinoeye recommend my-film --viewer anna, and kinoeye recommend my-film "
    "--viewer anna --not-interested 'Black Mask'. For children: --age 12 --ages certificates.csv"
)
def recommend(
    source: Annotated[
        str, typer.Argument(metavar="FILE|DIR", help="Ratings or a viewing log; or a production that was run.")
    ],
    viewer: Annotated[
        list[str] | None, typer.Option("--viewer", metavar="NAME", help="Whom, as the log calls them, or #NUMBER.")
    ] = None,
    watched: Annotated[
        str, typer.Option("--watched", metavar="TITLES", help="Somebody new, who liked these; commas between.")
    ] = "",
    count: Annotated[int, typer.Option("--count", min=1, max=1000, help="Titles for each viewer.")] = 20,
    because: Annotated[bool, typer.Option("--because", help="Say which titles of theirs speak for it.")] = False,
    not_interested: Annotated[
        list[str] | None,
        typer.Option("--not-interested", metavar="TITLE", help="Never show it; of a production it is kept."),
    ] = None,
    age: Annotated[int | None, typer.Option("--age", min=0, help="Of the youngest who watches.")] = None,
    ages: Annotated[
        Path | None, typer.Option("--ages", metavar="FILE", help="CSV with title and age or certificate.")
    ] = None,
    titles: Annotated[
        Path | None, typer.Option("--titles", metavar="FILE", help="A catalogue; else movies.csv beside FILE.")
    ] = None,
    scores: Annotated[
        bool, typer.Option("--scores", help="Say how good it is, and what it gives away; takes a minute or more.")
    ] = False,
    write: Annotated[Path | None, typer.Option("--write", metavar="OUT.html", help="A page of it, anew.")] = None,
    language: Annotated[str, typer.Option("--language", help="en or zh: in which the page opens.")] = "en",
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say what to show viewers next, and why.

    Nobody is answered by a model that has learnt from them, so that an answer does not tell who was learnt from. With
    --age, a title of which no limit is known is taken for one for adults.
    """
    words(language)
    if write:
        check_free(write)
    if age is not None and not ages:
        raise UseError("recommend: --ages must say who may see what, got none", remedy="A CSV file: title, age")
    wishes = Wishes(
        tuple(viewer or ()), count, tuple(_named(watched)), tuple(not_interested or ()), age,
        recommending.read_ages(ages) if ages else {},
    )  # fmt: skip
    rows, measured, kept = _answer(source, wishes, titles, scores or bool(write), (who, why), store)
    if write:
        name = Path(source).resolve().name
        put_new(write, recommendations_page(rows, measured, title=name, language=language))
    if json:
        console.say_json({"recommendations": rows, "scores": measured, "decisions": kept,
                          "written": str(write) if write else None})  # fmt: skip
        return
    _say(rows, because)
    if scores:
        console.say_table(_shown(measured))
    for line in (*(f"decision {number} is kept" for number in kept), *([str(write)] if write else [])):
        console.say(line)


def _answer(
    source: str, wishes: Wishes, titles: Path | None, is_measured: bool, said: tuple[str, str], store: str | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[int]]:
    """Return recommendations, how good they are, and the decisions that were kept."""
    path = Path(source)
    is_run = store is not None or (path / INDEX).is_dir()
    if not path.is_dir() or ((path / "ratings.csv").is_file() and not is_run):
        own = recommending.read_source(path, titles)
        return recommending.recommend(own, wishes), recommending.scores_of(own) if is_measured else [], []
    production = kinoeye.open(source, store=store)
    kept: list[int] = []
    if wishes.not_interested:
        if len(wishes.viewers) != 1:
            raise UseError(f"recommend: --not-interested must come with one --viewer, got {len(wishes.viewers)}")
        kept = recommending.keep_not_interested(production.index, wishes.viewers[0], wishes.not_interested,
                                                who=said[0], why=said[1])  # fmt: skip
    measured = production.read("recommender_scores").to_pylist() if is_measured else []
    return recommending.recommend_index(production.index, wishes), measured, kept


def _say(rows: Sequence[Mapping[str, Any]], because: bool) -> None:
    viewers = list(dict.fromkeys(row["viewer"] for row in rows))
    shown = set(viewers[:_MOST_PRINTED])
    told = []
    for row in rows:
        if row["viewer"] in shown:
            line = {"viewer": row["viewer"], "rank": row["rank"], "title": row["name"] or row["title"],
                    "score": round(row["score"], 3), "new": "new" if row["cold"] else ""}  # fmt: skip
            if because:
                line["because"] = " · ".join(
                    f"{each.get('name') or each['title']} {each['share']:.0%}" for each in row["because"]
                )
            told.append(line)
    console.say_table(told, empty="nothing that may be shown")
    if len(viewers) > len(shown):
        console.say(f"and {len(viewers) - len(shown)} viewers more; --json prints all, --viewer one")


def _shown(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"split": row["split"], "way": row["way"] + "*" * bool(row["is_chosen"]), "measure": row["measure"],
         "of": row["group"] or "", "value": row["value"],
         "interval": f"{row['low']:.3g} – {row['high']:.3g}" if row["low"] is not None else ""}
        for row in rows
    ]  # fmt: skip


def _named(text: str) -> list[str]:
    return [each.strip() for each in text.replace("，", ",").split(",") if each.strip()]
