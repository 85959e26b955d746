"""Kinoeye: one index from the screenplay's line, over the frame, to the viewer's second.

>>> import kinoeye
>>> sorted(kinoeye.__all__)
['KinoeyeError', 'Production', 'open']
"""

import importlib
from typing import TYPE_CHECKING, Any

from kinoeye.errors import KinoeyeError

if TYPE_CHECKING:
    from kinoeye.production import Production, open  # noqa: A004 - the verb people type

__all__ = ["KinoeyeError", "Production", "open"]


def __getattr__(name: str) -> Any:
    """Load the face when it is first asked for, so that importing the package costs nothing."""
    if name in {"Production", "open"}:
        return getattr(importlib.import_module("kinoeye.production"), name)
    raise AttributeError(f"module 'kinoeye' has no attribute {name!r}")
