"""Music follows the mood: mode, tempo and parts; its bars end with the section; the seed decides the rest."""

from itertools import pairwise

import pytest

from kinoeye.errors import SettingError
from kinoeye.signals.harmony import MODES
from kinoeye.timecode import FLICKS_PER_SECOND as S
from kinoeye.treatments.sound.music import BEATS, PARTS, Piece, music
from kinoeye.treatments.sound.sections import Section

FILM = [Section(0, 13 * S + 1, 0.6, 0.15), Section(13 * S + 1, 40 * S, -0.6, 0.9), Section(40 * S, 61 * S, 0.5, 0.55)]


def _one(valence: float, arousal: float, seed: int = 1) -> Piece:
    return music([Section(0, 24 * S, valence, arousal)], seed=seed)


@pytest.mark.parametrize("seed", range(6))
def test_every_note_lies_in_its_section_and_its_scale(seed: int) -> None:
    piece = music(FILM, seed=seed)
    for note in piece.notes:
        passage = next(each for each in piece.passages if each.section.start <= note.start < each.section.end)
        assert note.start < note.end <= passage.section.end
        assert 0 < note.velocity <= 1
        assert note.part in PARTS
        if note.part != "drums":
            assert (note.pitch - piece.tonic) % 12 in MODES[passage.mode]


def test_bars_end_where_the_section_ends() -> None:
    for passage in music(FILM, seed=2).passages:
        assert passage.at(0) == passage.section.start
        assert passage.at(passage.bars * BEATS) == passage.section.end
        assert len(passage.degrees) == passage.bars


def test_the_more_pleasant_the_brighter() -> None:
    order = list(MODES)
    modes = [order.index(_one(valence, 0.3).passages[0].mode) for valence in (-0.9, -0.4, -0.1, 0.05, 0.3, 0.8)]
    assert modes == sorted(modes, reverse=True)
    assert len(set(modes)) == 6


def test_the_more_excited_the_faster_and_fuller() -> None:
    pieces = [_one(0.4, arousal) for arousal in (0.05, 0.35, 0.6, 0.95)]
    for calm, excited in pairwise(pieces):
        assert calm.passages[0].tempo < excited.passages[0].tempo
        assert len(calm.notes) < len(excited.notes)
        assert {n.part for n in calm.notes} <= {n.part for n in excited.notes}


def test_what_threatens_has_no_tune() -> None:
    assert "melody" not in {note.part for note in _one(-0.6, 0.9).notes}
    assert "melody" in {note.part for note in _one(-0.6, 0.2).notes}


@pytest.mark.parametrize("valence", [-0.8, -0.3, 0.0, 0.3, 0.8])
def test_sections_come_home(valence: float) -> None:
    for seed in range(5):
        degrees = _one(valence, 0.5, seed).passages[0].degrees
        assert (degrees[0], degrees[-1]) == (0, 0)
        assert degrees[-2] != 0


def test_voices_of_held_chords_move_by_small_steps() -> None:
    for seed in range(5):
        pads = [note for note in _one(0.3, 0.3, seed).notes if note.part == "pad"]
        chords = [sorted(n.pitch for n in pads if n.start == start) for start in sorted({n.start for n in pads})]
        for before, now in pairwise(chords):
            assert max(abs(a - b) for a, b in zip(before, now, strict=True)) <= 7


def test_the_same_seed_gives_the_same_piece_and_another_another() -> None:
    assert music(FILM, seed=4) == music(FILM, seed=4)
    assert music(FILM, seed=4).notes != music(FILM, seed=5).notes


def test_key_and_tempo_are_as_said() -> None:
    piece = music(FILM, key="Eb", tempo=100)
    assert piece.tonic == 3
    assert all(passage.tempo == pytest.approx(100, rel=0.15) for passage in piece.passages)


def test_a_section_of_a_second_is_one_bar() -> None:
    assert music([Section(0, S, 0.0, 0.0)]).passages[0].bars == 1


def test_a_tempo_that_nobody_plays_is_refused() -> None:
    with pytest.raises(SettingError, match=r"tempo must lie in 30\.\.240"):
        music(FILM, tempo=3)
