import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from kinoeye.errors import UseError
from kinoeye.sample.viewers import EVENTS, Audience, Wishes, simulate
from kinoeye.sample.viewers_content import made_up
from kinoeye.sample.viewers_film import content_of
from kinoeye.sample.viewers_log import LogFaults, truth_of, write_log
from kinoeye.sample.viewers_playback import Faults
from kinoeye.sample.viewers_reasons import KINDS, Reason, hazard, holds, planted
from kinoeye.sample.viewers_tastes import Title

FILM = made_up(20, 3)
TITLE = Title("t1", FILM.seconds, ("Drama",), ("A. Person",))
OTHER = Title("t2", 600, ("Comedy",))
PLAIN = Wishes(25_000, 4, titles_each=2.0, drift=0.0, start=1.0, heartbeat_s=0, unsaid=0.0)


def audience(reasons: tuple[Reason, ...] = (), wishes: Wishes = PLAIN) -> Audience:
    return simulate([TITLE], {"t1": FILM}, reasons, wishes)


def times_as_often(made: Audience, held: np.ndarray) -> float:
    """How much oftener viewers leave where something holds; those who are there are the plays that reach it."""
    stops = made.log.position[made.log.event == EVENTS.index("stop")]
    seconds = np.minimum(stops.astype(int), FILM.seconds)
    left = np.bincount(seconds, minlength=FILM.seconds + 1)
    there = len(stops) - np.concatenate([[0], np.cumsum(left)])[:-1]
    rate = left[:-1] / there[:-1]
    return float(rate[held].mean() / rate[~held].mean())


@pytest.fixture(scope="module")
def small() -> Audience:
    return simulate([TITLE, OTHER], {"t1": FILM}, (), Wishes(80, 2))


class TestSimulate:
    def test_the_same_seed_is_the_same_log(self, small: Audience) -> None:
        again = simulate([TITLE, OTHER], {"t1": FILM}, (), Wishes(80, 2))
        assert all(np.array_equal(column, getattr(again.log, name), equal_nan=True)
                   for name, column in vars(small.log).items())  # fmt: skip
        other = simulate([TITLE, OTHER], {"t1": FILM}, (), Wishes(80, 3))
        assert len(other.log) != len(small.log) or not np.array_equal(other.log.at_ms, small.log.at_ms)

    def test_what_is_planted_happens(self) -> None:
        reason = Reason("dark", 0.4)
        held = holds(FILM, reason)
        found = times_as_often(audience((reason,)), held)
        assert found == pytest.approx(1.4, abs=0.12)
        assert times_as_often(audience(), held) == pytest.approx(1.0, abs=0.1)

    def test_rebuffering_makes_viewers_leave(self) -> None:
        def left(faults: Faults) -> int:
            made = audience(wishes=Wishes(6000, 1, titles_each=1.0, heartbeat_s=0, faults=faults))
            return int(made.truth["titles"][0]["left"])

        assert left(Faults(rebuffered=8.0)) > 1.05 * left(Faults(rebuffered=1.0, poor=1.0))

    def test_clocks_run_on_and_positions_lie_in_the_title(self, small: Audience) -> None:
        log = small.log
        for session in np.unique(log.session)[:30]:
            mine = log.take(log.session == session)
            assert (np.diff(mine.at_ms) >= 0).all()
            names = [EVENTS[each] for each in mine.event]
            assert names[:3] == ["impression", "click", "play"]
            known = mine.position[np.isfinite(mine.position)]
            assert known.min() >= 0
            assert known.max() <= (FILM.seconds, OTHER.seconds)[mine.title[0]] + 0.001
            assert "rating" in names or "stop" not in names or names[-1] == "stop"

    def test_what_fits_is_watched_longer_and_rated_higher(self, small: Audience) -> None:
        made = audience(wishes=Wishes(6000, 5, titles_each=2.0, heartbeat_s=0))
        rated = made.log.take(made.log.event == EVENTS.index("rating"))
        fit = made.tastes.fit(rated.viewer, rated.title)
        assert np.corrcoef(fit, rated.value)[0, 1] > 0.4

    @pytest.mark.parametrize(
        ("wishes", "match"),
        [(Wishes(0), "viewers must lie in 1"), (Wishes(drift=9), "drift must lie in 0..3, got 9"),
         (Wishes(leaving=1.0), "leaving must lie in")],
    )  # fmt: skip
    def test_a_wish_out_of_its_range(self, wishes: Wishes, match: str) -> None:
        with pytest.raises(UseError, match=match):
            audience(wishes=wishes)

    def test_titles_must_be_there_and_last_as_long_as_they_say(self) -> None:
        with pytest.raises(UseError, match="there must be a title"):
            simulate([], {}, (), PLAIN)
        with pytest.raises(UseError, match="content of t1 must last 700 seconds, got 1200"):
            simulate([Title("t1", 700)], {"t1": FILM}, (), PLAIN)


