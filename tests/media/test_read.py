"""Read: thumbs, stills and sound at their places, and nothing that is not wanted."""

import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from kinoeye.errors import MediaError, UseError
from kinoeye.media.probe import probe
from kinoeye.media.read import Block, read
from kinoeye.media.seeing import Seeing
from kinoeye.media.thumbs import thumbs_of
from kinoeye.streams import SOUND_RATE_HZ
from kinoeye.timecode import FLICKS_PER_SECOND

QUICK = {"preset": "veryfast"}
CLEAN = {"preset": "veryfast", "crf": "8"}


def all_of(path: Path, **settings: Any) -> list[Block]:
    return list(read(path, probe(path), **settings))


def sound_of(blocks: list[Block]) -> np.ndarray:
    return np.concatenate([block.samples for block in blocks]).astype(float)


def test_thumbs_are_the_pictures(encode: Any, picture: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", size=(320, 180), pictures=40, options=CLEAN)
    thumbs = np.concatenate([block.thumbs for block in all_of(path, want=["thumbs"])])
    expected = thumbs_of(np.stack([picture(n, 320, 180) for n in range(40)]))
    assert thumbs.shape == (40, 27, 48, 3)
    assert np.abs(thumbs.astype(int) - expected).mean() < 3


def test_only_what_is_wanted(encode: Any, tone: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures=48, options=QUICK, sounds=[("aac", 48_000, 0, tone(96_000, 48_000))])
    blocks = all_of(path, want=["mono_16k"])
    assert not any(len(block.times) or block.stills or len(block.thumbs) for block in blocks)
    assert 32_000 <= len(sound_of(blocks)) <= 32_000 + 1024 * SOUND_RATE_HZ // 48_000  # AAC fills its last block
    blocks = all_of(path, want=["thumbs"])
    assert not any(len(block.samples) or block.stills for block in blocks)
    blocks = all_of(path, want=["stills"])
    assert not any(len(block.samples) or len(block.thumbs) for block in blocks)
    assert sum(len(block.times) for block in blocks) == 48
    assert not any(len(block.times) for block in all_of(path, want=[]))
    with pytest.raises(UseError, match=r"streams must be of .* got \['faces'\]"):
        all_of(path, want=["faces"])


def test_a_silent_film_and_a_blind_sound(encode: Any, tone: Any, tmp_path: Path) -> None:
    film = encode(tmp_path / "a.mp4", pictures=5, options=QUICK)
    assert not len(sound_of(all_of(film)))
    sound = encode(tmp_path / "a.wav", codec=None, sounds=[("pcm_s16le", 8000, 0, tone(8000, 8000))])
    assert len(sound_of(all_of(sound))) == SOUND_RATE_HZ


def test_stills_are_steady(encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures=73, rate=24, size=(1280, 720), options={"preset": "ultrafast"})
    stills = [still for block in all_of(path, want=["stills"]) for still in block.stills]
    assert [still.frame for still in stills] == [0, 12, 24, 36, 48, 60, 72]
    assert [still.time for still in stills] == [still.frame * FLICKS_PER_SECOND // 24 for still in stills]
    assert {Image.open(io.BytesIO(still.jpeg)).size for still in stills} == {(640, 360)}
    more = [still for block in all_of(path, want=["stills"], seeing=Seeing(8.0)) for still in block.stills]
    assert len(more) == 25


def test_stills_are_clean(encode: Any, picture: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures=24, size=(320, 180), options=CLEAN)
    for block in all_of(path, want=["stills"]):
        for still in block.stills:
            seen = np.asarray(Image.open(io.BytesIO(still.jpeg)), int)
            assert np.abs(seen - picture(still.frame, 320, 180)).mean() < 4


@pytest.mark.parametrize(
    ("codec", "name"),
    [("ffv1", "yuv422p10le"), ("ffv1", "gbrp10le"), ("ffv1", "gray"), ("ffv1", "yuva444p"), ("ffv1", "yuv444p16le"),
     ("ffv1", "bgr0"), ("png", "rgb24"), ("libx264rgb", "rgb24")],
)  # fmt: skip
def test_stills_of_other_formats(codec: str, name: str, encode: Any, picture: Any, tmp_path: Path) -> None:
    file = "a.mov" if codec == "png" else "a.mkv"
    path = encode(tmp_path / file, codec=codec, pixel_format=name, pictures=1, size=(320, 180))
    (block,) = all_of(path)
    seen = np.asarray(Image.open(io.BytesIO(block.stills[0].jpeg)).convert("RGB"), int)
    expected = picture(0, 320, 180)
    if name == "gray":
        expected = cv2.cvtColor(cv2.cvtColor(expected, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert np.abs(seen - expected).mean() < 5
    assert np.abs(block.thumbs[0].astype(int) - thumbs_of(expected[None])[0]).mean() < 4


@pytest.mark.parametrize(
    ("codec", "name", "rate_hz", "within"),
    [("pcm_s16le", "a.wav", 48_000, 1), ("flac", "a.flac", 44_100, 1), ("aac", "a.mp4", 48_000, 3),
     ("aac", "a.mkv", 44_100, 20), ("libopus", "a.webm", 48_000, 20), ("libmp3lame", "a.mp3", 44_100, 20),
     ("mp2", "a.ts", 48_000, 3)],
)  # fmt: skip
@pytest.mark.parametrize("channels", [1, 2])
def test_a_click_stays_where_it_is(
    codec: str, name: str, rate_hz: int, within: int, channels: int, encode: Any, tmp_path: Path
) -> None:
    wave = np.zeros((channels, 3 * rate_hz), np.float32)
    wave[:, rate_hz * 2 : rate_hz * 2 + 40] = 0.9
    path = encode(tmp_path / name, codec=None, sounds=[(codec, rate_hz, 0, wave)])
    seen = probe(path)
    blocks = list(read(path, seen, want=["mono_16k"]))
    samples = sound_of(blocks)
    start = blocks[-1].samples_start
    centre = (np.abs(samples) ** 2 @ np.arange(len(samples))) / (np.abs(samples) ** 2).sum()
    expected = 2 * SOUND_RATE_HZ + 20 * SOUND_RATE_HZ / rate_hz - start * SOUND_RATE_HZ / FLICKS_PER_SECOND
    delay = 481 * SOUND_RATE_HZ / rate_hz if codec == "mp2" else 0  # MP2 has no way to say that it begins late
    assert abs(centre - expected - delay) <= within


def test_gaps_are_silent_and_overlaps_trimmed(tone: Any, tmp_path: Path) -> None:
    path = tmp_path / "gap.mkv"
    with av.open(str(path), "w") as out:
        track = out.add_stream("pcm_s16le", rate=16_000)
        track.codec_context.layout = "mono"
        for start, level in ((0, 0.25), (16_000, 0.5), (24_000, 0.75), (48_000, 0.9)):
            data = (np.full((1, 16_000), level) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(data, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 16_000, start, Fraction(1, 16_000)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    blocks = all_of(path, want=["mono_16k"])
    levels = np.round(sound_of(blocks) / 32767, 2)
    assert blocks[-1].samples_start == 0
    assert len(levels) == 64_000
    assert [levels[n] for n in (8000, 20_000, 30_000, 36_000, 44_000, 60_000)] == [0.25, 0.5, 0.5, 0.75, 0, 0.9]


def test_sound_and_pictures_share_a_clock(encode: Any, tone: Any, tmp_path: Path) -> None:
    path = encode(
        tmp_path / "late.mkv", pictures=48, options=QUICK, sounds=[("flac", 16_000, 8000, tone(16_000, 16_000))]
    )
    blocks = all_of(path)
    assert blocks[0].times[0] == 0
    assert blocks[-1].samples_start == FLICKS_PER_SECOND // 2
    assert len(sound_of(blocks)) == SOUND_RATE_HZ


def test_loudness_of_a_stereo_pair(encode: Any, tone: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", codec=None, sounds=[("pcm_s16le", 48_000, 0, tone(48_000, 48_000, 2))])
    samples = sound_of(all_of(path))
    assert np.abs(samples).max() == pytest.approx(0.5 * 32767, rel=0.01)


def test_blocks_go_on_from_each_other(encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures=600, size=(32, 32), options={"preset": "ultrafast"})
    blocks = all_of(path, want=["thumbs"])
    assert len(blocks) > 1
    times = np.concatenate([block.times for block in blocks])
    assert len(times) == 600
    assert np.all(np.diff(times) == FLICKS_PER_SECOND // 24)
    assert all(block.end == after.times[0] for block, after in pairwise(blocks) if len(after.times))


def test_interlaced_stills_show_one_field(encode: Any, tmp_path: Path) -> None:
    def comb(_: int) -> av.VideoFrame:
        rgb = np.zeros((64, 96, 3), np.uint8)
        rgb[1::2] = 255
        return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")

    path = encode(tmp_path / "i.mp4", pictures=3, options={"qp": "1", "x264-params": "tff=1"}, shown=comb)
    still = np.asarray(Image.open(io.BytesIO(all_of(path)[0].stills[0].jpeg)), int)
    assert still.shape == (64, 96, 3)
    assert still.mean() < 20


def test_a_cut_off_film_tells(encode: Any, tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.mp4", pictures=96, options=QUICK, container_options={"movflags": "faststart"}, size=(320, 180)
    )
    data = path.read_bytes()
    short = tmp_path / "short.mp4"
    short.write_bytes(data[: len(data) * 2 // 3])
    seen = probe(short)
    assert any("promises" in damage.message for damage in seen.damages)
    blocks = list(read(short, seen))
    assert 0 < sum(len(block.times) for block in blocks) < 96


def test_a_damaged_film_tells_where(encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures=96, options=QUICK, size=(320, 180))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 800] = bytes(800)
    path.write_bytes(data)
    damages = [damage for block in all_of(path) for damage in block.damages]
    assert damages
    assert any(damage.time is not None and 0 < damage.time < 4 * FLICKS_PER_SECOND for damage in damages)


def test_nothing_decodable_is_an_error(encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures=24, options=QUICK)
    data = bytearray(path.read_bytes())
    begin = data.find(b"mdat") + 4
    end = data.find(b"moov") - 4
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)
    with pytest.raises(MediaError, match="must hold something that can be decoded"):
        probe(path)
