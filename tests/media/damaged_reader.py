"""Reads the files on the command line as a run's worker would, and says on a line each what came of it."""

import json
import sys
import time
from pathlib import Path

from kinoeye.errors import KinoeyeError
from kinoeye.media import guard, kinds
from kinoeye.media.probe import probe
from kinoeye.media.read import read


def main() -> None:
    """Read every file; an error that is not Kinoeye's own ends the process."""
    guard.apply_limits(memory_bytes=4 << 30, cpu_seconds=300)
    for path in map(Path, sys.argv[1:]):
        begin = time.monotonic()
        told: dict[str, object] = {"file": path.name, "pictures": 0, "samples": 0, "damages": 0, "error": ""}
        try:
            if kinds.recognise(path) not in kinds.MEDIA:
                told["error"] = "not recognised as media"
            else:
                seen = probe(path)
                blocks = list(read(path, seen))
                told["pictures"] = sum(len(block.times) for block in blocks)
                told["samples"] = sum(len(block.samples) for block in blocks)
                told["damages"] = len(seen.damages) + sum(len(block.damages) for block in blocks)
        except KinoeyeError as error:
            told["error"] = f"{type(error).__name__}: {error.message}"
        told["seconds"] = round(time.monotonic() - begin, 3)
        print(json.dumps(told), flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
