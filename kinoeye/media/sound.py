"""Sound: one channel at 16 kHz, every sample at its place on the media clock.

Sample n stands for media time start + n / 16000 s, exactly, from the first to the last: gaps in the track are filled
with silence, overlaps trimmed. Within an unbroken run the samples are counted, not timed, because containers round
their time stamps.
"""

from typing import Any

import av
import numpy as np
import numpy.typing as npt

from kinoeye.media.clock import Clock
from kinoeye.media.damages import Damages
from kinoeye.media.decode import REFUSALS, Decoder
from kinoeye.media.meters import Meter
from kinoeye.streams import SOUND_RATE_HZ
from kinoeye.timecode import FLICKS_PER_SECOND

FLICKS_PER_SAMPLE = FLICKS_PER_SECOND // SOUND_RATE_HZ
_JITTER = SOUND_RATE_HZ // 25  # samples, 40 ms: below that a time stamp is rounded, not a gap; Vorbis' lie 22 ms off
_LONGEST_GAP = SOUND_RATE_HZ * 600  # a jump beyond is a damaged time stamp, not silence
_LONGEST_OVERLAP = SOUND_RATE_HZ // 2  # beyond, the clock began anew
_BLOCK_SAMPLES = SOUND_RATE_HZ * 60


class Mono:
    """Takes the packets of a sound track, and gathers its samples.

    Parameters
    ----------
    decoder : Decoder
    clock : Clock
        The track's.
    damages : Damages
    meter : Meter
        Measures the same sound at its own rate; None where nothing is to be measured.
    is_kept : bool
        Whether the samples are wanted, or only where they lie.
    """

    def __init__(
        self, decoder: Decoder, clock: Clock, damages: Damages, meter: Meter | None = None, *, is_kept: bool = True
    ) -> None:
        self._decoder = decoder
        self._clock = clock
        self._damages = damages
        self._is_kept = is_kept
        self.meter = meter
        self._resampler: av.AudioResampler | None = None
        self._setup: tuple[object, ...] = ()
        self._first: int | None = None  # sample number of the first sample on the 16 kHz clock
        self._next = 0  # sample number of the next sample that comes out
        self._run = 0  # sample number where the run begins
        self._heard = 0  # samples of the run at the track's own rate
        self._rate_hz = 1
        self._skip = 0  # samples to leave out: they overlap with what is there
        self._ready: list[npt.NDArray[np.int16]] = []
        self._taken = 0  # samples of which all before have been taken
        self.count = 0

    @property
    def start(self) -> int:
        """Media time of the first sample, in flicks; 0 while there is none."""
        return (self._first or 0) * FLICKS_PER_SAMPLE

    @property
    def is_full(self) -> bool:
        """Whether it is time to take the samples."""
        return self._next - self._taken >= _BLOCK_SAMPLES

    def push(self, packet: av.Packet | None) -> None:
        """Decode a packet; None is the end of the track."""
        for frame in self._decoder.frames(packet):
            self.add(frame)

    def add(self, frame: Any) -> None:
        """Add a piece of decoded sound."""
        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        expected = self._run + self._heard * SOUND_RATE_HZ // self._rate_hz
        place = expected
        if frame.pts is not None:
            place = round(self._clock.at(frame.pts) / FLICKS_PER_SAMPLE)
        jump = place - expected
        if self._first is not None and not -_LONGEST_OVERLAP <= jump <= _LONGEST_GAP:
            self._damages.add(f"sound jumps by {jump / SOUND_RATE_HZ:.1f} s: taken as unbroken")
            jump, place = 0, expected
        if self._first is None or setup != self._setup or abs(jump) > _JITTER:
            self._begin(place, setup)
        self._heard += frame.samples
        self.count += frame.samples
        frame.pts = None  # a resampler would count by it
        if self.meter is not None:
            self.meter.add(frame)
        self._push(frame)

    def finish(self) -> None:
        """Bring out what decoder and resampler hold back."""
        self.push(None)
        self._end_run()
        if self.meter is not None:
            self.meter.finish()

    def take(self) -> npt.NDArray[np.int16]:
        """Return the samples since the last call, int16 [n], and forget them."""
        # The last few stay until it is sure that the run goes on: `finish` may have to take them back.
        ready, self._ready = self._ready, []
        samples = np.concatenate(ready) if ready else np.empty(0, np.int16)
        if self._resampler is not None and len(samples):
            self._ready = [samples[-_JITTER:]]
            samples = samples[:-_JITTER]
        self._taken = self._next
        return samples if self._is_kept else samples[:0]

    def close(self) -> None:
        """Let the decoder rest."""
        self._decoder.close()

    def _end_run(self) -> None:
        if self._resampler is None:
            return
        self._push(None)
        self._resampler = None
        # A resampler gives a sample more or less than the run is long.
        end = self._run + round(self._heard * SOUND_RATE_HZ / self._rate_hz)
        if self._next < end:
            self._put(np.zeros(end - self._next, np.int16))
        elif self._next > end and self._ready:
            self._cut(self._next - end)

    def _begin(self, place: int, setup: tuple[object, ...]) -> None:
        self._end_run()
        if self._first is None:
            self._first = self._next = self._taken = place
        if place > self._next:
            self._put(np.zeros(place - self._next, np.int16))
        if self.meter is not None:
            self.meter.move(place - self._first, SOUND_RATE_HZ)
        self._skip = max(0, self._next - place)
        self._run, self._heard = place, 0
        self._setup, self._rate_hz = setup, int(str(setup[2]))
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SOUND_RATE_HZ)

    def _push(self, frame: Any) -> None:
        assert self._resampler is not None
        try:
            pieces = self._resampler.resample(frame)
        except REFUSALS as error:
            self._damages.add(error)
            return
        for piece in pieces:
            samples = np.frombuffer(piece.planes[0], np.int16)[: piece.samples]
            skipped = min(self._skip, len(samples))
            self._skip -= skipped
            if skipped < len(samples):
                self._put(np.array(samples[skipped:]))

    def _put(self, samples: npt.NDArray[np.int16]) -> None:
        self._ready.append(samples)
        self._next += len(samples)

    def _cut(self, surplus: int) -> None:
        joined = np.concatenate(self._ready)
        surplus = min(surplus, len(joined))
        self._ready = [joined[: len(joined) - surplus]]
        self._next -= surplus
