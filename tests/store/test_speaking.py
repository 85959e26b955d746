"""What people say of who speaks holds for the speaker of that moment, and survives a new run."""

import pytest

from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES, speaker_names
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.errors import UseError
from kinoeye.media.assets import ASSETS
from kinoeye.run.list import TABLES
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.store.speaking import Speakers
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

ASSET = "a" * 32
TURNS = ((0, 0, 4), (1, 5, 9), (0, 10, 14))  # speaker, from, to: seconds


def written(index, turns):
    rows = [{"speaker": who, "start": a * SECOND, "end": b * SECOND, "score": 1.0} for who, a, b in turns]
    index.results.write(SPEAKERS, ASSET, SPEAKERS.from_rows(rows), Provenance(""))


def named(index):
    rows = speaker_names(index.read("speakers"), index.read("assets"))
    index.results.write(SPEAKER_NAMES, PRODUCTION, rows, Provenance(""))


@pytest.fixture
def known(tmp_path):
    index = Index(str(tmp_path / "index"), TABLES)
    row = {"asset": ASSET, "path": "day 1/a.wav", "paths": ["day 1/a.wav", "copy.wav"], "kind": "sound"}
    index.results.write(ASSETS, ASSET, ASSETS.from_rows([row]), Provenance(""))
    written(index, TURNS)
    named(index)
    return index, Speakers(index, lambda: named(index))


def test_all_are_listed_before_anybody_is_named(known):
    rows = known[1].all()
    told = [(row["speaker"], row["path"], row["first"] // SECOND, row["seconds"], row["character"]) for row in rows]
    assert told == [(0, "day 1/a.wav", 0, 8.0, None), (1, "day 1/a.wav", 5, 4.0, None)]


def test_a_name_holds_for_the_speaker_of_that_moment_in_every_turn(known):
    index, speakers = known
    row = speakers.name("copy.wav", 12 * SECOND, " ANNA  the  queen ", "Jane Doe", who="me")
    assert (row["speaker"], row["character"], row["person_name"]) == (0, "ANNA the queen", "Jane Doe")
    assert (row["character_score"], row["person_score"]) == (1.0, 1.0)
    assert [each["character"] for each in speakers.all()] == ["ANNA the queen", None]
    assert index.decisions.all()[0].who == "me"


def test_it_survives_other_numbers_and_other_edges(known):
    index, speakers = known
    speakers.name("day 1/a.wav", 12 * SECOND, "ANNA")
    written(index, ((3, 0, 3), (2, 3, 10), (3, 11, 13)))
    named(index)
    assert [(row["speaker"], row["character"]) for row in speakers.all()] == [(3, "ANNA"), (2, None)]


def test_a_later_word_holds_over_an_earlier_one_and_one_kind_leaves_the_other(known):
    _, speakers = known
    speakers.name("day 1/a.wav", SECOND, "BEN")
    assert speakers.name("day 1/a.wav", SECOND, "ANNA")["character"] == "ANNA"
    row = speakers.name("day 1/a.wav", SECOND, person="Jane")
    assert (row["character"], row["person_name"]) == ("ANNA", "Jane")


@pytest.mark.parametrize(
    ("path", "at", "name", "match"),
    [
        ("day 2/a.wav", 1, "ANNA", r"no asset at day 2/a.wav. Did you mean day 1/a.wav\?"),
        ("day 1/a.wav", 4.5, "ANNA", "somebody must speak at .* got nobody. Nearest somebody speaks from 0:00"),
        ("day 1/a.wav", 1, " ", "a name must have letters"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(known, path, at, name, match):
    index, speakers = known
    with pytest.raises(UseError, match=match):
        speakers.name(path, int(at * SECOND), name)
    assert index.decisions.all() == []


def test_a_silent_production_says_so(tmp_path):
    with pytest.raises(UseError, match=r"nobody is known to speak.*kinoeye run"):
        Speakers(Index(str(tmp_path / "index"), TABLES), lambda: None).all()
