"""``kinoeye script ideas``."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.errors import UseError
from kinoeye.models import transformer
from kinoeye.models.endpoint import Endpoint
from kinoeye.run import drafting
from kinoeye.run.ideas import KINDS, TABLES, Desk, Idea, Made, desk
from kinoeye.run.settings import IdeaSettings
from kinoeye.treatments.screenplay.writing import Reader

Texts = Annotated[
    list[Path] | None,
    typer.Option("--corpus", help="A text of yours to learn from too, in any encoding; may be repeated."),
]
Of = Annotated[str, typer.Argument(metavar="FILE|DIR", help="A screenplay, or a production that was run.")]
_WAYS = ("ngrams", "transformer", "endpoint")
_LINES = 4
_FILE = "learnt/ideas.npz"  # in the index
EPILOG = (
    "Example: kinoeye script ideas my-film --scene 4. Names: kinoeye script ideas draft.fountain names. "
    "By a language model at an address of yours, set as endpoint and endpoint_model in [ideas] of kinoeye.toml: "
    "kinoeye script ideas my-film --by endpoint says what would be sent and where; --send sends it. Its key comes from "
    "KINOEYE_ENDPOINT_KEY alone"
)


def ideas(
    source: Of,
    what: Annotated[str, typer.Argument(metavar=f"[{'|'.join(KINDS)}]", help="Of what.")] = "continue",
    scene: Annotated[str, typer.Option("--scene", help="Go on behind this scene: its number; the last if none.")] = "",
    line: Annotated[str, typer.Option("--line", help="Go on behind this line, by its name in the table lines.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who speaks first.")] = "",
    lines: Annotated[int, typer.Option("--lines", help="Of a continuation.", min=1, max=40)] = _LINES,
    count: Annotated[int, typer.Option("--count", help="How many ideas.", min=1, max=100)] = 5,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other ideas.", min=0)] = 1,
    corpus: Texts = None,
    script: Annotated[str, typer.Option("--script", help="Which screenplay of the production; else the longest.")] = "",
    most_copied: Annotated[
        int | None, typer.Option("--most-copied", help="Longest run of words from a text; 6 if not set.", min=1)
    ] = None,
    mark: Annotated[bool, typer.Option("--mark", help="Mark what copies more, and do not refuse it.")] = False,
    by: Annotated[str, typer.Option("--by", help="ngrams; transformer, learnt before; or endpoint.")] = "ngrams",
    send: Annotated[bool, typer.Option("--send", help="Send to the endpoint what was said.")] = False,
    json: Json = False,
) -> None:
    """Get ideas from a small language model that knows your own texts alone: how a scene may go on, names, places.

    Loglines and beats are put together from what is known of the screenplay. Each idea says what it is based on and
    its nearest passage, with the longest run of words that stands there just so; what copies too much is refused.
    """
    if by not in _WAYS:
        raise UseError(f"script: --by must be one of {', '.join(_WAYS)}, got {by!r}")
    if what not in KINDS:
        raise UseError(f"script: ideas must be one of {', '.join(KINDS)}, got {what!r}")
    if by != "ngrams" and (who or lines != _LINES):
        raise UseError("script: --who and --lines must go with --by ngrams, got --by " + by)
    if by == "transformer" and what != "continue":
        raise UseError(f"script: --by transformer must go with continue, got {what}")
    table = laid_out(source, corpus or (), script, most_copied, mark=mark)
    place = table.place(scene, line)
    if by == "endpoint":
        made = _asked(table, what, place, count, seed, send=send, json=json)
        if made is None:
            return
    else:
        model = Reader(transformer.learnt(_kept(source))) if by == "transformer" else None
        made = table.ideas(what, count=count, seed=seed, place=place, who=who, lines=lines, model=model)
    if json:
        console.say_json(asdict(made))
        return
    for idea in made.ideas:
        _say(idea)
    if made.refused:
        console.say(f"{made.refused} refused: they copied more than {table.settings.most_copied} words in a row")
    if not made.ideas:
        console.say(
            "no idea: too little is known. Lay more of your texts beside it with --corpus, or raise --most-copied"
        )


def learn(
    source: Annotated[str, typer.Argument(metavar="DIR", help="A production that was run.")],
    corpus: Texts = None,
    minutes: Annotated[float, typer.Option("--minutes", help="Time to spend now, at most.", min=0.01)] = 10.0,
    seed: Annotated[int, typer.Option("--seed", help="Of a model that is begun.", min=0)] = 1,
    json: Json = False,
) -> None:
    """Teach a small transformer your own texts, for kinoeye script ideas --by transformer.

    It may be stopped with Ctrl-C at any time and gone on with by saying it again; other texts begin it anew. Nothing
    but the production's texts and those of --corpus is learnt from, and it stays in the production's index.
    """
    file = _kept(source)
    table = laid_out(source, corpus or (), "", None, mark=False)
    with console.progress_bar(json) as told:
        trained = table.learn(file, seconds=60 * minutes, seed=seed, on_progress=told)
    if json:
        console.say_json(asdict(trained))
        return
    console.say(f"step {trained.step}, perplexity {trained.perplexity:.1f} of lines that were held out")
    console.say("it gets no better" if trained.is_done else "time is up; say it again to go on")


def _kept(source: str) -> Path:
    """Return where what was learnt lies: in the index of a production on this machine."""
    files = kinoeye.open(source).index.files
    if not files.is_local:
        raise UseError("script: a transformer must be learnt beside an index on this machine, got another")
    return Path(files.root) / _FILE


def laid_out(source: str, corpus: Any, script: str, most_copied: int | None, *, mark: bool) -> Desk:
    """Return the desk of a file or a production, its settings overridden by what was said."""
    if Path(source).is_dir():
        production = kinoeye.open(source)
        settings = production.settings.ideas
        tables = {name: production.read(name) for name in TABLES}
        paragraphs = production.read("paragraphs")
    else:
        settings, paragraphs = IdeaSettings(), None
        tables = drafting.script_story(Path(source))
    if most_copied is not None:
        settings = replace(settings, most_copied=most_copied)
    if mark:
        settings = replace(settings, refuse_copied=False)
    return desk(tables, settings, paragraphs=paragraphs, corpora=corpus, script=script)


def _asked(table: Desk, what: str, place: int, count: int, seed: int, *, send: bool, json: bool) -> Made | None:
    """Ask the endpoint, or only say what it would be asked."""
    settings = table.settings
    if not settings.endpoint:
        raise UseError("script: an endpoint must be set, got none",
                       remedy="Set endpoint and endpoint_model in [ideas] of its kinoeye.toml")  # fmt: skip
    endpoint = Endpoint(settings.endpoint, settings.endpoint_model, settings.endpoint_timeout)
    if send:
        return table.sent(what, endpoint, count=count, seed=seed, place=place)
    instruction, text = table.asked(what, place)
    if json:
        console.say_json({"would_send": {"to": endpoint.address, "model": endpoint.model, "instruction": instruction,
                                         "text": text}})  # fmt: skip
        return None
    console.say(f"nothing was sent. With --send, {endpoint.model} at {endpoint.address} gets:")
    console.say(f"\n{instruction}\n\n{text}\n")
    return None


def _say(idea: Idea) -> None:
    console.say(idea.text)
    for each in idea.based_on:
        console.say(f"  based on {each}")
    if idea.source is not None:
        where = [idea.source.path, *([f"page {idea.source.page}"] if idea.source.page else []),
                 *([f"scene {idea.source.scene}"] if idea.source.scene else [])]  # fmt: skip
        text = " ".join(idea.source.text.split())
        told = text if len(text) <= 100 else text[:99] + "…"
        console.say(f"  nearest: {', '.join(where)}: {told}")
    copied = f' ("{idea.copied}")' if idea.run > 1 else ""
    mark = " COPIED" if idea.is_copied else ""
    console.say(f"  longest run from your texts: {idea.run} words{copied}, {idea.share:.0%} of its triples{mark}\n")
