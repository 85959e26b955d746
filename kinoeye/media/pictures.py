"""Pictures: from a film's packets to thumbs, times and stills."""

from collections.abc import Collection
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt

from kinoeye.media.damages import Damages
from kinoeye.media.decode import REFUSALS, Decoder
from kinoeye.media.probe import STILL_DURATION, Probe
from kinoeye.media.seeing import Seeing, veiled
from kinoeye.media.segments import Segment
from kinoeye.media.stills import Steady, still
from kinoeye.media.thumbs import Thumbs
from kinoeye.streams import CLOSE_LONGEST, THUMB_HEIGHT, THUMB_WIDTH
from kinoeye.timecode import FLICKS_PER_SECOND

BLOCK_PICTURES = 256
_RESTART = FLICKS_PER_SECOND // 2


@dataclass(frozen=True)
class Still:
    """A still.

    Parameters
    ----------
    frame : int
        Number of the picture, counted from the first of the segment.
    time : int, flicks
    jpeg : bytes
    """

    frame: int
    time: int
    jpeg: bytes


NO_STILLS: tuple[Still, ...] = ()


class Pictures:
    """Takes the packets of a film or of a segment of it, and gathers what is wanted.

    Parameters
    ----------
    decoder : Decoder
        None where decoded pictures are given.
    probe : Probe
    segment : Segment
    want : thumbs, stills, full_rate
    seeing : Seeing
    damages : Damages
    """

    def __init__(
        self,
        decoder: Decoder | None,
        probe: Probe,
        segment: Segment,
        want: Collection[str],
        seeing: Seeing,
        damages: Damages,
    ) -> None:
        assert probe.clock is not None
        self._decoder, self._probe, self._damages = decoder, probe, damages
        self._clock = probe.clock
        before = self._clock.at(segment.begin.before) if segment.begin else None
        self._first = segment.begin.pts if segment.begin else None
        self._past = segment.end.pts if segment.end else None
        self._thumbs = Thumbs(BLOCK_PICTURES, probe.turning) if "thumbs" in want else None
        self._steady = Steady(seeing.stills_per_second, before) if "stills" in want else None
        self._seeing, self._wants_close = seeing, "full_rate" in want
        self._duration = int(FLICKS_PER_SECOND / probe.rate) if probe.rate else STILL_DURATION
        self._last = before
        self._shift = 0
        self._times: list[int] = []
        self._stills: list[Still] = []
        self._close: list[Still] = []
        self.count = 0
        self.end = before or 0

    @property
    def is_full(self) -> bool:
        """Whether it is time to take the pictures."""
        return len(self._times) >= BLOCK_PICTURES

    def push(self, packet: av.Packet | None) -> None:
        """Decode a packet; None is the end of the film or segment."""
        assert self._decoder is not None
        for frame in self._decoder.frames(packet, self._last):
            self.add(frame)
        if self._first is not None and not self.count:
            # Pictures that lead the key refer to the segment before, which decodes them; here they only seem damaged.
            self._damages.take()

    def add(self, frame: av.VideoFrame, time: int | None = None) -> None:
        """Add a decoded picture; without a time the film's clock tells it."""
        if time is None:
            pts = frame.pts if frame.pts is not None else frame.dts
            if pts is not None and not self._is_mine(pts):
                return
            time = self._time(pts)
        if frame.is_corrupt:
            self._damages.add("the decoder marks this picture as corrupt", time)
        try:
            if self._thumbs is not None:
                self._thumbs.add(frame)
            self._keep(frame, time)
        except REFUSALS as error:
            self._damages.add(error, time)
            return
        self._times.append(time)
        self._last = time
        self.end = time + self._duration_of(frame)
        self.count += 1

    def _keep(self, frame: av.VideoFrame, time: int) -> None:
        """Keep a picture as a still, if it is due, and as one at full rate, if it lies in a range."""
        veils = self._seeing.veils_at(time)
        if self._steady is not None and self._steady.is_due(time):
            self._stills.append(Still(self.count, time, still(frame, self._probe, veils)))
        if self._wants_close and self._seeing.is_close(time):
            self._close.append(Still(self.count, time, still(frame, self._probe, veils, longest=CLOSE_LONGEST)))

    def finish(self) -> None:
        """Bring out what the decoder holds back."""
        self.push(None)
        if self._past is not None:
            self.end = self._clock.at(self._past)

    def take(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64], tuple[Still, ...], tuple[Still, ...]]:
        """Return thumbs, times, stills and pictures at full rate since the last call, and forget them."""
        times, self._times = np.array(self._times, np.int64), []
        stills, self._stills = tuple(self._stills), []
        close, self._close = tuple(self._close), []
        if self._thumbs is None:
            return np.empty((0, THUMB_HEIGHT, THUMB_WIDTH, 3), np.uint8), times, stills, close
        thumbs = self._thumbs.take()
        for number, time in enumerate(times.tolist()) if self._seeing.veils else ():
            thumbs[number] = veiled(thumbs[number], self._seeing.veils_at(time))
        return thumbs, times, stills, close

    def close(self) -> None:
        """Let the decoder rest."""
        assert self._decoder is not None
        self._decoder.close()

    def _is_mine(self, pts: int) -> bool:
        return (self._first is None or pts >= self._first) and (self._past is None or pts < self._past)

    def _time(self, pts: int | None) -> int:
        if pts is None:
            return self.end
        time = self._clock.at(pts) if self._probe.kind == "video" else 0
        time += self._shift
        if self._last is not None and time <= self._last:
            self._damages.add("time stamps must rise: moved behind the picture before", time)
            if self._last - time < _RESTART:
                return self._last + 1
            # The clock began anew, as where two recordings were joined.
            self._shift += self.end - time
            return self.end
        return time

    def _duration_of(self, frame: av.VideoFrame) -> int:
        if self._clock.rate is None and frame.duration and self._probe.kind == "video":
            return max(1, int(frame.duration * self._clock.time_base * FLICKS_PER_SECOND))
        return self._duration
