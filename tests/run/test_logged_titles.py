from pathlib import Path

import pytest

from kinoeye.analyses.audience.title_films import TITLE_FILMS
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.media.assets import ASSETS
from kinoeye.run.logged_titles import logged
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION, Provenance


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "index", [ASSETS, TITLES, TITLE_FILMS])
    film = {"asset": "aa", "path": "film/Roof Tone.mp4"}
    index.results.write(ASSETS, "aa", ASSETS.from_rows([film]), Provenance("f"))
    films = [{"title": "t01", "asset": "aa", "name": "Tone", "how": "catalogue"}]
    index.results.write(TITLE_FILMS, PRODUCTION, TITLE_FILMS.from_rows(films), Provenance("f"))
    names = [("Rain", "t02"), ("Rain", "t03"), ("Sun", "t04"), ("Moon", "t09")]
    titles = [{"row": n, "title": name, "source_id": own} for n, (name, own) in enumerate(names)]
    index.results.write(TITLES, "cc", TITLES.from_rows(titles), Provenance("f"))
    index.results.write(ASSETS, "cc", ASSETS.from_rows([{"asset": "cc", "path": "titles.csv"}]), Provenance("f"))
    return index


@pytest.mark.parametrize(("said", "expected"), [
    ("t04", "t04"), ("tone", "t01"), ("roof tone", "t01"), ("film/Roof Tone.mp4", "t01"), ("SUN", "t04"),
    ("Rain", "Rain"), ("Moon", "Moon"), ("nothing", "nothing"), ("", ""),
])  # fmt: skip
def test_a_title_is_known_by_its_other_names(index: Index, said: str, expected: str) -> None:
    assert logged(index, said, ["t01", "t02", "t03", "t04"]) == expected
