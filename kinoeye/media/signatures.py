"""Signatures: the first bytes of films, sounds, pictures and binary documents, and a little of their structure."""

import re
import zipfile
import zlib
from typing import BinaryIO

from kinoeye.media.characters import characters
from kinoeye.media.texts import text_kind

_STARTS = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"OggS", "ogg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"FLV\x01", "video"),
    (b"\x00\x00\x01\xba", "video"),
    (b"DKIF", "video"),
    (b"YUV4MPEG2 ", "video"),
    (b"nut/multimedia container\0", "video"),
    (b".RMF", "video"),
    (b"\x1f\x07\x00", "video"),
    (b"fLaC", "sound"),
    (b"ID3", "sound"),
    (b"caff\x00", "sound"),
    (b"riff\x2e\x91\xcf\x11", "sound"),
    (b".snd\x00", "sound"),
    (b"#!AMR", "sound"),
    (b"wvpk", "sound"),
    (b"MAC ", "sound"),
    (b"TTA1", "sound"),
    (b"\x0bw", "sound"),
    (b"\xff\xd8\xff", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"\x76\x2f\x31\x01", "picture"),
    (b"SDPX", "picture"),
    (b"XPDS", "picture"),
    (b"\x00\x00\x00\x0cjP  ", "picture"),
    (b"\xff\x4f\xff\x51", "picture"),
    (b"\x01\xda\x01", "picture"),
    (b"\x01\xda\x00", "picture"),
    (b"#?RADIANCE", "picture"),
    (b"qoif", "picture"),
    (b"PAR1", "records"),
    (b"ARROW1", "records"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)
_RIFF = {b"AVI ": "video", b"WAVE": "sound", b"WEBP": "webp", b"AIFF": "sound", b"AIFC": "sound"}
_FADE_IN = b"document.xml"  # the one member of its archive
_PDF_HEAD = 1024  # bytes in which a PDF's mark may stand
_MXF_KEY = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01"
_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"moof"}
_HANDLER = re.compile(rb"hdlr.{8}(vide|soun)", re.S)
_PNM = re.compile(rb"P[1-7]\s+(#[^\n]*\n\s*)*(\d+\s+\d+\s|WIDTH)")
_MOST_MOOV_BYTES = 64 << 20
_MOST_GIF_BYTES = 256 << 20
_MOST_OLE_BYTES = 64 << 20
_MOST_INNER_BYTES = 1 << 16


def media_kind(head: bytes, file: BinaryIO) -> str | None:
    """Return the kind of a binary file; None if it is none we know.

    Parameters
    ----------
    head : bytes
        Its first 64 KB.
    file : binary file, seekable
        For the few formats whose head does not tell.

    Returns
    -------
    video, sound, picture, screenplay, timeline, records, PDF, HEIC or animated WebP
    """
    form = next((form for start, form in _STARTS if head.startswith(start)), None)
    if head[:4] in {b"RIFF", b"FORM", b"RF64"}:
        form = _RIFF.get(head[8:12])
    if form is None and head[4:8] == b"ftyp":
        return _iso(head, file)
    if form is None and head[4:8] in _ATOMS and int.from_bytes(head[:4], "big") != 0:
        return _tracks(file)
    if form == "matroska":
        return _matroska(head)
    if form == "ogg":
        return "video" if b"theora" in head[:4096] else "sound"
    if form == "asf":
        video = b"\xc0\xef\x19\xbc\x4d\x5b\xcf\x11\xa8\xfd\x00\x80\x5f\x5c\x44\x2b"
        return "video" if video in head else "sound"
    if form == "gif":
        return "video" if _gif_pictures(file) > 1 else "picture"
    if form == "png":
        place = head.find(b"acTL")
        is_moving = (
            0 < place < (head.find(b"IDAT") % (1 << 30)) and int.from_bytes(head[place + 4 : place + 8], "big") > 1
        )
        return "video" if is_moving else "picture"
    if form == "webp":
        return "animated WebP" if head[12:16] == b"VP8X" and head[20] & 2 else "picture"
    if form == "ole":
        return "timeline" if _is_aaf(file) else "records" if _is_old_excel(file) else None
    if form == "gzip":
        return _packed(head)
    return form or ("records" if _is_excel(head, file) else _by_structure(head))


def _by_structure(head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04") and head[30:].startswith(_FADE_IN):
        return "screenplay"
    if b"%PDF-" in head[:_PDF_HEAD]:
        return "PDF"
    if _MXF_KEY in head:
        return "video"
    if _is_transport_stream(head):
        return "video"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in {12, 40, 52, 56, 64, 108, 124}:
        return "picture"
    if _PNM.match(head[:1024]):
        return "picture"
    return "sound" if _is_mpeg_sound(head) else None


def _iso(head: bytes, file: BinaryIO) -> str:
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, size, 4))}
    if head[8:12] in {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}:
        return "HEIC"
    if head[8:12] == b"avif" or (head[8:12] in {b"mif1", b"msf1"} and b"avif" in brands):
        return "picture"
    if head[8:12] in {b"mif1", b"msf1"}:
        return "HEIC"
    return _tracks(file)


