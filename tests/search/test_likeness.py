"""Likeness: the nearest rows, exactly."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import QueryError, StoreError
from kinoeye.search.likeness import LikenessIndex
from kinoeye.search.search import Search
from kinoeye.search.sources import Item

LENGTH = 16


def item(vectors: np.ndarray, *, asset: str = "a", print_: str = "1") -> Item:
    rows = pa.table(
        {
            "start": pa.array(range(len(vectors)), pa.int64()),
            "end": pa.array(range(1, len(vectors) + 1), pa.int64()),
            "vector": pa.array(list(vectors), pa.list_(pa.float32())),
        }
    )
    return Item("likenesses", asset, f"day 1/{asset}.mp4", print_, lambda: rows)


def never() -> pa.Table:
    raise AssertionError("what has not changed must not be read")


@pytest.fixture
def vectors() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    return {asset: rng.normal(size=(40, LENGTH)).astype(np.float32) for asset in "abc"}


@pytest.fixture
def search(tmp_path: Path, vectors: dict[str, np.ndarray]) -> Search:
    search = Search(tmp_path)
    search.update([item(rows, asset=asset) for asset, rows in vectors.items()])
    return search


def test_the_nearest_are_those_of_the_full_sum(search: Search, vectors: dict[str, np.ndarray]) -> None:
    asked = np.random.default_rng(4).normal(size=LENGTH)
    everything = np.concatenate(list(vectors.values()))
    cosines = everything @ asked / np.linalg.norm(everything, axis=1) / np.linalg.norm(asked)
    found = search.alike(asked, limit=7)
    np.testing.assert_allclose([row.likeness for row in found], np.sort(cosines)[::-1][:7], atol=1e-6)
    best = int(cosines.argmax())
    assert (found[0].asset, found[0].start) == ("abc"[best // 40], best % 40)


def test_a_moment_is_most_like_itself(search: Search) -> None:
    found = search.alike(("b", 17), limit=3)
    assert (found[0].asset, found[0].start, found[0].path) == ("b", 17, "day 1/b.mp4")
    assert found[0].likeness == pytest.approx(1, abs=1e-6)
    assert search.alike(("b", 10_000), limit=1)[0].start == 39  # the nearest moment there is


def test_length_of_a_vector_does_not_matter(search: Search, vectors: dict[str, np.ndarray]) -> None:
    small = search.alike(vectors["a"][3] * 1e-3, limit=5)
    assert [row.start for row in small] == [row.start for row in search.alike(vectors["a"][3] * 1e3, limit=5)]


def test_a_path_keeps_others_away(search: Search) -> None:
    assert {row.asset for row in search.alike(("b", 17), path="day 1/c.mp4", limit=100)} == {"c"}
    assert search.alike(("b", 17), path="none") == []


def test_only_what_changed_is_read_again(tmp_path: Path, search: Search, vectors: dict[str, np.ndarray]) -> None:
    index = LikenessIndex(tmp_path)
    kept = Item("likenesses", "a", "day 1/a.mp4", "1", never)
    assert index.update([kept, item(vectors["c"], asset="b", print_="2")]) == 1
    found = Search(tmp_path).alike(vectors["c"][5], limit=100)
    assert (found[0].asset, found[0].start) == ("b", 5)
    assert {row.asset for row in found} == {"a", "b"}
    moved = Item("likenesses", "a", "new/a.mp4", "1", never)
    assert index.update([moved]) == 0
    assert {row.path for row in index.alike(vectors["a"][0], 100)} == {"new/a.mp4"}


def test_rows_of_moments_begin_and_end_with_them(tmp_path: Path, vectors: dict[str, np.ndarray]) -> None:
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(vectors["a"].ravel()), LENGTH)
    rows = pa.table({"shot": [0] * 40, "time": pa.array(range(0, 400, 10), pa.int64()), "vector": fixed})
    search = Search(tmp_path)
    search.update([Item("likenesses", "a", "a.mp4", "1", lambda: rows)])
    found = search.alike(("a", 102), limit=1)[0]
    assert (found.start, found.end) == (100, 100)


def test_an_asset_without_rows_does_no_harm(tmp_path: Path, vectors: dict[str, np.ndarray]) -> None:
    index = LikenessIndex(tmp_path)
    index.update([item(vectors["a"][:0]), item(vectors["b"], asset="b")])
    assert len(index.alike(vectors["b"][0], 100)) == 40
    assert index.update([]) == 0
    assert index.alike(vectors["b"][0], 100) == []


def test_a_damaged_file_is_made_again(tmp_path: Path, search: Search, vectors: dict[str, np.ndarray]) -> None:
    file = next(tmp_path.glob("likenesses-*"))
    file.unlink()  # the old one is still mapped here
    file.write_bytes(b"damage")
    index = LikenessIndex(tmp_path)
    assert index.update([item(vectors["a"])]) == 1
    assert len(index.alike(vectors["a"][0], 100)) == 40


@pytest.mark.parametrize(
    ("vector", "reason"),
    [
        (np.ones(3), "must have 16 numbers"),
        (np.zeros(LENGTH), "point somewhere"),
        (np.full(LENGTH, np.nan), "somewhere"),
    ],
)
def test_a_vector_that_does_not_fit_is_refused(search: Search, vector: np.ndarray, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        search.alike(vector)


def test_a_moment_of_which_nothing_is_known_is_refused(search: Search) -> None:
    with pytest.raises(QueryError, match="asset z must have likenesses"):
        search.alike(("z", 0))


def test_vectors_that_cannot_be_compared_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="one length"):
        LikenessIndex(tmp_path).update([item(np.ones((2, 3))), item(np.ones((2, 4)), asset="b")])
    with pytest.raises(StoreError, match="must be numbers"):
        LikenessIndex(tmp_path).update([item(np.full((2, 3), np.inf))])
