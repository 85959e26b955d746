"""Marks are a few hundred bytes a second, the same however loud the sound is and however it is cut into blocks."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.editing import sound_marks as module
from kinoeye.analyses.editing.sound_marks import SOUND_MARKS, sound_marks
from kinoeye.signals.marks import unpacked
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def whole(wave):
    return np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)


def words(table):
    return table["marks"].combine_chunks().flatten().to_numpy()


def test_a_row_a_second_and_two_hundred_marks(talk):
    table = sound_marks(Sound(whole(talk(3.3, 1)), SECOND))
    assert table["start"].to_pylist() == [SECOND * n for n in (1, 2, 3, 4)]
    assert table["end"].to_pylist()[-1] == SECOND + 33 * SECOND // 10
    assert [len(each) for each in table["marks"].to_pylist()] == [200, 200, 200, 60]
    assert table.nbytes < 500 * 4


def test_level_changes_no_mark_that_is_clear_of_the_last_bit(talk):
    wave = talk(10, 2)
    loud, soft = (words(sound_marks(Sound(whole(wave * gain), 0))) for gain in (1.0, 0.5))
    assert (unpacked(loud) == unpacked(soft)).mean() > 0.9


def test_the_answer_does_not_depend_on_block_size(talk, monkeypatch):
    sound = Sound(whole(talk(12.35, 3)), 0)
    expected = sound_marks(sound)
    monkeypatch.setattr(module, "BLOCK", 5)
    assert sound_marks(sound).equals(expected)


def test_a_moment_later_is_marks_later(talk):
    wave = whole(talk(6, 4))
    first, later = words(sound_marks(Sound(wave, 0))), words(sound_marks(Sound(wave[8000:], 0)))
    assert (first[110:-10] == later[10:-10]).all()


def test_digital_silence_has_no_marks_and_a_level_of_its_own():
    table = sound_marks(Sound(np.zeros(20_000, np.int16), 0))
    assert not words(table).any()
    assert table["level_dbfs"].to_pylist() == [pytest.approx(-120)] * 2


@pytest.mark.parametrize("count", [0, 1, 79, 81, 16_001])
def test_any_length(count):
    table = sound_marks(Sound(np.ones(count, np.int16), 0))
    assert table.schema.equals(SOUND_MARKS.schema)
    assert table.num_rows == -(-count // 16_000)
    assert len(words(table)) == -(-count // 80)


def test_a_full_scale_sine_has_a_level_of_0():
    sine = np.sin(np.arange(16_000) * 2 * np.pi * 1000 / 16_000)
    assert sound_marks(Sound(whole(sine), 0))["level_dbfs"].to_pylist() == [pytest.approx(0, abs=0.01)]
    assert pa.types.is_uint16(sound_marks(Sound(whole(sine), 0))["marks"].type.value_type)
