"""Packets: a film's index, made by going through it once without decoding."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt

from kinoeye.media import nal

# Of these, decoding from a key picture gives what decoding from the start gives: each picture refers to nothing before
# the last key picture that is shown before it.
_CUTTABLE = {
    "h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mpeg1video", "mpeg2video", "prores",
    "dnxhd", "mjpeg", "ffv1", "rawvideo", "v210", "huffyuv", "ffvhuff", "utvideo", "cfhd", "dvvideo", "png",
}  # fmt: skip
_CUTTABLE_CONTAINERS = {"mov", "mp4", "matroska", "webm", "mpegts", "nut", "mxf"}
_KEY_EVERY_SECONDS = 1
_VP8_IS_SHOWN = 0x10  # RFC 6386, 9.1: bit 4 of the first byte


class Key(NamedTuple):
    """A key picture at which a film may be cut.

    Parameters
    ----------
    pts, dts : int, ticks
    before : int, ticks
        Time stamp of the picture shown before it.
    """

    pts: int
    dts: int
    before: int


@dataclass
class Index:
    """Every packet of one track, in the order of the file."""

    pts: list[int] = field(default_factory=list)
    dts: list[int] = field(default_factory=list)
    is_key: list[bool] = field(default_factory=list)
    is_shown: list[bool] = field(default_factory=list)
    has_all_times: bool = True
    last_duration: int = 0
    end: int | None = None

    def add(self, packet: av.Packet, codec: str, extradata: bytes | None = None) -> None:
        """Record a packet of a track of this codec."""
        pts, dts = packet.pts, packet.dts
        if pts is None:
            self.has_all_times = False
        known = pts if pts is not None else dts
        if known is None:
            known = self.pts[-1] + max(1, self.last_duration) if self.pts else 0
        self.pts.append(known)
        self.dts.append(dts if dts is not None else known)
        is_key = packet.is_keyframe
        if is_key and codec in nal.CODECS:
            is_key = nal.is_entry(bytes(memoryview(packet)[: nal.HEAD_BYTES]), codec, extradata)
        self.is_key.append(is_key)
        shown = not packet.is_discard
        if codec == "vp8" and shown:
            shown = bool(memoryview(packet)[0] & _VP8_IS_SHOWN)
        self.is_shown.append(shown)
        self.last_duration = packet.duration or self.last_duration
        if shown:
            end = known + self.last_duration
            self.end = end if self.end is None else max(self.end, end)

    def shown(self) -> npt.NDArray[np.int64]:
        """Return the time stamps of the pictures that are shown, in running order, each once."""
        return np.unique(np.array(self.pts, np.int64)[np.array(self.is_shown, bool)])

    def keys(self, codec: str, containers: Iterable[str], time_base: Fraction) -> tuple[Key, ...]:
        """Return where the film may be cut, about one place a second; none if that is not safe."""
        if codec not in _CUTTABLE or not self.has_all_times or not _CUTTABLE_CONTAINERS.intersection(containers):
            return ()
        pts = np.array(self.pts, np.int64)
        shown = np.array(self.is_shown, bool)
        # Behind the last picture that an edit list leaves out; VP8's hidden pictures belong to the next shown one.
        hidden = np.flatnonzero(~shown) if codec != "vp8" else np.empty(0, np.int64)
        first = int(hidden[-1]) + 1 if len(hidden) else 0
        if len(np.unique(pts[shown])) != shown.sum():
            return ()
        top = np.maximum.accumulate(pts)
        top_shown = np.maximum.accumulate(np.where(shown, pts, np.iinfo(np.int64).min))
        bottom = np.minimum.accumulate(pts[::-1])[::-1]
        found: list[Key] = []
        for number in (int(each) for each in np.flatnonzero(np.array(self.is_key, bool) & shown)):
            if number <= max(first, int(shown.argmax())) or top[number - 1] >= pts[number]:
                continue
            if found and (int(pts[number]) - found[-1].pts) * time_base < _KEY_EVERY_SECONDS:
                continue
            leading = _leading(number, pts)
            if number + leading + 1 < len(pts) and bottom[number + leading + 1] <= pts[number]:
                continue
            before = max(int(top_shown[number - 1]), *(int(each) for each in pts[number + 1 :][:leading]), -(1 << 62))
            found.append(Key(int(pts[number]), self.dts[number], before))
        return tuple(found)


def _leading(number: int, pts: npt.NDArray[np.int64]) -> int:
    """Count the pictures right behind the key at packet `number` that are shown before it."""
    follower = number + 1
    while follower < len(pts) and pts[follower] < pts[number]:
        follower += 1
    return follower - number - 1
