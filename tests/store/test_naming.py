"""Naming: what people say of who is who survives every run, even a new index."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people.appearances import APPEARANCES, appearances
from kinoeye.analyses.people.companions import COMPANIONS, companions
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.face_vectors import FACE_VECTORS
from kinoeye.analyses.people.faces import FACES
from kinoeye.analyses.people.persons import PERSONS, persons
from kinoeye.errors import UseError
from kinoeye.media.assets import ASSETS
from kinoeye.store.decisions import Decision, lay_over
from kinoeye.store.index import Index
from kinoeye.store.naming import People
from kinoeye.store.people import named
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.timecode import FLICKS_PER_SECOND

SECOND = FLICKS_PER_SECOND
MADE = (ASSETS, FACES, FACE_TRACKS, FACE_VECTORS, APPEARANCES, PERSONS, COMPANIONS)

# Asset, first and last second, left edge, whose face. Ann and Bob meet in the first shot.
SHOWN = (
    ("a" * 32, 0, 4, 0.1, "ann"), ("a" * 32, 1, 3, 0.6, "bob"), ("a" * 32, 5, 9, 0.3, "ann"),
    ("b" * 32, 0, 2, 0.3, "ann, dark"), ("b" * 32, 2, 6, 0.4, "bob"), ("b" * 32, 7, 8, 0.4, "cat"),
)  # fmt: skip


def look(who: str, number: int) -> list[float]:
    middle = np.random.default_rng(sum(map(ord, who))).normal(size=128)
    own = np.random.default_rng(number).normal(size=128)
    return (0.6 * middle / np.linalg.norm(middle) + own * 0.2 / np.sqrt(128)).tolist()


class Film:
    """A production whose face tracks are given; `run` does what a run does with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shift = 0.0

    @property
    def index(self) -> Index:
        return Index(self.folder, MADE)

    @property
    def people(self) -> People:
        return People(self.index, self.run)

    def run(self) -> None:
        index, done = self.index, Provenance("f")
        index.look_again()
        for asset in sorted({row[0] for row in SHOWN}):
            faces, tracks, vectors = self._found(asset)
            about = {"asset": asset, "path": f"{asset[0]}.mp4", "paths": [f"{asset[0]}.mp4"]}
            index.results.write(ASSETS, asset, ASSETS.from_rows([about]), done)
            index.results.write(FACES, asset, FACES.from_rows(faces), done)
            index.results.write(FACE_TRACKS, asset, FACE_TRACKS.from_rows(tracks), done)
            index.results.write(FACE_VECTORS, asset, FACE_VECTORS.from_rows(vectors), done)
        tracks = index.read("face_tracks")
        rows = appearances(tracks, index.read("face_vectors"), index.read("appearances"))
        index.results.write(APPEARANCES, PRODUCTION, rows, done)
        index.results.write(PERSONS, PRODUCTION, persons(rows, tracks, index.read("assets")), done)
        index.results.write(COMPANIONS, PRODUCTION, companions(rows, tracks), done)

    def _found(self, asset: str) -> tuple[list[dict[str, Any]], ...]:
        faces: list[dict[str, Any]] = []
        tracks, vectors = [], []
        for row, (of, first, last, x, who) in enumerate(SHOWN):
            if of != asset:
                continue
            number = len(faces)
            box = {"x": x + self.shift, "y": 0.2, "w": 0.2, "h": 0.3}
            moment = (first * SECOND + last * SECOND) // 2
            faces.append({"face": number, "frame": moment // SECOND, "time": moment, "score": 0.9, **box})
            span = {"start": first * SECOND, "end": last * SECOND, "first_frame": first * 24, "end_frame": last * 24}
            tracks.append({"track": number, "shot": first // 5, "faces": [number], "best": number, **span, **box})
            vectors.append({"track": number, "faces": 1, "vector": look(who, row), "quality": 1.0})
        return faces, tracks, vectors

    def who(self) -> list[str | None]:
        """The person of each of SHOWN, by name if there is one."""
        names = {row["person"]: row["name"] or row["person"] for row in self.people.all()}
        rows = self.index.read("appearances").sort_by([("asset", "ascending"), ("track", "ascending")])
        return [names.get(person) for person in rows["person"].to_pylist()]


@pytest.fixture
def film(tmp_path: Path) -> Film:
    made = Film(tmp_path / "index")
    made.run()
    return made


@pytest.fixture
def again(film: Film) -> Callable[[], None]:
    """Delete the index but what people said, and make it again; the faces are found a little elsewhere."""

    def make() -> None:
        shutil.rmtree(film.folder / "tables")
        film.shift = 0.02
        film.run()

    return make


def test_people_are_listed_with_where_they_are_seen(film: Film) -> None:
    ann, bob, dark, cat = film.people.all()
    assert [row["seconds"] for row in (ann, bob, dark, cat)] == [8, 6, 2, 1]
    assert (bob["first_path"], bob["last_path"], bob["name"]) == ("a.mp4", "b.mp4", None)
    shown = film.people.one(ann["person"])
    assert [(row["path"], row["start"]) for row in shown["shown"]] == [("a.mp4", 0), ("a.mp4", 5 * SECOND)]
    assert [(pair["shots"], pair["together"]) for pair in shown["companions"]] == [(1, 2 * SECOND)]


def test_a_name_holds_even_if_the_index_is_made_again(film: Film, again: Callable[[], None]) -> None:
    ann, bob, *_ = film.people.all()
    assert film.people.name(ann["person"], "  Ann   Lee ") == ann["person"]
    film.people.name(bob["person"], "Bob")
    for do in (film.run, again):
        do()
        assert film.who()[:3] == ["Ann Lee", "Bob", "Ann Lee"]
        assert film.who()[4] == "Bob"
    film.people.name("ann lee", "Ann")
    assert film.who()[0] == "Ann"
    assert film.index.orphans() == []


def test_two_who_are_one_are_one_from_then_on(film: Film, again: Callable[[], None]) -> None:
    ann, _, dark, _ = film.people.all()
    film.people.name(dark["person"], "Ann")
    assert film.people.merge(ann["person"], "Ann") == ann["person"]
    for do in (film.run, again):
        assert [film.who()[n] for n in (0, 2, 3)] == ["Ann"] * 3
        assert [row["seconds"] for row in film.people.all()] == [10, 6, 1]
        do()


def test_one_who_is_two_is_two_from_then_on(film: Film, again: Callable[[], None]) -> None:
    bob = film.people.all()[1]
    film.people.name(bob["person"], "Bob")
    new = film.people.split("Bob", [("b.mp4", 3 * SECOND)])
    for do in (film.run, again):
        assert (film.who()[1], film.who()[4]) == ("Bob", new)
        do()
    film.people.name(new, "Rob")
    assert film.who()[4] == "Rob"
    film.people.merge("Bob", "Rob")
    assert (film.who()[1], film.who()[4]) == ("Bob", "Bob")


@pytest.mark.parametrize(
    ("do", "match"),
    [
        (lambda people: people.name("Bob", "ann"), r"a name must mean one person.*merge"),
        (lambda people: people.name("Bob", "  "), "must have letters"),
        (lambda people: people.name("Bobb", "Eve"), "nobody called 'Bobb'. Did you mean Bob"),
        (lambda people: people.one("zzzzzz"), "nobody called"),
        (lambda people: people.merge("Ann", "ann"), "must name two people"),
        (lambda people: people.merge("Ann", "Bob"), r"must not be twice in a picture.*48 pictures together.*--anyway"),
        (lambda people: people.split("Bob", []), "must be told a moment"),
        (lambda people: people.split("Bob", [("c.mp4", 0)]), "no asset at c.mp4"),
        (lambda people: people.split("Bob", [("a.mp4", 8 * SECOND)]), "from 0:00:01.000 to 0:00:03.000"),
        (lambda people: people.split("Bob", [("a.mp4", SECOND), ("b.mp4", 2 * SECOND)]), "something must be left"),
        (lambda people: people.split("Ann", [("b.mp4", 0)]), "not in this file at all"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(film: Film, do: Callable[[People], Any], match: str) -> None:
    ann, bob, *_ = film.people.all()
    film.people.name(ann["person"], "Ann")
    film.people.name(bob["person"], "Bob")
    before, said = film.who(), film.index.decisions.all()
    with pytest.raises(UseError, match=match):
        do(film.people)
    film.run()
    assert film.who() == before and film.index.decisions.all() == said


def test_a_mirror_may_show_one_person_twice(film: Film) -> None:
    ann, bob, *_ = film.people.all()
    film.people.merge(ann["person"], bob["person"], anyway=True)
    assert len(set(film.who()[:3])) == 1


def test_nobody_is_known_without_a_purpose(tmp_path: Path) -> None:
    people = People(Index(tmp_path, MADE), lambda: None)
    for ask in (people.all, lambda: people.one("Ann"), lambda: people.name("Ann", "Eve")):
        with pytest.raises(UseError, match=r"nobody is known.*purpose"):
            ask()
    assert people.pairs() == []


def _boxes() -> pa.Table:
    rows = [
        {"asset": "aa", "track": n, "start": 0, "end": 10, "x": x, "y": 0.2, "w": 0.1, "h": 0.1}
        for n, x in enumerate((0.1, 0.3, 0.8))
    ]
    return pa.Table.from_pylist([*rows, {**rows[0], "asset": "bb"}], schema=FACE_TRACKS.stored_schema)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ({"at": 5, "x": 0.16, "y": 0.26}, [0]),
        ({"at": 5, "x": 0.27, "y": 0.24}, [1]),  # between two: the nearer one
        ({"at": 5, "x": 0.6, "y": 0.24}, []),  # more than its own size away from any
        ({"at": 5, "x": 0.85, "y": 0.9}, []),
        ({"at": 12, "x": 0.15, "y": 0.25}, []),
        ({"at": 5}, [0, 1, 2]),
    ],
)
def test_a_row_is_meant_by_a_moment_and_a_place(key: dict[str, Any], meant: list[int]) -> None:
    decision = Decision("face_tracks", {"asset": "aa", **key}, {"said": "ann"})
    rows, gone = lay_over(_boxes(), [decision])
    assert [n for n, said in enumerate(rows["said"].to_pylist()) if said] == meant
    assert gone == ([] if meant else [decision])
    assert lay_over(_boxes().slice(0, 0), [decision])[1] == [decision]


def test_appearances_can_be_asked_for_by_name(film: Film) -> None:
    assert set(named(film.index)["name"].to_pylist()) == {None}
    ann = film.people.all()[0]["person"]
    film.people.name(ann, "Ann")
    rows = named(film.index).to_pylist()
    assert {row["name"] for row in rows if row["person"] == ann} == {"Ann"}
    assert {row["name"] for row in rows if row["person"] != ann} == {None}
