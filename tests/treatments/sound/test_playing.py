"""A piece sounds as it is written: at its times, its pitches, its length, below full scale."""

import numpy as np
import pytest

from kinoeye.timecode import FLICKS_PER_SECOND as S
from kinoeye.treatments.sound.instruments import hertz, played, tail_s
from kinoeye.treatments.sound.music import PARTS, Note, Passage, Piece, music
from kinoeye.treatments.sound.playing import RATE_HZ, play
from kinoeye.treatments.sound.sections import Section


def _sound(piece: Piece) -> np.ndarray:
    return np.concatenate(list(play(piece)))


@pytest.mark.parametrize("part", [part for part in PARTS if part != "drums"])
def test_a_note_has_its_pitch(part: str) -> None:
    sound = played(Note(0, S, 57, 0.8, part), RATE_HZ, RATE_HZ)
    assert len(sound) == RATE_HZ + round(tail_s(part) * RATE_HZ)
    power = np.abs(np.fft.rfft(sound[:RATE_HZ] * np.hanning(RATE_HZ)))
    assert abs(int(power[:400].argmax()) - hertz(57)) <= 2
    assert hertz(57) == pytest.approx(220)
    assert 0.2 < np.abs(sound).max() < 2
    assert np.abs(sound[-1]) < 1e-9


def test_a_piece_is_as_long_as_its_sections() -> None:
    piece = music([Section(S // 3, 8 * S + 7, 0.4, 0.6)], seed=1)
    assert len(_sound(piece)) == round((8 * S + 7 - S // 3) / S * RATE_HZ)


def test_sound_begins_with_its_note_and_goes_over_the_edges_of_blocks() -> None:
    section = Section(0, 6 * S, 0.0, 0.3)
    note = Note(S, 3 * S, 69, 0.8, "pad")
    sound = _sound(Piece(0, (Passage(section, "ionian", 2, 80.0, (0, 0)),), (note,)))
    first = int(np.flatnonzero(np.abs(sound).max(axis=1) > 1e-4)[0])
    assert 0 <= first - RATE_HZ < RATE_HZ // 10
    inside = sound[round(1.5 * RATE_HZ) : round(2.9 * RATE_HZ)]
    level = np.sqrt((inside.reshape(-1, RATE_HZ // 20, 2) ** 2).mean(axis=(1, 2)))
    assert level.max() < 2.5 * level.min()


def test_nothing_reaches_full_scale_and_excitement_is_louder() -> None:
    calm, wild = (_sound(music([Section(0, 12 * S, 0.3, arousal)], seed=3)) for arousal in (0.1, 1.0))
    assert np.abs(wild).max() < 1
    assert wild.std() > 1.5 * calm.std()


def test_the_same_piece_sounds_the_same_twice() -> None:
    piece = music([Section(0, 5 * S, -0.2, 0.9)], seed=3)
    assert np.array_equal(_sound(piece), _sound(piece))


def test_a_piece_without_notes_is_silence() -> None:
    section = Section(0, 2 * S, 0.0, 0.3)
    assert not _sound(Piece(0, (Passage(section, "ionian", 1, 80.0, (0,)),), ())).any()
