"""NAL: entries are told from mere key marks."""

from pathlib import Path
from typing import Any

import pytest

from kinoeye.media.guard import open_media
from kinoeye.media.nal import is_entry


def entries(path: Path) -> list[bool]:
    with open_media(path) as container:
        film = container.streams.video[0]
        context = film.codec_context
        return [is_entry(bytes(each), context.name, context.extradata) for each in container.demux(film) if each.size]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_every_first_picture_of_a_group(name: str, codec: str, encode: Any, tmp_path: Path) -> None:
    options = {"preset": "ultrafast", "x265-params": "log-level=none:keyint=10:min-keyint=10:scenecut=0:bframes=0"}
    if codec == "libx264":
        options = {"preset": "ultrafast", "x264-params": "keyint=10:min-keyint=10:scenecut=0"}
    found = entries(encode(tmp_path / name, codec=codec, pictures=30, options=options))
    assert [number for number, is_first in enumerate(found) if is_first] == [0, 10, 20]


def test_a_gradual_refresh_has_one(encode: Any, tmp_path: Path) -> None:
    options = {"preset": "veryfast", "x264-params": "intra-refresh=1:keyint=10"}
    found = entries(encode(tmp_path / "a.ts", pictures=40, options=options))
    assert found[0]
    assert not any(found[1:])


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\1", b"\0\0\1\x06", b"\0\0\1\x06\xff\xff", b"\0\0\1\x06\x06\x01\x40", bytes(99)]
)
def test_broken_units_are_no_entries(data: bytes) -> None:
    assert not is_entry(data, "h264", None)
    assert not is_entry(data, "h264", b"\x01\x64\0\x1f\xff\xe1\0\0")
