import resource
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kinoeye.errors import MediaError, SettingError, UseError
from kinoeye.media.muxing import FilmSound
from kinoeye.media.write import write_film, write_picture, write_sound
from kinoeye.timecode import STANDARD_RATES, Timecode

PLAIN = np.full((32, 48, 3), (255, 0, 0), np.uint8)


def decoded(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as film:
        return list(film.decode(film.streams.video[0]))


def samples_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray().T for frame in film.decode(film.streams.audio[0])])


def tone(seconds: Fraction, rate_hz: int = 48_000) -> np.ndarray:
    return (0.5 * np.sin(np.arange(int(seconds * rate_hz)) * 0.05)).astype(np.float32)


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("rate", STANDARD_RATES, ids=str)
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_every_picture_starts_at_its_exact_time(tmp_path: Path, rate: Fraction, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    assert write_film(path, [PLAIN] * 11, rate, key_interval=4) == 11
    frames = decoded(path)
    assert [frame.pts * frame.time_base for frame in frames] == [Fraction(n) / rate for n in range(11)]
    assert [n for n, frame in enumerate(frames) if frame.key_frame] == [0, 4, 8]


@pytest.mark.parametrize(
    ("label", "rate"),
    [
        ("01:00:00:00", Fraction(24)),
        ("10:59:59:23", Fraction(24_000, 1001)),
        ("00:08:59;29", Fraction(30_000, 1001)),
        ("00:08:59:29", Fraction(30_000, 1001)),
        ("23:59:59;59", Fraction(60_000, 1001)),
        ("09:58:00:24", Fraction(25)),
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_time_code_is_read_back_from_its_own_track(tmp_path: Path, label: str, rate: Fraction, suffix: str) -> None:
    path = tmp_path / f"film{suffix}"
    write_film(path, [PLAIN] * 3, rate, timecode=label)
    with av.open(str(path)) as film:
        tracks = [stream.metadata["timecode"] for stream in film.streams.data]
    assert tracks == [label]
    assert str(Timecode.parse(tracks[0], rate)) == label


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_sound_is_as_long_as_it_was(tmp_path: Path, suffix: str) -> None:
    rate = Fraction(30_000, 1001)
    path = tmp_path / f"film{suffix}"
    sound = tone(Fraction(60 * 1001, 30_000))
    write_film(path, [PLAIN] * 60, rate, sound=FilmSound(sound))
    assert len(decoded(path)) == 60
    with av.open(str(path)) as film:
        stream = film.streams.audio[0]
        assert stream.rate == 48_000
        if stream.duration is not None:
            assert stream.duration * stream.time_base == Fraction(len(sound), 48_000)
    back = samples_of(path)
    assert abs(len(back) - len(sound)) < 1024, "an AAC decoder may give back its last frame whole"


@pytest.mark.parametrize(("suffix", "kind"), [(".wav", np.float32), (".flac", np.int16)])
def test_sound_files_are_exact(tmp_path: Path, suffix: str, kind: type) -> None:
    mono = tone(Fraction(1, 3))
    stereo = np.stack([mono, -mono], 1)
    given = stereo if kind is np.float32 else (stereo * 32767).astype(np.int16)
    write_sound(tmp_path / f"sound{suffix}", given, 48_000)
    back = samples_of(tmp_path / f"sound{suffix}").reshape(-1, 2)
    wanted = np.rint(stereo * 32767) if kind is np.float32 else given
    np.testing.assert_array_equal(back, wanted.astype(np.int16))


@pytest.mark.parametrize(
    ("rgb", "yuv"), [((255, 0, 0), (63, 102, 240)), ((0, 255, 0), (173, 42, 26)), ((255, 255, 255), (235, 128, 128))]
)
def test_colour_is_bt709_and_says_so(tmp_path: Path, rgb: tuple[int, ...], yuv: tuple[int, ...]) -> None:
    path = tmp_path / "film.mp4"
    write_film(path, [np.full((32, 48, 3), rgb, np.uint8)], Fraction(24), crf=1)
    frame = decoded(path)[0]
    planes = frame.to_ndarray(format="yuv420p")
    found = (planes[0, 0], planes[32, 0], planes[40, 0])
    np.testing.assert_allclose(np.array(found, int), yuv, atol=1)
    assert (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc) == (1, 1, 1, 1)


def test_ffv1_loses_nothing(tmp_path: Path) -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (4, 33, 47, 3), dtype=np.uint8)
    write_film(tmp_path / "film.mkv", pictures, Fraction(25), codec="ffv1")
    back = np.stack([frame.to_ndarray(format="rgb24") for frame in decoded(tmp_path / "film.mkv")])
    np.testing.assert_array_equal(back, pictures)


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libvpx-vp9"), ("a.mov", "prores_ks"), ("a.mp4", "mpeg4")])
def test_other_codecs_keep_every_picture(tmp_path: Path, name: str, codec: str) -> None:
    write_film(tmp_path / name, [PLAIN] * 5, Fraction(25), codec=codec)
    assert len(decoded(tmp_path / name)) == 5


def test_names_and_tags_are_never_flags(tmp_path: Path) -> None:
    path = tmp_path / "-y http:%d 'ü 影.mp4"
    write_film(path, [PLAIN], Fraction(24), tags={"title": '"; -vf drawtext', "comment": "影"})
    with av.open(str(path)) as film:
        assert film.metadata["title"] == '"; -vf drawtext'
        assert film.metadata["comment"] == "影"


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_pictures_are_read_back(tmp_path: Path, suffix: str) -> None:
    write_picture(tmp_path / f"still{suffix}", PLAIN)
    with av.open(str(tmp_path / f"still{suffix}")) as still:
        back = next(still.decode(video=0)).to_ndarray(format="rgb24")
    np.testing.assert_allclose(back.astype(int), PLAIN, atol=4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"codec": "h264_nvenc -f x"}, "codec must be one of"),
        ({"preset": "veryfast:nal-hrd=cbr"}, "preset must be one of"),
        ({"crf": 52}, "crf must lie in 0..51, got 52"),
        ({"key_interval": 0}, "key_interval must lie in"),
        ({"tags": {"x:y": "1"}}, "tags must be of"),
        ({"timecode": "01:00:00;00"}, "drop frame exists only"),
    ],
)
def test_settings_outside_their_range(tmp_path: Path, settings: dict, message: str) -> None:
    with pytest.raises(UseError, match=message) as caught:
        write_film(tmp_path / "film.mp4", [PLAIN], Fraction(24), **settings)
    assert caught.value.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_names_that_no_container_has(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="must end in"):
        write_film(tmp_path / "film.avi", [PLAIN], Fraction(24))
    with pytest.raises(SettingError, match="time code track"):
        write_film(tmp_path / "film.mkv", [PLAIN], Fraction(24), timecode="00:00:00:00")
    with pytest.raises(SettingError, match=r"\.wav or \.flac"):
        write_sound(tmp_path / "a.mp3", tone(Fraction(1)), 48_000)
    with pytest.raises(SettingError, match=r"must end in \.png, \.tif"):
        write_picture(tmp_path / "a.gif", PLAIN)


