import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kinoeye.analyses.audience.recommendations import RECOMMENDATIONS, recommendations
from kinoeye.analyses.audience.watched import WATCHED
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND
from tests.analyses.audience.tastes_watched import planted

SEEN, TITLES = planted()


@pytest.fixture(scope="module")
def made() -> pa.Table:
    return recommendations(SEEN, TITLES, count=10)


def number(title: str) -> int:
    return int(title.removeprefix("t"))


def test_planted_tastes_are_found(made: pa.Table) -> None:
    warm = made.filter(pc.and_(pc.invert(made["cold"]), pc.less_equal(made["rank"], 5)))
    is_own = [row["viewer"] % 3 == (number(row["title"]) + 1000) % 3 for row in warm.to_pylist()]
    assert np.mean(is_own) > 0.85


def test_nothing_is_shown_again_and_ranks_are_whole(made: pa.Table) -> None:
    seen = set(zip(SEEN["viewer"].to_pylist(), SEEN["title"].to_pylist(), strict=True))
    shown = list(zip(made["viewer"].to_pylist(), made["title"].to_pylist(), strict=True))
    assert not seen & set(shown)
    assert len(shown) == len(set(shown))
    assert made["rank"].to_pylist() == list(range(1, 11)) * 90


def test_what_nobody_watched_goes_to_who_watches_its_like(made: pa.Table) -> None:
    new = made.filter(made["cold"])
    assert new.num_rows == 90
    assert set(new["way"].to_pylist()) == {"content"}
    assert all(number(title) >= 60 for title in new["title"].to_pylist())
    assert np.mean([row["viewer"] % 3 == (number(row["title"]) + 1000) % 3 for row in new.to_pylist()]) > 0.9


def test_reasons_are_titles_of_the_viewers_own(made: pa.Table) -> None:
    seen = set(zip(SEEN["viewer"].to_pylist(), SEEN["title"].to_pylist(), strict=True))
    told = [(row["viewer"], each) for row in made.to_pylist() for each in row["because"]]
    assert len(told) > 900
    assert all((viewer, each["title"]) in seen for viewer, each in told)
    assert all(0 < each["share"] <= 1 for _, each in told)


def test_moments_that_were_watched_again_are_named() -> None:
    again = [30 if 100 <= second < 120 else 1 for second in range(300)]
    columns = {"title": ["t4"] * 300, "second": pa.array(range(300), pa.int32()), "replayed": again}
    found = recommendations(SEEN, TITLES, pa.table(columns), count=10)
    told = [each for row in found["because"].to_pylist() for each in row if each["title"] == "t4"]
    assert told
    assert all(each["moments"] == [{"start": 100 * SECOND, "end": 120 * SECOND}] for each in told)


def test_names_and_scores_are_told(made: pa.Table) -> None:
    assert made["name"].null_count == 0
    assert pc.min(made["score"]).as_py() >= 0
    assert pc.max(made["score"]).as_py() <= 1


def test_only_some_viewers_are_answered_alike(made: pa.Table) -> None:
    some = recommendations(SEEN, TITLES, count=10, viewers=(1003, 1007))
    assert set(some["viewer"].to_pylist()) == {1003, 1007}
    whole = made.filter(pc.is_in(made["viewer"], pa.array([1003, 1007])))
    assert some["title"].to_pylist() == whole["title"].to_pylist()


def test_without_a_catalogue_there_are_no_names_and_nothing_new() -> None:
    found = recommendations(SEEN, count=5, viewers=(1001,))
    assert found["name"].null_count == 5
    assert not any(found["cold"].to_pylist())


def test_titles_of_too_few_viewers_are_not_learnt_from() -> None:
    own = WATCHED.from_rows([{"viewer": 1000, "title": "private", "share": 1.0, "plays": 1}])
    found = recommendations(pa.concat_tables([SEEN, own]), count=10)
    assert "private" not in found["title"].to_pylist()
    assert "private" not in {each["title"] for row in found["because"].to_pylist() for each in row}


@pytest.mark.parametrize("viewers", [0, 1, 2])
def test_few_viewers_are_no_trouble(viewers: int) -> None:
    few = SEEN.filter(pc.less(SEEN["viewer"], 1000 + viewers))
    assert recommendations(few, TITLES).num_rows == 0
    found = recommendations(few, TITLES, least_viewers=1)
    assert found.schema.equals(RECOMMENDATIONS.schema)
    assert set(found["viewer"].to_pylist()) == set(few["viewer"].to_pylist())


def test_settings_out_of_range_are_named() -> None:
    with pytest.raises(SettingError, match=r"cold must lie in 0\.\.1, got 2"):
        recommendations(SEEN, cold=2)
    with pytest.raises(SettingError, match=r"count must lie in 1\.\.1000, got 0"):
        recommendations(SEEN, count=0)
