"""Words become lines where a pause ends them, as the text writes them."""

import pytest

from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.analyses.sound.utterances import utterances
from kinoeye.analyses.sound.words import WORDS
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def row(start, end, text, written=None, **more):
    of_text = {"written": written or "", "is_in_text": written is not None, "score": 0.5}
    return {"start": int(start * SECOND), "end": int(end * SECOND), "text": text, **of_text, **more}


def test_a_pause_ends_a_line():
    said = WORDS.from_rows([
        row(0, 1, "it", "It"), row(1, 2, "cost", "cost"), row(2, 3, "five", "$5."), row(3, 3.5, "dollars", ""),
        row(5, 6, "well"), row(6.2, 7, "no", "No!", score=1.0),
    ])  # fmt: skip
    rows = utterances(said).to_pylist()
    assert [(each["text"], each["start"] // SECOND, each["end"] // SECOND) for each in rows] == [
        ("It cost $5.", 0, 3), ("well No!", 5, 7),
    ]  # fmt: skip
    assert [each["in_text"] for each in rows] == [1.0, 0.5]
    assert rows[1]["score"] == pytest.approx(0.75)


def test_a_longer_pause_gives_no_more_lines_and_a_long_line_is_parted():
    said = WORDS.from_rows([row(n, n + 0.5, "a", "a") for n in range(10)])
    counts = [utterances(said, pause=pause).num_rows for pause in (0.1, 0.4, 0.6, 2)]
    assert counts == [10, 10, 1, 1]
    assert utterances(said, longest=4).num_rows == 3


@pytest.mark.parametrize(("setting", "value"), [("pause", -1), ("pause", 61), ("longest", 0)])
def test_settings_are_checked(setting, value):
    with pytest.raises(SettingError, match=f"{setting} must lie"):
        utterances(WORDS.empty(), **{setting: value})


def turns(*given):
    rows = [{"start": int(a * SECOND), "end": int(b * SECOND), "speaker": who, "score": 1.0} for a, b, who in given]
    return SPEAKERS.from_rows(rows)


def test_a_line_ends_where_another_speaks_and_says_who_it_is():
    said = WORDS.from_rows([row(n, n + 0.8, f"w{n}", stretch=0) for n in range(6)])
    names = SPEAKER_NAMES.from_rows([
        {"asset": "a", "speaker": 0, "character": "ANNA", "person_name": "Jane"}, {"asset": "a", "speaker": 1},
    ])  # fmt: skip
    rows = utterances(said, turns((0, 3, 0), (3, 6, 1)), names).to_pylist()
    told = [(each["text"], each["speaker"], each["character"], each["person"]) for each in rows]
    assert told == [("w0 w1 w2", 0, "ANNA", "Jane"), ("w3 w4 w5", 1, None, None)]


def test_a_word_outside_every_turn_goes_with_its_breath_or_is_nobodys():
    said = WORDS.from_rows([row(0, 0.5, "so", stretch=0), row(0.5, 1, "far", stretch=0), row(1.2, 2, "hm", stretch=1)])
    rows = utterances(said, turns((0, 0.4, 3))).to_pylist()
    assert [(each["text"], each["speaker"]) for each in rows] == [("so far", 3), ("hm", None)]


def test_a_lone_word_without_a_breath_makes_no_line():
    said = WORDS.from_rows([row(n * 0.5, n * 0.5 + 0.5, f"w{n}", stretch=0) for n in range(5)])
    rows = utterances(said, turns((0, 1, 0), (1, 1.5, 1), (1.5, 2.5, 0))).to_pylist()
    assert [(each["text"], each["speaker"]) for each in rows] == [("w0 w1 w2 w3 w4", 0)]
