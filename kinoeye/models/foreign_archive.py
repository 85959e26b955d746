"""Open a .keras archive: a zip of a description, weights and nothing else, before anything in it is believed.

Refused are members outside the archive's own folder, links, doubles, encryption, archives that unpack to far more than
they are, and whatever a description and weights have no use for.

Source: Keras 3, the .keras format (config.json, metadata.json, model.weights.h5); PKWARE's APPNOTE on zip.
"""

import json
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from kinoeye.errors import InputError

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"

_LARGEST_TEXT = 16 << 20
_LARGEST_RATIO = 1100  # deflate cannot do more than 1032
_MEMBERS = 64
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError,
           KeyError)  # fmt: skip


def unpack(file: Path, folder: Path, largest: int) -> tuple[Any, Path]:
    """Return the description of a .keras archive, and its weights written into a folder.

    Parameters
    ----------
    file, folder : Path
    largest : bytes
        That the weights may have when they are unpacked.

    Raises
    ------
    InputError
        If it is no such archive, or holds what it should not.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = _checked(file, archive, largest)
            config = json.loads(_read(archive, members[CONFIG], _LARGEST_TEXT))
            if METADATA in members:
                json.loads(_read(archive, members[METADATA], _LARGEST_TEXT))
            target = folder / WEIGHTS
            _write(archive, members[WEIGHTS], target, largest)
    except RecursionError as error:
        raise _refusal(file, f"a .keras archive whose {CONFIG} is a description, got one without an end") from error
    except _BROKEN as error:
        raise _refusal(file, f"a whole .keras archive, got {error or type(error).__name__}") from error
    except ValueError as error:
        raise _refusal(file, f"a .keras archive whose {CONFIG} is JSON, got {error}") from error
    except OSError as error:
        raise _refusal(file, f"readable, got {error.strerror or error}") from error
    return config, target


def _checked(file: Path, archive: zipfile.ZipFile, largest: int) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    if len(listed) > _MEMBERS:
        raise _refusal(file, f"an archive of at most {_MEMBERS} members, got {len(listed)}")
    for member in listed:
        name = member.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in member.orig_filename:
            raise _refusal(file, f"an archive whose members stay in it, got the path {name!r}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refusal(file, f"an archive without links, got {name!r}")
        if name in members:
            raise _refusal(file, f"an archive of different members, got {name!r} twice")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refusal(file, f"an archive stored or deflated, got {name!r} compressed in another way")
        if member.flag_bits & 1:
            raise _refusal(file, f"an archive without passwords, got {name!r}")
        if name.endswith("/") and not member.file_size:
            continue
        if name not in (CONFIG, METADATA, WEIGHTS):
            raise _refusal(file, f"an archive of a description and weights, got the member {name!r}")
        if member.file_size > _LARGEST_RATIO * max(member.compress_size, 1):
            raise _refusal(file, f"an archive that unpacks to what it holds, got {name!r} of {member.file_size} bytes "
                                 f"in {member.compress_size} (a zip bomb)")  # fmt: skip
        members[name] = member
    for name in (CONFIG, WEIGHTS):
        if name not in members:
            raise _refusal(file, f"an archive with {name}, got {', '.join(sorted(members)) or 'nothing'}")
    packed = sum(member.compress_size for member in members.values())
    if packed > file.stat().st_size:
        raise _refusal(file, "an archive whose members do not overlap, got members larger than it (a zip bomb)")
    unpacked = sum(member.file_size for member in members.values())
    if unpacked > largest:
        raise _refusal(file, f"an archive that unpacks to at most {largest} bytes, got {unpacked} (a zip bomb)")
    return members


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, largest: int) -> bytes:
    if member.file_size > largest:
        raise ValueError(f"{member.filename} of {member.file_size} bytes")
    with archive.open(member) as opened:
        return opened.read(largest)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, largest: int) -> None:
    with archive.open(member) as opened, target.open("xb") as written:
        while block := opened.read(1 << 20):
            largest -= len(block)
            if largest < 0:
                raise zipfile.BadZipFile("more than its list says (a zip bomb)")
            written.write(block)


def _refusal(file: Path, must: str) -> InputError:
    return InputError(
        f"models: {file} must be {must}",
        remedy="Do not open it elsewhere. Ask its maker for ONNX, or for a file saved by model.save('net.keras')",
    )
