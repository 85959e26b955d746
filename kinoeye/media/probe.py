"""Probe: what a film, sound or picture is, and where it may be cut; nothing is decoded but its first picture.

All packets are gone through once, so that pictures are counted, and times are those of the pictures themselves. Of
several video tracks the one that players choose counts: the first that is marked default, cover pictures aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av.container

from kinoeye.errors import MediaError, UseError
from kinoeye.media import colour, nal
from kinoeye.media.clock import Clock, constant_rate
from kinoeye.media.damages import Damage, Damages, listening
from kinoeye.media.decode import Decoder, packets
from kinoeye.media.guard import check_size, open_media
from kinoeye.media.packets import Index, Key
from kinoeye.media.tracks import Track, begin_of, end_of, picture_track, sound_track_of, tags_of, track_of
from kinoeye.media.turning import UPRIGHT, Turning, turning
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, standard_rate

STILL_DURATION = FLICKS_PER_SECOND // 24  # a still picture's time in the table and in `thumbs`
_FREE_CLOCKS = {"mpegts", "mpeg", "asf", "flv", "dv", "rm", "gxf", "mp3", "aac"}
_ANIMATIONS = {"gif", "apng"}
_SHORT_SECONDS = Fraction(1, 4)  # a file that ends so much before its header says is cut off
_WITHOUT_LENGTH = {"mp3", "aac", "ac3", "eac3", "amr", "mpegts", "mpeg", "dv", "gif", "apng"}  # FFmpeg guesses it
_STREAM_PACKETS = (188, 192, 204)


@dataclass(frozen=True)
class Probe:
    """All that is known of an asset before it is decoded: its row in `assets`, and what reading it needs.

    Parameters
    ----------
    kind : video, sound, picture, sequence or one of the documents' kinds
    start, end : int, flicks
        Of the pictures where there are any, else of the sound.
    pictures : int
        As counted in the container; a few codecs hide pictures, so that only decoding tells for sure.
    rate : Fraction
        Exact where constant, else the average.
    width, height : pixels, upright
    rotation : degrees clockwise that bring the stored picture upright
    damages : tuple of Damage
    picture_track, sound_track : int
        Tracks that are read; None where there is none.
    clock, sound_clock : Clock
    keys : tuple of Key
        Where the film may be cut.
    """

    kind: str
    container: str = ""
    size_bytes: int = 0
    start: int | None = None
    end: int | None = None
    pictures: int | None = None
    rate: Fraction | None = None
    is_variable_rate: bool = False
    width: int | None = None
    height: int | None = None
    pixel_aspect: Fraction = Fraction(1)
    rotation: int = 0
    codec: str | None = None
    pixel_format: str | None = None
    bit_depth: int | None = None
    is_interlaced: bool = False
    has_alpha: bool = False
    colour_primaries: str | None = None
    colour_transfer: str | None = None
    colour_matrix: str | None = None
    colour_range: str | None = None
    is_hdr: bool = False
    timecode: str | None = None
    is_drop_frame: bool = False
    channels: int | None = None
    sound_rate_hz: int | None = None
    tracks: tuple[Track, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    damages: tuple[Damage, ...] = ()
    picture_track: int | None = None
    sound_track: int | None = None
    clock: Clock | None = None
    sound_clock: Clock | None = None
    turning: Turning = UPRIGHT
    keys: tuple[Key, ...] = ()


def probe(path: Path, *, sound_track: int | None = None) -> Probe:
    """Look at a film, sound or still picture.

    Parameters
    ----------
    path : Path
    sound_track : int
        Track to read as the sound; None takes the default one.

    Raises
    ------
    MediaError
        If the file cannot be opened, its codec is not taken, or not one picture or sound of it can be decoded.
    """
    with listening() as damages, open_media(path) as container:
        film = picture_track(container)
        sound = sound_track_of(container, sound_track, path)
        main = film if film is not None else sound
        if main is None:
            raise MediaError(f"{path}: must hold pictures or sound, got neither", remedy="Leave the file out")
        indexes, frame = _survey(path, container, main, damages)
        clocks = _clocks(container, film, indexes)
        facts: dict[str, Any] = _sound_facts(sound, indexes, clocks)
        if film is not None:
            facts |= _film_facts(path, container, film, frame, indexes[film.index], clocks[film.index], damages)
        _check_whole(container, main, indexes[main.index], damages)
        return Probe(
            container=container.format.name,
            size_bytes=path.stat().st_size,
            tracks=tuple(track_of(stream, indexes, clocks) for stream in container.streams),
            tags=tags_of(container, main),
            damages=damages.take(),
            **facts,
        )


def _survey(
    path: Path, container: av.container.InputContainer, main: Any, damages: Damages
) -> tuple[dict[int, Index], Any]:
    """Go through all packets; decode the main track up to its first picture or sound."""
    indexes = {stream.index: Index() for stream in container.streams}
    contexts = {stream.index: stream.codec_context for stream in container.streams}
    codecs = {number: context.name if context is not None else "" for number, context in contexts.items()}
    extradata = {n: contexts[n].extradata for n, codec in codecs.items() if codec in nal.CODECS}
    decoder: Decoder | None = Decoder(path, main, damages)
    first: list[Any] = []
    for packet in packets(container, list(container.streams), damages):
        number = packet.stream_index
        if number not in indexes:
            continue
        indexes[number].add(packet, codecs[number], extradata.get(number))
        if decoder is not None and number == main.index:
            first = decoder.frames(packet)
            decoder = None if first else decoder
    if decoder is not None:
        first = decoder.frames(None)
    damages.hear()
    if not first:
        said = damages.take()
        raise MediaError(
            f"{path}: must hold something that can be decoded, got {said[0].message if said else 'nothing'}",
            remedy="The file is damaged: copy it again from the card or the backup",
        )
    return indexes, first[0]


def _clocks(container: av.container.InputContainer, film: Any, indexes: Mapping[int, Index]) -> dict[int, Clock]:
    used = [s for s in container.streams if s.type in {"video", "audio"} and indexes[s.index].pts]
    zero = Fraction(0)
    if _FREE_CLOCKS.intersection(container.format.name.split(",")):
        zero = min((begin_of(s, indexes[s.index]) * s.time_base for s in used), default=zero)
    clocks = {s.index: Clock(s.time_base, zero) for s in container.streams if s.time_base}
    if film is not None:
        shown = indexes[film.index].shown()
        rate = None
        if len(shown) == sum(indexes[film.index].is_shown):
            rate = constant_rate(shown, film.time_base, (film.average_rate, film.base_rate))
        first = int(shown[0]) if len(shown) else 0
        clocks[film.index] = Clock(film.time_base, zero, first, rate)
    return clocks


def _film_facts(
    path: Path,
    container: av.container.InputContainer,
    film: Any,
    frame: av.VideoFrame,
    index: Index,
    clock: Clock,
    damages: Damages,
) -> dict[str, Any]:
    check_size(path, frame.width, frame.height)
    turned = turning(frame)
    shown = index.shown()
    kind = _kind(container, len(shown))
    rate = clock.rate or _average(shown, film)
    size = (frame.height, frame.width) if turned.turns % 2 else (frame.width, frame.height)
    aspect = film.sample_aspect_ratio or Fraction(1)
    alpha = film.metadata.get("alpha_mode") == "1" and film.codec_context.name in {"vp8", "vp9"}
    timecode = _timecode(container, film, rate, damages) if kind == "video" else None
    end = clock.at(index.end if index.end is not None else 0)
    if clock.rate is not None and len(shown):
        end = clock.at(int(shown[-1])) + int(FLICKS_PER_SECOND / clock.rate)
    return {
        "kind": kind,
        "start": clock.start if kind == "video" else 0,
        "end": max(end, clock.start + 1) if kind == "video" else STILL_DURATION,
        "pictures": max(1, sum(index.is_shown)),
        "rate": rate if kind == "video" else None,
        "is_variable_rate": kind == "video" and clock.rate is None,
        "width": size[0],
        "height": size[1],
        "pixel_aspect": 1 / aspect if turned.turns % 2 else aspect,
        "rotation": 90 * turned.turns,
        "codec": film.codec_context.name,
        "pixel_format": frame.format.name,
        "bit_depth": frame.format.components[0].bits,
        "is_interlaced": bool(frame.interlaced_frame),
        "has_alpha": alpha or any(component.is_alpha for component in frame.format.components),
        "colour_primaries": colour.PRIMARIES.get(int(frame.color_primaries)),
        "colour_transfer": colour.TRANSFERS.get(int(frame.color_trc)),
        "colour_matrix": colour.MATRICES.get(int(frame.colorspace)),
        "colour_range": colour.RANGES.get(int(frame.color_range)),
        "is_hdr": colour.is_high_dynamic_range(int(frame.color_trc)),
        "timecode": str(timecode) if timecode else None,
        "is_drop_frame": timecode is not None and timecode.is_drop_frame,
        "picture_track": film.index,
        "clock": clock,
        "turning": turned,
        "keys": index.keys(film.codec_context.name, container.format.name.split(","), film.time_base),
    }


def _kind(container: av.container.InputContainer, pictures: int) -> str:
    name = container.format.name
    still = name.endswith("_pipe") or (name in _ANIMATIONS and pictures <= 1)
    is_avif = container.metadata.get("major_brand", "") in {"avif", "avis", "mif1"} and pictures <= 1
    return "picture" if still or is_avif else "video"


def _average(shown: Any, film: Any) -> Fraction | None:
    if len(shown) > 1:
        exact = Fraction(len(shown) - 1, int(shown[-1] - shown[0])) / film.time_base
        return standard_rate(film.average_rate) if film.average_rate else exact.limit_denominator(100_000)
    return standard_rate(film.average_rate) if film.average_rate else None


def _timecode(
    container: av.container.InputContainer, film: Any, rate: Fraction | None, damages: Damages
) -> Timecode | None:
    """Return the time code of the first picture, from the film's own track or tag."""
    for metadata in (film.metadata, *(s.metadata for s in container.streams), container.metadata):
        for name in ("timecode", "TIMECODE"):
            if metadata.get(name) and rate is not None:
                try:
                    return Timecode.parse(metadata[name], standard_rate(rate))
                except UseError as error:
                    damages.add(error.message)
    return None


