"""How much of a title somebody has seen counts each second once, however often it was seen."""

import pytest

from kinoeye.analyses.audience import watched as made
from kinoeye.analyses.audience.title_films import TITLE_FILMS
from kinoeye.analyses.audience.watched import WATCHED
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

MINUTE = 60 * FLICKS_PER_SECOND
CATALOGUE = with_asset(
    TITLES.from_rows([{"row": 0, "title": "Rain", "source_id": "rain", "runtime": 10 * MINUTE}]), "c"
)


def watched(*given, **settings):
    return WATCHED.whole(made.watched(*given, **settings))


def test_share_and_plays(events_of, watching):
    rows = [*watching(0, 300), *watching(200, 450, since=100_000), *watching(0, 60, viewer=2)]
    found = watched(events_of(*rows), CATALOGUE).to_pylist()
    assert [(row["viewer"], row["watched"] // FLICKS_PER_SECOND, row["share"], row["plays"]) for row in found] == [
        (1, 550, 0.75, 2), (2, 60, 0.1, 1),
    ]  # fmt: skip
    assert found[0]["first"] < found[0]["last"]


def test_a_film_of_the_production_is_as_long_as_it_is(events_of, watching):
    films = ASSETS.from_rows([{"asset": "f", "path": "cut/rain.mp4", "kind": "video", "start": 0, "end": 5 * MINUTE}])
    own = TITLE_FILMS.from_rows([{"title": "rain", "asset": "f", "name": "Rain", "how": "catalogue"}])
    assert watched(events_of(*watching(0, 300)), CATALOGUE, films, own)["share"].to_pylist() == [1.0]


def test_without_a_length_the_share_is_not_known(events_of, watching):
    assert watched(events_of(*watching(0, 300)))["share"].to_pylist() == [None]


def test_the_last_rating_counts(events_of):
    found = watched(events_of({"at": 50, "event": "rating", "value": 9.0}, {"at": 10, "event": "rating", "value": 2.0},
                              {"event": "rating", "value": 3.0, "title": "sun"})).to_pylist()  # fmt: skip
    told = [(row["title"], row["rating"], row["watched"], row["plays"]) for row in found]
    assert told == [("rain", 9, 0, 0), ("sun", 3, 0, 0)]
    assert found[1]["first"] is None


def test_a_history_of_days_counts_rows(events_of):
    found = watched(
        events_of({"event": "watched"}, {"event": "watched"}, {"at": 0, "event": "watched", "title": "sun"})
    )
    assert dict(zip(found["title"].to_pylist(), found["plays"].to_pylist(), strict=True)) == {"rain": 2, "sun": 1}


def test_clicks_programs_and_nothing_are_not_watched(events_of, watching):
    assert watched(events_of()).num_rows == 0
    assert watched(events_of({"at": 0, "event": "click"}, {"at": 0, "event": "impression"})).num_rows == 0
    assert watched(events_of(*({**row, "bot": True} for row in watching(0, 60)))).num_rows == 0


def test_settings_have_bounds(events_of):
    with pytest.raises(SettingError, match="watched: gap must be above 0 seconds, got -1"):
        watched(events_of(), gap=-1)
