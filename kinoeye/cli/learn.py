"""``kinoeye learn``."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.decide import pairs
from kinoeye.cli.options import Json, verb
from kinoeye.errors import UseError
from kinoeye.export import learnt
from kinoeye.export.fairness import rows_of, section
from kinoeye.export.learnt_page import learnt_page
from kinoeye.export.words import words
from kinoeye.learn.fairness import GroupScore
from kinoeye.learn.learning import Outcome, Wishes
from kinoeye.learn.saving import versions
from kinoeye.run import labelled as labelling
from kinoeye.run import learning
from kinoeye.run.learning_fairness import check_fairness, learnt_fairness
from kinoeye.run.learning_sheet import write_answers
from kinoeye.store.decisions import Decision

_DOINGS = ("train", "use", "label")


class _Learn(TyperGroup):
    """A group that trains where it is told nothing else: ``kinoeye learn LABEL TABLE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `train` before a label."""
        if args and args[0] not in {*_DOINGS, "--help", "-h"}:
            args = ["train", *args]
        return list(super().parse_args(ctx, args))


app = verb(cls=_Learn, no_args_is_help=True)


@app.callback(
    epilog="Example: kinoeye learn genre titles.csv --out genre-model, then kinoeye learn use genre-model new.csv. "
    "On shots: kinoeye learn mood my-film:shots --labels moods.csv. Every one takes --json and has a --help of its own"
)
def learn() -> None:
    """Train a tagger of your own from labels (kinoeye learn LABEL TABLE), with its cost; use it."""


@app.command(
    epilog="Example: kinoeye learn genre titles.csv --from plot,year --time year --out genre-model. "
    "A label that is called like a command: kinoeye learn train use titles.csv"
)
def train(
    label: Annotated[str, typer.Argument(help="The column to learn.")],
    table: Annotated[
        str,
        typer.Argument(help="CSV, TSV, JSON, Parquet, Excel; or a production's: my-film:shots, stills, lines, titles."),
    ],
    columns: Annotated[str, typer.Option("--from", metavar="COLUMNS", help="Learn from these only: plot,year.")] = "",
    group: Annotated[str, typer.Option("--group", metavar="COLUMN", help="Rows of one value stay together.")] = "",
    time: Annotated[str, typer.Option("--time", metavar="COLUMN", help="Later rows are held out.")] = "",
    query: Annotated[str, typer.Option("--query", metavar="COLUMN", help="Rank rows within these.")] = "",
    labels: Annotated[
        str,
        typer.Option("--labels", metavar="FILE", help="Labels apart, with columns that name rows."),
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="binary, multi-class, multi-label, regression, ranking, clustering.")
    ] = "auto",
    fairness: Annotated[
        str, typer.Option("--fairness", metavar="COLUMNS", help="Scores by group; not learnt from.")
    ] = "",
    metric: Annotated[str, typer.Option("--metric", help="f1_macro, accuracy, roc_auc, mae, ndcg …")] = "",
    budget: Annotated[float, typer.Option("--budget", metavar="SECONDS", help="End within about so long.")] = math.inf,
    out: Annotated[
        str, typer.Option("--out", metavar="MODEL", help="A new folder for the model; LABEL-model if not given.")
    ] = "",
    dry: Annotated[bool, typer.Option("--dry", help="Compare only, and keep nothing.")] = False,
    language: Annotated[str, typer.Option("--language", help="Of what is said: en or zh.")] = "en",
    store: Annotated[str | None, typer.Option("--store", metavar="URL", help="Another place for the index.")] = None,
    json: Json = False,
) -> None:
    """Choose a way of learning for a column of labels, judge it fairly, and keep what was learnt.

    The model is kept in a new folder with its card and a report. A training that was stopped goes on where it was when
    the same is said again. Labels may also be said one by one: kinoeye learn label.
    """
    words(language)
    given = _table(table, label, labels, store)
    place = None if dry else Path(out or f"{label.replace('/', '-')}-model")
    groups = learning.chosen_columns(fairness)
    check_fairness(given.table, groups)
    wishes = Wishes(label, learning.chosen_columns(columns), group or given.group, time, query, kind, metric,
                    budget, (*given.aside, *groups))  # fmt: skip
    with console.progress_bar(json) as told:
        outcome, kept = learning.learn(given.table, wishes, out=place, on_progress=told)
    facts = learning.facts_of(outcome, wishes, table) | {"why_words": learnt.in_all(outcome.choice.why)}
    fair = learnt_fairness(outcome, given.table, groups) if groups else []
    written = _written(outcome, facts, place, fair, language)
    if kept is not None:
        kept.forget()
    if json:
        return console.say_json(facts | {"fairness": [asdict(each) for each in fair], "written": written})
    _say(outcome, language)
    if fair:
        console.say_table(rows_of(fair))
    for path in written:
        console.say(str(path))


def _written(
    outcome: Outcome, facts: dict[str, Any], place: Path | None, fair: Sequence[GroupScore], language: str
) -> list[Path]:
    """Write the model with its card and page, and return the files."""
    if place is None or outcome.model is None:
        return []
    page = learnt_page(outcome, str(facts["wishes"]["label"]), language=language)
    facts["versions"] = versions()
    more = [section(fair, (), language)] if fair else []
    papers = {"card.md": learnt.card(outcome, facts, language, more), "report.html": page}
    return learning.write_model(outcome.model, facts, papers, place)


@app.command(
    epilog="Example: kinoeye learn use genre-model new.csv --write genres.csv. Why: --explain. A row a line: --json"
)
def use(
    model: Annotated[str, typer.Argument(help="The folder of a model.")],
    table: Annotated[str, typer.Argument(help="A table of the form that was learnt from, or my-film:shots.")],
    explain: Annotated[bool, typer.Option("--explain", help="Say what in each row speaks for its answer.")] = False,
    write: Annotated[str, typer.Option("--write", metavar="FILE", help="Write a CSV of the rows with answers.")] = "",
    store: Annotated[str | None, typer.Option("--store", metavar="URL", help="Another place for the index.")] = None,
    json: Json = False,
) -> None:
    """Answer for the rows of a table with a model that was learnt. With --json one row a line, in the table's order."""
    opened, _ = learning.open_model(Path(model))
    given = _table(table, "", "", store)
    rows = list(learning.answers(opened, given.table, explain=explain))
    if write:
        write_answers(Path(write), given.table, rows, opened.label)
    if json:
        for row in rows:
            console.say(console.as_json(row))
        return
    console.say_table([_short(row, opened.label) for row in rows])
    if write:
        console.say(write)


