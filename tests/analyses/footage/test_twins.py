"""Copies are told from takes, takes from other places, by films that were made so."""

import pickle
from itertools import permutations

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage import twins as module
from kinoeye.analyses.footage.likenesses import LIKENESSES
from kinoeye.analyses.footage.twins import TWINS, twins
from kinoeye.errors import SettingError
from kinoeye.signals.likeness import SIZE, likeness
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

STILL = FLICKS_PER_SECOND // 2


def place(seed):
    """An empty set."""
    rng = np.random.default_rng(seed)
    picture = np.full((180, 320, 3), rng.integers(60, 190, 3), np.uint8)
    for _ in range(18):
        x, y = int(rng.integers(-20, 300)), int(rng.integers(-20, 160))
        size = (x + int(rng.integers(15, 90)), y + int(rng.integers(15, 70)))
        cv2.rectangle(picture, (x, y), size, rng.integers(20, 236, 3).tolist(), -1)
    return picture


def performance(seed, count=8, set_=1, coat=(200, 40, 40)):
    """Stills of one actor on a set: `seed` is the performance, `coat` the actor."""
    rng = np.random.default_rng(seed)
    path = np.cumsum(rng.normal(0, 28, (count, 2)), axis=0) + np.array([160, 100])
    out = []
    for x, y in path:
        picture = place(set_)
        x, y = int(np.clip(x, 40, 280)), int(np.clip(y, 60, 120))
        cv2.ellipse(picture, (x, y + 40), (26, 55), 0, 0, 360, coat, -1)
        cv2.circle(picture, (x, y - 25), 17, (225, 180, 150), -1)
        out.append(cv2.GaussianBlur(picture, (0, 0), 1))
    return out


def recoded(pictures, quality=20):
    jpegs = [cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for picture in pictures]
    return [cv2.imdecode(jpeg, cv2.IMREAD_COLOR) for jpeg in jpegs]


def cropped(pictures):
    return [picture[6:-6, 10:-10] for picture in pictures]


def tables(**assets):
    """The tables `likenesses` and `shots` of assets: lists of shots, each a list of stills half a second apart."""
    rows, shots = [], []
    for asset, cuts in assets.items():
        time = 0
        for number, stills in enumerate(cuts):
            start = time
            for picture in stills:
                frame = time // (STILL // 12)
                vector = likeness(picture).tolist()
                rows.append({"asset": asset, "shot": number, "frame": frame, "time": time, "vector": vector})
                time += STILL
            shots.append({"asset": asset, "shot": number, "start": start, "end": time})
    schema = pa.schema([pa.field("asset", pa.string()), *LIKENESSES.schema])
    return pa.Table.from_pylist(rows, schema=schema), pa.Table.from_pylist(shots)


def found(table):
    return {kind: {(row["asset"], row["shot"]) for row in table.to_pylist() if row["kind"] == kind} for kind in KINDS}


KINDS = ("duplicate", "take")


@pytest.mark.parametrize(
    "alter", [recoded, cropped, lambda pictures: [(picture * 0.85).astype(np.uint8) for picture in pictures]]
)
def test_an_altered_copy_is_a_duplicate(alter):
    shot, other = performance(1), performance(2, set_=5)
    table = twins(*tables(a=[shot, other], b=[alter(shot)]))
    assert found(table) == {"duplicate": {("a", 0), ("b", 0)}, "take": set()}
    assert all(row["score"] > 0.9 for row in table.to_pylist())


def test_a_trimmed_copy_is_found_with_its_offset():
    shot = performance(3, count=12)
    table = twins(*tables(a=[performance(9, count=3, set_=7), shot], b=[recoded(shot[4:10])]))
    rows = {row["asset"]: row for row in table.to_pylist()}
    assert {row["kind"] for row in rows.values()} == {"duplicate"}
    # The copy begins at nought; its first still is the fifth of a shot that begins after three stills.
    assert rows["b"]["offset"] == -7 * STILL
    assert rows["a"]["offset"] == 0


def test_another_performance_on_the_same_set_is_a_take():
    table = twins(*tables(a=[performance(1)], b=[performance(2)], c=[performance(3, set_=8)]))
    assert found(table) == {"duplicate": set(), "take": {("a", 0), ("b", 0)}}
    assert [row["offset"] for row in table.to_pylist()] == [None, None]


