"""Words become lines where a pause ends them, as the text writes them."""

import pytest

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
