"""The child process that runs a stranger's model: it walls itself in, opens the file, and answers until told to end.

Started by `kinoeye.models.foreign` alone. What it is told comes through one pipe, what it says goes through another;
whatever libraries print goes into a file in its folder.
"""

import importlib
import json
import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

from kinoeye.errors import InputError, KinoeyeError
from kinoeye.models import foreign_walls

_RUNS = {"reader": "foreign_run_keras", "keras": "foreign_run_keras"}


def main() -> None:
    """Do what the parent says; the only argument is JSON."""
    told = json.loads(sys.argv[1])
    walls = foreign_walls.Walls()
    # Both before NumPy comes, whose threads a namespace of users cannot take along.
    foreign_walls.limit(walls, memory=told["memory"], seconds=told["seconds"], written=told["written"])
    foreign_walls.leave_network(walls)
    with os.fdopen(told["asked"], "rb", buffering=0) as asked, os.fdopen(told["answers"], "wb") as answers:
        frames = importlib.import_module("kinoeye.models.foreign_frames")
        run = importlib.import_module(f"kinoeye.models.{_RUNS.get(told['way'], 'foreign_run')}")
        try:
            run.prepare(told["way"])
            foreign_walls.close(walls, Path(told["folder"]), _libraries())
            frames.write(answers, {"on": walls.on, "off": walls.off})
            model = run.load(told["way"], Path(told["file"]), _config(told), told["shown"], told["largest"])
            about = {"inputs": model.inputs, "outputs": model.outputs, "layers": model.layers, "way": model.way}
            frames.write(answers, about)
        except (KinoeyeError, MemoryError, ImportError, PermissionError) as error:
            frames.write(answers, _said(error, told))
            return
        while True:
            try:
                _, arrays = frames.read(asked, told["arrays"])
            except EOFError:
                return
            try:
                answer = model.answer(arrays)
                frames.write(answers, {}, answer)
            except (KinoeyeError, MemoryError, PermissionError, ValueError) as error:
                frames.write(answers, _said(error, told))


def _config(told: dict[str, Any]) -> Any:
    """Return the description that the parent has checked and laid into the folder."""
    return json.loads(Path(told["config"]).read_text("utf-8")) if told["config"] else None


def _said(error: BaseException, told: dict[str, Any]) -> dict[str, Any]:
    if isinstance(error, KinoeyeError):
        kind = "input" if isinstance(error, InputError) else "model"
        return {"error": {"kind": kind, "message": error.message, "remedy": error.remedy}}
    if isinstance(error, MemoryError):
        came = f"more than {told['memory'] >> 20} MB"
        return {"error": {"kind": "memory", "message": f"models: {told['shown']} must fit into memory, got {came}"}}
    return {"error": {"kind": "model", "message": f"models: {told['shown']} must only compute, got {error}"}}


def _libraries() -> list[Path]:
    """Return where Python, its packages and Kinoeye lie."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    places = {Path(sysconfig.get_path(name)) for name in names} | {Path(__file__).resolve().parents[1]}
    return [*places, Path(sys.base_prefix) / "lib"]
