"""Chapters: a sound written with named places in it: MP3 with chapters (ID3v2), WAV with cue points.

Source: ID3v2 Chapter Frame Addendum 1.0; Multimedia Programming Interface and Data Specifications 1.0, "WAVE"
(cue, adtl).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np

from kinoeye.errors import MediaError, SettingError
from kinoeye.media.guard import said
from kinoeye.media.treated import write_treated
from kinoeye.media.waves import Waves
from kinoeye.media.whole import whole_file

FORMATS = (".wav", ".mp3")

_MP3_BITS = 160_000  # a second; speech is transparent well below
_BLOCK = 1152
_MOST_BYTES = 0xFFFFFFFF


@dataclass(frozen=True)
class Chapter:
    """A named place.

    Parameters
    ----------
    name : str
    start, end : int, samples
    """

    name: str
    start: int
    end: int


def write_chaptered(path: Path, waves: Waves, chapters: Sequence[Chapter]) -> None:
    """Write sound with chapters.

    Parameters
    ----------
    path : Path
        Ends in .wav or .mp3.
    waves : Waves
    chapters : sequence of Chapter

    Raises
    ------
    SettingError
        If the suffix is another.
    MediaError
        If it cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise SettingError(f"voice: the format must be wav or mp3, got {path.name}")
    if suffix == ".mp3":
        _write_mp3(path, waves, chapters)
        return
    write_treated(path, waves)
    if chapters:
        _add_cues(path, chapters)


def _write_mp3(path: Path, waves: Waves, chapters: Sequence[Chapter]) -> None:
    try:
        with whole_file(path) as out, av.open(out, "w", format="mp3") as file:
            stream: Any = file.add_stream("libmp3lame", rate=waves.rate_hz, layout=waves.layout)
            stream.codec_context.format, stream.codec_context.bit_rate = "s16p", _MP3_BITS
            file.set_chapters([
                {"id": number, "start": chapter.start, "end": chapter.end, "time_base": Fraction(1, waves.rate_hz),
                 "metadata": {"title": chapter.name}}
                for number, chapter in enumerate(chapters)
            ])  # fmt: skip
            for begin in range(0, len(waves.samples), _BLOCK):
                block = np.clip(waves.samples[begin : begin + _BLOCK].astype(float), -1, 1)
                whole = np.ascontiguousarray(np.rint(block * 32767).astype(np.int16).T)
                frame = av.AudioFrame.from_ndarray(whole, format="s16p", layout=waves.layout)
                frame.sample_rate, frame.pts, frame.time_base = waves.rate_hz, begin, Fraction(1, waves.rate_hz)
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(f"{path.name}: must be written, FFmpeg says: {said(error)}") from error


def _add_cues(path: Path, chapters: Sequence[Chapter]) -> None:
    """Put cue points and their names behind the samples, and the new length at the file's head."""
    points = b"".join(
        struct.pack("<II4sIII", number, chapter.start, b"data", 0, 0, chapter.start)
        for number, chapter in enumerate(chapters, 1)
    )
    names = b"".join(
        _chunk(b"labl", struct.pack("<I", number) + chapter.name.encode() + b"\0")
        for number, chapter in enumerate(chapters, 1)
    )
    added = _chunk(b"cue ", struct.pack("<I", len(chapters)) + points) + _chunk(b"LIST", b"adtl" + names)
    try:
        with path.open("r+b") as file:
            head = file.read(4)
            size = file.seek(0, 2)
            if head != b"RIFF" or size + len(added) - 8 > _MOST_BYTES:
                return  # RF64, of many hours: without chapters
            file.write(added)
            file.seek(4)
            file.write(struct.pack("<I", size + len(added) - 8))
    except OSError as error:
        raise MediaError(f"{path}: must be written whole, the system says: {error.strerror}") from error


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
