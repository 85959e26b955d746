"""With real faces: after forgetting, the people of a production are those of one that never saw the person."""

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from kinoeye.errors import ModelError
from kinoeye.media.write import write_film
from kinoeye.models import registry
from kinoeye.production import Production

pytestmark = pytest.mark.realdata

ONLY = ["persons", "companions"]
PEOPLE = ("001", "005", "011")

Make = Callable[[Path, list[str]], None]


@pytest.fixture(scope="module")
def make(shared_data: Path) -> Make:
    """Make a film of photographs side by side, over which the camera drifts; two shots of them."""
    for name in ("faces-short", "faces-full", "face-mesh", "irises", "face-identity"):
        try:
            registry.identity(name)
        except ModelError:
            pytest.skip(f"the weights {name} are not there")

    def film(path: Path, photos: list[str]) -> None:
        sources = [cv2.imread(str(shared_data / "faces" / "london" / each))[..., ::-1] for each in photos]
        sources = [cv2.resize(each, (480, 480), interpolation=cv2.INTER_AREA) for each in sources]

        def pictures() -> object:
            for shot in range(2):
                ground = np.full((360, 640, 3), 90 + 60 * shot, np.uint8)
                for number in range(20):
                    picture = ground.copy()
                    for place, source in enumerate(sources):
                        left = 20 + place * 310 + number * 2 + shot * 30
                        part = source[50 + number : 350 + number, 90:390]
                        picture[40:340, left : left + min(300, 640 - left)] = part[:, : 640 - left]
                    yield picture

        path.parent.mkdir(parents=True, exist_ok=True)
        write_film(path, pictures(), Fraction(10))  # type: ignore[arg-type]

    return film


def _run(folder: Path) -> Production:
    (folder / "kinoeye.toml").write_text(
        '[face_vectors]\npurpose = "to see whether forgetting works"\n[media]\nfull_rate = ["a.mp4 0:00-0:01"]\n'
    )
    production = Production(folder)
    production.run(only=ONLY, jobs=1)
    return production


def test_clustering_afterwards_is_that_of_a_production_that_never_saw_the_person(make: Make, tmp_path: Path) -> None:
    gone, ben, eve = (f"neutral/{each}_03.jpg" for each in PEOPLE)
    whole, never = tmp_path / "whole", tmp_path / "never"
    make(whole / "a.mp4", [gone])
    make(whole / "b.mp4", [ben])
    make(whole / "c.mp4", [ben, eve])
    make(whole / "d.mp4", [gone.replace("neutral", "smiling").replace("_03", "_08")])
    never.mkdir()
    for name in ("b.mp4", "c.mp4"):
        shutil.copy(whole / name, never / name)
    film, other = _run(whole), _run(never)
    people = {row["person"]: row for row in film.read("persons").to_pylist()}
    assert len(people) == 3
    assert other.read("persons").num_rows == 2
    first = film.asset("a.mp4")
    who = next(row["person"] for row in film.read("appearances").to_pylist() if row["asset"] == first)
    assert people[who]["assets"] == 2  # known again, smiling
    film.people.name(who, "Zerbinetta")
    vectors = film.read("face_vectors").to_pylist()
    proof = film.forget("Zerbinetta", jobs=1)
    assert proof.is_done, proof.found
    assert proof.seen_again == 0
    assert proof.paths == ("a.mp4", "d.mp4")
    assert proof.counts["full_rate"] == 10
    for table in ("appearances", "persons", "companions"):
        assert film.read(table).to_pylist() == other.read(table).to_pylist()
    assert film.index.read("faces", first).num_rows == 0
    assert len(film.index.streams.read(first, "full_rate")) == 10
    kept = film.read("face_vectors").to_pylist()
    assert kept == [row for row in vectors if row["asset"] in {film.asset("b.mp4"), film.asset("c.mp4")}]
    film.run(only=ONLY, jobs=1, retry=True)
    assert film.read("persons").to_pylist() == other.read("persons").to_pylist()


def test_whoever_stands_beside_a_forgotten_person_is_known_as_before(make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    gone, ben, _ = (f"neutral/{each}_03.jpg" for each in PEOPLE)
    make(folder / "both.mp4", [gone, ben])
    make(folder / "ben.mp4", [ben])
    film = _run(folder)
    both = film.asset("both.mp4")
    left = [row for row in film.index.read("face_tracks", both).to_pylist() if row["x"] + row["w"] / 2 < 0.5]
    tracks = {row["track"] for row in left}
    shown = film.read("appearances").to_pylist()
    (who,) = {row["person"] for row in shown if row["asset"] == both and row["track"] in tracks}
    (other,) = {row["person"] for row in shown if row["asset"] == both and row["track"] not in tracks}
    film.people.name(other, "Ben")
    film.people.name(who, "Zerbinetta")
    proof = film.forget("Zerbinetta", jobs=1)
    assert proof.is_done, proof.found
    assert proof.seen_again == 0
    (row,) = film.read("persons").to_pylist()
    assert (row["person"], row["name"], row["assets"]) == (other, "Ben", 2)
    faces = film.index.read("faces", both).to_pylist()
    assert faces
    assert all(face["x"] + face["w"] / 2 > 0.5 for face in faces)
