"""Waves: a track's sound at its own rate, with all its channels: what treatments of sound work on.

Samples are float32 and lie in a file of their own, so that a long film's sound is never in memory as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError
from kinoeye.media.damages import Damages, listening
from kinoeye.media.decode import REFUSALS, Decoder
from kinoeye.media.guard import open_media
from kinoeye.media.probe import Probe
from kinoeye.media.seek import segment_packets
from kinoeye.media.segments import WHOLE
from kinoeye.timecode import FLICKS_PER_SECOND

_JITTER_S = 0.02  # a time stamp that is off by less is rounded, not a gap
_LONGEST_GAP_S = 600  # a jump beyond is a damaged time stamp, not silence
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_PIECE_S = 1
_LOUDEST = np.float32(1e6)  # times full scale, as in meters


@dataclass(frozen=True)
class Waves:
    """The sound of a track.

    Parameters
    ----------
    samples : float32 [n, channels], -1..1
        As it lies on the disk.
    rate_hz : int
    layout : str
        Which channel is which, as FFmpeg names it: stereo, 5.1 …
    start : int, flicks
        Media time of the first sample.
    """

    samples: npt.NDArray[np.float32]
    rate_hz: int
    layout: str
    start: int

    def pieces(self) -> Iterator[npt.NDArray[np.float32]]:
        """Give the sound second by second, from its begin: float32 [n, channels]."""
        step = _PIECE_S * self.rate_hz
        for begin in range(0, len(self.samples), step):
            yield np.array(self.samples[begin : begin + step])


def read_waves(path: Path, probe: Probe, spool: BinaryIO) -> Waves:
    """Read the sound of a film or a sound file, sample by sample; gaps in its time stamps are filled with silence.

    Parameters
    ----------
    path : Path
    probe : Probe
        Of this very file.
    spool : binary file
        Takes the samples.

    Raises
    ------
    MediaError
        If there is no sound, or none of it can be decoded.
    """
    if probe.sound_track is None or probe.sound_clock is None or not probe.channels or not probe.sound_rate_hz:
        raise MediaError(f"{path}: must have sound, got none")
    with listening() as damages, open_media(path) as container:
        stream = {each.index: each for each in container.streams}[probe.sound_track]
        name = stream.codec_context.layout.name
        layout = name if name and "channels" not in name else _LAYOUTS.get(probe.channels, name)
        decoder, sink = (
            Decoder(path, stream, damages),
            _Sink(spool, layout, probe.sound_rate_hz, probe.channels, damages),
        )
        try:
            for packet in segment_packets(container, [probe.sound_track], probe, WHOLE, damages):
                for frame in decoder.frames(packet):
                    sink.add(frame, probe.sound_clock.at(frame.pts) if frame.pts is not None else None)
            for frame in decoder.frames(None):
                sink.add(frame, None)
        except REFUSALS as error:
            damages.add(error)
        finally:
            decoder.close()
    spool.flush()
    if not sink.count:
        raise MediaError(f"{path}: must hold sound that can be decoded, got none")
    samples = np.memmap(spool, np.float32, "r").reshape(-1, probe.channels)
    return Waves(samples, probe.sound_rate_hz, layout, sink.start)


class _Sink:
    """Puts samples into a file, each at its place in time from the first on."""

    def __init__(self, file: BinaryIO, layout: str, rate_hz: int, channels: int, damages: Damages) -> None:
        self._file, self._layout, self._rate_hz, self._channels = file, layout, rate_hz, channels
        self._damages = damages
        self._resampler: av.AudioResampler | None = None
        self._setup: tuple[object, ...] = ()
        self.count, self.start = 0, 0

    def add(self, frame: av.AudioFrame, time: int | None) -> None:
        """Add a decoded piece; `time` in flicks, None where it is not said."""
        if not self.count:
            self.start = time or 0
        elif time is not None:
            self._fill(round((time - self.start) * self._rate_hz / FLICKS_PER_SECOND) - self.count)
        frame.pts = None
        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        if setup != self._setup:
            self._setup = setup
            self._resampler = av.AudioResampler(format="flt", layout=self._layout, rate=self._rate_hz)
        assert self._resampler is not None
        for piece in self._resampler.resample(frame):
            samples = np.frombuffer(piece.planes[0], np.float32)[: piece.samples * self._channels]
            # A damaged file may decode to what is no number, or to one whose square is none.
            numbers = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
            self._file.write(np.clip(numbers, -_LOUDEST, _LOUDEST).tobytes())
            self.count += piece.samples

    def _fill(self, gap: int) -> None:
        if gap > _LONGEST_GAP_S * self._rate_hz:
            self._damages.add(f"sound jumps by {gap / self._rate_hz:.1f} s: taken as unbroken")
        elif gap > _JITTER_S * self._rate_hz:
            self._file.write(bytes(4 * self._channels * gap))
            self.count += gap
