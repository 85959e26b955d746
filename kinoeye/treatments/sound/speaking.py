"""Speaking: lines said by their characters, one after another or each in its own time.

In its own time (a dub) a line is said faster until it fits, by its engine first, then by stretching what it said; no
word is left out and nothing is cut off. A line that is still too long runs over, and the next waits for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kinoeye.models.speech import speak
from kinoeye.models.spoken import FASTEST, SLOWEST, Phone, Spoken, Utterance
from kinoeye.signals.blocks import Samples, whole
from kinoeye.signals.resampling import resampled
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.casting import Part
from kinoeye.treatments.sound.characters import changed
from kinoeye.treatments.sound.prosody import delivery, speakable
from kinoeye.treatments.sound.reading import Line

RATE_HZ = 48_000

_LEVEL = 0.08  # root of the mean power while speaking: about -22 dBFS
_LEAST_GAP_S = 0.06  # between a dubbed line and the next
_INTO_GAP_S = 0.5  # so far a line may go on after its cue's end where nobody else speaks
_SQUEEZE = 1.25  # at most, after the engine's own fastest; more is not understood
_PIECE = RATE_HZ


@dataclass(frozen=True)
class Said:
    """A line as it was said.

    Parameters
    ----------
    line : Line
    samples : float32 [n]
        At `rate_hz`.
    rate_hz : int
    phones : tuple of Phone
        Times in samples.
    voice, licence : str
    pace : float
        Against the voice's own.
    pause_s : float
        Silence that is wanted after it.
    """

    line: Line
    samples: npt.NDArray[np.float32]
    rate_hz: int
    phones: tuple[Phone, ...]
    voice: str
    licence: str
    pace: float
    pause_s: float

    @property
    def duration(self) -> int:
        """How long it lasts, in flicks."""
        return len(self.samples) * FLICKS_PER_SECOND // self.rate_hz


def say(
    lines: Sequence[Line],
    cast: Mapping[str, Part],
    slots: Sequence[float | None] = (),
    *,
    speaks: Callable[[Sequence[Utterance]], list[Spoken]] = speak,
) -> list[Said]:
    """Say lines with the voices of a cast.

    Parameters
    ----------
    lines : sequence of Line
        Those with nothing to speak are left out.
    cast : mapping
        Parts by character in capitals.
    slots : sequence of float or None
        Seconds that each line has; free if not given.
    speaks : callable
        Speaks utterances; the engines' own if not given.
    """
    free = [*slots, *[None] * (len(lines) - len(slots))]
    kept = [(line, slot) for line, slot in zip(lines, free, strict=True) if any(map(str.isalnum, speakable(line.text)))]
    wanted = [_utterance(line, cast[line.who.upper()], slot) for line, slot in kept]
    spoken = speaks(wanted) if wanted else []
    return [
        _acted(line, cast[line.who.upper()], each, asked)
        for (line, _), each, asked in zip(kept, spoken, wanted, strict=True)
    ]


def slots_of(cues: Sequence[Line]) -> list[float]:
    """Return the seconds that each cue may take: its own, and a little of the gap after it."""
    slots = []
    for cue, after in zip(cues, [*cues[1:], None], strict=True):
        start, end = cue.start or 0, cue.end or 0
        latest = end + round(_INTO_GAP_S * FLICKS_PER_SECOND)
        if after is not None and after.start is not None:
            latest = min(latest, after.start - round(_LEAST_GAP_S * FLICKS_PER_SECOND))
        slots.append(max(latest - start, min(end, latest) - start, FLICKS_PER_SECOND // 10) / FLICKS_PER_SECOND)
    return slots


def in_turn(said: Sequence[Said]) -> list[int]:
    """Return the start of each line, in flicks, when they are read one after another."""
    starts, at = [], 0
    for each in said:
        starts.append(at)
        at += each.duration + round(each.pause_s * FLICKS_PER_SECOND)
    return starts


def in_time(said: Sequence[Said]) -> list[int]:
    """Return the start of each cue, in flicks; one waits while the one before still speaks."""
    starts: list[int] = []
    free = 0
    for each in said:
        start = max(each.line.start or 0, free)
        starts.append(start)
        free = start + each.duration + round(_LEAST_GAP_S * FLICKS_PER_SECOND)
    return starts


def laid_out(said: Iterable[Said], starts: Iterable[int], length: int) -> Iterator[Samples]:
    """Give lines at their places, silence between them: pieces of float32 [n, 1] at 48 kHz, `length` samples in all."""
    at = 0
    for each, start in zip(said, starts, strict=True):
        begin = round(start * RATE_HZ / FLICKS_PER_SECOND)
        yield from _silence(min(begin, length) - at)
        at = max(at, min(begin, length))
        part = whole(resampled([each.samples[:, None]], each.rate_hz, RATE_HZ))[: length - at]
        yield part
        at += len(part)
    yield from _silence(length - at)


def _silence(count: int) -> Iterator[Samples]:
    while count > 0:
        yield np.zeros((min(count, _PIECE), 1), np.float32)
        count -= _PIECE


def _utterance(line: Line, part: Part, slot: float | None) -> Utterance:
    how = delivery(line.text, f"{part.style}, {line.parenthetical}")
    pace = float(np.clip(part.pace * how.pace, SLOWEST, FASTEST))
    return Utterance(speakable(line.text), part.voice, pace, part.pitch * how.pitch, how.variation, slot)


def _acted(line: Line, part: Part, spoken: Spoken, asked: Utterance) -> Said:
    """Give a spoken line its character: pitch, throat, loudness; squeezed where it is still too long."""
    how = delivery(line.text, f"{part.style}, {line.parenthetical}")
    seconds = len(spoken.samples) / spoken.rate_hz
    squeeze = 1.0 if asked.seconds is None else min(_SQUEEZE, max(1.0, seconds / asked.seconds * 1.002))
    pitch = float(np.clip(asked.pitch / spoken.pitch, 0.5, 2.0))
    samples = spoken.samples
    if (pitch, part.throat, squeeze) != (1.0, 1.0, 1.0):
        samples = changed(samples, spoken.rate_hz, pitch=pitch, throat=part.throat, pace=squeeze)
    phones = tuple(replace(p, start=round(p.start / squeeze), end=round(p.end / squeeze)) for p in spoken.phones)
    gain = _LEVEL * 10 ** ((how.gain_db + part.gain_db) / 20) / max(float(np.sqrt((samples**2).mean())), 1e-6)
    # The loudest peaks are rounded off rather than cut.
    loud = np.tanh(samples * np.float32(gain)).astype(np.float32)
    return Said(line, loud, spoken.rate_hz, phones, spoken.voice, spoken.licence, spoken.pace * squeeze, how.pause_s)
