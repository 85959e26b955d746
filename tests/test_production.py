"""The face in Python: the same verbs as the command line, from a notebook."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

import kinoeye
from kinoeye.errors import UseError
from kinoeye.store.results import PRODUCTION, Provenance


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> "kinoeye.Production":
    folder = tmp_path_factory.mktemp("face")
    make_film(folder / "a.mp4", (20, 16), size=64)
    production = kinoeye.open(folder)
    production.run(only=["shots", "likenesses"], jobs=1)
    return production


def test_a_table_is_an_ibis_expression(film: "kinoeye.Production") -> None:
    shots = film.table("shots")
    answer = shots.filter(shots.transition == "cut").select("first_frame").to_pyarrow()
    assert answer.to_pylist() == [{"first_frame": 20}]
    assert list(shots.to_pandas()["shot"]) == [0, 1]


def test_a_table_is_arrow_too(film: "kinoeye.Production") -> None:
    assert isinstance(film.read("shots"), pa.Table)
    assert film.sql("SELECT count(*) AS n FROM shots").to_pylist() == [{"n": 2}]
    assert film.faults().num_rows == 0
    assert {"assets", "shots", "faults"} <= set(film.tables())


def test_pictures_like_one_of_its_own(film: "kinoeye.Production") -> None:
    found = film.alike("a.mp4", 0)
    assert found[0].likeness == pytest.approx(1.0)
    with pytest.raises(UseError, match=r"no asset at b\.mp4\. Did you mean a\.mp4"):
        film.alike("b.mp4")


def test_people_are_found_by_name_and_no_longer_when_the_name_goes(film: "kinoeye.Production") -> None:
    asset = film.asset("a.mp4")
    shown = {"asset": asset, "track": 0, "person": "p1", "score": 1.0, "start": 0, "end": 9, "shot": 0}
    results, schemas = film.index.results, film.index.schemas
    results.write(schemas["appearances"], PRODUCTION, schemas["appearances"].from_rows([shown]), Provenance("f"))
    results.write(schemas["persons"], PRODUCTION, schemas["persons"].from_rows([{"person": "p1"}]), Provenance("f"))
    assert film.search("Ann") == []
    number = film.decide("persons", {"person": "p1"}, {"name": "Ann Lee"})
    assert [(hit.table, hit.path, hit.start) for hit in film.search("ann")] == [("appearances", "a.mp4", 0)]
    assert len(film.search("person:p1")) == 1
    film.index.decisions.remove(number)
    assert film.search("ann") == []


def test_words_that_are_none_of_ours_are_said(film: "kinoeye.Production") -> None:
    with pytest.raises(UseError, match="table must be one of"):
        film.read("shot")
    with pytest.raises(UseError, match="Did you mean shots"):
        film.decide("shot", {"shot": 1}, {"score": 0.1})
    with pytest.raises(UseError, match="folder must exist"):
        kinoeye.open("/no/such/folder")


def test_an_index_elsewhere_is_whole(film: "kinoeye.Production", tmp_path: Path) -> None:
    elsewhere = kinoeye.open(film.folder, store=tmp_path / "index")
    elsewhere.run(only=["shots"], jobs=1)
    assert elsewhere.read("shots").equals(film.read("shots"))
    assert repr(elsewhere).startswith("Production(")