def _tracks(file: BinaryIO) -> str:
    """Return whether an MP4 or QuickTime file holds pictures, by the handlers of its tracks."""
    place = 0
    while True:
        file.seek(place)
        atom = file.read(16)
        if len(atom) < 8:
            return "video"
        size = int.from_bytes(atom[:4], "big")
        if size == 1 and len(atom) == 16:
            size = int.from_bytes(atom[8:], "big")
        if atom[4:8] == b"moov":
            file.seek(place)
            kinds = set(_HANDLER.findall(file.read(min(size or _MOST_MOOV_BYTES, _MOST_MOOV_BYTES))))
            return "sound" if kinds == {b"soun"} else "video"
        if size < 8:
            return "video"
        place += size


def _matroska(head: bytes) -> str:
    tracks = head.find(b"\x16\x54\xae\x6b")
    if tracks < 0:
        return "video"
    part = head[tracks:]
    return "sound" if b"\x83\x81\x02" in part and b"\x83\x81\x01" not in part else "video"


def _gif_pictures(file: BinaryIO) -> int:
    """Count the pictures of a GIF, up to 2."""
    file.seek(0)
    data = file.read(_MOST_GIF_BYTES)
    place = 13 + (3 << ((data[10] & 7) + 1) if len(data) > 10 and data[10] & 0x80 else 0)
    pictures = 0
    while place < len(data) and pictures < 2:
        block = data[place]
        if block == 0x2C and place + 10 <= len(data):
            pictures += 1
            flags = data[place + 9] if place + 9 < len(data) else 0
            place += 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
        elif block == 0x21:
            place += 2
        else:
            break
        while place < len(data) and data[place]:
            place += data[place] + 1
        place += 1
    return pictures


def _is_transport_stream(head: bytes) -> bool:
    for step, offset in ((188, 0), (192, 4), (204, 0)):
        marks = head[offset : offset + 16 * step : step]
        if len(marks) >= 4 and set(marks) == {0x47}:
            return True
    return False


def _is_aaf(file: BinaryIO) -> bool:
    """Say whether a structured storage file is an AAF: the class of its root names the format."""
    file.seek(0)
    head = file.read(1 << 20)
    return b"AAFB\r\0OM" in head or "Header".encode("utf-16-le") in head


def _is_old_excel(file: BinaryIO) -> bool:
    """Say whether a structured storage file has the stream that is a workbook."""
    file.seek(0)
    data = file.read(_MOST_OLE_BYTES)
    return any(name.encode("utf-16-le") + b"\0\0" in data for name in ("Workbook", "Book"))


def _is_excel(head: bytes, file: BinaryIO) -> bool:
    """Say whether an archive is a workbook, by the names in it."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(file) as packed:
            names = set(packed.namelist())
            is_sheet = "mimetype" in names and b"opendocument.spreadsheet" in packed.read("mimetype")[:100]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return False
    return is_sheet or bool(names & {"xl/workbook.xml", "xl/workbook.bin"})


def _packed(head: bytes) -> str | None:
    """Say whether what is packed with gzip is records: rows of columns, or JSON that holds them."""
    try:
        inner = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, _MOST_INNER_BYTES)
    except zlib.error:
        return None
    if inner.startswith((b"PAR1", b"ARROW1")):
        return "records"
    text = characters(inner, is_head=True)
    return "records" if text is not None and text_kind(text) == "records" else None


def _is_mpeg_sound(head: bytes) -> bool:
    """Say whether MPEG sound frames follow each other from the first byte, MP3 or ADTS."""
    place = 0
    for _ in range(3):
        size = _frame_bytes(head[place : place + 7])
        if not size:
            return False
        place += size
    return True


def _frame_bytes(header: bytes) -> int:
    if len(header) < 7 or header[0] != 0xFF:
        return 0
    if header[1] & 0xF6 == 0xF0:  # ADTS
        return (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    version, layer, bitrate, rate = header[1] >> 3 & 3, header[1] >> 1 & 3, header[2] >> 4, header[2] >> 2 & 3
    if header[1] & 0xE0 != 0xE0 or version == 1 or layer != 1 or rate == 3 or bitrate in {0, 15}:
        return 0
    table = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320) if version == 3 else (
        8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # fmt: skip
    hz = (44_100, 48_000, 32_000)[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if version == 3 else 72) * 1000 * table[bitrate - 1] // hz + (header[2] >> 1 & 1)
