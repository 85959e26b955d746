import pyarrow as pa
import pytest

from kinoeye.analyses.audience.recommender_scores import recommender_scores
from kinoeye.errors import SettingError
from tests.analyses.audience.tastes_watched import GENRES, planted

SEEN, TITLES = planted()


@pytest.fixture(scope="module")
def made() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = recommender_scores(
        SEEN, TITLES, splits=("viewers", "time", "last", "cold")
    ).to_pylist()
    return rows


def value(rows: list[dict[str, object]], measure: str, **wanted: object) -> float:
    found = [
        row["value"]
        for row in rows
        if row["measure"] == measure and all(row[key] == each for key, each in wanted.items())
    ]
    assert len(found) == 1
    assert isinstance(found[0], float)
    return found[0]


def test_what_tells_tastes_is_better_than_what_is_popular(made: list[dict[str, object]]) -> None:
    for split in ("viewers", "time"):
        ease, liked = (value(made, "ndcg_100", split=split, way=way) for way in ("ease", "liked"))
        assert ease > 1.2 * liked


def test_new_titles_are_told_better_than_by_chance(made: list[dict[str, object]]) -> None:
    told, chance = (value(made, "ndcg_100", split="cold", way=way) for way in ("content", "chance"))
    assert told > 1.2 * chance


def test_one_way_is_chosen_and_every_way_has_its_other_sides(made: list[dict[str, object]]) -> None:
    held = [row for row in made if row["split"] == "viewers" and row["measure"] == "ndcg_100"]
    assert sum(bool(row["is_chosen"]) for row in held) == 1
    for row in held:
        for measure in ("diversity", "novelty", "miscalibration", "popularity", "coverage", "gini"):
            assert value(made, measure, way=row["way"]) >= 0
        assert {each["group"] for each in made if each["measure"] == "exposure"} == set(GENRES)


def test_the_attack_stands_beside_with_its_interval(made: list[dict[str, object]]) -> None:
    attacks = [row for row in made if row["split"] == "members"]
    assert {row["measure"] for row in attacks} >= {"attack_scores", "attack_lists", "apart_attack_scores"}
    for row in attacks:
        assert 0 <= value(attacks, str(row["measure"])) <= 1
        assert row["n"] == 88  # those with five titles that they like


def test_without_times_the_split_by_time_is_left_out() -> None:
    nothing = pa.nulls(SEEN.num_rows, SEEN.schema.field("last").type)
    timeless = SEEN.set_column(SEEN.schema.get_field_index("last"), "last", nothing)
    found = recommender_scores(timeless, splits=("viewers", "time"), shadows=0)
    assert set(found["split"].to_pylist()) == {"viewers"}


def test_too_little_says_nothing() -> None:
    assert recommender_scores(SEEN.slice(0, 40), TITLES).num_rows == 0
    assert recommender_scores(SEEN.slice(0, 0), TITLES).num_rows == 0


def test_settings_out_of_range_are_named() -> None:
    with pytest.raises(SettingError, match="splits must be of viewers, time, last, cold, got first"):
        recommender_scores(SEEN, splits=("first",))
    with pytest.raises(SettingError, match="shadows must be 0, or 2 or more"):
        recommender_scores(SEEN, shadows=1)
