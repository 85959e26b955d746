"""Walls: what a child that runs a stranger's model may not do, raised by the child itself before it opens the file.

What every Unix has: limits on memory, CPU time, files and core dumps. What Linux adds: a network of its own with
nothing in it, Landlock (files may be read where the libraries lie, and written in one folder only), seccomp. And
Python's audit hook, which refuses sockets, programs and writing elsewhere with a plain error, on any system. Each wall
that could not be raised is named, never silently left out.

Source: landlock(7), unshare(2), setrlimit(2), prctl(2); PEP 578.
"""

import ctypes
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinoeye.models import foreign_seccomp

_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine
_EXECUTE, _WRITE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
_READ = _READ_FILE | _READ_FOLDER
_ALL_OF_FIRST = (1 << 13) - 1
_REFER, _TRUNCATE, _DEVICE = 1 << 13, 1 << 14, 1 << 15
_TCP = 3
_SCOPED = 3
# Rights to a single file; the rest are of folders.
_OF_FILES = _EXECUTE | _WRITE | _READ_FILE | _TRUNCATE

# Where shared libraries, and what they ask the machine about itself, lie.
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/dev/null",
           "/dev/zero", "/dev/urandom", "/dev/random", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
           "/sys/devices/system", "/sys/fs/cgroup")  # fmt: skip


@dataclass
class Walls:
    """Which walls stand, and which could not be raised and why."""

    on: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)

    def note(self, wall: str, missing: str) -> None:
        """Keep whether a wall stands."""
        if missing:
            self.off.append(f"{wall}: {missing}")
        else:
            self.on.append(wall)


def limit(walls: Walls, *, memory: int, seconds: int, written: int) -> None:
    """Limit memory, CPU seconds and the bytes of a written file, and end with the parent; before any thread begins.

    Parameters
    ----------
    walls : Walls
    memory : bytes
    seconds : CPU seconds
    written : bytes
    """
    import resource  # not on Windows, where the parent has refused already

    bounds = {
        "memory": ("RLIMIT_AS", memory), "CPU time": ("RLIMIT_CPU", seconds),
        "size of files": ("RLIMIT_FSIZE", written), "open files": ("RLIMIT_NOFILE", 256),
        "no core dump": ("RLIMIT_CORE", 0),
    }  # fmt: skip
    for wall, (name, value) in bounds.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
            walls.note(wall, "")
        except (OSError, ValueError, AttributeError) as error:
            walls.note(wall, str(error))
    if platform.system() == "Linux":
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def leave_network(walls: Walls) -> None:
    """Go into a network of its own, without even a loopback; before any thread begins."""
    wall = "no network (namespace)"
    if platform.system() != "Linux":
        walls.note(wall, f"{platform.system()} has none")
        return
    library = ctypes.CDLL(None, use_errno=True)
    # A user namespace gives the right to make the others, and takes root's right over other people's files away.
    for flags in (_NEW_USER | _NEW_NET | _NEW_IPC, _NEW_NET | _NEW_IPC):
        if not library.unshare(flags):
            walls.note(wall, "")
            return
    walls.note(wall, f"the kernel refused (error {ctypes.get_errno()})")


def close(walls: Walls, folder: Path, readable: Iterable[Path]) -> None:
    """Close files, programs and the network; after the libraries were loaded, before the model is opened.

    Parameters
    ----------
    walls : Walls
    folder : Path
        The only one to write in.
    readable : iterable of Path
        Where the libraries lie.
    """
    places = [*map(Path, _SYSTEM), *readable]
    walls.note("files (Landlock)", _landlock(folder, places))
    walls.note("system calls (seccomp)", foreign_seccomp.close_calls())
    sys.addaudithook(_Hook(folder, places))
    walls.note("sockets, programs, writing elsewhere (audit hook)", "")


def _landlock(folder: Path, readable: Iterable[Path]) -> str:
    if platform.system() != "Linux":
        return f"{platform.system()} has none"
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return "the kernel has none"
    handled = _ALL_OF_FIRST | (_REFER if version > 1 else 0) | (_TRUNCATE if version > 2 else 0)
    handled |= _DEVICE if version > 4 else 0
    rules = struct.pack("=QQQ", handled, _TCP if version > 3 else 0, _SCOPED if version > 5 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = library.syscall(_CREATE_RULESET, ctypes.c_char_p(rules), size, 0)
    if ruleset < 0:
        return f"the kernel refused (error {ctypes.get_errno()})"
    try:
        _allow(library, ruleset, folder, handled & ~(_EXECUTE | _DEVICE))
        for place in readable:
            _allow(library, ruleset, place, _READ)
        library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if library.syscall(_RESTRICT_SELF, ruleset, 0):
            return f"the kernel refused (error {ctypes.get_errno()})"
    finally:
        os.close(ruleset)
    return ""


def _allow(library: Any, ruleset: int, place: Path, rights: int) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights &= -1 if place.is_dir() else _OF_FILES
        library.syscall(_ADD_RULE, ruleset, 1, ctypes.c_char_p(struct.pack("=Qi", rights, handle)), 0)
    finally:
        os.close(handle)


class _Hook:
    """Refuse in Python what a layer's code would try first."""

    _NEVER = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn",
              "pickle.find_class", "urllib.", "ftplib.", "smtplib.", "http.client.", "os.startfile",
              "webbrowser.", "pty.spawn", "os.chmod", "os.link", "os.symlink")  # fmt: skip
    _WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def __init__(self, folder: Path, readable: Iterable[Path]) -> None:
        self._folder = os.path.realpath(folder)
        self._readable = tuple(os.path.realpath(place) for place in readable)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._opened(*arguments)
        elif event.startswith(self._NEVER):
            raise PermissionError(f"a model may not do this: {event}")
        elif event in {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate"}:
            self._inside(arguments[0], (self._folder,), event)

    def _opened(self, place: Any, mode: Any, flags: Any) -> None:
        if isinstance(place, int):
            return
        is_writing = bool(isinstance(flags, int) and flags & self._WRITING)
        is_writing = is_writing or (isinstance(mode, str) and any(letter in mode for letter in "wax+"))
        places = (self._folder,) if is_writing else (self._folder, *self._readable)
        self._inside(place, places, "writing" if is_writing else "reading")

    def _inside(self, place: Any, places: tuple[str, ...], doing: str) -> None:
        if isinstance(place, int):
            return
        real = os.path.realpath(os.fsdecode(place))
        if not any(real == each or real.startswith(each + os.sep) for each in places):
            raise PermissionError(f"a model may not do this: {doing} {real}")
