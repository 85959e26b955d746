"""A worker process: does the tasks that come down its connection until that closes.

Everything untrusted is opened here, under a memory limit, and nothing here outlives the run: the process ends with its
parent.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2

from kinoeye.errors import KinoeyeError
from kinoeye.media import guard
from kinoeye.run.memory import peak_mb, reset_peak

_PR_SET_PDEATHSIG = 1  # prctl(2)

# Collecting takes 30 ms with all libraries loaded: not after every small file.
_COLLECT_AFTER_S = 0.5


def main() -> None:
    """Serve the parent."""
    descriptor, memory_mb = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    guard.apply_limits(memory_bytes=memory_mb << 20)
    cv2.setNumThreads(1)
    with Connection(descriptor) as connection, contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            function, arguments = connection.recv()
            connection.send(_done(function, arguments))


def _done(function: Any, arguments: tuple[Any, ...]) -> tuple[Any, Any, float, float]:
    """Do one task; every error of an analysis ends here and becomes a fault."""
    reset_peak()
    begin = time.process_time()
    value, failure = None, None
    try:
        value = function(*arguments)
    except KinoeyeError as error:
        failure = (error.message, error.remedy, "", type(error).__name__)
    except MemoryError:
        failure = ("must fit into memory_mb of [run], got more", "Raise memory_mb in [run]", "", "MemoryError")
    except Exception as error:  # noqa: BLE001 - the runner's door: a failed analysis is a row, not a crash
        frame = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        text = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        failure = (f"must not fail, got {text}", "This is a defect of Kinoeye: please report it", detail, "Exception")
    spent = time.process_time() - begin
    peak = peak_mb()
    if spent > _COLLECT_AFTER_S:
        gc.collect()
    return value, failure, spent, peak


def _die_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone; elsewhere the closed connection does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(1)


if __name__ == "__main__":
    importlib.import_module("kinoeye.run.work")
    main()