def _sound_facts(sound: Any, indexes: Mapping[int, Index], clocks: Mapping[int, Clock]) -> dict[str, Any]:
    if sound is None:
        return {}
    index, clock = indexes[sound.index], clocks[sound.index]
    return {
        "kind": "sound",
        "start": clock.at(begin_of(sound, index)),
        "end": clock.at(end_of(sound, index)),
        "codec": sound.codec_context.name,
        "channels": sound.codec_context.channels,
        "sound_rate_hz": sound.codec_context.sample_rate,
        "sound_track": sound.index,
        "sound_clock": clock,
    }


def _check_whole(container: av.container.InputContainer, main: Any, index: Index, damages: Damages) -> None:
    """Record it if the file ends before its own header says."""
    names = set(container.format.name.split(","))
    if "mpegts" in names and container.size > 0 and all(container.size % packet for packet in _STREAM_PACKETS):
        damages.add("the file ends in the middle of a packet", byte=container.size)
    if names & _WITHOUT_LENGTH:
        return
    counted = len(index.pts)
    # AVI counts the empty chunks, too, that only make a picture stand longer.
    if main.frames and main.type == "video" and "avi" not in names and counted < main.frames:
        damages.add(f"the container promises {main.frames} pictures, the file holds {counted}")
        return
    stated = main.duration * main.time_base if main.duration else None
    tracks = len([stream for stream in container.streams if stream.type in {"video", "audio"}])
    if stated is None and container.duration and tracks == 1:
        stated = Fraction(container.duration, 1_000_000)
    if stated is None or index.end is None:
        return
    held = (index.end - min(index.pts)) * main.time_base
    if stated - held > _SHORT_SECONDS:
        damages.add(f"the container promises {float(stated):.3f} s, the file holds {float(held):.3f} s")
