"""Treated: a film or a sound written again with another sound; the picture's data are copied as they are.

Sound is written with 24 bits and without loss: PCM in .wav and .mov, FLAC in .flac and .mkv. What is rounded
lies 146 dB below full scale, under anything a microphone hears, so nothing is dithered.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError
from kinoeye.media.damages import listening
from kinoeye.media.decode import packets
from kinoeye.media.guard import open_media, said
from kinoeye.media.probe import Probe
from kinoeye.media.waves import Waves
from kinoeye.media.whole import whole_file
from kinoeye.timecode import FLICKS_PER_SECOND

_BLOCK = 4096  # samples handed to the encoder at once
_MOST_FLAC_CHANNELS = 8
_CODECS = {".wav": ("wav", "pcm_s24le"), ".flac": ("flac", "flac"), ".mov": ("mov", "pcm_s24le"),
           ".mkv": ("matroska", "flac")}  # fmt: skip


def treated_suffix(path: Path, probe: Probe) -> str:
    """Return the suffix under which a file is written again: .mov or .mkv for a film, .flac or .wav for sound."""
    if probe.picture_track is not None:
        return ".mov" if {"mov", "mp4"} & set(probe.container.split(",")) else ".mkv"
    return ".flac" if path.suffix.lower() == ".flac" and (probe.channels or 0) <= _MOST_FLAC_CHANNELS else ".wav"


def write_treated(path: Path, waves: Waves, source: Path | None = None, probe: Probe | None = None) -> None:
    """Write sound, and beside it the picture of the film it belongs to.

    Parameters
    ----------
    path : Path
        With the suffix of `treated_suffix`. An existing file is replaced once all is written.
    waves : Waves
        Beyond -1..1 it is cut off.
    source, probe : Path, Probe
        The film whose pictures are copied; sound alone if not given.

    Raises
    ------
    MediaError
        If the pictures cannot stand in that container, or the disk is full.
    """
    container, codec = _CODECS[path.suffix.lower()]
    options = {"wav": {"rf64": "auto"}, "mov": {"movflags": "+faststart", "movie_timescale": "240000"}}
    try:
        with whole_file(path) as out, av.open(out, "w", format=container, options=options.get(container, {})) as file:
            if source is None or probe is None:
                _write_sound(file, _sound_stream(file, waves, codec), waves)
            else:
                _write_film(file, codec, waves, source, probe)
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(
            f"{path.name}: must be written, FFmpeg says: {said(error)}",
            remedy="Look whether the disk is full; a rare codec may not be copied: convert the film to ProRes or H.264",
        ) from error


def _write_sound(file: Any, stream: Any, waves: Waves) -> None:
    for frame in _frames(waves, 0):
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def _write_film(file: Any, codec: str, waves: Waves, source: Path, probe: Probe) -> None:
    with listening() as damages, open_media(source) as film:
        picture = {each.index: each for each in film.streams}[probe.picture_track]
        copy = file.add_stream_from_template(picture)
        if probe.timecode and file.format.name == "mov":
            file.metadata["timecode"] = probe.timecode
        stream = _sound_stream(file, waves, codec)
        assert probe.clock is not None
        zero = probe.clock.first  # the first picture stands at 0, the sound where it stood beside it
        frames = _frames(waves, round((waves.start - probe.clock.start) * waves.rate_hz / FLICKS_PER_SECOND))
        pending = next(frames, None)
        for packet in packets(film, [picture], damages):
            if packet.dts is None:
                continue
            packet.pts, packet.dts = (packet.pts if packet.pts is not None else packet.dts) - zero, packet.dts - zero
            moment = packet.dts * picture.time_base
            packet.stream = copy
            while pending is not None and Fraction(pending.pts, waves.rate_hz) <= moment:
                file.mux(stream.encode(pending))
                pending = next(frames, None)
            file.mux(packet)
        while pending is not None:
            file.mux(stream.encode(pending))
            pending = next(frames, None)
        file.mux(stream.encode(None))


def _sound_stream(file: Any, waves: Waves, codec: str) -> Any:
    stream = file.add_stream(codec, rate=waves.rate_hz, layout=waves.layout)
    stream.codec_context.format = "s32"
    stream.codec_context.time_base = Fraction(1, waves.rate_hz)
    return stream


def _frames(waves: Waves, first: int) -> Iterator[Any]:
    for begin in range(0, len(waves.samples), _BLOCK):
        block = _whole_numbers(waves.samples[begin : begin + _BLOCK])
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block.reshape(1, -1)), format="s32", layout=waves.layout
        )
        frame.sample_rate, frame.pts, frame.time_base = waves.rate_hz, first + begin, Fraction(1, waves.rate_hz)
        yield frame


def _whole_numbers(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Return samples of 24 bits in the upper bits of 32: -1 is the lowest, 1 one step above the highest."""
    steps = np.rint(np.clip(samples.astype(np.float64), -1, 1) * (1 << 23))
    return np.minimum(steps, (1 << 23) - 1).astype(np.int32) << 8


def spooled(pieces: Iterable[npt.NDArray[np.float32]], like: Waves, spool: Any) -> tuple[Waves, float]:
    """Put treated pieces on the disk; return them as waves, and the highest level of a sample."""
    highest = 0.0
    for piece in pieces:
        highest = max(highest, float(np.abs(piece).max(initial=0)))
        spool.write(piece.astype(np.float32).tobytes())
    spool.flush()
    samples = np.memmap(spool, np.float32, "r").reshape(-1, like.samples.shape[1])
    return Waves(samples, like.rate_hz, like.layout, like.start), highest
