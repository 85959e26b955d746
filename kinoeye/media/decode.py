"""Decode: from packets to decoded pictures and sound; what cannot be decoded is a damage, and decoding goes on."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import av.container
import av.stream

from kinoeye.media.damages import Damages
from kinoeye.media.guard import check_codec

# PyAV turns some refusals of FFmpeg into these.
REFUSALS = (av.error.FFmpegError, ValueError, OverflowError, RuntimeError)
_MOST_READ_ERRORS = 64
# Pictures predicted from both sides are left with their block edges: up to 14 % of H.264's time. Only their like,
# between the same two others, are predicted from them, so that nothing drifts on (thumbs: 0.2 grey levels, 4 at most).
_LOOP_FILTERED = {"h264", "hevc", "vp8", "vp9"}


class Decoder:
    """Decodes one track.

    Parameters
    ----------
    path : Path
        For messages.
    stream : av.stream.Stream
    damages : Damages
    threads : int
        More than 1 decodes several pictures at once.
    has_alpha : bool
        Whether a VP9 picture's transparency is to be decoded too, by libvpx.
    is_exact : bool
        Whether the pictures are to be shown again: nothing is left out to be faster.
    """

    def __init__(
        self,
        path: Path,
        stream: Any,
        damages: Damages,
        *,
        threads: int = 1,
        has_alpha: bool = False,
        is_exact: bool = False,
    ) -> None:
        context = stream.codec_context
        check_codec(path, context.name if context is not None else "an unknown one")
        if has_alpha:
            context = av.CodecContext.create({"vp8": "libvpx", "vp9": "libvpx-vp9"}[context.name], "r")
        context.thread_count = threads
        context.thread_type = "FRAME" if threads > 1 else "SLICE"
        if context.name in _LOOP_FILTERED and not is_exact:
            context.options = {"skip_loop_filter": "bidir"}
        self._context = context
        self._damages = damages

    def frames(self, packet: av.Packet | None, time: int | None = None) -> list[Any]:
        """Return what a packet (None: the end) brings out of the decoder, in running order."""
        place = packet.pos if packet is not None else None
        try:
            frames = self._context.decode(packet)
        except av.error.EOFError:
            return []
        except REFUSALS as error:
            self._damages.add(error, time, place)
            frames = []
        self._damages.hear(time, place)
        return list(frames)

    def close(self) -> None:
        """Let the decoder's threads come to rest; they must not log while the interpreter waits for them."""
        if self._context.is_open:
            try:
                self._context.flush_buffers()
            except REFUSALS as error:
                self._damages.add(error)


def packets(
    container: av.container.InputContainer, streams: Sequence[av.stream.Stream], damages: Damages
) -> Iterator[av.Packet]:
    """Go through the packets of some tracks to the end of the file, over damaged places where FFmpeg can."""
    errors = 0
    while errors < _MOST_READ_ERRORS:
        try:
            for packet in container.demux(*streams):
                if packet.size:
                    if packet.is_corrupt:
                        damages.add("the container marks this packet as corrupt", byte=packet.pos)
                    yield packet
            return
        except REFUSALS as error:
            errors += 1
            damages.add(error)
