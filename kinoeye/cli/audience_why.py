"""``kinoeye audience why``."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.errors import UseError
from kinoeye.export.dropoff_page import dropoff_page, watched
from kinoeye.export.dropoff_words import cause_says, moment_says
from kinoeye.export.words import LANGUAGES, words
from kinoeye.production import Production
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.timecode import clock

EPILOG = "Example: kinoeye audience why my-film. Of several films: kinoeye audience why my-series 'Episode 2'"

_TABLES = ("leavings", "dropoff_causes", "dropoff_moments", "shots")


def why(
    folder: Folder,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="A title of the logs, or a film's path or name.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write the page; else into out/audience.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="en or zh: what is said, and how the page opens.")] = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say why viewers leave a film, by the second: scene, lines, probable cause, how much, how surely.

    The page shows who stays over the film's own pictures, what viewers leave for with its interval, and the moments at
    which many leave. What rebuffering and poor quality do is taken out first.
    """
    words(language)
    if out is not None:
        check_free(out)
    production = kinoeye.open(folder, store=store)
    film = _film(production, title)
    tables = {name: production.read(name) for name in _TABLES}
    told = watched(tables, film["asset"], film["name"])
    index = production.index
    stills = None if index.streams.manifest(film["asset"], "stills") is None else index.stills(film["asset"])
    page = dropoff_page(tables, told, stills, language=language)
    if out is None:
        path = production.keep({f"{_file_name(film['name'])}.html": page}, "audience")[0]
    else:
        path = put_new(out, page)
    causes = tables["dropoff_causes"].to_pylist()
    moments = [row for row in tables["dropoff_moments"].to_pylist() if row["asset"] == film["asset"]]
    if json:
        console.say_json({"title": film["title"], "film": film["path"], "causes": causes, "moments": moments,
                          "page": str(path)})  # fmt: skip
        return
    _say(film, causes, moments, LANGUAGES.index(language), told.start)
    console.say(str(path))


def _film(production: Production, title: str) -> dict[str, Any]:
    """Return the film that is meant."""
    paths = {row["asset"]: row["path"] for row in production.read("assets").to_pylist()}
    counted = set(production.read("leavings")["asset"].unique().to_pylist())
    films = [row | {"path": paths.get(row["asset"], "")} for row in production.read("title_films").to_pylist()
             if row["asset"] in counted]  # fmt: skip
    if not films:
        raise UseError(
            "why: the production must have a film that a viewing log tells of, got none",
            remedy="Put film and log into the folder, then: kinoeye audience purpose DIR --for statistics, and "
            "kinoeye run DIR. If a title is not known as the film: kinoeye decide DIR title_films",
        )
    meant = [row for row in films
             if title in ("", row["title"], row["name"], row["path"], Path(row["path"]).name)]  # fmt: skip
    assets = {row["asset"] for row in meant}
    if len(assets) != 1:
        names = ", ".join(sorted({row["name"] for row in films}))
        raise UseError(f"why: the title must be one of {names}, got {title or 'none'}", remedy="Say which film")
    film: dict[str, Any] = meant[0]
    return film


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.\- ]+", "_", name).strip(" .") or "film"


def _say(
    film: dict[str, Any], causes: list[dict[str, Any]], moments: list[dict[str, Any]], place: int, start: int
) -> None:
    console.say(film["name"])
    for row in (each for each in causes if each["is_found"]):
        console.say(cause_says(row)[place])
    if not any(row["is_found"] and row["kind"] == "content" for row in causes):
        console.say(words(LANGUAGES[place]).sections["dropoff"]["nothing"])
    names = {row["who"]: row["name"] for row in causes if row["name"]}
    for number, row in enumerate(moments, 1):
        span = f"{clock(row['start'] - start)[:-4]} – {clock(row['end'] - start)[:-4]}"
        console.say(f"{number}. {span}  {' '.join(each[place] for each in moment_says(row, names))}")
