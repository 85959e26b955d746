"""Full: a film's pictures at their full size, one by one, and its sound at its own rate: what treatments work on.

Pictures are counted as everywhere: picture n here is picture n of `thumbs`. They are as they are shown: upright, with
square pixels, as RGB; high dynamic range is brought to a plain screen.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from kinoeye.errors import MediaError
from kinoeye.media.damages import Damages, listening
from kinoeye.media.decode import REFUSALS, Decoder
from kinoeye.media.guard import open_media
from kinoeye.media.muxing import FilmSound
from kinoeye.media.packets import Key
from kinoeye.media.pictures import Pictures
from kinoeye.media.planes import layout_of, opaque
from kinoeye.media.probe import Probe
from kinoeye.media.seeing import EVERYTHING
from kinoeye.media.seek import segment_packets
from kinoeye.media.segments import WHOLE, Segment
from kinoeye.media.sequences import decoded
from kinoeye.media.stills import still_picture
from kinoeye.timecode import FLICKS_PER_SECOND

Picture = npt.NDArray[np.uint8]
Native = npt.NDArray[np.unsignedinteger[Any]]

_HD_LINES = 720  # from so many lines up a film without a tag is BT.709, as players take it
_UNSAID = {0, 2, 3}  # code points of H.273 that name no matrix of luma and chroma
_MATRICES = {1: Colorspace.ITU709, 4: Colorspace.FCC, 5: Colorspace.ITU601, 6: Colorspace.ITU601,
             7: Colorspace.SMPTE240M}  # fmt: skip
_JITTER_S = 0.02  # a time stamp that is off by less is rounded, not a gap
_RATES_HZ = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000)


class _Whole(Pictures):
    """Takes packets and keeps the decoded pictures themselves, until they are asked for."""

    def __init__(self, decoder: Decoder, probe: Probe, segment: Segment, damages: Damages) -> None:
        super().__init__(decoder, probe, segment, (), EVERYTHING, damages)
        self._frames: list[tuple[int, int, av.VideoFrame]] = []

    def _keep(self, frame: av.VideoFrame, time: int) -> None:
        self._frames.append((self.count, time, frame))

    def shown(self) -> list[tuple[int, int, av.VideoFrame]]:
        """Return number, time and picture of what came since the last call."""
        self.take()
        frames, self._frames = self._frames, []
        return frames


def read_full(
    path: Path, probe: Probe, *, threads: int = 1, first: int = 0, moments: Sequence[int] = ()
) -> Iterator[tuple[int, int, Picture]]:
    """Go through a film's pictures: number, time in flicks, uint8 [height, width, 3], RGB, upright.

    Parameters
    ----------
    path : Path
    probe : Probe
        Of this very file.
    threads : int
        More than 1 decodes several pictures at once.
    first : int
        Number of the first picture that is wanted.
    moments : sequence of flicks
        Times of the film's first pictures, if they are known from an earlier reading: what lies before the last key
        picture among them that is not behind `first` is not decoded.

    Raises
    ------
    MediaError
        If there are no pictures, or none can be decoded.
    """
    if probe.picture_track is None:
        raise MediaError(f"{path}: must have pictures, got none")
    skipped, begin = _begin(probe, moments[: first + 1])
    segment = Segment(begin)
    with listening() as damages, open_media(path) as container:
        stream = {each.index: each for each in container.streams}[probe.picture_track]
        decoder = Decoder(path, stream, damages, threads=threads, is_exact=True)
        sink, reformatter = _Whole(decoder, probe, segment, damages), VideoReformatter()
        try:
            for packet in chain(segment_packets(container, [probe.picture_track], probe, segment, damages), [None]):
                sink.push(packet) if packet is not None else sink.finish()
                for count, time, frame in sink.shown():
                    if skipped + count >= first:
                        yield skipped + count, time, _rgb(frame, probe, reformatter)
        finally:
            sink.close()
    if not sink.count:
        raise MediaError(f"{path}: must hold pictures that can be decoded, got none")


def _begin(probe: Probe, moments: Sequence[int]) -> tuple[int, Key | None]:
    """Return the last key picture at one of these moments, and the number of the picture it is."""
    if probe.clock is not None and len(moments):
        numbers = {moment: number for number, moment in enumerate(moments)}
        for key in reversed(probe.keys):
            if (number := numbers.get(probe.clock.at(key.pts))) is not None:
                return number, key
    return 0, None


def read_native(path: Path, probe: Probe) -> Native:
    """Read a picture as it is kept: upright, 8 or 16 bits, with alpha if it has any; what is floating as on a screen.

    Returns
    -------
    uint8 or uint16 [height, width, 3 or 4], RGB or RGBA

    Raises
    ------
    MediaError
        If it cannot be decoded.
    """
    with listening() as damages:
        frame = decoded(path, damages, 0)
    if frame is None:
        reason = next((damage.message for damage in damages.take()), "nothing")
        raise MediaError(f"{path}: must be a picture that can be decoded, got {reason}")
    bits = max(component.bits for component in frame.format.components)
    has_alpha = any(component.is_alpha for component in frame.format.components) or (
        frame.format.name == "pal8" and probe.has_alpha
    )
    if bits > 16 or "f" in frame.format.name.removeprefix("gbr") or (bits <= 8 and not has_alpha):
        return _rgb(frame, probe, VideoReformatter())
    name = ("rgba" if has_alpha else "rgb") + ("64le" if has_alpha else "48le") * (bits > 8)
    return np.asarray(probe.turning.upright(frame.to_ndarray(format=name)))


def _rgb(frame: av.VideoFrame, probe: Probe, reformatter: VideoReformatter) -> Picture:
    """Return a decoded picture as it is shown."""
    layout = layout_of(frame)
    high, wide = frame.height, frame.width
    unsaid = Colorspace.ITU709 if high >= _HD_LINES else Colorspace.ITU601
    source = _MATRICES.get(layout.matrix, unsaid if layout.matrix in _UNSAID else None)
    is_rgb = layout.name.startswith("gbr")
    if layout.is_high_dynamic_range or (layout.depth and source is None and not is_rgb):
        picture = still_picture(frame, (wide, high))
    elif not layout.depth:
        picture = np.array(opaque(frame))
    else:
        shown = reformatter.reformat(
            frame, format="rgb24", src_colorspace=None if is_rgb else source,
            src_color_range=ColorRange.JPEG if layout.is_full_range else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )  # fmt: skip
        picture = np.asarray(shown.to_ndarray(), np.uint8)
    upright = probe.turning.upright(np.asarray(picture, np.uint8))
    if probe.pixel_aspect == 1:
        return upright
    size = (max(1, round(upright.shape[1] * float(probe.pixel_aspect))), upright.shape[0])
    return np.asarray(cv2.resize(upright, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def read_sound(path: Path, probe: Probe, spool: BinaryIO, *, start: int) -> FilmSound | None:
    """Read a film's sound at its own rate, one or two channels; None where there is none.

    Parameters
    ----------
    path : Path
    probe : Probe
    spool : binary file
        Takes the samples, so that a long film's sound is never in memory as a whole.
    start : flicks
        Media time of the first sample that comes out: that of the film's first picture.
    """
    if probe.sound_track is None or probe.sound_clock is None or not probe.channels:
        return None
    own = probe.sound_rate_hz or _RATES_HZ[0]
    rate = own if own in _RATES_HZ else _RATES_HZ[0]
    channels = min(2, probe.channels)
    with listening() as damages, open_media(path) as container:
        stream = {each.index: each for each in container.streams}[probe.sound_track]
        decoder = Decoder(path, stream, damages)
        sink = _Spool(spool, av.AudioResampler(format="s16", layout="mono" if channels == 1 else "stereo", rate=rate),
                      rate, channels)  # fmt: skip
        try:
            for packet in segment_packets(container, [probe.sound_track], probe, WHOLE, damages):
                for frame in decoder.frames(packet):
                    time = probe.sound_clock.at(frame.pts) - start if frame.pts is not None else None
                    sink.add(frame, time)
            for frame in decoder.frames(None):
                sink.add(frame, None)
            sink.add(None, None)
        except REFUSALS as error:
            damages.add(error)
        finally:
            decoder.close()
    spool.flush()
    if not sink.count:
        return None
    return FilmSound(np.memmap(spool, np.int16, "r").reshape(-1, channels), rate)


class _Spool:
    """Puts samples into a file, each at its place in time."""

    def __init__(self, file: BinaryIO, resampler: Any, rate: int, channels: int) -> None:
        self._file, self._resampler, self._rate, self._channels = file, resampler, rate, channels
        self.count = 0
        self._skip = 0
        self._is_begun = False

    def add(self, frame: Any, time: int | None) -> None:
        """Add a piece of sound that begins `time` flicks after the first picture; where it is not said, it goes on."""
        if frame is not None:
            if time is not None:
                self._go_to(round(time * self._rate / FLICKS_PER_SECOND))
            frame.pts = None
        for piece in self._resampler.resample(frame):
            samples = np.frombuffer(piece.planes[0], np.int16)[: piece.samples * self._channels]
            skipped = min(self._skip, piece.samples)
            self._skip -= skipped
            self._file.write(samples[skipped * self._channels :].tobytes())
            self.count += piece.samples - skipped

    def _go_to(self, place: int) -> None:
        """Fill a gap with silence; leave out what comes before the first picture or twice."""
        jump = place - (self.count - self._skip)
        if abs(jump) <= _JITTER_S * self._rate and self._is_begun:
            return
        self._is_begun = True
        if jump > 0:
            self._file.write(bytes(2 * self._channels * jump))
            self.count += jump
        else:
            self._skip = -jump
