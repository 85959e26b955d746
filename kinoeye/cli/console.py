"""What the command line prints: tables, JSON lines, progress with the time left, and errors."""

import importlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

# Without a terminal, progress is a plain line every so many seconds.
_PLAIN_EVERY_S = 5.0


def say(text: str = "") -> None:
    """Print a line for people."""
    sys.stdout.write(text + "\n")


def say_error(text: str) -> None:
    """Print an error as one line on stderr."""
    line = " ".join(text.split())
    sys.stderr.write(f"kinoeye: {line}\n")


def say_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain, indent=2) + "\n")


def say_table(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None, empty: str = "nothing") -> None:
    """Print rows as a table, as wide as the terminal; whole and unwrapped where the output is no terminal."""
    if not rows:
        say(empty)
        return
    names = list(columns) if columns is not None else list(rows[0])
    table = importlib.import_module("rich.table")
    box = importlib.import_module("rich.box")
    grid = table.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    text = importlib.import_module("rich.text").Text
    for name in names:
        is_number = all(isinstance(row.get(name), int | float) or row.get(name) is None for row in rows)
        grid.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(text(_cell(row.get(name))) for name in names))
    _console().print(grid)


@contextmanager
def progress_bar(is_quiet: bool) -> Iterator[Any]:
    """Show a run's progress with the time left: a bar on a terminal, plain lines otherwise, nothing if quiet.

    Yields
    ------
    callable
        To be told each `Progress`.
    """
    if is_quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _rich_bar() as told:
            yield told
    else:
        yield _PlainLines()


class _PlainLines:
    """Progress as plain lines, for logs and pipes."""

    def __init__(self) -> None:
        self._begin = self._last = time.monotonic()

    def __call__(self, progress: Any) -> None:
        now = time.monotonic()
        if now - self._last < _PLAIN_EVERY_S or progress.stage == "done":
            return
        self._last = now
        share = progress.done / progress.total if progress.total else 0.0
        left = (now - self._begin) * (1 - share) / share if share > 0.02 else None
        tail = f", {_duration(left)} left" if left is not None else ""
        sys.stderr.write(f"{_STAGES[progress.stage]} {share:.0%}{tail}: {progress.text}\n")


_STAGES = {
    "make": "making the sample",
    "scan": "reading files",
    "look": "looking",
    "work": "working",
    "learn": "learning",
    "done": "done",
}


@contextmanager
def _rich_bar() -> Iterator[Any]:
    rich = importlib.import_module("rich.progress")
    with rich.Progress(
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.TaskProgressColumn(),
        rich.TimeElapsedColumn(), rich.TimeRemainingColumn(), rich.TextColumn("[dim]{task.fields[text]}"),
        console=importlib.import_module("rich.console").Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        tasks: dict[str, Any] = {}

        def told(progress: Any) -> None:
            if progress.stage == "done":
                return
            if progress.stage not in tasks:
                tasks[progress.stage] = bar.add_task(_STAGES[progress.stage], total=1, text="")
            escape = importlib.import_module("rich.markup").escape
            bar.update(tasks[progress.stage], total=max(progress.total, 1e-9), completed=progress.done,
                       text=escape(progress.text[-60:]))  # fmt: skip

        yield told


def _console() -> Any:
    console = importlib.import_module("rich.console").Console
    return console() if sys.stdout.isatty() else console(width=10_000, color_system=None, soft_wrap=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"
    return json.dumps(value, ensure_ascii=False, default=_plain) if isinstance(value, list | dict) else str(value)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "__dict__"):
        return vars(value)
    return str(value)


def as_json(value: Any) -> str:
    """Return a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, default=_plain)
