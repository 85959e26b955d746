"""Muxing: how pictures and sound, coded already or not, come into one file side by side."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
import av.error
import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError

SOUND_BLOCK = 1024  # samples handed to the encoder at once: one AAC frame


@dataclass(frozen=True)
class FilmSound:
    """The sound of a film.

    Parameters
    ----------
    samples : float32 -1..1 or int16, [n] or [n, channels]
    rate_hz : int
    """

    samples: npt.NDArray[np.float32] | npt.NDArray[np.int16]
    rate_hz: int = 48_000


@contextmanager
def opened(path: Path, out: BinaryIO, container: str, options: dict[str, str]) -> Iterator[Any]:
    """Open a container that is written into `out`.

    Raises
    ------
    MediaError
        If FFmpeg cannot encode or write.
    """
    try:
        with av.open(out, "w", format=container, options=options) as file:
            yield file
    except av.error.FFmpegError as error:
        raise MediaError(
            f"{path.name}: must be encoded and written, FFmpeg says: {error.strerror}",
            remedy="Look whether the disk is full, then write again",
        ) from error


def sound_stream(film: Any, sound: FilmSound, codec: str) -> Any:
    """Add a track for sound to an open file, and return it.

    Raises
    ------
    MediaError
        If the sound has another type or shape, or more than two channels.
    """
    samples = sound.samples
    if samples.ndim not in (1, 2) or not len(samples) or samples.dtype not in (np.float32, np.int16):
        raise MediaError(
            f"write: sound must be float32 or int16 [n] or [n, channels], got {samples.dtype} {list(samples.shape)}"
        )
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    if channels > 2:
        raise MediaError(f"write: sound must have one or two channels, got {channels}")
    stream = film.add_stream(codec, rate=sound.rate_hz, layout="mono" if channels == 1 else "stereo")
    stream.codec_context.time_base = Fraction(1, sound.rate_hz)
    return stream


def sound_frames(sound: FilmSound) -> Iterator[Any]:
    """Give sound in frames for the encoder, 16 bits, in running order."""
    samples = sound.samples if sound.samples.ndim == 2 else sound.samples[:, None]
    for begin in range(0, len(samples), SOUND_BLOCK):
        block = samples[begin : begin + SOUND_BLOCK]
        if block.dtype == np.float32:
            block = np.rint(np.clip(block, -1, 1) * 32767).astype(np.int16)
        layout = "mono" if block.shape[1] == 1 else "stereo"
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.reshape(1, -1)), format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = sound.rate_hz, begin, Fraction(1, sound.rate_hz)
        yield frame


def interleave(
    film: Any, packets: Iterable[tuple[int, Any]], rate: Fraction, sound: FilmSound | None, codec: str
) -> int:
    """Put coded pictures into a file, and the sound beside them; return how many there are.

    Parameters
    ----------
    film : open for writing, its stream of pictures added
    packets : iterable of (int, packets)
        What came out once so many pictures had gone in.
    rate : pictures a second
    sound : FilmSound or None
    codec : str
        Of the sound.
    """
    stream: Any = sound_stream(film, sound, codec) if sound else None
    sounds = sound_frames(sound) if sound else iter(())
    pending, count = next(sounds, None), 0
    for count, coded in packets:
        film.mux(coded)
        while pending is not None and pending.pts * rate <= count * pending.sample_rate:
            film.mux(stream.encode(pending))
            pending = next(sounds, None)
    while pending is not None:
        film.mux(stream.encode(pending))
        pending = next(sounds, None)
    if stream is not None:
        film.mux(stream.encode(None))
    return count
