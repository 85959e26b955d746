"""What every analysis promises, whatever it finds."""

import inspect
import pickle
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.dataset
import pytest

from kinoeye.analysis import PREVIOUS, Analysis
from kinoeye.media.assets import ASSETS
from kinoeye.run.list import ANALYSES, TABLES
from kinoeye.screenplay import fountain
from kinoeye.streams import EVENTS, LOG_SCHEMA, METERS, STREAMS, Log, Meters, Pictures, Records, Sound, Stills, Text
from kinoeye.tables import Stored, Table, with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

RATE = Fraction(24)
PICTURE = FLICKS_PER_SECOND // 24
COUNT = 72
ROWS = pa.table(
    {
        "id": ["1", "2", "3"],
        "title": ["Rain, The (1999)", "Sun (2001)", "Wind (2003)"],
        "genres": ["Drama|Crime", "Comedy", ""],
        "runtime": ["95 min", "1h 42m", "N/A"],
    }
)
LOG = pa.Table.from_pylist(
    [
        {"row": n, "viewer": 7 + n % 3, "title": "rain" if n % 2 else "sun", "at": 1_700_000_000_000 + 20_000 * n,
         "event": EVENTS.index("play" if n < 6 else "stop" if n > 25 else "heartbeat"),
         "position": 20 * (n // 6) * FLICKS_PER_SECOND, "bot": False}
        for n in range(30)
    ],
    schema=LOG_SCHEMA,
)  # fmt: skip
SCRIPT = "INT. ROOM - DAY\n\nRain on the window.\n\nANNA\nListen.\n"


def _frames() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Three seconds with a cut in the middle: a drifting texture, then another."""
    random = np.random.default_rng(7)
    sets = [cv2.GaussianBlur(random.integers(0, 255, (64, 200, 3), np.uint8), (0, 0), 3) for _ in range(2)]
    sets[1] = sets[1] // 2
    return np.stack([sets[n // 36][10:37, n : n + 48] for n in range(COUNT)])


def _streams(count: int = COUNT) -> dict[str, Any]:
    frames = _frames()[:count]
    times = np.arange(count + 1, dtype=np.int64) * PICTURE
    numbers = np.arange(0, count, 12, dtype=np.int64)
    large = [cv2.resize(frames[n], (640, 360), interpolation=cv2.INTER_CUBIC) for n in numbers]
    jpegs = [cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes() for picture in large]
    wave = np.sin(np.arange(3 * 16_000) * 2 * np.pi * 440 / 16_000) * 8000
    return {
        "thumbs": Pictures(frames, times, RATE),
        "stills": Stills(jpegs, numbers, times[numbers]),
        "mono_16k": Sound(wave.astype(np.int16), 0),
        "meters": _meters(),
        "assets": ASSETS.from_rows([{"asset": "a" * 32, "path": "a.mp4", "kind": "video", "channels": 1}]),
        "text": Text(SCRIPT, "screenplay"),
        "screenplay": fountain.read(SCRIPT),
        "log": Log(pyarrow.dataset.dataset(LOG)),
        "records": Records(pyarrow.dataset.dataset(ROWS), tuple(ROWS.schema.names), "csv"),
    }


def _meters() -> Meters:
    """Three seconds of a tone in two channels, and a click."""
    values = np.zeros((30, 2, len(METERS)), np.float32)
    for meter, value in (("weighted", 0.03), ("square", 0.03), ("product", 0.03), ("peak", 0.25), ("true_peak", 0.25)):
        values[..., METERS.index(meter)] = value
    values[7, :, METERS.index("jump")] = 50
    return Meters(values, 0, 3 * 48_000, 48_000, ("FL", "FR"))


def _made(count: int = COUNT) -> dict[str, pa.Table]:
    """Run all analyses once, in their order, on the same small asset."""
    known: dict[str, Any] = _streams(count)
    tables: dict[str, pa.Table] = {}
    for analysis in ANALYSES:
        tables[analysis.name] = _run(analysis, known)
        known[analysis.name] = with_asset(tables[analysis.name], "a" * 32)
    return tables


def _run(analysis: Analysis, known: dict[str, Any], batch_rows: int = 1000) -> pa.Table:
    """Run one analysis; what it takes as stored comes in batches of so many rows, what it yields is put together."""
    assert isinstance(analysis.table, Table)
    known = {**known, PREVIOUS: analysis.table.stored_schema.empty_table()}
    inputs = [known.get(name) for name in analysis.inputs]
    for place, name in enumerate(analysis.inputs):
        if analysis.takes(name, Stored) and inputs[place] is not None:
            rows = inputs[place]
            batches = rows.to_batches(max_chunksize=batch_rows)
            inputs[place] = Stored.of(pa.Table.from_batches(batches, rows.schema))
    return analysis.table.whole(analysis.function(*inputs))


@pytest.fixture(scope="module")
def made() -> dict[str, pa.Table]:
    return _made()


BY_NAME = {analysis.name: analysis for analysis in ANALYSES}


@pytest.mark.parametrize("name", BY_NAME)
class TestEvery:
    def test_names_agree(self, name: str) -> None:
        function = BY_NAME[name].function
        module = inspect.getmodule(function)
        assert module is not None
        assert function.__name__ == name
        assert module.__name__.rsplit(".", 1)[1] == name

    def test_inputs_exist_and_stand_before_it(self, name: str) -> None:
        order = [analysis.name for analysis in ANALYSES]
        for each in BY_NAME[name].inputs:
            assert each in STREAMS or each in {"assets", PREVIOUS} or order.index(each) < order.index(name)

    def test_settings_have_defaults_and_a_meaning(self, name: str) -> None:
        function = BY_NAME[name].function
        for setting, default in BY_NAME[name].settings.items():
            assert default is not inspect.Parameter.empty
            assert f"{setting} :" in (inspect.getdoc(function) or "")

    def test_rows_fit_the_schema(self, name: str, made: dict[str, pa.Table]) -> None:
        table = BY_NAME[name].table
        assert isinstance(table, Table)
        assert made[name].schema.equals(table.schema)
        assert made[name].validate(full=True) is None

    def test_twice_is_the_same_wherever_batches_end(self, name: str, made: dict[str, pa.Table]) -> None:
        known = {**_streams(), **{each: with_asset(rows, "a" * 32) for each, rows in made.items()}}
        assert _run(BY_NAME[name], known, batch_rows=1).equals(made[name])

    def test_only_tables_are_taken_as_stored(self, name: str) -> None:
        analysis = BY_NAME[name]
        assert not any(analysis.takes(each, Stored) for each in analysis.inputs if each in STREAMS)

    def test_what_it_asks_for_is_a_setting_that_says_nothing_by_default(self, name: str) -> None:
        assert not any(BY_NAME[name].settings[each] for each in BY_NAME[name].asks)

    def test_it_can_be_sent_to_a_worker(self, name: str) -> None:
        function = BY_NAME[name].function
        assert pickle.loads(pickle.dumps(function)) is function

    def test_times_lie_within_the_film(self, name: str, made: dict[str, pa.Table]) -> None:
        for column in {"start", "end"} & set(made[name].schema.names):
            if pa.types.is_timestamp(made[name].schema.field(column).type):
                continue
            for at in made[name][column].to_pylist():
                assert at is None or 0 <= at <= COUNT * PICTURE


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_film_of_a_few_pictures_is_no_trouble(count: int) -> None:
    for name, rows in _made(count).items():
        assert rows.schema.equals(BY_NAME[name].table.schema)  # type: ignore[attr-defined]


def test_tables_have_one_maker_each() -> None:
    names = [table.name for table in TABLES]
    assert len(names) == len(set(names))
