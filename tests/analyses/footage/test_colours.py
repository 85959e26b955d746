"""Palettes hold the colours that were painted; the light is measured; sky and night are told where they are plain."""

import pickle

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage.colours import COLOURS, DAY, EXTERIOR, colours
from kinoeye.errors import SettingError
from kinoeye.signals.colour import SCENE_FEATURES
from kinoeye.streams import Stills


def stills_of(pictures):
    jpegs = [
        cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes() for picture in pictures
    ]
    frames = np.arange(len(pictures), dtype=np.int64) * 12
    return Stills(jpegs, frames, frames * 29_400_000)


def shots_of(*edges):
    return pa.table(
        {
            "shot": pa.array(range(len(edges) - 1), pa.int32()),
            "start": pa.array(edges[:-1], pa.int64()),
            "end": pa.array(edges[1:], pa.int64()),
            "first_frame": pa.array(edges[:-1], pa.int64()),
            "end_frame": pa.array(edges[1:], pa.int64()),
        }
    )


def stripes(*painted):
    """A picture of (colour, width in tenths) stripes."""
    return np.concatenate([np.full((180, 32 * tenths, 3), colour, np.uint8) for colour, tenths in painted], axis=1)


def look(*pictures, **settings):
    (row,) = colours(stills_of(pictures), shots_of(0, 12 * len(pictures)), **settings).to_pylist()
    return row


def channels(code):
    return np.array([int(code[place : place + 2], 16) for place in (1, 3, 5)])


def landscape(sky=(120, 170, 235), ground=(70, 110, 40)):
    """Sky over grass with a hedge: out of doors by day."""
    picture = np.full((180, 320, 3), sky, np.uint8)
    picture[90:] = ground
    rng = np.random.default_rng(0)
    for _ in range(600):
        x, y = int(rng.integers(0, 320)), int(rng.integers(80, 180))
        shade = (np.array(ground) * rng.uniform(0.4, 1.6)).clip(0, 255).astype(int).tolist()
        cv2.line(picture, (x, y), (x + int(rng.integers(-4, 5)), y - int(rng.integers(3, 9))), shade, 1)
    return picture


def test_the_palette_is_what_was_painted_with_its_shares():
    row = look(stripes(((200, 30, 30), 5), ((30, 60, 200), 3), ((240, 240, 230), 2)), count=3)
    assert [round(colour["share"], 1) for colour in row["palette"]] == [0.5, 0.3, 0.2]
    for colour, painted in zip(row["palette"], ((200, 30, 30), (30, 60, 200), (240, 240, 230)), strict=True):
        np.testing.assert_allclose(channels(colour["colour"]), painted, atol=12)


def test_a_picture_of_one_colour_has_a_palette_of_one():
    row = look(np.full((180, 320, 3), 128, np.uint8))
    assert len(row["palette"]) == 1
    assert row["palette"][0]["share"] == pytest.approx(1)


def test_black_bars_are_no_part_of_the_picture():
    bars = np.zeros((240, 320, 3), np.uint8)
    bars[40:200] = stripes(((200, 30, 30), 10))[:160]
    assert len(look(bars)["palette"]) <= 2
    assert look(bars)["brightness"] > 0.3


def test_light_is_measured_in_order():
    greys = [look(np.full((90, 160, 3), value, np.uint8))["brightness"] for value in (10, 80, 160, 250)]
    assert greys == sorted(greys)
    soft, hard = look(stripes(((110,) * 3, 5), ((140,) * 3, 5))), look(stripes(((5,) * 3, 5), ((250,) * 3, 5)))
    assert soft["contrast"] < 0.2 < 0.9 < hard["contrast"]
    assert (
        look(stripes(((128, 128, 128), 10)))["saturation"] < 2 < 40 < look(stripes(((220, 20, 20), 10)))["saturation"]
    )
    assert look(stripes(((230, 170, 90), 10)))["warmth"] > 10
    assert look(stripes(((90, 150, 230), 10)))["warmth"] < -10


def test_a_landscape_is_out_of_doors_by_day_and_darkened_it_is_night():
    row = look(landscape())
    assert (row["place"], row["time"]) == ("exterior", "day")
    dark = (landscape() * np.array([0.1, 0.12, 0.18])).astype(np.uint8)
    night = look(dark)
    assert night["time"] in ("night", "unknown")
    assert night["place"] != "interior" or night["time"] == "unknown"
    scores = [look((landscape() * gain).astype(np.uint8)) for gain in (1.0, 0.5, 0.25, 0.1)]
    chances = [row["time_score"] if row["time"] == "day" else 1 - row["time_score"] for row in scores]
    assert chances[0] > chances[-1]


def test_what_is_not_sure_is_unknown():
    strict = look(landscape(), least_score=1.0)
    assert (strict["place"], strict["time"]) == ("unknown", "unknown")
    assert strict["place_score"] == look(landscape())["place_score"]
    assert look(landscape(), least_score=0.5)["place"] != "unknown"


def test_every_measure_has_its_slope():
    for slopes, _ in (DAY, EXTERIOR):
        assert len(slopes) == len(SCENE_FEATURES)


def test_each_shot_has_its_own_row_and_a_short_one_borrows():
    red, blue = stripes(((200, 30, 30), 10)), stripes(((30, 30, 200), 10))
    table = colours(stills_of([red, red, blue]), shots_of(0, 20, 22, 36))
    first = [channels(row["palette"][0]["colour"]) for row in table.to_pylist()]
    assert first[0][0] > 150
    assert first[1][2] > 150
    assert first[2][2] > 150


def test_the_same_again_is_the_same():
    given = stills_of([landscape(), landscape(sky=(200, 200, 210))]), shots_of(0, 24)
    assert colours(*given).equals(colours(*given))


def test_nothing_in_nothing_out():
    empty = Stills([], np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert colours(empty, shots_of(0, 24)).equals(COLOURS.empty())
    assert colours(stills_of([landscape()]), shots_of(0, 24).slice(0, 0)).equals(COLOURS.empty())


@pytest.mark.parametrize("setting", [{"count": 0}, {"most_stills": 1000}, {"least_score": 0.2}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(SettingError, match=f"colours: {next(iter(setting))} must lie in"):
        look(landscape(), **setting)


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(colours)) is colours
