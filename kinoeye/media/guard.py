"""Guard: the door through which every foreign film, sound or picture comes in.

FFmpeg sees bytes and never a name: a file's name can neither choose a demuxer, nor be a pattern, a protocol or an
option. Containers and codecs stand on lists of our own, checked before the first picture is decoded; files that point
to other files (playlists) are refused. Decoding belongs into a child process that has called `apply_limits`; its parent
limits the wall time.

Source: CVE-2026-8461 (MagicYUV, fixed in FFmpeg 8.1.2 = libavcodec 62.28.102); CVE-2023-49096, CVE-2025-31499
(argument injection through file names).
"""

import ctypes
import io
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import av.container

from kinoeye.errors import MediaError

OLDEST_AVCODEC = (62, 28, 102)  # FFmpeg 8.1.2
MOST_PIXELS = 16_384 * 16_384  # of one picture; 8K is 33 million
_BUFFER_BYTES = 1 << 18  # one Python call for so many bytes
_CLONE_NEWNET = 0x40000000

_CONTAINERS = """mov mp4 m4a 3gp 3g2 mj2 matroska webm avi mpegts mpeg mxf ogg asf flv ivf nut yuv4mpegpipe dv gxf
    wav w64 aiff caf flac mp3 aac ac3 eac3 amr au wv tta ape aif rm gif apng
    png_pipe jpeg_pipe bmp_pipe tiff_pipe webp_pipe exr_pipe dpx_pipe j2k_pipe sgi_pipe
    pam_pipe pbm_pipe pgm_pipe ppm_pipe qoi_pipe hdr_pipe"""
_CODECS = """h264 hevc vvc mpeg1video mpeg2video mpeg4 msmpeg4v2 msmpeg4 h263 flv vp6f vp8 vp9 libvpx libvpx-vp9 av1
    libdav1d prores dnxhd cfhd vc1 wmv1 wmv2 wmv3 theora mjpeg ffv1 huffyuv ffvhuff utvideo rawvideo v210 v410 r210
    dvvideo qtrle hap gif apng png webp bmp tiff exr dpx jpeg2000 sgi pam pbm pgm ppm qoi hdr
    aac aac_latm mp1float mp2float mp3 mp3float mp2 ac3 eac3 dca truehd mlp flac alac vorbis opus libopus wavpack tta
    ape wmav1 wmav2 wmapro wmalossless amrnb amrwb libopencore_amrnb libopencore_amrwb speex gsm gsm_ms s302m
    adpcm_ima_wav adpcm_ms adpcm_ima_qt adpcm_swf g722 dvaudio"""
_PCM = re.compile(r"pcm_[a-z0-9]+(_planar)?")
_PLAYLISTS = (
    b"#EXTM3U",
    b"ffconcat version",
    b"v=0\r\no=",
    b"v=0\no=",
    b"[playlist]",
    b"<?xml",
    b"<smil",
    b"[Reference]",
)
_OPTIONS = {
    "format_whitelist": ",".join(_CONTAINERS.split()),
    # PyAV's own decoders ignore this, FFmpeg's look at the first packets does not: both are needed.
    "codec_whitelist": ",".join(_CODECS.split()),
    "protocol_whitelist": "none",
}


@contextmanager
def open_media(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a film, sound or picture for reading, for the time of a ``with``.

    Raises
    ------
    MediaError
        If FFmpeg is too old, the file cannot be read, is a playlist, or is of no container we take.
    """
    check_ffmpeg()
    try:
        source = _Nameless(path)
    except OSError as error:
        raise MediaError(
            f"{path}: must be readable, the system says: {error.strerror}", remedy="Check the path and its permissions"
        ) from error
    with source:
        _check_head(path, source)
        try:
            container = av.open(source, options=dict(_OPTIONS), metadata_errors="replace", buffer_size=_BUFFER_BYTES)
        except (av.error.FFmpegError, ValueError, OverflowError) as error:
            raise MediaError(
                f"{path}: must be a film, sound or picture that can be opened, FFmpeg says: {said(error)}",
                remedy="The file is damaged or of a kind that is not taken; copy it again or convert it",
            ) from error
        with container:
            yield container


def check_codec(path: Path, name: str) -> None:
    """Raise MediaError unless the decoder `name` is on our list."""
    if name not in _CODECS.split() and not _PCM.fullmatch(name):
        raise MediaError(
            f"{path}: codec must be one of those Kinoeye decodes, got {name}",
            remedy="Convert it to a usual codec such as ProRes, H.264 or PCM",
        )


def check_size(path: Path, width: int, height: int) -> None:
    """Raise MediaError unless a picture of this size may be decoded."""
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise MediaError(
            f"{path}: pictures must have 1 to {MOST_PIXELS} pixels, got {width}x{height}",
            remedy="The file is damaged, or make it smaller",
        )


def check_ffmpeg() -> None:
    """Raise MediaError if the FFmpeg inside PyAV is older than 8.1.2."""
    version = av.library_versions["libavcodec"]
    if tuple(version) < OLDEST_AVCODEC:
        raise MediaError(
            f"media: FFmpeg must be 8.1.2 or newer (libavcodec 62.28.102), got {'.'.join(map(str, version))}",
            remedy="Older ones run foreign code on a crafted file (CVE-2026-8461): pip install --upgrade 'av>=18.1'",
        )


def apply_limits(memory_bytes: int, cpu_seconds: int | None = None) -> None:
    """Limit this process for good: memory, processor time, no core file, and no network where the system allows.

    For the child that decodes foreign files; call it once, after the imports. Past the memory, allocations fail and
    the file becomes a fault; past the processor time, the system ends the process.

    Parameters
    ----------
    memory_bytes : address space; libraries alone take about 1.5 GB of it, hardly any of it resident
    cpu_seconds : from the start of the process; None leaves it open
    """
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        if most is None:
            continue
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", None)
    if unshare is not None:
        unshare(_CLONE_NEWNET)  # allowed for root only; elsewhere the empty protocol list stands alone


def said(error: BaseException) -> str:
    """Return what FFmpeg said, on one line, without addresses of memory."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return re.sub(r"0x[0-9a-f]+", "0x…", " ".join(text.split()))


def _check_head(path: Path, source: io.FileIO) -> None:
    head = source.read(64)
    source.seek(0)
    if not head:
        raise MediaError(f"{path}: must hold media, got an empty file", remedy="Copy the file again")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_PLAYLISTS):
        raise MediaError(
            f"{path}: must be media itself, got a list that points to other files",
            remedy="Put the files it points to into the folder",
        )


class _Nameless(io.FileIO):
    """A file that tells nobody its name: FFmpeg would read meaning into it."""

    @property
    def name(self) -> str:
        """The same for every file."""
        return "media"

    @name.setter
    def name(self, value: object) -> None:
        """Forget what `FileIO` sets."""
