"""Damaged files: no crash, no hang; an error, damages, or, where nothing in the file can tell, what is there."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

READER = Path(__file__).parent / "damaged_reader.py"
EACH = 36  # files of each of eleven kinds: 396 in all
SLOWEST_SECONDS = 5.0
# Kinds in which every flipped bit meets a checksum; elsewhere a payload may change unnoticed.
CHECKED = {".png"}


def _flipped(data: bytes, chance: np.random.Generator) -> bytes:
    bits = bytearray(data)
    for place in chance.integers(len(bits), size=chance.integers(1, 30)):
        bits[place] ^= 1 << int(chance.integers(8))
    return bytes(bits)


def _cut(data: bytes, chance: np.random.Generator) -> bytes:
    return data[: int(chance.integers(1, len(data) * 9 // 10))]


def _zeroed(data: bytes, chance: np.random.Generator) -> bytes:
    begin = int(chance.integers(len(data)))
    run = min(int(chance.integers(1, len(data) // 4)), len(data) - begin)
    return data[:begin] + bytes(run) + data[begin + run :]


def _broken_head(data: bytes, chance: np.random.Generator) -> bytes:
    bits = bytearray(data)
    for place in chance.integers(min(600, len(bits)), size=4):
        bits[place] = int(chance.integers(256))
    return bytes(bits)


WAYS: dict[str, Callable[[bytes, np.random.Generator], bytes]] = {
    "flipped": _flipped,
    "cut": _cut,
    "zeroed": _zeroed,
    "broken_head": _broken_head,
}


@pytest.fixture(scope="module")
def sources(encode: Any, tone: Any, picture: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Whole small files of eleven kinds."""
    folder = tmp_path_factory.mktemp("whole")
    wave = tone(48_000, 48_000)
    quick = {"preset": "veryfast"}
    vpx = {"deadline": "realtime", "cpu-used": "8"}
    made = [
        encode(folder / "a.mp4", options=quick, sounds=[("aac", 48_000, 0, wave)], pictures=36),
        encode(folder / "b.mkv", options=quick, sounds=[("flac", 48_000, 0, wave)], pictures=36),
        encode(folder / "c.webm", codec="libvpx-vp9", options=vpx, sounds=[("libopus", 48_000, 0, wave)], pictures=36),
        encode(folder / "d.avi", codec="mpeg4", sounds=[("libmp3lame", 48_000, 0, wave)], pictures=36),
        encode(
            folder / "e.mov",
            codec="prores_ks",
            pixel_format="yuv422p10le",
            sounds=[("pcm_s16le", 48_000, 0, wave)],
            pictures=12,
        ),
        encode(folder / "f.ts", codec="mpeg2video", sounds=[("mp2", 48_000, 0, wave)], pictures=36, rate=25),
        encode(folder / "g.wav", codec=None, sounds=[("pcm_s16le", 48_000, 0, wave)]),
        encode(folder / "h.flac", codec=None, sounds=[("flac", 48_000, 0, wave)]),
        encode(folder / "i.mp3", codec=None, sounds=[("libmp3lame", 48_000, 0, wave)]),
        folder / "j.jpg",
        folder / "k.png",
    ]
    for path in made[-2:]:
        cv2.imwrite(str(path), picture(3, 160, 120))
    return made


def told(paths: list[Path]) -> list[dict[str, Any]]:
    """Read files in one limited child process, and return what it said of each."""
    done = subprocess.run(
        [sys.executable, str(READER), *map(str, paths)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_whole_files_are_whole(sources: list[Path]) -> None:
    for each in told(sources):
        assert not each["error"], each
        assert not each["damages"], each
        assert each["pictures"] or each["samples"], each


def test_damaged_files(sources: list[Path], tmp_path: Path) -> None:
    chance = np.random.default_rng(20)
    paths = []
    for source in sources:
        data = source.read_bytes()
        for number in range(EACH):
            way = list(WAYS)[number % len(WAYS)]
            path = tmp_path / f"{source.stem}{number:02d}-{way}{source.suffix}"
            path.write_bytes(WAYS[way](data, chance))
            paths.append(path)
    answers = told(paths)
    assert [each["file"] for each in answers] == [path.name for path in paths]
    assert max(each["seconds"] for each in answers) < SLOWEST_SECONDS
    outcomes = Counter("error" if each["error"] else "damages" if each["damages"] else "whole" for each in answers)
    # What was cut is noticed wherever the file says how long it is; MP3 does not, a JPEG may lose its last two bytes.
    for each in answers:
        suffix = Path(each["file"]).suffix
        if "cut" in each["file"] and suffix not in {".mp3", ".jpg"}:
            assert each["error"] or each["damages"], each
        if suffix in CHECKED:
            assert each["error"] or each["damages"], each
        if not each["error"]:
            assert each["pictures"] or each["samples"], each
    assert outcomes["error"] + outcomes["damages"] > len(answers) / 2, outcomes


def test_a_text_named_like_media(tmp_path: Path) -> None:
    paths = []
    for suffix in (".mp4", ".mov", ".mkv", ".wav", ".mp3", ".jpg", ".png", ".avi"):
        for number, data in enumerate(
            (b"INT. HOUSE - DAY\n\nMARY\nHello.\n" * 40, bytes(4096), b"\x00\x01\x02\xff" * 999)
        ):
            path = tmp_path / f"renamed{number}{suffix}"
            path.write_bytes(data)
            paths.append(path)
    for each in told(paths):
        assert each["error"].startswith("MediaError: "), each
        assert "must" in each["error"], each


def test_names_are_only_names(sources: list[Path], tmp_path: Path) -> None:
    names = ["-i.mp4", "a b'c\"d.mp4", "file:x.mp4", "concat:a|b.mp4", "%03d.mp4", "片子.mp4", "new\nline.mp4", "*.mp4",
             "{1,2}.mp4", "http:..a.mp4", "a?b.mp4"]  # fmt: skip
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.write_bytes(sources[0].read_bytes())
    for each in told(paths):
        assert each["pictures"] == 36, each
