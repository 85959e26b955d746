"""Viewers' log: what made viewers did, as a file that a player's back end might write, with its faults on request.

JSON lines or Parquet, by the file's name. A row has `time` (UTC, milliseconds; of the viewer's own clock), `viewer`,
`session`, `title`, `event` and, where there is one, `position` and `target` (seconds in the title), `length` (seconds
of a rebuffering), `value` (kbit/s of a quality, a rating of 0 to 10), and of a play its `device`. Rows stand in the
order in which they came in, which is not quite that in which they happened.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.errors import UseError
from kinoeye.media.whole import whole_file
from kinoeye.sample.viewers import EVENTS, Audience, Log
from kinoeye.sample.viewers_playback import DEVICES

_ROWS = 200_000
_BOT_EVENTS, _BOT_STEP_MS = 400, 1500
_WAYS_TO_BREAK = 4


@dataclass(frozen=True)
class LogFaults:
    """What is wrong with a log.

    Parameters
    ----------
    skew_s : float
        Deviation of viewers' clocks, in seconds; one in fifty is an hour or more off.
    late : 0..1
        Rows that come in up to a minute late.
    doubled : 0..1
        Rows that come in twice.
    bots : int
        Machines that play titles in an instant, one after another.
    corrupt : 0..1
        Lines that cannot be read, or say what cannot be; of JSON lines only.
    seed : int
    """

    skew_s: float = 0.0
    late: float = 0.0
    doubled: float = 0.0
    bots: int = 0
    corrupt: float = 0.0
    seed: int = 0


def write_log(audience: Audience, path: Path, faults: LogFaults | None = None) -> dict[str, Any]:
    """Write the log; return what is wrong with it, as counted.

    Parameters
    ----------
    audience : Audience
    path : Path
        Ends in .jsonl or .parquet. Nothing may stand there.
    faults : LogFaults or None

    Raises
    ------
    UseError
        If the name ends otherwise, a share lies outside 0..1, or something stands there.
    MediaError
        If it cannot be written.
    """
    faults = faults or LogFaults()
    _check(path, faults)
    random = np.random.default_rng([faults.seed, 31])
    log, told = _faulty(audience, faults, random)
    if path.suffix == ".parquet":
        _write_parquet(log, audience, path)
        return told | {"rows": len(log)}
    broken = random.random(len(log)) < faults.corrupt
    with whole_file(path) as file:
        for first in range(0, len(log), _ROWS):
            part = slice(first, min(len(log), first + _ROWS))
            lines = list(_lines(log.take(np.arange(part.start, part.stop)), audience))
            for place in np.flatnonzero(broken[part]):
                lines[place] = _broken(lines[place], int(random.integers(_WAYS_TO_BREAK)))
            file.write(b"".join(lines))
    return told | {"rows": len(log), "corrupt_rows": int(broken.sum())}


def table_of(log: Log, audience: Audience) -> pa.Table:
    """Return a log as a table, as Parquet has it."""
    names = np.array([title.key for title in audience.titles], object)
    devices = np.array(DEVICES, object)[audience.tastes.device[np.maximum(log.viewer, 0) % len(audience.tastes.device)]]
    devices[log.event != EVENTS.index("play")] = None

    def number(values: npt.NDArray[np.float64]) -> pa.Array:
        return pa.array(values, from_pandas=True)

    return pa.table({
        "time": pa.array(log.at_ms, pa.timestamp("ms", "UTC")), "viewer": pa.array(_viewers(log.viewer), pa.string()),
        "session": pa.array([f"s{each}" for each in log.session.tolist()], pa.string()),
        "title": pa.array(names[log.title], pa.string()),
        "event": pa.array(np.array(EVENTS, object)[log.event], pa.string()), "position": number(log.position),
        "target": number(log.target), "length": number(log.length), "value": number(log.value),
        "device": pa.array(devices, pa.string()),
    })  # fmt: skip


def truth_of(audience: Audience, told: dict[str, Any], faults: LogFaults | None = None) -> dict[str, Any]:
    """Return the whole truth of a log: what was planted, who likes what, what is wrong with the log."""
    liked = audience.tastes
    return audience.truth | {
        "log": told | {"faults": asdict(faults or LogFaults())},
        "title_tastes": {title.key: np.round(liked.titles[number], 3).tolist()
                         for number, title in enumerate(audience.titles)},
        "viewers": {
            "names": _viewers(np.arange(len(liked.often))), "tastes": np.round(liked.viewers, 2).tolist(),
            "habit": liked.habit.tolist(), "device": liked.device.tolist(), "network": liked.network.tolist(),
        },
    }  # fmt: skip


def _check(path: Path, faults: LogFaults) -> None:
    if path.suffix not in {".jsonl", ".parquet"}:
        raise UseError(f"viewers: the log's name must end in .jsonl or .parquet, got {path.name}")
    if path.exists():
        raise UseError(f"viewers: nothing may stand at {path}, got a file", remedy="Name another; nothing was changed")
    for name in ("late", "doubled", "corrupt"):
        if not 0 <= getattr(faults, name) <= 1:
            raise UseError(f"viewers: {name} must lie in 0..1, got {getattr(faults, name)}")
    if faults.bots < 0 or faults.skew_s < 0:
        raise UseError(f"viewers: bots and skew_s must be 0 or more, got {min(faults.bots, faults.skew_s)}")


def _faulty(audience: Audience, faults: LogFaults, random: np.random.Generator) -> tuple[Log, dict[str, Any]]:
    """Return the log with what is wrong with it, in the order in which it came in."""
    log, viewers = audience.log, len(audience.tastes.often)
    if faults.bots:
        log = _joined(log, _bots(audience, faults.bots, random))
    came = log.at_ms.astype(np.float64)
    late = random.random(len(log)) < faults.late
    came[late] += random.uniform(0, 60_000, int(late.sum()))
    if faults.skew_s:
        off = random.normal(0, faults.skew_s, viewers + faults.bots)
        far = random.random(len(off)) < 0.02
        off[far] = random.choice([-1, 1], int(far.sum())) * random.uniform(3600, 86_400, int(far.sum()))
        log = Log(**(vars(log) | {"at_ms": log.at_ms + np.round(1000 * off).astype(np.int64)[log.viewer]}))
    twice = np.flatnonzero(random.random(len(log)) < faults.doubled)
    rows = np.concatenate([np.arange(len(log)), twice])
    came = np.concatenate([came, came[twice] + random.uniform(0, 30_000, len(twice))])
    log = log.take(rows[np.argsort(came, kind="stable")])
    bots = [_viewer(viewers + number) for number in range(faults.bots)]
    return log, {"late_rows": int(late.sum()), "doubled_rows": len(twice), "bots": bots}


def _bots(audience: Audience, count: int, random: np.random.Generator) -> Log:
    """Return the events of machines: titles played at once, one after another, day and night."""
    viewers, titles = len(audience.tastes.often), len(audience.titles)
    size = count * _BOT_EVENTS
    begin = int(audience.log.at_ms.min()) if len(audience.log) else 0
    number = np.arange(size)
    event = np.where(number % 2 == 0, EVENTS.index("play"), EVENTS.index("stop"))
    none = np.full(size, np.nan)
    at = begin + (number % _BOT_EVENTS) * _BOT_STEP_MS + random.integers(0, 20, size)
    session = int(audience.log.session.max(initial=0)) + 1 + number // 2
    return Log(viewers + number // _BOT_EVENTS, session, (number // 2) % titles, event, at,
               np.where(number % 2 == 0, 0.0, 1.0), none, none, none)  # fmt: skip


def _joined(one: Log, other: Log) -> Log:
    return Log(**{name: np.concatenate([vars(one)[name], vars(other)[name]]) for name in vars(one)})


def _viewer(number: int) -> str:
    return f"viewer-{number:07d}"


def _viewers(numbers: npt.NDArray[np.int64]) -> list[str]:
    return [_viewer(number) for number in numbers.tolist()]


def _lines(log: Log, audience: Audience) -> Iterator[bytes]:
    table = table_of(log, audience)
    times = np.datetime_as_string(log.at_ms.astype("datetime64[ms]"), unit="ms").tolist()
    columns = {"time": [f"{each}Z" for each in times]}
    columns |= {name: table[name].to_pylist() for name in table.column_names[1:]}
    for row in zip(*columns.values(), strict=True):
        told = {key: value for key, value in zip(columns, row, strict=True) if value is not None}
        yield (json.dumps(told) + "\n").encode()


def _broken(line: bytes, way: int) -> bytes:
    """Return a line as it should not be: cut short, garbled, or of what cannot be."""
    if way == 0:
        return line[: len(line) // 2] + b"\n"
    if way == 1:
        return b"\xff\xfe" + line[2:]
    row = json.loads(line)
    row |= {"time": "yesterday"} if way == 2 else {"position": -17.5, "event": "play"}
    return (json.dumps(row) + "\n").encode()


def _write_parquet(log: Log, audience: Audience, path: Path) -> None:
    with whole_file(path) as file, pq.ParquetWriter(file, table_of(log.take(np.arange(0)), audience).schema) as writer:
        for first in range(0, len(log), _ROWS):
            writer.write_table(table_of(log.take(np.arange(first, min(len(log), first + _ROWS))), audience))
