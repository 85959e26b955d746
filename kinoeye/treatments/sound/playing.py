"""Playing: a piece of music as sound, block by block, in a room.

A film of any length needs the same memory: notes are played when their block comes, and their tails are carried over.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kinoeye.signals.synthesis import convolved, room
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.instruments import LEVELS, PLACES, played, tail_s
from kinoeye.treatments.sound.music import Piece

RATE_HZ = 48_000

_BLOCK = 1 << 16
_ROOM_S, _WET = 1.9, 0.28
_KNEE = 0.6  # from here up peaks are rounded; nothing reaches full scale


def play(piece: Piece, *, seed: int = 0) -> Iterator[npt.NDArray[np.float32]]:
    """Play a piece.

    Parameters
    ----------
    piece : Piece
    seed : int
        Of the room.

    Yields
    ------
    float32 [n, 2], 48 kHz, within -1..1
        Blocks from the first section's start to the last one's end, to the nearest sample.
    """
    echo = room(seed, RATE_HZ, seconds=_ROOM_S)
    dry = list[npt.NDArray[np.float64]]()

    def kept() -> Iterator[npt.NDArray[np.float64]]:
        for block in _dry(piece):
            dry.append(block)
            yield block

    for wet in convolved(kept(), echo):
        yield _rounded(dry.pop(0) + _WET * wet).astype(np.float32)


def _dry(piece: Piece) -> Iterator[npt.NDArray[np.float64]]:
    """Play without a room."""
    start = piece.passages[0].section.start
    total = _sample(piece.passages[-1].section.end - start)
    longest = max(
        (_sample(note.end - note.start) + round(tail_s(note.part) * RATE_HZ) for note in piece.notes), default=0
    )
    waiting = np.zeros((_BLOCK + longest + 1, 2))
    notes = list(piece.notes)
    number = 0
    for first in range(0, total, _BLOCK):
        while number < len(notes) and _sample(notes[number].start - start) < first + _BLOCK:
            note = notes[number]
            begin = _sample(note.start - start)
            sound = LEVELS[note.part] * played(note, max(1, _sample(note.end - start) - begin), RATE_HZ)
            place = PLACES[note.part]
            sides = np.array([np.sqrt((1 - place) / 2), np.sqrt((1 + place) / 2)])
            waiting[begin - first : begin - first + len(sound)] += sound[:, None] * sides
            number += 1
        yield waiting[: min(_BLOCK, total - first)].copy()
        waiting[:-_BLOCK] = waiting[_BLOCK:].copy()
        waiting[-_BLOCK:] = 0


def _sample(flicks: int) -> int:
    """Return the nearest sample."""
    return (2 * flicks * RATE_HZ + FLICKS_PER_SECOND) // (2 * FLICKS_PER_SECOND)


def _rounded(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round peaks off above the knee."""
    above = np.maximum(0, np.abs(samples) - _KNEE)
    soft = _KNEE + (1 - _KNEE) * np.tanh(above / (1 - _KNEE))
    return np.asarray(np.where(above > 0, np.sign(samples) * soft, samples))
