"""Probe: what was put into a file is what it says."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kinoeye.errors import UseError
from kinoeye.media.assets import ASSETS, row_of
from kinoeye.media.clock import Clock, constant_rate
from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.timecode import FLICKS_PER_SECOND, STANDARD_RATES, frame_to_flicks

NTSC = Fraction(30_000, 1001)
QUICK = {"preset": "veryfast"}


@pytest.mark.parametrize("rate", [r for r in STANDARD_RATES if r < 61], ids=str)
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov"])
def test_standard_rates_are_exact(rate: Fraction, name: str, encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / name, rate=rate, pictures=40, size=(32, 32), options=QUICK)
    seen = probe(path)
    assert (seen.rate, seen.is_variable_rate, seen.pictures) == (rate, False, 40)
    assert seen.start is not None
    (block,) = read(path, seen, want=["thumbs"])
    assert [int(time) - seen.start for time in block.times] == [frame_to_flicks(n, rate) for n in range(40)]
    assert block.end == seen.end == seen.start + frame_to_flicks(40, rate)


@given(
    rate=st.sampled_from(STANDARD_RATES),
    tick=st.sampled_from([Fraction(1, 1000), Fraction(1, 90_000), Fraction(1, 12_288), Fraction(1, 1_000_000)]),
    first=st.integers(-10_000, 10**9),
    pictures=st.integers(3, 400),
)
def test_rounded_time_stamps_come_back_exact(rate: Fraction, tick: Fraction, first: int, pictures: int) -> None:
    pts = np.array([first + round(n / rate / tick) for n in range(pictures)], np.int64)
    assert constant_rate(pts, tick, [rate]) == rate
    clock = Clock(tick, Fraction(0), first, rate)
    assert [clock.at(int(each)) - clock.start for each in pts] == [frame_to_flicks(n, rate) for n in range(pictures)]


def test_a_missing_picture_makes_the_rate_variable() -> None:
    pts = np.array([n * 512 for n in range(50) if n != 20], np.int64)
    assert constant_rate(pts, Fraction(1, 12_288), [Fraction(24)]) is None
    assert constant_rate(np.array([0, 2, 3, 4]), Fraction(1, 24), [Fraction(24)]) is None


def test_variable_rate_keeps_its_times(encode: Any, tmp_path: Path) -> None:
    pts = [3750 * n + (1111 if n % 5 == 1 else 0) for n in range(30)]
    path = encode(tmp_path / "v.mp4", pictures=30, pts=pts, time_base=Fraction(1, 90_000), options=QUICK)
    seen = probe(path)
    assert seen.is_variable_rate
    (block,) = read(path, seen, want=["thumbs"])
    assert [int(time) for time in block.times] == [each * FLICKS_PER_SECOND // 90_000 for each in pts]


@pytest.mark.parametrize(
    ("label", "rate", "is_drop"),
    [("01:00:00:00", Fraction(25), False), ("00:59:58;12", NTSC, True), ("10:20:30:15", Fraction(24_000, 1001), False),
     ("23:59:59:29", NTSC, False), ("01:00:00;04", Fraction(60_000, 1001), True)],
)  # fmt: skip
def test_timecode_track(label: str, rate: Fraction, is_drop: bool, encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "t.mov", rate=rate, pictures=5, options=QUICK, metadata={"timecode": label})
    seen = probe(path)
    assert (seen.timecode, seen.is_drop_frame, seen.rate) == (label, is_drop, rate)
    assert any(track.kind == "data" for track in seen.tracks)


def test_without_timecode(encode: Any, tmp_path: Path) -> None:
    seen = probe(encode(tmp_path / "t.mp4", pictures=5, options=QUICK))
    assert (seen.timecode, seen.is_drop_frame) == (None, False)


@pytest.mark.parametrize(("degrees", "rotation"), [(90, 270), (180, 180), (-90, 90), (0, 0)])
def test_rotation(degrees: int, rotation: int, encode: Any, picture: Any, tmp_path: Path) -> None:
    path = encode(
        tmp_path / "r.mp4",
        pictures=3,
        options={"preset": "veryfast", "crf": "10"},
        prepare=lambda film: film.set_display_rotation(degrees) if degrees else None,
    )
    seen = probe(path)
    assert seen.rotation == rotation
    assert (seen.width, seen.height) == ((64, 96) if rotation in {90, 270} else (96, 64))
    (block,) = read(path, seen)
    upright = np.rot90(picture(0, 96, 64), -rotation // 90)
    still = np.asarray(Image.open(io.BytesIO(block.stills[0].jpeg)), int)
    assert still.shape == upright.shape
    assert np.abs(still - upright).mean() < 8
    small = np.asarray(Image.fromarray(np.ascontiguousarray(upright)).resize((48, 27), Image.Resampling.BOX), int)
    assert np.abs(block.thumbs[0] - small).mean() < 8


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_mirrored(is_mirrored: bool, encode: Any, picture: Any, tmp_path: Path) -> None:
    path = encode(
        tmp_path / "m.mp4",
        pictures=1,
        options={"preset": "veryfast", "crf": "10"},
        prepare=lambda film: film.set_display_rotation(0, hflip=is_mirrored),
    )
    (block,) = read(path, probe(path), want=["thumbs"])
    shown = picture(0, 96, 64)[:, :: -1 if is_mirrored else 1]
    small = np.asarray(Image.fromarray(np.ascontiguousarray(shown)).resize((48, 27), Image.Resampling.BOX), int)
    assert np.abs(block.thumbs[0] - small).mean() < 8


@pytest.mark.parametrize(
    ("name", "codec", "form"),
    [("a.mxf", "mpeg2video", "yuv422p"), ("a.mpg", "mpeg2video", "yuv420p"), ("a.avi", "mjpeg", "yuvj420p"),
     ("a.flv", "flv", "yuv420p"), ("a.wmv", "wmv2", "yuv420p"), ("a.y4m", "wrapped_avframe", "yuv420p"),
     ("a.gif", "gif", "rgb8"), ("a.apng", "apng", "rgb24"), ("a.mov", "dnxhd", "yuv422p"), ("a.ogv", "vp8", "yuv420p")],
)  # fmt: skip
def test_many_containers(name: str, codec: str, form: str, encode: Any, tmp_path: Path) -> None:
    how: dict[str, Any] = {"size": (1280, 720), "options": {"b": "90M"}} if codec == "dnxhd" else {}
    try:
        path = encode(tmp_path / name, codec=codec, pixel_format=form, pictures=30, rate=25, gop=5, **how)
    except ValueError:
        pytest.skip(f"this FFmpeg writes no {codec} into {name}")
    seen = probe(path)
    times = np.concatenate([block.times for block in read(path, seen, want=["thumbs"])])
    assert len(times) == seen.pictures == 30
    assert (seen.kind, seen.width) == ("video", how.get("size", (96, 64))[0])
    assert np.abs(np.diff(times) - FLICKS_PER_SECOND // 25).max() <= FLICKS_PER_SECOND // 90


def test_pixel_aspect(encode: Any, tmp_path: Path) -> None:
    def wide(film: Any) -> None:
        film.codec_context.sample_aspect_ratio = Fraction(64, 45)

    path = encode(tmp_path / "d.mkv", codec="mpeg2video", rate=25, size=(720, 576), pictures=2, prepare=wide)
    seen = probe(path)
    assert (seen.width, seen.height) == (720, 576)
    if seen.pixel_aspect != 1:
        still = next(iter(read(path, seen))).stills[0]
        assert Image.open(io.BytesIO(still.jpeg)).size == (640, 360)


def test_tags_of_colour(encode: Any, tmp_path: Path) -> None:
    params = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    path = encode(tmp_path / "h.mp4", pixel_format="yuv420p10le", pictures=3, options={**QUICK, "x264-params": params})
    seen = probe(path)
    assert (seen.colour_primaries, seen.colour_transfer, seen.colour_matrix) == ("bt2020", "smpte2084", "bt2020nc")
    assert (seen.is_hdr, seen.bit_depth, seen.pixel_format) == (True, 10, "yuv420p10le")
    plain = probe(encode(tmp_path / "s.mp4", pictures=3, options=QUICK))
    assert (plain.is_hdr, plain.colour_transfer, plain.bit_depth) == (False, None, 8)


def test_interlaced(encode: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "i.mp4", pictures=4, options={**QUICK, "x264-params": "tff=1"})
    assert probe(path).is_interlaced
    assert not probe(encode(tmp_path / "p.mp4", pictures=4, options=QUICK)).is_interlaced


def test_alpha(encode: Any, tmp_path: Path) -> None:
    assert probe(encode(tmp_path / "a.mov", codec="prores_ks", pixel_format="yuva444p10le", pictures=2)).has_alpha
    assert not probe(encode(tmp_path / "b.mov", codec="prores_ks", pixel_format="yuv422p10le", pictures=2)).has_alpha


def test_tracks_and_tags(encode: Any, tone: Any, tmp_path: Path) -> None:
    waves = [("aac", 48_000, 0, tone(48_000, 48_000, channels)) for channels in (2, 1)]
    path = encode(tmp_path / "m.mp4", pictures=24, options=QUICK, sounds=waves, metadata={"title": "The Roof"})
    seen = probe(path)
    assert [track.kind for track in seen.tracks] == ["video", "sound", "sound"]
    assert [track.channels for track in seen.tracks] == [None, 2, 1]
    assert (seen.sound_track, seen.channels, seen.sound_rate_hz) == (1, 2, 48_000)
    assert dict(seen.tags)["title"] == "The Roof"
    assert probe(path, sound_track=2).channels == 1
    with pytest.raises(UseError, match=r"sound track must be one of \[1, 2\], got 7"):
        probe(path, sound_track=7)


def test_sound_alone(encode: Any, tone: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "s.wav", codec=None, sounds=[("pcm_s16le", 44_100, 0, tone(22_050, 44_100, 2))])
    seen = probe(path)
    assert (seen.kind, seen.codec, seen.channels, seen.sound_rate_hz) == ("sound", "pcm_s16le", 2, 44_100)
    assert (seen.start, seen.end, seen.pictures) == (0, FLICKS_PER_SECOND // 2, None)


def test_a_cover_picture_is_no_film(encode: Any, tone: Any, picture: Any, tmp_path: Path) -> None:
    path = encode(tmp_path / "s.m4a", codec=None, sounds=[("aac", 48_000, 0, tone(48_000, 48_000))])
    with_cover = tmp_path / "cover.mkv"
    Image.fromarray(picture(1, 64, 64)).save(tmp_path / "c.png")
    with av.open(str(path)) as source, av.open(str(with_cover), "w") as out:
        track = out.add_stream_from_template(source.streams.audio[0])
        cover = out.add_attachment("cover.png", "image/png", (tmp_path / "c.png").read_bytes())
        assert cover.type == "attachment"
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = track
                out.mux(packet)
    assert probe(with_cover).kind == "sound"


def test_a_still_picture(picture: Any, tmp_path: Path) -> None:
    Image.fromarray(picture(1, 1000, 500)).save(tmp_path / "p.png")
    seen = probe(tmp_path / "p.png")
    assert (seen.kind, seen.pictures, seen.rate, seen.width, seen.height) == ("picture", 1, None, 1000, 500)
    (block,) = read(tmp_path / "p.png", seen)
    assert block.thumbs.shape == (1, 27, 48, 3)
    assert list(block.times) == [0]
    assert block.end == seen.end
    assert Image.open(io.BytesIO(block.stills[0].jpeg)).size == (640, 320)


@pytest.mark.parametrize(("orientation", "rotation"), [(3, 180), (6, 90), (8, 270)])
def test_a_photograph_stands_upright(orientation: int, rotation: int, picture: Any, tmp_path: Path) -> None:
    photograph = Image.fromarray(picture(1, 90, 60))
    exif = photograph.getexif()
    exif[0x0112] = orientation
    photograph.save(tmp_path / "p.jpg", exif=exif)
    assert probe(tmp_path / "p.jpg").rotation == rotation


def test_rows_fit_the_table(encode: Any, tone: Any, tmp_path: Path) -> None:
    film = encode(tmp_path / "f.mp4", pictures=5, options=QUICK, sounds=[("aac", 48_000, 0, tone(4800, 48_000))])
    sound = encode(tmp_path / "s.wav", codec=None, sounds=[("pcm_s16le", 8000, 0, tone(800, 8000))])
    rows = [row_of(probe(film), "video"), row_of(probe(sound), "sound"), row_of(None, "screenplay")]
    table = ASSETS.from_rows({**row, "asset": "0" * 32, "path": "a", "paths": ["a"], "size_bytes": 1} for row in rows)
    assert table.column("kind").to_pylist() == ["video", "sound", "screenplay"]
    assert table.column("tracks").to_pylist()[0][1]["channels"] == 1
    assert table.column("is_variable_rate").to_pylist() == [False, None, None]


@pytest.mark.realdata
def test_the_track_that_players_choose(shared_data: Path) -> None:
    seen = probe(shared_data / "film_clips" / "nasa_13013_13s.mp4")
    assert (seen.width, seen.height, seen.pictures, seen.rate) == (320, 180, 325, 25)


@pytest.mark.realdata
def test_alpha_of_vp9(shared_data: Path) -> None:
    path = shared_data / "film_clips" / "transparent_alpha_5s.webm"
    seen = probe(path)
    assert seen.has_alpha
    thumbs = np.concatenate([block.thumbs for block in read(path, seen, want=["thumbs"])])
    assert len(thumbs) == 150
    assert np.median(thumbs) == 0
