"""Guard: what is not on the lists does not come in."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinoeye.errors import MediaError
from kinoeye.media import guard
from kinoeye.media.probe import probe


def test_old_ffmpeg_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(av, "library_versions", {"libavcodec": (62, 28, 101)})
    with pytest.raises(MediaError, match=r"FFmpeg must be 8\.1\.2 or newer .* got 62\.28\.101") as caught:
        probe(tmp_path / "a.mp4")
    assert "pip install --upgrade" in caught.value.remedy


@pytest.mark.parametrize("codec", ["magicyuv", "cinepak"])
def test_codecs_not_on_the_list_are_refused(codec: str, encode: Any, tmp_path: Path) -> None:
    form = "gbrp" if codec == "magicyuv" else "rgb24"
    path = encode(tmp_path / "a.avi", codec=codec, pixel_format=form, pictures=3)
    with pytest.raises(MediaError, match=f"codec must be one of those Kinoeye decodes, got {codec}"):
        probe(path)


def test_containers_not_on_the_list_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sub.mp4"
    path.write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nYou\n")
    with pytest.raises(MediaError, match="must be a film, sound or picture that can be opened"):
        probe(path)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "v=0\no=- 0 0 IN IP4 1\n",
    ],
)
def test_lists_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.mp4"
    path.write_text(text)
    with pytest.raises(MediaError, match="list that points to other files"):
        probe(path)


def test_missing_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="must be readable"):
        probe(tmp_path / "none.mp4")
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(MediaError, match="empty file"):
        probe(tmp_path / "empty.mp4")


def test_enormous_pictures_are_refused(tmp_path: Path) -> None:
    guard.check_size(tmp_path, 16_384, 8192)
    with pytest.raises(MediaError, match="must have 1 to"):
        guard.check_size(tmp_path, 40_000, 40_000)
    with pytest.raises(MediaError):
        guard.check_size(tmp_path, 0, 10)


def test_limits_hold_in_a_child() -> None:
    code = (
        "from kinoeye.media.guard import apply_limits\n"
        "import numpy, resource\n"
        "apply_limits(3 << 30, 20)\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU)[0] == 20\n"
        "try:\n    numpy.ones(1 << 30)\nexcept MemoryError:\n    print('limited')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "limited\n"


def test_a_huge_declared_size_is_an_error_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "huge.ppm"
    path.write_bytes(b"P6\n60000 60000\n255\n" + np.zeros(3000, np.uint8).tobytes())
    with pytest.raises(MediaError):
        probe(path)
