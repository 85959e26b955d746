"""Chords are built from their scale, and voices go the nearest way."""

from itertools import pairwise

import pytest

from kinoeye.errors import SettingError
from kinoeye.signals.harmony import MODES, is_diminished, pitch_of, placed, tonic_of, triad


def test_modes_go_from_bright_to_dark_one_half_tone_at_a_time() -> None:
    for bright, dark in pairwise(MODES.values()):
        assert sum(bright) - sum(dark) == 1
        assert sum(one != other for one, other in zip(bright, dark, strict=True)) == 1


def test_triads_of_c_major_are_those_of_the_white_keys() -> None:
    assert [triad("ionian", degree) for degree in range(3)] == [(0, 4, 7), (2, 5, 9), (4, 7, 11)]
    assert [degree for degree in range(7) if is_diminished("ionian", degree)] == [6]
    assert [degree for degree in range(7) if is_diminished("aeolian", degree)] == [1]


@pytest.mark.parametrize(("name", "pitch"), [("C", 0), ("f#", 6), ("Bb", 10), ("Cb", 11), ("B♭", 10)])
def test_a_tonic_has_its_pitch_class(name: str, pitch: int) -> None:
    assert tonic_of(name) == pitch


@pytest.mark.parametrize("name", ["", "H", "C##", "do"])
def test_what_is_no_note_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match="a key must be a note"):
        tonic_of(name)


def test_seven_steps_are_an_octave() -> None:
    assert pitch_of("dorian", 2, 7) - pitch_of("dorian", 2, 0) == 12


def test_common_notes_stay_and_the_others_move_by_a_step() -> None:
    first = placed((0, 4, 7), None, bass=(None, 36), lowest=53, highest=77)
    then = placed((9, 0, 4), first, bass=(36, 45), lowest=53, highest=77)
    moves = sorted(abs(now - before) for now, before in zip(then, first, strict=True))
    assert moves[:2] == [0, 0]
    assert moves[2] <= 2
    assert {pitch % 12 for pitch in then} == {0, 4, 9}


def test_voices_do_not_go_in_parallel_octaves_with_the_bass() -> None:
    voices = placed((0, 4, 7), None, bass=(None, 36), lowest=53, highest=77)
    then = placed((2, 5, 9), voices, bass=(36, 38), lowest=53, highest=77)
    for before, now in zip(voices, then, strict=True):
        for apart in (0, 7):
            is_parallel = (before - 36) % 12 == apart == (now - 38) % 12
            assert not is_parallel
