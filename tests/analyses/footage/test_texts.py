"""Texts: what was put on the screen is found, from when to when, and read no oftener than needed."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage.texts import TEXTS, texts
from kinoeye.errors import SettingError
from kinoeye.models import reader
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode

STEP = 12  # pictures between stills, at 24 a second
PICTURE = FLICKS_PER_SECOND // 24

Draw = Callable[[np.ndarray, int], None]


def words(text: str, x: int = 150, y: int = 320, scale: float = 1.0) -> Draw:
    """Draw a line of text on every still."""

    def draw(picture: np.ndarray, _: int) -> None:
        cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_DUPLEX, scale, (250, 250, 250), 2, cv2.LINE_AA)

    return draw


def during(draw: Draw, first: int, last: int) -> Draw:
    """Draw only on the stills first..last (one past the last)."""

    def only(picture: np.ndarray, number: int) -> None:
        if first <= number < last:
            draw(picture, number)

    return only


def film(count: int, *draws: Draw, seed: int = 0) -> Stills:
    """Stills of a soft background that changes slowly, with what is drawn on it."""
    rng = np.random.default_rng(seed)
    jpegs = []
    start, stop = rng.uniform(30, 120, (2, 4, 6, 3)).astype(np.float32)
    for number in range(count):
        field = start + (stop - start) * (number / max(1, count))
        picture = cv2.resize(field, (640, 360), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)
        for draw in draws:
            draw(picture, number)
        jpegs.append(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes())
    frames = np.arange(count, dtype=np.int64) * STEP
    return Stills(jpegs, frames, frames * PICTURE)


def cuts(*frames: int) -> pa.Table:
    """The table `shots` with cuts at these pictures; the last is the end."""
    first, last = np.array((0, *frames[:-1])), np.array(frames)
    columns = {"first_frame": first, "end_frame": last, "start": first * PICTURE, "end": last * PICTURE}
    return pa.table({"shot": pa.array(range(len(frames)), pa.int32()), **columns})


def found(table: pa.Table) -> list[tuple[str, str, int, int]]:
    return [(row["text"], row["kind"], row["first_frame"], row["end_frame"]) for row in table.to_pylist()]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count what is found and read."""
    counts = {"looks": 0, "lines": 0}
    find, read = reader.find, reader.read

    def counted_find(picture: np.ndarray, *, longest: int) -> list[reader.Line]:
        counts["looks"] += 1
        return find(picture, longest=longest)

    def counted_read(picture: np.ndarray, lines: Sequence[np.ndarray]) -> list[reader.Line]:
        counts["lines"] += len(lines)
        return read(picture, lines)

    monkeypatch.setattr(reader, "find", counted_find)
    monkeypatch.setattr(reader, "read", counted_read)
    return counts


def test_nothing_there_gives_an_empty_table(calls: dict[str, int]) -> None:
    table = texts(film(10), cuts(120))
    assert table.schema == TEXTS.schema
    assert table.num_rows == 0
    assert calls == {"looks": 0, "lines": 0}