@app.command(
    epilog="Example: kinoeye learn label my-film:shots asset=3f2a…,shot=4 mood=tense. "
    "All of them: kinoeye learn label my-film:shots"
)
def label(
    table: Annotated[str, typer.Argument(help="A table of a production: my-film:shots.")],
    key: Annotated[str, typer.Argument(help="Which row: column=value,…")] = "",
    value: Annotated[str, typer.Argument(help="Its label: LABEL=value")] = "",
    who: Annotated[str, typer.Option("--who", help="Who says so.")] = "",
    store: Annotated[str | None, typer.Option("--store", metavar="URL", help="Another place for the index.")] = None,
    json: Json = False,
) -> None:
    """Label a row of a production's table, to learn from; kept with the decisions, and survives every run."""
    folder, name = _parted(table)
    if folder is None:
        raise UseError(
            f"learn: a label must be of a production's table, got {table!r}", remedy="For instance my-film:shots"
        )
    decisions = kinoeye.open(folder, store=store).index.decisions
    said = [each for each in decisions.all("labels") if each.key.get("table") == name]
    if not key:
        rows = [{"decision": each.id, **{k: v for k, v in each.key.items() if k != "table"}, **each.value}
                for each in said]  # fmt: skip
        console.say_json(rows) if json else console.say_table(rows, empty="no labels")
        return
    if not value:
        raise UseError("learn: a row and its label must be given", remedy="See: kinoeye learn label --help")
    number = decisions.add(Decision("labels", {"table": name} | pairs(key), pairs(value), who))
    console.say_json({"decision": number}) if json else console.say(f"label {number} is kept")


def _parted(table: str) -> tuple[str | None, str]:
    """Return the folder and the table of ``my-film:shots``; no folder where it is a file."""
    folder, colon, name = table.rpartition(":")
    if colon and name.isidentifier() and not Path(table).exists() and Path(folder).is_dir():
        return folder, name
    return None, table


def _table(table: str, label_name: str, labels: str, store: str | None) -> Any:
    """Return a table to learn from, with its labels."""
    folder, name = _parted(table)
    if folder is None:
        found = labelling.records_of(table)
        said = []
    else:
        index = kinoeye.open(folder, store=store).index
        found = labelling.production_table(index, name)
        said = [each for each in index.decisions.all("labels")
                if each.key.get("table") == name and label_name in each.value]  # fmt: skip
    given = labelling.records_of(labels).table if labels else None
    return labelling.with_labels(found, label_name, given, said) if given is not None or said else found


def _say(outcome: Outcome, language: str) -> None:
    choice = outcome.choice
    console.say(learnt.paragraph(choice.why, language))
    tell = words(language).sections["learn"]
    heads = ("name", "result", "interval", "train", "latency", "memory", "size", "why")
    console.say_table([{tell[each]: row[each] for each in heads} for row in learnt.rows_of(choice, language)])
    for leak in outcome.leaks:
        console.say(f"! {learnt.say(leak.sentence, language)} ({tell['with']}: {leak.before:.3f}, "
                    f"{tell['without']}: {leak.after:.3f})")  # fmt: skip
    for note in outcome.notes:
        console.say(f"- {learnt.say(note, language)}")


def _short(row: dict[str, Any], label_name: str) -> dict[str, Any]:
    """Return an answer for a terminal: with the chance of what was answered, and what speaks most for it."""
    answer, chances = row[label_name], row.get("chances", {})
    found = {"row": row["row"], label_name: ", ".join(answer) if isinstance(answer, list) else answer}
    if chances and not isinstance(answer, list):
        found["chance"] = round(chances[answer], 3)
    if "why" in row:
        found["why"] = "; ".join(f"{each['column']} {each['part']} {each['weight']:+.2f}" for each in row["why"][:4])
    return found
