"""Learning: a table is read, a way of learning chosen, what was learnt written and used again.

What finished folds gave is kept beside the model that is to come, so that a learning that was stopped goes on where it
was; it is taken away once the model stands whole.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.errors import InputError, ModelError, StoreError, UseError
from kinoeye.learn import clusters
from kinoeye.learn.candidates import Situation, considered
from kinoeye.learn.costs import Memory
from kinoeye.learn.known import known
from kinoeye.learn.learning import Outcome, Surroundings, Wishes, data_hash, learnt
from kinoeye.learn.model import Model, told_rows
from kinoeye.learn.saving import CARD, opened, saved, versions
from kinoeye.learn.why import Telling, why_rows
from kinoeye.run.memory import peak_mb, reset_peak
from kinoeye.run.progress import Progress
from kinoeye.store.files import UNFINISHED, sync_tree, unique

_MOST_BYTES = 1 << 30
_BLOCK = 2000  # rows that are answered for at once


class KeptFolds(MutableMapping[str, bytes]):
    """Files of a folder by their names, each written whole or not at all.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise KeyError(name) from error

    def __setitem__(self, name: str, data: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f".{name}.{unique()}{UNFINISHED}"
        part.write_bytes(data)
        part.replace(self.folder / name)

    def __delitem__(self, name: str) -> None:
        (self.folder / name).unlink()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(each.name for each in self.folder.glob("fold-*"))) if self.folder.is_dir() else iter(())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def forget(self) -> None:
        """Take away what is kept."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):
            self.folder.parent.rmdir()  # where nothing else is kept in it


def learn(
    table: pa.Table,
    wishes: Wishes,
    *,
    out: Path | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> tuple[Outcome, KeptFolds | None]:
    """Learn a column of a table; with a place to write to, what was finished before a stop is not done again.

    Raises
    ------
    SettingError, InputError
        As learning raises.
    UseError
        If the place to write to is taken.
    """
    kept = None
    if out is not None:
        check_free(out)
        facts = asdict(wishes) | {"budget": None, "data": data_hash(table), "versions": versions()}
        name = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]
        kept = KeptFolds(out.with_name(f".{out.name}.folds") / name)
    around = Surroundings(
        Memory(reset_peak, peak_mb), kept if kept is not None else {},
        lambda share, text: on_progress(Progress("learn", share, 1.0, text)),
    )  # fmt: skip
    return learnt(table, wishes, around), kept


def check_free(out: Path) -> None:
    """Make sure that nothing stands where a model is to be written.

    Raises
    ------
    UseError
        If something does.
    """
    if os.path.lexists(out):
        raise UseError(f"learn: {out} must not be there yet, got a file or folder of that name",
                       remedy="Choose another place with --out")  # fmt: skip


def write_model(model: Model, facts: Mapping[str, Any], papers: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write a model, its card and what is said of it as a folder, whole or not at all.

    Parameters
    ----------
    model : Model
    facts : mapping
        For the card.
    papers : mapping of name to bytes
        Pages beside it.
    out : Path

    Raises
    ------
    UseError, StoreError
    """
    return write_folder(saved(model, facts) | dict(papers), out)


def write_folder(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write files into a new folder, whole or not at all."""
    check_free(out)
    aside = out.with_name(f".{out.name}.{unique()}{UNFINISHED}")
    try:
        aside.mkdir(parents=True)
        for name, data in files.items():
            (aside / name).write_bytes(data)
        sync_tree(aside)
        aside.rename(out)
    except OSError as error:
        raise StoreError(f"{out}: must be writable, got {error.strerror or error}",
                         remedy="Free some space or choose another folder") from error  # fmt: skip
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [out / name for name in files]


def open_model(folder: Path) -> tuple[Model, dict[str, Any]]:
    """Open a model that was written, and its card.

    Raises
    ------
    UseError
        If there is none.
    ModelError
        If it is not as it was written, or needs other versions.
    """
    if not (folder / CARD).is_file():
        raise UseError(f"learn: {folder} must be the folder of a model, got none",
                       remedy="Train one: kinoeye learn LABEL TABLE --out MODEL")  # fmt: skip
    names = (CARD, "model.skops", "columns.json", "columns.npz")
    files = {}
    for name in names:
        path = folder / name
        if path.is_file():
            if path.stat().st_size > _MOST_BYTES:
                raise ModelError(f"learn: {path} must be at most {_MOST_BYTES >> 20} MB", remedy="Do not use this file")
            files[name] = path.read_bytes()
    now = Situation("", 0, 0, 0, 0, 0, 1.0)
    every = [
        *known(now),
        *clusters.candidates(),
        *(each.candidate for each in considered(now, ()) if each.candidate is not None),
    ]
    return opened(files, every)


def answers(model: Model, table: pa.Table, *, explain: bool = False) -> Iterator[dict[str, Any]]:
    """Yield what each row of a table gets, in its order: the answer, how sure, and with `explain` why.

    Raises
    ------
    InputError
        If columns lack that were learnt from.
    """
    if not table.num_rows:
        raise InputError("learn: the table must have rows, got none", remedy="Give a table with rows")
    for begin in range(0, table.num_rows, _BLOCK):
        part = table.slice(begin, _BLOCK)
        rows = [dict(each) for each in told_rows(model, part)]
        if explain:
            frame = model.frame(part)
            for row, why in zip(rows, why_rows(model, frame, model.chances(frame)), strict=True):
                row["why"] = [_plain(each) for each in why]
        for number, row in enumerate(rows):
            yield {"row": begin + number} | row


def _plain(each: Telling) -> dict[str, Any]:
    found: dict[str, Any] = {"column": each.column, "part": each.part, "weight": round(each.weight, 4)}
    return found | ({"for": each.answer} if each.answer else {})


def facts_of(outcome: Outcome, wishes: Wishes, source: str) -> dict[str, Any]:
    """Return what a model's card says of how it was learnt."""
    choice = outcome.choice
    return {
        "from": source, "data_sha256": outcome.data, "rows": outcome.rows, "wishes": _wished(wishes),
        "columns": [asdict(each) for each in outcome.columns], "metric": choice.metric, "picked": choice.picked or None,
        "score": asdict(choice.score), "same_answer": asdict(choice.dumb), "folds": choice.folds,
        "candidates": [
            {"name": each.name, "tried": each.is_in, "reason": asdict(each.reason), "setting": dict(each.setting),
             "score": asdict(each.score) if each.score else None, "cost": asdict(each.cost) if each.cost else None,
             "stopped": asdict(each.stopped) if each.stopped else None}
            for each in choice.tried
        ],
        "why": [asdict(each) for each in choice.why], "notes": [asdict(each) for each in outcome.notes],
        "leaks": [asdict(each) for each in outcome.leaks], "cpu_seconds": choice.seconds,
        "telling": [asdict(each) for each in outcome.tellings],
    }  # fmt: skip


def _wished(wishes: Wishes) -> dict[str, Any]:
    found = asdict(wishes)
    found["budget"] = None if wishes.budget == float("inf") else wishes.budget
    return found


def chosen_columns(text: str) -> tuple[str, ...]:
    """Return the names in a list of columns that a person wrote.

    >>> chosen_columns("plot, year")
    ('plot', 'year')
    """
    return tuple(each.strip() for each in text.split(",") if each.strip())
