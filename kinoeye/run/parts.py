"""Parts: what an effect under way has made so far, kept beside the index so that a stopped one goes on.

Parts show faces. They go when the film is whole, when somebody in it is forgotten, and with `kinoeye clean`.
"""

import time
from collections.abc import Collection
from pathlib import Path

from kinoeye.run.plan import fingerprint
from kinoeye.store.files import Files
from kinoeye.store.index import Index

FOLDER = "covering"


def parts_of(index: Index) -> Files:
    """Return the folder of the parts, one folder in it for each asset; always on this machine's disk."""
    files = index.files
    home = files.root if files.is_local else Path.home() / ".cache" / "kinoeye" / fingerprint(files.url)
    return Files(home / FOLDER)


def left(index: Index, present: Collection[str], older_than_s: float) -> list[str]:
    """Return the assets whose parts nobody will finish: not in the production, or not touched for so long."""
    parts = parts_of(index)
    return [
        asset
        for asset in parts.folders("")
        if asset not in present or time.time() - _touched(parts.root / asset) >= older_than_s
    ]


def _touched(folder: Path) -> float:
    return max(path.stat().st_mtime for path in [folder, *folder.iterdir()])