def test_the_same_performance_elsewhere_is_no_twin():
    table = twins(*tables(a=[performance(1)], b=[performance(1, set_=8)], c=[performance(1, set_=9)]))
    assert table.num_rows == 0


def test_takes_and_copies_are_told_apart_in_one_production():
    first, second = performance(1), performance(2)
    table = twins(*tables(a=[first], b=[second], c=[recoded(first)]))
    assert found(table)["duplicate"] == {("a", 0), ("c", 0)}
    assert found(table)["take"] == {("a", 0), ("b", 0)}


def test_an_edited_film_is_known_again_by_its_cut_though_its_stills_lie_elsewhere():
    lengths = (4, 5, 7)
    film = [performance(seed, count=2 * length, set_=seed) for seed, length in enumerate(lengths)]
    # Every second still, once from the first on and once from the second: no moment is in both.
    table = twins(*tables(a=[shot[::2] for shot in film], b=[shot[1::2] for shot in film]))
    assert found(table)["duplicate"] == {(asset, shot) for asset in "ab" for shot in range(3)}
    assert {row["offset"] for row in table.to_pylist()} == {0}


def test_still_shots_are_copies_only_if_all_but_equal():
    title = [place(4)] * 6
    almost = [cv2.rectangle(place(4), (200, 60), (250, 150), (220, 220, 40), -1)] * 6
    assert found(twins(*tables(a=[title], b=[recoded(title, 60)])))["duplicate"] == {("a", 0), ("b", 0)}
    assert found(twins(*tables(a=[title], b=[almost])))["duplicate"] == set()


def test_black_shots_are_nobodys_twins():
    black = [np.full((180, 320, 3), 3, np.uint8)] * 4
    assert twins(*tables(a=[black, performance(1)], b=[black])).num_rows == 0


def test_a_group_keeps_its_id_when_the_production_grows():
    first, second = performance(1), performance(2)
    small = twins(*tables(a=[first], b=[second]))
    large = twins(*tables(a=[first], b=[second], c=[performance(4)], d=[performance(1, set_=8)]))
    assert set(small["group"].to_pylist()) == set(large["group"].to_pylist())
    assert found(large)["take"] == {("a", 0), ("b", 0), ("c", 0)}


def test_the_order_of_rows_and_the_block_change_nothing(monkeypatch):
    likenesses, shots = tables(a=[performance(1)], b=[performance(2), recoded(performance(1))])
    whole = twins(likenesses, shots)
    turned = twins(likenesses.take(np.arange(likenesses.num_rows)[::-1]), shots.take(np.arange(shots.num_rows)[::-1]))
    assert turned.equals(whole)
    monkeypatch.setattr(module, "BLOCK", 1)
    monkeypatch.setattr(module, "COLUMNS", 5)
    assert twins(likenesses, shots).equals(whole)


def test_a_higher_threshold_never_finds_more():
    given = tables(a=[performance(1)], b=[performance(2)], c=[recoded(performance(1))])
    counts = [twins(*given, least_take=least, least_duplicate=least).num_rows for least in (0.5, 0.8, 0.95, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0
    assert counts[-1] == 0


def test_offsets_agree_whichever_comes_first():
    shot = performance(6, count=10)
    for names in permutations("ab"):
        one, other = names
        table = twins(*tables(**{one: [shot], other: [recoded(shot[2:])]}))
        rows = {row["asset"]: row["offset"] for row in table.to_pylist()}
        assert rows[other] - rows[one] == -from_seconds(1)


def test_nothing_in_nothing_out():
    likenesses, shots = tables(a=[performance(1, count=2)])
    assert twins(likenesses, shots).equals(TWINS.empty())
    assert twins(likenesses.slice(0, 0), shots.slice(0, 0)).equals(TWINS.empty())
    assert len(likenesses["vector"][0].as_py()) == SIZE


@pytest.mark.parametrize("setting", [{"least_take": 1.5}, {"least_duplicate": -0.1}, {"least_change": 2}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(SettingError, match=f"twins: {next(iter(setting))} must lie in"):
        twins(*tables(a=[performance(1, count=2)]), **setting)


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(twins)) is twins
