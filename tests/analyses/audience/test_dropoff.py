"""From films and logs to why viewers leave: each step on rows whose answer is known."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.audience.content_seconds import CONTENT_SECONDS, content_seconds
from kinoeye.analyses.audience.dropoff_causes import DROPOFF_CAUSES, dropoff_causes
from kinoeye.analyses.audience.dropoff_moments import DROPOFF_MOMENTS, dropoff_moments
from kinoeye.analyses.audience.leavings import LEAVINGS, leavings
from kinoeye.analyses.audience.title_films import TITLE_FILMS, title_films
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.signals.leaving import STATES
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

S = FLICKS_PER_SECOND
FILM, OTHER = "f" * 32, "e" * 32
SECONDS = 900


def table(**columns):
    return pa.table(columns)


class TestContentSeconds:
    SHOTS = pa.table({"shot": [0, 1, 2], "start": [0, 2 * S, 5 * S // 2], "end": [2 * S, 5 * S // 2, 31 * S // 10]})

    def test_shots_run_on(self):
        found = content_seconds(self.SHOTS)
        assert found.schema.equals(CONTENT_SECONDS.schema)
        assert found["second"].to_pylist() == [0, 1, 2, 3]
        assert found["cuts"].to_pylist() == [0, 0, 2, 0]
        assert found["shot"].to_pylist() == [0, 0, 2, 2]
        assert found["shot_so_far"].to_pylist() == pytest.approx([1, 2, 0.5, 0.6])
        assert found["music"].null_count == found["people"].null_count == 4

    def test_what_was_looked_for_and_not_found_is_none_of_it(self):
        found = content_seconds(self.SHOTS, music=table(start=pa.array([], pa.int64()), end=pa.array([], pa.int64())))
        assert found["music"].to_pylist() == [0, 0, 0, 0]

    def test_spans_and_names(self):
        texts = table(start=[S, 0], end=[3 * S, S // 2], kind=["credit", "title"])
        appearances = table(start=[0, 0], end=[2 * S, S], person=["p1", None])
        loudness = table(start=[0, S // 2], end=[S // 2, S], momentary_lufs=[-20.0, -30.0])
        found = content_seconds(self.SHOTS, texts=texts, appearances=appearances, loudness=loudness)
        assert found["text"].to_pylist() == pytest.approx([0.5, 1, 1, 0])
        assert found["credits"].to_pylist() == pytest.approx([0, 1, 1, 0])
        assert found["people"].to_pylist() == [["p1"], ["p1"], [], []]
        assert found["loudness"].to_pylist() == [-25, None, None, None]

    def test_the_face_that_shows_most_counts(self):
        faces = table(time=[0, S // 2, 2 * S], sadness=[0.2, 0.9, 0.1], happiness=[0.0] * 3, anger=[0.0] * 3,
                      fear=[0.0] * 3)  # fmt: skip
        found = content_seconds(self.SHOTS, expressions=faces)["sadness"].to_pylist()
        assert found == [pytest.approx(0.9), None, pytest.approx(0.1), None]

    def test_no_shots_no_seconds(self):
        assert content_seconds(self.SHOTS.slice(0, 0)).num_rows == 0


class TestTitleFilms:
    ASSETS = ASSETS.from_rows([{"asset": FILM, "path": "film/Roof Tone (2026).mp4", "kind": "video"},
                               {"asset": OTHER, "path": "film/Wild Line.mov", "kind": "video"},
                               {"asset": "a" * 32, "path": "Wild Line.wav", "kind": "sound"}])  # fmt: skip

    def told(self, events_of, *names, titles=None):
        rows = title_films(self.ASSETS, events_of(*({"title": name} for name in names)), titles).to_pylist()
        return {row["title"]: (row["asset"], row["how"]) for row in rows}

    def test_by_content_path_and_name(self, events_of):
        told = self.told(events_of, FILM, "Wild Line.mov", "roof tone", "nobody's", None)
        assert told == {FILM: (FILM, "content"), "Wild Line.mov": (OTHER, "path"), "roof tone": (FILM, "name"),
                        "nobody's": (None, "nothing")}  # fmt: skip

    def test_by_the_catalogues_number(self, events_of):
        titles = with_asset(TITLES.from_rows([{"row": 0, "title": "Roof Tone", "source_id": "t01"}]), "c" * 32)
        assert self.told(events_of, "t01", titles=titles) == {"t01": (FILM, "catalogue")}

    def test_two_films_of_a_name_are_neither(self, events_of):
        twice = pa.concat_tables([self.ASSETS, self.ASSETS.slice(0, 1)])
        assert title_films(twice, events_of({"title": "Roof Tone"}))["asset"].to_pylist() == [None]


def content(asset=FILM, seconds=SECONDS):
    """A film in which it is dark now and then."""
    dark = np.isin(np.arange(seconds) // 30 % 3, [1])
    rows = [{"second": second, "start": second * S, "shot": second // 10, "brightness": 0.05 if dark[second] else 0.5,
             "people": [], "sounds": [], "moods": []} for second in range(seconds)]  # fmt: skip
    return with_asset(CONTENT_SECONDS.from_rows(rows), asset), dark


def left_table(dark, times=1.5, asset=FILM, seed=1, viewers=20_000):
    random = np.random.default_rng(seed)
    rows, now = [], np.full(8, viewers / 8)
    for second in range(len(dark)):
        for state, (share, more) in enumerate(((0.95, 1.0), (0.0, 1.0), (0.0, 1.0), (0.05, 4.0))):
            there = np.round(now * share)
            chance = 4e-4 * more * (times if dark[max(0, second - 1)] else 1.0)
            left = random.binomial(there.astype(int), chance)
            rows += [{"asset": asset, "second": second, "state": STATES[state], "group": group,
                      "there": there[group], "left": left[group]} for group in range(8) if there[group]]  # fmt: skip
            now = now - left
    return LEAVINGS.from_rows(rows)


class TestLeavings:
    FILMS = TITLE_FILMS.from_rows([{"title": "rain", "asset": FILM, "name": "Rain", "how": "name"}])

    def test_viewers_are_counted_and_programs_are_not(self, events_of, watching):
        rows = [row for viewer, end in enumerate((100, 300, 300), 1) for row in watching(0, end, viewer=viewer)]
        bot = [dict(row, bot=True) for row in watching(0, 50, viewer=9)]
        found = leavings(events_of(*rows, *bot, {"title": "other", "viewer": 5}), self.FILMS, content()[0])
        left = {row["second"]: row["left"] for row in found.group_by("second").aggregate([("left", "sum")]).to_pylist()
                for row in [{"second": row["second"], "left": row["left_sum"]}] if row["left"]}  # fmt: skip
        assert sum(left.values()) == pytest.approx(3)
        assert found.schema.equals(LEAVINGS.schema)

    def test_one_row_may_say_what_was_watched(self, events_of):
        found = leavings(
            events_of({"at": 0, "event": "watched", "position": 10, "length": 40}), self.FILMS, content()[0]
        )
        assert found["second"].to_pylist() == list(range(10, 50))
        assert found["left"].to_pylist()[-1] == 1

    def test_without_a_film_there_is_nothing(self, events_of):
        assert leavings(events_of({"title": "other"}), self.FILMS.slice(0, 0), content()[0]).num_rows == 0

    def test_groups_out_of_range(self, events_of):
        with pytest.raises(SettingError, match=r"leavings: groups must lie in 2\.\.1000, got 1"):
            leavings(events_of(), self.FILMS, content()[0], groups=1)


class TestCauses:
    def test_the_dark_is_found_with_its_size_and_playback_told(self):
        film, dark = content()
        rows = dropoff_causes(left_table(dark), film, draws=80, placebos=2).to_pylist()
        told = {row["cause"]: row for row in rows}
        assert told["dark"]["is_found"]
        assert told["dark"]["low"] < 0.5 < told["dark"]["high"]
        assert told["dark"]["trees"] > 0
        assert 0 < told["dark"]["extra"] < told["dark"]["left"]
        assert told["rebuffered"]["kind"] == "playback"
        assert told["rebuffered"]["effect"] == pytest.approx(3.0, rel=0.3)

    def test_nothing_is_found_where_nothing_is(self):
        film, dark = content()
        rows = dropoff_causes(left_table(dark, times=1.0), film, draws=80, placebos=2).to_pylist()
        assert not any(row["is_found"] for row in rows if row["kind"] == "content")

    def test_persons_are_named(self):
        film, dark = content()
        seen = pa.array([["p1"] if each else [] for each in dark], pa.list_(pa.string()))
        film = film.set_column(film.schema.get_field_index("people"), "people", seen)
        film = film.set_column(film.schema.get_field_index("brightness"), "brightness",
                               pa.nulls(SECONDS, pa.float32()))  # fmt: skip
        speakers = pa.table({"person": ["p1"], "character": ["JUNE"]})
        rows = dropoff_causes(left_table(dark), film, None, speakers, draws=80, placebos=0).to_pylist()
        assert [(row["cause"], row["who"], row["name"]) for row in rows if row["who"]] == [("person", "p1", "JUNE")]
        assert rows[0]["false_alarms"] is None

    def test_too_few_who_left_say_nothing(self):
        film, dark = content()
        assert dropoff_causes(left_table(dark, viewers=80), film).equals(DROPOFF_CAUSES.empty())

    @pytest.mark.parametrize(("setting", "match"), [({"draws": 5}, r"draws must lie in 50\.\.100000, got 5"),
                                                    ({"sure": 2}, r"sure must lie in 0\.\.1, got 2")])  # fmt: skip
    def test_settings_out_of_range(self, setting, match):
        with pytest.raises(SettingError, match=match):
            dropoff_causes(LEAVINGS.empty(), content()[0], **setting)


class TestMoments:
    WORDS = pa.table({"asset": [FILM] * 4, "start": [(31 + n) * S for n in range(4)],
                      "end": [(32 + n) * S for n in range(4)], "text": ["nobody", "who", "leaves", "says"],
                      "language": ["en"] * 4, "score": [1.0] * 4})  # fmt: skip
    LINES = pa.table({"asset": ["s"], "line": ["l1"], "scene": ["s1"], "kind": ["dialogue"], "who": ["NORA"],
                      "text": ["Nobody who leaves says it."]})  # fmt: skip
    SCENES = pa.table({"scene": ["s1"], "heading": ["EXT. ROOFTOP - DAY"]})

    def causes(self, film, left):
        return dropoff_causes(left, film, draws=80, placebos=0)

    def test_a_moment_has_its_cause_scene_and_line(self):
        film, dark = content()
        left = left_table(dark, times=2.5)
        rows = dropoff_moments(left, film, self.causes(film, left), self.WORDS, self.LINES, self.SCENES).to_pylist()
        first = min(rows, key=lambda row: row["start"])
        assert 30 <= first["start"] / S <= 40
        assert first["cause"] == "dark"
        assert first["share"] > 0.5
        assert first["low"] < first["oftener"] < first["high"]
        assert (first["heading"], first["speaker"], first["lines"]) == ("EXT. ROOFTOP - DAY", "NORA", ["l1"])
        assert first["said"] == "nobody who leaves says"

    def test_what_nothing_explains_is_said_to_be_so(self):
        film, dark = content()
        left = left_table(dark, times=1.0).to_pylist()
        for row in left:
            if 500 <= row["second"] < 512:
                row["left"] += 6 * (row["state"] == "smooth")
        left = LEAVINGS.from_rows(left)
        rows = dropoff_moments(left, film, self.causes(film, left)).to_pylist()
        assert 495 <= rows[0]["start"] / S <= 505
        assert rows[0]["cause"] == ""
        assert rows[0]["scene"] is None

    def test_a_quiet_film_has_no_moments(self):
        film, dark = content()
        left = left_table(dark, times=1.0)
        assert dropoff_moments(left, film, self.causes(film, left), clear=4.5).num_rows == 0
        assert dropoff_moments(LEAVINGS.empty(), film, DROPOFF_CAUSES.empty()).equals(DROPOFF_MOMENTS.empty())

    def test_settings_out_of_range(self):
        with pytest.raises(SettingError, match="most must be 1 or more, got 0"):
            dropoff_moments(LEAVINGS.empty(), content()[0], DROPOFF_CAUSES.empty(), most=0)
