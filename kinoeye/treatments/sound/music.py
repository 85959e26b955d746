"""Music: a score by rule, for animatics and rough cuts, that follows a film's mood.

Each section gets a mode as bright as its mood is pleasant, a tempo as fast as it is excited, fitted so that its bars
end where the section ends, chords that lead to a cadence there, and parts that grow with the excitement: held chords,
a melody made of one figure, broken chords, a bass that moves, drums. Nothing is learned from anybody's music; the same
seed gives the same piece. It is a sketch to be replaced by a composer, and what is made with it says so.

Source: mode and tempo as signs of mood after Gabrielsson & Lindstrom, "The role of structure in the musical expression
of emotions", Handbook of Music and Emotion, 2010; chord progressions after Kostka & Payne, "Tonal Harmony".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinoeye.errors import SettingError
from kinoeye.signals.harmony import is_diminished, pitch_of, placed, tonic_of, triad
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.sections import Section

PARTS = ("pad", "melody", "arpeggio", "bass", "strings", "drums")
KICK, SNARE, SHAKER = 36, 38, 70  # of General MIDI's percussion

BEATS = 4  # in a bar
_SLOWEST, _FASTEST = 54.0, 138.0  # beats a minute
_MODES = ((0.45, "lydian"), (0.12, "ionian"), (0.02, "mixolydian"), (-0.12, "dorian"), (-0.5, "aeolian"),
          (-2.0, "phrygian"))  # fmt: skip
# From where each part plays: arousal.
_FROM = {"pad": 0.0, "melody": 0.0, "arpeggio": 0.3, "bass": 0.2, "strings": 0.55, "drums": 0.65}
_TENSE = -0.25  # valence below which an excited section has no tune
# How often one degree follows another; the tonic is 0.
_NEXT = {
    0: {3: 3, 5: 3, 4: 2, 1: 1, 2: 1, 6: 1},
    1: {4: 4, 3: 1, 0: 1},
    2: {5: 3, 3: 3},
    3: {0: 2, 4: 3, 1: 2},
    4: {0: 3, 5: 2, 3: 1},
    5: {3: 3, 1: 2, 4: 1, 2: 1},
    6: {0: 3, 2: 1, 5: 2, 3: 1},
}
_CADENCE = {"lydian": 1, "ionian": 4, "mixolydian": 6, "dorian": 6, "aeolian": 6, "phrygian": 1}
# Figures of a melody: onset and length in beats.
_FIGURES = (
    ((0.0, 1.5), (1.5, 0.5), (2.0, 2.0)),
    ((0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (3.0, 1.0)),
    ((0.0, 2.0), (2.0, 1.5), (3.5, 0.5)),
    ((0.5, 1.0), (1.5, 0.5), (2.0, 1.5), (3.5, 0.5)),
    ((0.0, 3.0), (3.0, 1.0)),
)
_LIVELY = (
    ((0.0, 0.5), (0.5, 0.5), (1.0, 1.0), (2.0, 0.5), (2.5, 0.5), (3.0, 1.0)),
    ((0.0, 0.75), (0.75, 0.25), (1.0, 0.5), (1.5, 1.0), (2.5, 0.5), (3.0, 1.0)),
)
_PAD_RANGE, _TUNE_STEPS = (53, 77), (2, 14)


@dataclass(frozen=True)
class Note:
    """One note.

    Parameters
    ----------
    start, end : flicks
    pitch : MIDI number
    velocity : 0..1
    part : pad, melody, arpeggio, bass, strings or drums
    """

    start: int
    end: int
    pitch: int
    velocity: float
    part: str


@dataclass(frozen=True)
class Passage:
    """A section as it is played.

    Parameters
    ----------
    section : Section
    mode : str
    bars : int
    tempo : beats a minute
    degrees : tuple of 0..6
        The chord of each bar.
    """

    section: Section
    mode: str
    bars: int
    tempo: float
    degrees: tuple[int, ...]

    def at(self, beat: float) -> int:
        """Return the time of a beat, flicks; the last bar's end is the section's end exactly."""
        length = self.section.end - self.section.start
        return self.section.start + round(length * beat / (self.bars * BEATS))


@dataclass(frozen=True)
class Piece:
    """A piece of music.

    Parameters
    ----------
    tonic : 0..11
        Pitch class.
    passages : tuple of Passage
    notes : tuple of Note
        By start.
    """

    tonic: int
    passages: tuple[Passage, ...]
    notes: tuple[Note, ...]


def music(sections: Sequence[Section], *, seed: int = 0, key: str = "", tempo: float = 0.0) -> Piece:
    """Compose music for the sections of a film.

    Parameters
    ----------
    sections : sequence of Section
        Without gap or overlap.
    seed : int
        Another seed, another piece.
    key : str
        The tonic, such as ``D`` or ``Bb``; the seed's choice if empty. The mode follows the mood.
    tempo : 0, or 30..240, beats a minute
        What all sections go near to; 0: each as its mood asks.

    Raises
    ------
    SettingError
        If the key is no note or the tempo lies outside its range.
    """
    if tempo and not 30 <= tempo <= 240:
        raise SettingError(f"music: tempo must lie in 30..240 beats a minute, got {tempo:g}")
    rng = np.random.default_rng(seed)
    drawn = int(rng.choice([0, 2, 3, 5, 7, 9, 10]))
    tonic = tonic_of(key) if key else drawn
    figure, lively = _FIGURES[rng.integers(len(_FIGURES))], _LIVELY[rng.integers(len(_LIVELY))]
    contour = [0, *rng.choice([-2, -1, 1, 1, 2, 3], size=8).cumsum().tolist()]
    passages: list[Passage] = []
    notes: list[Note] = []
    voices: tuple[int, ...] | None = None
    root: int | None = None
    for section in sections:
        passage = _passage(section, tempo, rng)
        voices, root, held = _chords(passage, tonic, voices, root)
        notes += held
        notes += _tune(passage, tonic, lively if section.arousal > 0.5 else figure, contour, rng)
        notes += _movement(passage, tonic)
        passages.append(passage)
    return Piece(tonic, tuple(passages), tuple(sorted(notes, key=lambda n: (n.start, n.part, n.pitch))))


def _passage(section: Section, tempo: float, rng: np.random.Generator) -> Passage:
    """Choose mode, bars and chords of a section."""
    mode = next(name for least, name in _MODES if section.valence >= least)
    wanted = tempo or _SLOWEST + (_FASTEST - _SLOWEST) * section.arousal
    seconds = (section.end - section.start) / FLICKS_PER_SECOND
    bars = max(1, round(seconds * wanted / 60 / BEATS))
    degrees = [0]
    while len(degrees) < bars:
        choices = {each: weight for each, weight in _NEXT[degrees[-1]].items() if not is_diminished(mode, each)}
        weights = np.array(list(choices.values()), np.float64)
        degrees.append(int(rng.choice(list(choices), p=weights / weights.sum())))
    if bars >= 2:
        degrees[-1] = 0
    if bars >= 3:
        degrees[-2] = _CADENCE[mode]
    return Passage(section, mode, bars, bars * BEATS * 60 / seconds, tuple(degrees))


def _chords(
    passage: Passage, tonic: int, voices: tuple[int, ...] | None, root: int | None
) -> tuple[tuple[int, ...], int, list[Note]]:
    """Hold the chords, and set the bass under them; return the last voices, the last bass note, and the notes."""
    arousal = passage.section.arousal
    notes: list[Note] = []
    loud = 0.35 + 0.35 * arousal
    for bar, degree in enumerate(passage.degrees):
        chord = [(tonic + each) % 12 for each in triad(passage.mode, degree)]
        low = 36 + (chord[0] - 36) % 12  # from C below the bass staff up to the B above
        voices = placed(chord, voices, bass=(root, low), lowest=_PAD_RANGE[0], highest=_PAD_RANGE[1])
        root = low
        start, end = passage.at(bar * BEATS), passage.at((bar + 1) * BEATS)
        notes += [Note(start, end, pitch, loud, "pad") for pitch in voices]
        if arousal < _FROM["bass"]:
            continue
        pulses = 1 if arousal < 0.45 else 2 if arousal < 0.7 else 8
        for pulse in range(pulses):
            beat = bar * BEATS + pulse * BEATS / pulses
            stop = passage.at(beat + BEATS / pulses * (0.95 if pulses < 8 else 0.6))
            notes.append(Note(passage.at(beat), stop, low, loud + 0.1 * (pulse == 0), "bass"))
    assert voices is not None
    assert root is not None
    return voices, root, notes


def _tune(
    passage: Passage,
    tonic: int,
    figure: Sequence[tuple[float, float]],
    contour: Sequence[int],
    rng: np.random.Generator,
) -> list[Note]:
    """Lay a melody over the chords: a figure, answered, repeated, and brought to rest in every fourth bar."""
    section = passage.section
    if section.valence < _TENSE and section.arousal > 0.6:
        return []
    notes: list[Note] = []
    step = 7
    loud = 0.45 + 0.35 * section.arousal
    for bar, degree in enumerate(passage.degrees):
        place = bar % 4
        is_rest = place == 3 or bar == passage.bars - 1
        onsets = ((0.0, 3.0),) if is_rest else figure
        if section.arousal < 0.25 and place == 1:
            continue  # calm music leaves room
        turn = -1 if place == 1 else 1
        begin = _nearest_of_chord(step, degree)
        for number, (onset, length) in enumerate(onsets):
            aim = begin + turn * contour[number % len(contour)] // (2 if place == 2 else 1)
            step = _nearest_of_chord(aim, degree) if onset % 2 == 0 or is_rest else aim
            step = _within(step)
            swell = 0.06 * float(rng.uniform(-1, 1)) + (0.05 if onset == 0 else 0)
            beat = bar * BEATS + onset
            pitch = pitch_of(passage.mode, tonic - 12 if tonic > 6 else tonic, step)
            notes.append(Note(passage.at(beat), passage.at(beat + length * 0.97), pitch, loud + swell, "melody"))
    return notes


def _nearest_of_chord(step: int, degree: int) -> int:
    """Return the step of a triad that is nearest to a step; the lower of two."""
    return min((step + away for away in (0, -1, 1, -2, 2)), key=lambda each: ((each - degree) % 7 not in (0, 2, 4),
                                                                            abs(each - step), each))  # fmt: skip


def _within(step: int) -> int:
    """Bring a step into the melody's range by octaves."""
    lowest, highest = _TUNE_STEPS
    while step < lowest:
        step += 7
    while step > highest:
        step -= 7
    return step


