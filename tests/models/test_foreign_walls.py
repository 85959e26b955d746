"""The walls hold when a stranger's code does run: it can neither read, write, connect, start a program nor leave.

The child of these tests is that code: it tries first as Python would, and then past Python by the C library.
"""

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinoeye.models import foreign_process

linux = pytest.mark.skipif(platform.system() != "Linux", reason="namespaces, Landlock and seccomp are Linux's")

CHILD = """
import ctypes, json, os, sys
sys.path.append({root!r})
from pathlib import Path
from kinoeye.models import foreign_child, foreign_walls
walls = foreign_walls.Walls()
foreign_walls.limit(walls, memory=2 << 30, seconds=20, written=1 << 20)
foreign_walls.leave_network(walls)
foreign_walls.close(walls, Path({folder!r}), foreign_child._libraries())
c = ctypes.CDLL(None, use_errno=True)
def tried(doing):
    try:
        return repr(doing())
    except BaseException as error:
        return type(error).__name__
def called(result):
    if result is None or result < 0:
        raise PermissionError(ctypes.get_errno())
    return result
def address(port):
    import struct
    return ctypes.c_char_p(struct.pack("=HHI8x", 2, ((port & 255) << 8) | (port >> 8), 0x0100007F))
print(json.dumps({{"on": walls.on, "off": walls.off, **{{name: tried(doing) for name, doing in {tries}.items()}}}}))
"""


def run(folder: Path, tries: dict[str, str], **surroundings: str) -> dict[str, Any]:
    listed = "{" + ", ".join(f"{name!r}: lambda: {doing}" for name, doing in tries.items()) + "}"
    script = CHILD.format(root=str(foreign_process.ROOT), folder=str(folder), tries=listed)
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=60,
                          env={**foreign_process.surroundings(str(folder)), **surroundings}, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def test_its_own_folder_is_free(room: Path) -> None:
    said = run(room, {"write": f"Path({str(room / 'x')!r}).write_text('x')",
                      "read": f"Path({str(room / 'x')!r}).read_text()",
                      "library": "__import__('wave').__name__"})  # fmt: skip
    assert (said["write"], said["read"], said["library"]) == ("1", "'x'", "'wave'")


def test_python_is_refused(room: Path) -> None:
    outside = str(room.parent / "the canary sang")
    said = run(room, {
        "read": "open('/etc/passwd').read()",
        "write": f"open({outside!r}, 'w')",
        "rename": f"os.rename('/proc/self/status', {outside!r})",
        "remove": f"os.remove({__file__!r})",
        "socket": "__import__('socket').create_connection(('127.0.0.1', 9), 1)",
        "program": "os.system('id')",
        "program too": "__import__('subprocess').run(['id'])",
        "fork": "os.fork()",
        "spawn": "os.posix_spawn('/bin/id', ['id'], {})",
        "pickle": "__import__('pickle').loads(b'cos\\nsystem\\n(S\\'id\\'\\ntR.')",
    })  # fmt: skip
    assert {name: said[name] for name in said if name not in ("on", "off")} == dict.fromkeys(
        ("read", "write", "rename", "remove", "socket", "program", "program too", "fork", "spawn", "pickle"),
        "PermissionError")  # fmt: skip
    assert not Path(outside).exists()
    assert Path(__file__).exists()


@linux
def test_the_c_library_is_refused(room: Path) -> None:
    outside = str(room.parent / "the canary sang")
    tries = {
        "read": "called(c.open(b'/etc/passwd', 0))",
        "parent's memory": f"called(c.open(b'/proc/{os.getpid()}/mem', 2))",
        "parent's surroundings": f"called(c.open(b'/proc/{os.getpid()}/environ', 0))",
        "write": f"called(c.open({outside.encode()!r}, 65, 0o644))",
        "folder": f"called(c.mkdir({outside.encode()!r}, 0o755))",
        "remove": f"called(c.unlink({__file__.encode()!r}))",
        "socket": "called(c.socket(2, 1, 0))",
        "local socket": "called(c.socket(1, 1, 0))",
        "fork": "called(c.fork())",
        "program": "called(c.execve(b'/bin/true', None, None))",
        "kill": f"called(c.kill({os.getpid()}, 0))",
        "trace": f"called(c.ptrace(16, {os.getpid()}, 0, 0))",
        "namespace": "called(c.unshare(0x10000000))",
        "mount": "called(c.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
        "link": f"called(c.symlink(b'/etc', {str(room / 'etc').encode()!r}))",
        "ring": "called(c.syscall(425, 8, None))",
    }
    said = run(room, tries)
    if said["off"]:
        pytest.skip(f"this machine could not raise {said['off']}")
    assert {name: said[name] for name in tries} == dict.fromkeys(tries, "PermissionError")
    assert not Path(outside).exists()
    assert Path(__file__).exists()


@linux
def test_nobody_hears_it(room: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        said = run(room, {"connect": f"called(c.connect(c.socket(2, 1, 0), address({port}), 16))"})
        assert said["connect"] == "PermissionError"
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_secret_comes_along(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    said = run(room, {"names": "sorted(os.environ)"})
    assert "AWS" not in said["names"]
    assert "canary" not in said["names"]


@pytest.mark.parametrize(
    ("name", "tries"),
    [("memory", "len(bytearray(3 << 30))"), ("file", f"open('large', 'wb').write(bytes({4 << 20}))")],
)
def test_limits_hold(room: Path, name: str, tries: str) -> None:
    if name == "memory" and platform.system() == "Darwin":
        pytest.skip("macOS does not hold to RLIMIT_AS")
    before: Callable[[], Any] = lambda: run(room, {"try": f"(os.chdir({str(room)!r}), {tries})"})  # noqa: E731
    assert before()["try"] in ("MemoryError", "OSError")


def test_what_could_not_be_raised_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from kinoeye.models import foreign_seccomp, foreign_walls

    monkeypatch.setattr(platform, "system", lambda: "Plan9")
    walls = foreign_walls.Walls()
    foreign_walls.leave_network(walls)
    assert foreign_walls._landlock(Path("/nowhere"), []) == "Plan9 has none"
    assert foreign_seccomp.close_calls().startswith("no list of calls for Plan9")
    assert walls.off == ["no network (namespace): Plan9 has none"]
