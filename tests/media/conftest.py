"""Small films, made for the tests: what was put in is known."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

Encode = Callable[..., Path]


def picture(number: int, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Picture `number` of a film: soft coloured fields that drift and change every 17 pictures."""
    coarse = np.random.default_rng(number // 17).integers(20, 235, (4, 6, 3)).astype(np.uint8)
    soft = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.roll(soft, 2 * number, axis=1), np.uint8)


def tone(samples: int, rate_hz: int, channels: int = 1, hz: float = 440.0) -> npt.NDArray[np.float32]:
    """A sine of half the full level, float32 [channels, samples]."""
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(samples) / rate_hz)
    return np.repeat(wave[None], channels, axis=0).astype(np.float32)


def encode(
    path: Path,
    *,
    codec: str | None = "libx264",
    size: tuple[int, int] = (96, 64),
    rate: Fraction | int = 24,
    pictures: int = 48,
    pixel_format: str = "yuv420p",
    gop: int = 12,
    options: Mapping[str, str] | None = None,
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    container_options: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    prepare: Callable[[Any], None] | None = None,
    shown: Callable[[int], av.VideoFrame] | None = None,
    sounds: Sequence[tuple[str, int, int, npt.NDArray[np.float32]]] = (),
) -> Path:
    """Write a small film.

    Parameters
    ----------
    pts : time stamps of the pictures in `time_base`; every picture in turn if None
    prepare : called with the stream before it is opened
    shown : gives picture n as a frame
    sounds : (codec, rate_hz, first sample's time stamp, float32 [channels, n])
    """
    with av.open(str(path), "w", container_options=dict(container_options or {})) as out:
        out.metadata.update(metadata or {})
        film = out.add_stream(codec, rate=rate, options=dict(options or {})) if codec else None
        if film is not None:
            film.width, film.height, film.pix_fmt = *size, pixel_format
            film.codec_context.gop_size = gop
            film.codec_context.thread_count = 1
            if time_base is not None:
                film.codec_context.time_base = time_base
            if prepare is not None:
                prepare(film)
        tracks = []
        for name, rate_hz, _, wave in sounds:
            track = out.add_stream(name, rate=rate_hz)
            track.codec_context.layout = "mono" if len(wave) == 1 else "stereo"
            tracks.append(track)
        for number in range(pictures if film is not None else 0):
            frame = shown(number) if shown else av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24")
            frame.pts = pts[number] if pts is not None else number
            frame.time_base = time_base or 1 / Fraction(rate)
            out.mux(film.encode(frame))
        for track, (_, rate_hz, start, wave) in zip(tracks, sounds, strict=True):
            step = track.codec_context.frame_size or 1024
            for begin in range(0, wave.shape[1], step):
                planes = np.ascontiguousarray(wave[:, begin : begin + step])
                frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=track.codec_context.layout.name)
                frame.sample_rate, frame.pts, frame.time_base = rate_hz, start + begin, Fraction(1, rate_hz)
                out.mux(track.encode(frame))
            out.mux(track.encode(None))
        if film is not None:
            out.mux(film.encode(None))
    return path


@pytest.fixture(scope="session", name="encode")
def encode_fixture() -> Encode:
    """The function `encode`."""
    return encode


@pytest.fixture(scope="session", name="picture")
def picture_fixture() -> Callable[[int, int, int], npt.NDArray[np.uint8]]:
    """The function `picture`."""
    return picture


@pytest.fixture(scope="session", name="tone")
def tone_fixture() -> Callable[..., npt.NDArray[np.float32]]:
    """The function `tone`."""
    return tone