class TestReasons:
    def test_all_hold_somewhere_in_a_long_film_and_not_everywhere(self) -> None:
        long = made_up(60, 1)
        for kind in KINDS:
            share = holds(long, Reason(kind, 0.1, "ANNA" if kind == "person" else "")).mean()
            assert 0.01 < share < 0.6, kind

    def test_sizes_go_from_five_to_forty_percent(self) -> None:
        reasons = planted({"t1": FILM}, 1)
        assert sorted(each.kind for each in reasons) == sorted(KINDS)
        assert (min(each.size for each in reasons), max(each.size for each in reasons)) == (0.05, 0.4)
        assert {each.name for each in reasons} == {each.name for each in planted({"t1": FILM}, 1)}

    def test_none_hold_where_nothing_is_known(self) -> None:
        blank = type(FILM)(100, {})
        for kind in KINDS:
            assert not holds(blank, Reason(kind, 0.2, "ANNA")).any()
        assert (hazard(blank, [Reason("dark", 0.2)]) == 1).all()

    def test_an_unknown_one(self) -> None:
        with pytest.raises(UseError, match=r"a reason must be one of long_shot.*, got 'boredom'"):
            holds(FILM, Reason("boredom", 0.1))


class TestLog:
    def test_json_lines_and_parquet_say_the_same(self, small: Audience, tmp_path: Path) -> None:
        told = write_log(small, tmp_path / "log.jsonl")
        write_log(small, tmp_path / "log.parquet")
        lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
        rows = pq.ParquetFile(tmp_path / "log.parquet").read()
        assert len(lines) == rows.num_rows == told["rows"] == len(small.log)
        for name in rows.column_names[1:]:
            assert [line.get(name) for line in lines] == rows[name].to_pylist()
        times = rows["time"].cast("int64").to_numpy().astype("datetime64[ms]").astype(str).tolist()
        assert [line["time"] for line in lines] == [f"{each}Z" for each in times]

    def test_faults_are_there_as_counted(self, small: Audience, tmp_path: Path) -> None:
        faults = LogFaults(skew_s=5, late=0.1, doubled=0.05, bots=2, corrupt=0.1, seed=1)
        told = write_log(small, tmp_path / "log.jsonl", faults)
        lines = (tmp_path / "log.jsonl").read_bytes().splitlines()
        assert len(lines) == told["rows"] > len(small.log)
        assert told["corrupt_rows"] == pytest.approx(0.1 * told["rows"], rel=0.2)
        whole = []
        for line in lines:
            try:
                whole.append(json.loads(line))
            except ValueError:
                continue
        assert len(lines) - len(whole) == pytest.approx(told["corrupt_rows"] / 2, rel=0.25)
        assert sum(row["viewer"] in told["bots"] for row in whole) > 300
        assert sum(row["time"] == "yesterday" for row in whole) > 0

    def test_the_truth_says_who_likes_what(self, small: Audience) -> None:
        truth = json.loads(json.dumps(truth_of(small, {"rows": 1})))
        assert len(truth["viewers"]["tastes"]) == 80
        assert set(truth["title_tastes"]) == {"t1", "t2"}
        assert truth["titles"][0]["seconds"] == FILM.seconds

    def test_nothing_is_written_over(self, small: Audience, tmp_path: Path) -> None:
        path = tmp_path / "log.jsonl"
        path.write_text("mine")
        with pytest.raises(UseError, match="nothing may stand at"):
            write_log(small, path)
        assert path.read_text() == "mine"
        with pytest.raises(UseError, match=r"must end in .jsonl or .parquet, got log.csv"):
            write_log(small, tmp_path / "log.csv")
        with pytest.raises(UseError, match=r"corrupt must lie in 0..1, got 2"):
            write_log(small, tmp_path / "b.jsonl", LogFaults(corrupt=2))


def test_the_samples_content_is_read_off_its_truth() -> None:
    film = {
        "rate": [24, 1], "pictures": 240,
        "shots": [
            {"shot": 0, "first_frame": 0, "end_frame": 96, "setup": "title", "hour": None},
            {"shot": 1, "first_frame": 96, "end_frame": 240, "setup": "room", "hour": "day"},
        ],
        "lines": [{"start": 4 * 705_600_000, "end": 6 * 705_600_000}],
        "texts": [{"kind": "title", "first": 0, "last": 47}],
        "heads": [{"frame": 120, "name": "TEO"}],
    }  # fmt: skip
    content = content_of(film)
    assert content.seconds == 10
    assert content.measures["speech"].tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert content.measures["text"].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert np.flatnonzero(content.measures["cuts"]).tolist() == [4]
    assert np.flatnonzero(content.people["TEO"]).tolist() == [5]
    assert content.measures["brightness"][0] < 0.1 < content.measures["brightness"][5]
