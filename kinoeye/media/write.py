"""Write: films, sounds and pictures made by Kinoeye go out here, and nowhere else.

Everything is written beside its final name, flushed to the disk and renamed, so that a file under a final name is
whole. Settings are typed and checked; no text of the user's ever reaches FFmpeg as a flag, a format or an address.

Source: ITU-R BT.709-6 (colour), SMPTE ST 12-1:2014 (time code), QuickTime File Format, "Timecode media" (tmcd).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter

from kinoeye.errors import MediaError, SettingError
from kinoeye.media.guard import open_media
from kinoeye.media.muxing import FilmSound, interleave, opened, sound_frames, sound_stream
from kinoeye.media.whole import whole_file
from kinoeye.timecode import Timecode

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")

# Edit lists (AAC's leading samples) are in this scale; thousandths, the usual, would cut the sound's end.
_MOVIE_TIMESCALE = "240000"


@dataclass(frozen=True)
class _Codec:
    pixels: str
    even: bool
    has_crf: bool
    suffixes: tuple[str, ...]


# Pictures are 4:2:0 where players and browsers need it, 4:2:2 or RGB where an editor wants the quality.
_CODECS = {
    "libx264": _Codec("yuv420p", True, True, (".mp4", ".mov", ".mkv")),
    "mpeg4": _Codec("yuv420p", True, False, (".mp4", ".mov", ".mkv")),
    "libvpx-vp9": _Codec("yuv420p", True, True, (".webm", ".mkv", ".mp4")),
    "prores_ks": _Codec("yuv422p10le", True, False, (".mov", ".mkv")),
    "ffv1": _Codec("bgr0", False, False, (".mkv",)),
}
_CONTAINERS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
_FILM_SOUND = {".mp4": "aac", ".mov": "pcm_s16le", ".mkv": "flac", ".webm": "libopus"}
_SOUND_FILES = {".wav": ("wav", "pcm_s16le"), ".flac": ("flac", "flac")}
PICTURE_SUFFIXES = (".png", ".tif", ".tiff", ".bmp", ".jpg", ".jpeg")
_DEEP = frozenset({".png", ".tif", ".tiff"})  # hold 16 bits a sample, and alpha
_TAGS = frozenset({"title", "artist", "comment", "description", "date", "genre", "copyright", "language"})


def write_film(
    path: Path,
    pictures: Iterable[npt.NDArray[np.uint8]],
    rate: Fraction,
    *,
    sound: FilmSound | None = None,
    timecode: str | None = None,
    codec: str = "libx264",
    crf: int = 20,
    preset: str = "veryfast",
    key_interval: int = 48,
    threads: int = 0,
    tags: Mapping[str, str] | None = None,
) -> int:
    """Write a film; return the number of its pictures.

    Parameters
    ----------
    path : Path
        Its suffix names the container: .mp4, .mov, .mkv or .webm. An existing file is replaced once all is written.
    pictures : iterable of uint8 [height, width, 3], RGB, full range
        All of one size. Taken one by one, so a film may be longer than memory.
    rate : Fraction
        Pictures a second, exact: Fraction(30000, 1001), not 29.97. Picture n starts exactly at n / rate; but .mkv and
        .webm hold whole milliseconds only.
    sound : FilmSound or None
        From the film's first picture. AAC in .mp4, PCM in .mov, FLAC in .mkv, Opus in .webm.
    timecode : HH:MM:SS:FF or HH:MM:SS;FF
        Of the first picture, written as a track of its own (tmcd); .mov and .mp4 only. ``;`` means drop frame.
    codec : libx264, mpeg4, libvpx-vp9, prores_ks, ffv1
    crf : 0..51
        Constant quality of libx264 and libvpx-vp9; the others do not use it.
    preset : ultrafast .. veryslow
        Of libx264.
    key_interval : int
        Most pictures from one key picture to the next.
    threads : int
        Encoder threads; 0: one for each core.
    tags : mapping
        title, artist, comment, description, date, genre, copyright, language.

    Raises
    ------
    SettingError
        If a setting is outside its range or the container cannot hold what is asked for.
    MediaError
        If there are no pictures, one has another size, or the disk is full.
    """
    container = _container_of(path, codec, timecode)
    settings = {"preset": preset, "crf": crf, "key_interval": key_interval, "threads": threads}
    _check_settings(settings)
    _check_tags(tags)
    label = str(Timecode.parse(timecode, rate)) if timecode else None
    first, rest = _first_of(path, pictures)
    _check_size(path, first, codec)
    options = {"movflags": "+faststart", "movie_timescale": _MOVIE_TIMESCALE} if container in {"mp4", "mov"} else {}
    with whole_file(path) as out, opened(path, out, container, options) as film:
        film.metadata.update({**(tags or {}), **({"timecode": label} if label else {})})
        coded = _coded(_picture_stream(film, first, rate, codec, settings), chain([first], rest), rate)
        return interleave(film, coded, rate, sound, _FILM_SOUND[path.suffix.lower()])


def join_films(
    path: Path, parts: Sequence[Path], rate: Fraction, *, sound: FilmSound | None = None, timecode: str | None = None
) -> int:
    """Join films without sound that `write_film` wrote alike, as they are coded; return the number of pictures.

    Parameters
    ----------
    path : Path
        .mp4 or .mov.
    parts : sequence of Path
        At least one; .mp4, libx264.
    rate : Fraction
        Theirs.
    sound, timecode
        As `write_film` takes them.

    Raises
    ------
    MediaError
        If a part cannot be read, is coded in another way, or the disk is full.
    """
    container = _container_of(path, "libx264", timecode)
    label = str(Timecode.parse(timecode, rate)) if timecode else None
    options = {"movflags": "+faststart", "movie_timescale": _MOVIE_TIMESCALE}
    with whole_file(path) as out, opened(path, out, container, options) as film:
        film.metadata.update({"timecode": label} if label else {})
        return interleave(film, _copied(film, parts, rate), rate, sound, _FILM_SOUND[path.suffix.lower()])


def write_sound(
    path: Path,
    samples: npt.NDArray[np.float32] | npt.NDArray[np.int16],
    rate_hz: int,
    *,
    tags: Mapping[str, str] | None = None,
    since_midnight: int | None = None,
) -> None:
    """Write a sound of 16 bits as .wav or .flac.

    Parameters
    ----------
    path : Path
    samples : float32 -1..1 or int16, [n] or [n, channels]
    rate_hz : int
    tags : mapping
        As of `write_film`.
    since_midnight : int, samples, or None
        Time of day of the first sample: written as a Broadcast Wave, as recorders write it; .wav only.

    Raises
    ------
    SettingError
        If the suffix is neither .wav nor .flac, or a tag is none that can be kept.
    MediaError
        If there is no sound in it, or the disk is full.

    Source: EBU Tech 3285 (the description of a Broadcast Wave and its TimeReference).
    """
    if path.suffix.lower() not in _SOUND_FILES:
        raise SettingError(f"write: a sound's name must end in .wav or .flac, got {path.name}")
    container, codec = _SOUND_FILES[path.suffix.lower()]
    _check_tags(tags)
    if since_midnight is not None and path.suffix.lower() != ".wav":
        raise SettingError(f"write: only a .wav can hold the time of day of its first sample, got {path.name}")
    sound = FilmSound(samples, rate_hz)
    options = {} if since_midnight is None else {"write_bext": "1"}
    with whole_file(path) as out, opened(path, out, container, options) as file:
        file.metadata.update(tags or {})
        file.metadata.update({} if since_midnight is None else {"time_reference": str(since_midnight)})
        stream = sound_stream(file, sound, codec)
        for frame in sound_frames(sound):
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def write_picture(path: Path, picture: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], *, quality: int = 92) -> None:
    """Write one picture as .png, .tif, .bmp or .jpg.

    Parameters
    ----------
    path : Path
    picture : uint8 or uint16 [height, width, 3 or 4], RGB or RGBA
        More than 8 bits, or alpha, only as .png or .tif.
    quality : 1..100
        Of a .jpg.

    Raises
    ------
    SettingError
        If the suffix is another, or quality lies outside its range.
    MediaError
        If the array is no picture of that format, or the disk is full.
    """
    suffix = path.suffix.lower()
    if suffix not in PICTURE_SUFFIXES:
        raise SettingError(f"write: a picture's name must end in {', '.join(PICTURE_SUFFIXES)}, got {path.name}")
    if not 1 <= quality <= 100:
        raise SettingError(f"write: quality must lie in 1..100, got {quality}")
    if suffix in _DEEP:
        _check_picture(path, picture, (np.uint8, np.uint16), (3, 4))
    else:
        _check_picture(path, picture)
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix in {".jpg", ".jpeg"} else []
    order = cv2.COLOR_RGB2BGR if picture.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
    _, data = cv2.imencode(suffix, cv2.cvtColor(picture, order), settings)
    with whole_file(path) as out:
        out.write(data.tobytes())


def _container_of(path: Path, codec: str, timecode: str | None) -> str:
    suffix = path.suffix.lower()
    if codec not in _CODECS:
        raise SettingError(f"write: codec must be one of {', '.join(_CODECS)}, got {codec!r}")
    if suffix not in _CODECS[codec].suffixes:
        fitting = ", ".join(_CODECS[codec].suffixes)
        raise SettingError(f"write: the name of a film in {codec} must end in {fitting}, got {path.name}")
    if timecode and suffix not in {".mp4", ".mov"}:
        raise SettingError(f"write: a time code track stands only in .mov and .mp4, got {path.name}")
    return _CONTAINERS[suffix]


def _check_settings(settings: Mapping[str, Any]) -> None:
    if settings["preset"] not in PRESETS:
        raise SettingError(f"write: preset must be one of {', '.join(PRESETS)}, got {settings['preset']!r}")
    for name, low, high in (("crf", 0, 51), ("key_interval", 1, 600), ("threads", 0, 64)):
        if not low <= settings[name] <= high:
            raise SettingError(f"write: {name} must lie in {low}..{high}, got {settings[name]}")


def _check_tags(tags: Mapping[str, str] | None) -> None:
    if unknown := set(tags or {}) - _TAGS:
        raise SettingError(f"write: tags must be of {', '.join(sorted(_TAGS))}, got {', '.join(sorted(unknown))}")


def _first_of(
    path: Path, pictures: Iterable[npt.NDArray[np.uint8]]
) -> tuple[npt.NDArray[np.uint8], Iterator[npt.NDArray[np.uint8]]]:
    rest = iter(pictures)
    for first in rest:
        _check_picture(path, first)
        return first, rest
    raise MediaError(f"{path.name}: a film must have at least one picture, got none")


def _check_picture(
    path: Path, picture: npt.NDArray[Any], types: Sequence[Any] = (np.uint8,), channels: Sequence[int] = (3,)
) -> None:
    is_picture = picture.ndim == 3 and 0 not in picture.shape and picture.shape[2] in channels
    if picture.dtype not in types or not is_picture:
        kinds, counts = " or ".join(np.dtype(each).name for each in types), " or ".join(map(str, channels))
        raise MediaError(
            f"{path.name}: a picture must be {kinds} [height, width, {counts}], "
            f"got {picture.dtype} {list(picture.shape)}"
        )


def _check_size(path: Path, picture: npt.NDArray[np.uint8], codec: str) -> None:
    height, width, _ = picture.shape
    if _CODECS[codec].even and (height % 2 or width % 2 or min(height, width) < 16):
        raise MediaError(
            f"{path.name}: width and height must be even and at least 16 in {codec}, got {width}x{height}",
            remedy="Crop or pad the pictures by one line, or write .mkv with codec ffv1",
        )


def _picture_stream(
    film: Any, first: npt.NDArray[np.uint8], rate: Fraction, codec: str, settings: Mapping[str, Any]
) -> Any:
    kind = _CODECS[codec]
    stream = film.add_stream(codec, rate=rate)
    stream.height, stream.width = first.shape[:2]
    stream.pix_fmt = kind.pixels
    context = stream.codec_context
    context.time_base = 1 / rate
    context.gop_size = settings["key_interval"]
    context.thread_count = settings["threads"]
    is_rgb = not kind.pixels.startswith("yuv")
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    context.colorspace = 0 if is_rgb else Colorspace.ITU709
    context.color_range = ColorRange.JPEG if is_rgb else ColorRange.MPEG
    options = {"crf": str(settings["crf"])} if kind.has_crf else {}
    if codec == "libx264":
        options["preset"] = settings["preset"]
    if codec == "libvpx-vp9":
        options |= {"deadline": "realtime", "cpu-used": "8", "b": "0"}
    stream.options = options
    return stream


def _coded(stream: Any, pictures: Iterable[npt.NDArray[np.uint8]], rate: Fraction) -> Iterator[tuple[int, Any]]:
    """Code pictures; give what comes out of the encoder, and how many went in."""
    reformatter, count, shape = VideoReformatter(), 0, (stream.height, stream.width)
    for count, picture in enumerate(pictures, 1):
        if picture.shape[:2] != shape:
            raise MediaError(
                f"write: all pictures must be {shape[1]}x{shape[0]} like the first, "
                f"got {picture.shape[1]}x{picture.shape[0]} at picture {count - 1}"
            )
        yield count, stream.encode(_converted(reformatter, picture, stream.pix_fmt, count - 1, rate))
    yield count, stream.encode(None)


def _copied(film: Any, parts: Sequence[Path], rate: Fraction) -> Iterator[tuple[int, Any]]:
    """Give the packets of films that follow one another; each begins with a key picture that nothing refers beyond."""
    stream, header, count = None, None, 0
    for part in parts:
        with open_media(part) as source:
            own = source.streams.video[0]
            if stream is None:
                stream, header = film.add_stream_from_template(own), own.codec_context.extradata
                stream.time_base = 1 / rate
            elif own.codec_context.extradata != header:
                raise MediaError(f"{part}: must be coded like the parts before it, got another header")
            before = count
            for packet in source.demux(own):
                if packet.dts is None:
                    continue
                count += 1
                packet.pts, packet.dts = (before + round(ticks * packet.time_base * rate)
                                          for ticks in (packet.pts, packet.dts))  # fmt: skip
                packet.duration, packet.time_base, packet.stream = 1, 1 / rate, stream
                yield count, packet


def _converted(reformatter: Any, picture: npt.NDArray[np.uint8], pixels: str, number: int, rate: Fraction) -> Any:
    is_yuv = pixels.startswith("yuv")
    frame = reformatter.reformat(
        av.VideoFrame.from_ndarray(picture, format="rgb24"),
        format=pixels,
        dst_colorspace=Colorspace.ITU709 if is_yuv else None,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG if is_yuv else ColorRange.JPEG,
        dst_color_trc=ColorTrc.BT709,
        dst_color_primaries=ColorPrimaries.BT709,
        threads=1,
    )
    frame.pts, frame.time_base = number, 1 / rate
    return frame
