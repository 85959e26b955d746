"""Seek: the packets of one segment of a film, found again exactly.

Containers seek roughly; the key picture is known by its time stamp, and what comes before it is not decoded.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import av
import av.container
import av.stream

from kinoeye.errors import MediaError
from kinoeye.media.damages import Damages
from kinoeye.media.decode import packets
from kinoeye.media.packets import Key
from kinoeye.media.probe import Probe
from kinoeye.media.segments import Segment

# Seconds before the key picture to which is sought, until it is found.
_BACK_SECONDS = (0, 2, 15, 1_000_000)


def segment_packets(
    container: av.container.InputContainer,
    tracks: Sequence[int],
    probe: Probe,
    segment: Segment,
    damages: Damages,
) -> Iterator[av.Packet]:
    """Go through the packets that belong to a segment, those of open groups of pictures at its end included.

    Parameters
    ----------
    container : open, nothing read yet
    tracks : sequence of int
        Tracks that are wanted; the others are not even read where the container allows it.

    Raises
    ------
    MediaError
        If the segment's key picture is not there: the file is not the one that was probed.
    """
    streams = [stream for stream in container.streams if stream.index in tracks]
    for stream in container.streams:
        if stream.index not in tracks:
            stream.discard = av.stream.Discard.all
    if not streams:
        return
    film = next((stream for stream in streams if stream.index == probe.picture_track), None)
    rest = packets(container, streams, damages)
    if segment.begin is not None:
        first, rest = _found(container, film, segment.begin, damages)
        yield first
    if segment.end is None:
        yield from rest
    else:
        yield from _until(rest, segment.end)


def _found(
    container: av.container.InputContainer, film: Any, key: Key, damages: Damages
) -> tuple[av.Packet, Iterator[av.Packet]]:
    for back in _BACK_SECONDS:
        container.seek(int(key.dts - back / film.time_base), stream=film, backward=True)
        rest = packets(container, [film], damages)
        for packet in rest:
            if packet.pts == key.pts and packet.is_keyframe:
                return packet, rest
            if packet.dts is not None and packet.dts > key.dts:
                break  # sought too far
    raise MediaError(
        f"media: a key picture must be where the probe saw it, got none at time stamp {key.pts}",
        remedy="The file changed during the run: run again",
    )


def _until(rest: Iterator[av.Packet], end: Key) -> Iterator[av.Packet]:
    is_past = False
    for packet in rest:
        if is_past and packet.pts > end.pts:
            return
        is_past = is_past or (packet.pts == end.pts and packet.is_keyframe)
        yield packet
