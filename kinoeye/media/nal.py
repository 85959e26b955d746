"""NAL: whether an H.264 or HEVC picture is one from which decoding may begin, by the names of its units.

Containers mark as key pictures also the first of a gradual refresh, from which a decoder recovers only slowly.

Source: ITU-T H.264, 7.4.1 (unit types), D.1.8 (recovery point); ITU-T H.265, table 7-1.
"""

from collections.abc import Iterator

CODECS = frozenset({"h264", "hevc"})
HEAD_BYTES = 1 << 16
_H264_SLICE, _H264_IDR, _H264_SEI = 1, 5, 6
_HEVC_IRAP = range(16, 24)
_RECOVERY_POINT = 6


def is_entry(picture: bytes, codec: str, extradata: bytes | None) -> bool:
    """Say whether a coded picture is an instant refresh, or a recovery point that recovers at once.

    Parameters
    ----------
    picture : bytes
        A packet, as the container holds it.
    codec : h264 or hevc
    extradata : bytes
        The track's; tells whether units have lengths or start codes before them.
    """
    for unit in _units(picture[:HEAD_BYTES], _length_bytes(codec, extradata or b"")):
        if codec == "hevc":
            kind = unit[0] >> 1 & 0x3F
            if kind < 32:  # the first slice tells for all
                return kind in _HEVC_IRAP
            continue
        kind = unit[0] & 0x1F
        if kind == _H264_IDR:
            return True
        if kind == _H264_SEI and _recovers_at_once(unit[1:]):
            return True
        if _H264_SLICE <= kind < _H264_IDR:
            return False
    return False


def _length_bytes(codec: str, extradata: bytes) -> int:
    """Return how many bytes of length stand before each unit; 0 for start codes."""
    if codec == "h264" and len(extradata) > 6 and extradata[0] == 1:
        return (extradata[4] & 3) + 1
    if codec == "hevc" and len(extradata) > 22 and extradata[:3] not in {b"\0\0\1", b"\0\0\0"}:
        return (extradata[21] & 3) + 1
    return 0


def _units(data: bytes, length_bytes: int) -> Iterator[bytes]:
    if length_bytes:
        place = 0
        while place + length_bytes < len(data):
            size = int.from_bytes(data[place : place + length_bytes], "big")
            if size:
                yield data[place + length_bytes : place + length_bytes + size]
            place += length_bytes + size
        return
    for unit in data.split(b"\0\0\1")[1:]:
        if unit:
            yield unit


def _recovers_at_once(message: bytes) -> bool:
    """Say whether supplemental information holds a recovery point whose frame count is 0 (one bit, set)."""
    place = 0
    while place + 2 < len(message):
        kind = size = 0
        while place < len(message) and message[place] == 0xFF:
            kind, place = kind + 255, place + 1
        kind, place = kind + message[place], place + 1
        while place < len(message) and message[place] == 0xFF:
            size, place = size + 255, place + 1
        if place >= len(message):
            return False
        size, place = size + message[place], place + 1
        if kind == _RECOVERY_POINT:
            return place < len(message) and bool(message[place] & 0x80)
        place += size
    return False