def _movement(passage: Passage, tonic: int) -> list[Note]:
    """Add what moves under an excited section: broken chords, repeated low strings, drums."""
    section = passage.section
    notes: list[Note] = []
    for bar, degree in enumerate(passage.degrees):
        chord = [48 + tonic % 12 + each for each in triad(passage.mode, degree)]
        if _FROM["arpeggio"] <= section.arousal and section.valence >= _TENSE:
            order = (0, 1, 2, 1, 0, 1, 2, 1)
            notes += [
                _step(passage, bar, number / 2, 0.5, chord[voice] + 12, 0.3 + 0.2 * section.arousal, "arpeggio")
                for number, voice in enumerate(order)
            ]
        if _FROM["strings"] <= section.arousal and (section.valence < _TENSE or section.arousal > 0.8):
            for number in range(16):
                loud = (0.35 + 0.3 * section.arousal) * (1.0 if number % 4 == 0 else 0.7)
                notes.append(
                    _step(passage, bar, number / 4, 0.2, chord[0] - (12 if chord[0] > 55 else 0), loud, "strings")
                )
        if _FROM["drums"] <= section.arousal:
            notes += _beat(passage, bar)
    return notes


def _beat(passage: Passage, bar: int) -> list[Note]:
    loud = 0.3 + 0.5 * passage.section.arousal
    kicks = [_step(passage, bar, beat, 0.25, KICK, loud, "drums") for beat in (0, 2.5 if bar % 2 else 2)]
    snares = [_step(passage, bar, beat, 0.25, SNARE, 0.7 * loud, "drums") for beat in (1, 3)]
    shakers = [_step(passage, bar, number / 2, 0.2, SHAKER, 0.4 * loud, "drums") for number in range(8)]
    return kicks + (snares + shakers if passage.section.arousal > 0.78 else shakers)


def _step(passage: Passage, bar: int, onset: float, length: float, pitch: int, loud: float, part: str) -> Note:
    beat = bar * BEATS + onset
    return Note(passage.at(beat), passage.at(beat + length), pitch, loud, part)