def test_no_stills_give_an_empty_table() -> None:
    empty = Stills([], np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert texts(empty, cuts(120)).num_rows == 0
    assert texts(film(4), cuts(48).slice(0, 0)).num_rows == 0


def test_a_subtitle_has_its_times_and_is_read_once(calls: dict[str, int]) -> None:
    table = texts(film(12, during(words("We must leave tonight"), 3, 9)), cuts(144))
    assert found(table) == [("We must leave tonight", "subtitle", 3 * STEP, 9 * STEP)]
    row = table.to_pylist()[0]
    assert (row["start"], row["end"]) == (3 * STEP * PICTURE, 9 * STEP * PICTURE)
    assert row["score"] > 0.9
    assert row["x"] == pytest.approx(150 / 640, abs=0.03)
    assert row["y"] < 310 / 360 < row["y"] + row["h"]
    assert calls["lines"] <= 2


def test_a_text_through_the_shot_begins_and_ends_with_it() -> None:
    table = texts(film(12, during(words("We must leave tonight"), 4, 8)), cuts(40, 90, 144))
    assert found(table) == [("We must leave tonight", "subtitle", 40, 90)]


def test_one_subtitle_after_another() -> None:
    table = texts(
        film(12, during(words("We must leave tonight"), 1, 5), during(words("Why not tomorrow?"), 5, 9)), cuts(144)
    )
    assert found(table) == [
        ("We must leave tonight", "subtitle", STEP, 5 * STEP),
        ("Why not tomorrow?", "subtitle", 5 * STEP, 9 * STEP),
    ]


def test_a_text_over_a_cut_is_one_row() -> None:
    table = texts(film(12, words("We must leave tonight")), cuts(60, 144))
    assert found(table) == [("We must leave tonight", "subtitle", 0, 144)]


def test_a_slate_says_its_scene_and_take() -> None:
    slate = (words("SCENE 12A", 60, 90), words("TAKE 3", 60, 150), words("ROLL B007", 60, 210))
    table = texts(film(6, *(during(draw, 0, 3) for draw in slate)), cuts(72))
    rows = table.to_pylist()
    assert {row["text"] for row in rows} == {"SCENE 12A", "TAKE 3", "ROLL B007"}
    for row in rows:
        assert (row["kind"], row["scene"], row["take"], row["roll"]) == ("slate", "12A", "3", "B007")
        assert (row["first_frame"], row["end_frame"]) == (0, 36)


def test_a_running_time_code_is_one_row(calls: dict[str, int]) -> None:
    def burnt(picture: np.ndarray, number: int) -> None:
        words(str(Timecode(86_400 + number * STEP, Fraction(24))), 200, 340, 0.9)(picture, number)

    table = texts(film(20, burnt), cuts(100, 240))
    assert found(table) == [("01:00:00:00", "timecode", 0, 240)]
    assert table["timecode"].to_pylist() == ["01:00:00:00"]
    assert calls["lines"] <= 4


def test_a_time_code_that_jumps_at_a_cut_is_two_rows() -> None:
    def burnt(picture: np.ndarray, number: int) -> None:
        hour = 86_400 if number < 8 else 2 * 86_400
        words(str(Timecode(hour + number * STEP, Fraction(24))), 200, 340, 0.9)(picture, number)

    table = texts(film(16, burnt), cuts(96, 192))
    assert table["timecode"].to_pylist() == ["01:00:00:00", "02:00:04:00"]
    assert table["first_frame"].to_pylist() == [0, 96]


def test_rolling_credits_are_one_row_a_line() -> None:
    names = ["Directed by", "Anna Klein", "Written by", "Karl Gross"]

    def roll(picture: np.ndarray, number: int) -> None:
        for place, name in enumerate(names):
            words(name, 220, 200 + 60 * place - 30 * number, 0.9)(picture, number)

    table = texts(film(6, roll), cuts(72))
    assert sorted(table["text"].to_pylist()) == sorted(names)
    assert set(table["kind"].to_pylist()) == {"credit"}


def test_more_smallness_finds_no_less_than_a_glance() -> None:
    stills = film(4, words("We must leave tonight"), words("small print", 20, 40, 0.5))
    few, many = (set(texts(stills, cuts(48), look_px=size)["text"].to_pylist()) for size in (256, 640))
    assert few <= many == {"We must leave tonight", "small print"}


def test_a_higher_score_never_keeps_more() -> None:
    stills = film(6, words("We must leave tonight"), words("faint", 20, 60, 0.6))
    counts = [texts(stills, cuts(72), least_score=score).num_rows for score in (0.0, 0.6, 0.99, 1.0)]
    assert counts == sorted(counts, reverse=True)


def test_twice_the_same() -> None:
    stills = film(8, during(words("We must leave tonight"), 2, 6))
    assert texts(stills, cuts(96)).equals(texts(stills, cuts(96)))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"look_px": 100}, "look_px must lie in 160..1280, got 100"),
        ({"least_score": 2.0}, "least_score must lie in 0..1"),
    ],
)
def test_a_setting_outside_its_range_is_refused(setting: dict[str, float], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        texts(film(1), cuts(12), **setting)  # type: ignore[arg-type]
