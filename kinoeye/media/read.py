"""Read: one pass over a film, sound or picture that makes all streams that are wanted, block by block.

What is not wanted costs nothing: without pictures no video is decoded, without sound no audio. Damaged places are
passed over and recorded. The answer is the same in every run, on every number of threads, and however the film is cut
into segments.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import av.container
import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError, UseError
from kinoeye.media.damages import Damage, Damages, listening
from kinoeye.media.decode import Decoder
from kinoeye.media.guard import open_media
from kinoeye.media.meters import Meter
from kinoeye.media.pictures import NO_STILLS, Pictures, Still
from kinoeye.media.probe import Probe
from kinoeye.media.seeing import EVERYTHING, Seeing
from kinoeye.media.seek import segment_packets
from kinoeye.media.segments import WHOLE, Segment
from kinoeye.media.sound import Mono
from kinoeye.streams import METERS, THUMB_HEIGHT, THUMB_WIDTH

STREAMS = ("thumbs", "stills", "full_rate", "mono_16k", "meters")
DEFAULT = ("thumbs", "stills", "mono_16k")
_NO_THUMBS = (0, THUMB_HEIGHT, THUMB_WIDTH, 3)


@dataclass(frozen=True)
class Sounded:
    """What a sound track is, as decoding it shows.

    Parameters
    ----------
    count : int
        Samples so far, at the track's own rate.
    rate_hz : int
        0 before the first sample.
    layout : tuple of str
        The channels' names.
    """

    count: int = 0
    rate_hz: int = 0
    layout: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A part of what is read, in running order; pictures and sound of one block need not be of the same time.

    Parameters
    ----------
    thumbs : uint8 [n, 27, 48, 3]
        Empty if not wanted.
    times : int64 [n], flicks
        Start of each picture; rises strictly, over the borders of blocks and segments too.
    end : int, flicks
        End of the block's last picture; the next block's first picture may begin later, never earlier.
    stills : tuple of Still
    full_rate : tuple of Still
        Every picture of the chosen ranges.
    samples : int16 [m]
        Goes on where the block before ended.
    samples_start : int, flicks
        Media time of the very first sample, the same in all blocks once there is sound.
    meters : float32 [k, channels, 9]
        See `streams.Meters`; goes on where the block before ended.
    sounded : Sounded
        What `meters` are of, as far as it is known.
    damages : tuple of Damage
    """

    thumbs: npt.NDArray[np.uint8]
    times: npt.NDArray[np.int64]
    end: int
    stills: tuple[Still, ...]
    full_rate: tuple[Still, ...]
    samples: npt.NDArray[np.int16]
    samples_start: int
    meters: npt.NDArray[np.float32]
    sounded: Sounded
    damages: tuple[Damage, ...]


def read(
    path: Path,
    probe: Probe,
    segment: Segment = WHOLE,
    want: Collection[str] = DEFAULT,
    *,
    seeing: Seeing = EVERYTHING,
    threads: int = 1,
) -> Iterator[Block]:
    """Read a film, sound or picture, or a segment of it.

    Parameters
    ----------
    path : Path
    probe : Probe
        Of this very file.
    segment : Segment
        From `segments.cut`.
    want : thumbs, stills, full_rate, mono_16k, meters
    seeing : Seeing
        How many stills, which ranges at full rate, what must not be seen.
    threads : int
        More than 1 decodes several pictures at once: less time, some more processor time.

    Raises
    ------
    MediaError
        If the file cannot be opened, or nothing of what is wanted could be decoded.
    UseError
        If a stream is unknown.
    """
    if unknown := set(want) - set(STREAMS):
        raise UseError(f"media: streams must be of {list(STREAMS)}, got {sorted(unknown)}")
    with listening() as damages, open_media(path) as container:
        pictures, sound = _sinks(path, container, probe, segment, want, seeing, threads, damages)
        sinks = {probe.picture_track: pictures, probe.sound_track: sound}
        taken = {track: sink for track, sink in sinks.items() if track is not None and sink is not None}
        try:
            for packet in segment_packets(container, list(taken), probe, segment, damages):
                taken[packet.stream_index].push(packet)
                if taken[packet.stream_index].is_full:
                    yield block_of(pictures, sound, damages)
            for sink in taken.values():
                sink.finish()
            yield block_of(pictures, sound, damages)
        finally:
            for sink in taken.values():
                sink.close()
        if segment == WHOLE and taken and not any(sink.count for sink in taken.values()):
            raise MediaError(
                f"{path}: must hold something that can be decoded, got nothing",
                remedy="The file is damaged: copy it again from the card or the backup",
            )


def block_of(pictures: Pictures | None, sound: Mono | None, damages: Damages) -> Block:
    """Take what was gathered since the last block."""
    thumbs, times, stills, close = np.empty(_NO_THUMBS, np.uint8), np.empty(0, np.int64), NO_STILLS, NO_STILLS
    if pictures is not None:
        thumbs, times, stills, close = pictures.take()
    samples = sound.take() if sound is not None else np.empty(0, np.int16)
    end = pictures.end if pictures is not None else 0
    start = sound.start if sound is not None else 0
    meter = sound.meter if sound is not None else None
    meters, sounded = np.empty((0, 0, len(METERS)), np.float32), Sounded()
    if meter is not None:
        meters, sounded = meter.take(), Sounded(meter.count, meter.rate_hz, meter.layout)
    return Block(thumbs, times, end, stills, close, samples, start, meters, sounded, damages.take())


def _sinks(
    path: Path,
    container: av.container.InputContainer,
    probe: Probe,
    segment: Segment,
    want: Collection[str],
    seeing: Seeing,
    threads: int,
    damages: Damages,
) -> tuple[Pictures | None, Mono | None]:
    """Return what takes the packets of pictures and sound; None where they are not wanted."""
    streams = {stream.index: stream for stream in container.streams}
    pictures = sound = None
    if segment.has_pictures and probe.picture_track in streams and {"thumbs", "stills", "full_rate"} & set(want):
        film = streams[probe.picture_track]
        alpha = probe.has_alpha and probe.codec in {"vp8", "vp9"}
        decoder = Decoder(path, film, damages, threads=threads, has_alpha=alpha)
        pictures = Pictures(decoder, probe, segment, want, seeing, damages)
    if segment.has_sound and probe.sound_track in streams and {"mono_16k", "meters"} & set(want):
        assert probe.sound_clock is not None
        meter = Meter() if "meters" in want else None
        decoder = Decoder(path, streams[probe.sound_track], damages)
        sound = Mono(decoder, probe.sound_clock, damages, meter, is_kept="mono_16k" in want)
    return pictures, sound