def test_pictures_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with pytest.raises(MediaError, match="at least one picture"):
        write_film(path, [], Fraction(24))
    with pytest.raises(MediaError, match="even and at least 16") as caught:
        write_film(path, [np.zeros((33, 48, 3), np.uint8)], Fraction(24))
    assert "ffv1" in caught.value.remedy
    with pytest.raises(MediaError, match="got 64x32 at picture 1"):
        write_film(path, [PLAIN, np.zeros((32, 64, 3), np.uint8)], Fraction(24))
    with pytest.raises(MediaError, match="must be uint8"):
        write_film(path, [np.zeros((32, 48), np.uint8)], Fraction(24))
    with pytest.raises(MediaError, match="one or two channels"):
        write_sound(tmp_path / "a.wav", np.zeros((9, 6), np.int16), 48_000)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (30, 64, 96, 3), dtype=np.uint8)
    path = tmp_path / "film.mp4"
    path.write_bytes(b"before")
    with full_disk(20_000), pytest.raises(MediaError, match=r"must be .*written") as caught:
        write_film(path, noise, Fraction(24), crf=1)
    assert "space" in caught.value.remedy or "disk is full" in caught.value.remedy
    with full_disk(100), pytest.raises(MediaError, match="written whole"):
        write_picture(tmp_path / "still.png", noise[0])
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.mp4"]
    assert path.read_bytes() == b"before"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file"):
        write_sound(tmp_path / "none" / "a.wav", tone(Fraction(1)), 48_000)


def test_a_broadcast_wave_says_when_it_begins(tmp_path: Path) -> None:
    about = "sSCENE=1A\r\nsTAKE=2\r\n"
    path = tmp_path / "a.wav"
    write_sound(path, tone(Fraction(1)), 48_000, tags={"description": about}, since_midnight=36_000 * 48_000)
    with av.open(str(path)) as file:
        assert file.metadata["time_reference"] == str(36_000 * 48_000)
        assert about.strip() in file.metadata["comment"]
    assert b"bext" in path.read_bytes()[:64]
    with pytest.raises(SettingError, match=r"only a .wav can hold the time of day"):
        write_sound(tmp_path / "a.flac", tone(Fraction(1)), 48_000, since_midnight=0)
