"""A film's tables with shots of known pictures, at any rate."""

import io
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from kinoeye.streams import Stills
from kinoeye.timecode import frame_to_flicks

# transition, half its length in pictures, length of the shot in pictures
SHOTS = (
    ("start", 0, 48), ("cut", 0, 31), ("dissolve", 12, 90), ("cut", 0, 1), ("cut", 0, 30), ("fade", 7, 60),
    ("wipe", 5, 77), ("cut", 0, 200),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """Tables by name, and the stills of their one film."""

    tables: dict[str, pa.Table]
    asset: str

    def stills(self, asset: str) -> Stills | None:
        """Return the stills of the film: one a second of single colours."""
        if asset != self.asset:
            return None
        last = self.tables["shots"]["end_frame"].to_pylist()[-1]
        frames = np.arange(0, last, 12)
        times = np.array([frame * 1000 for frame in frames], np.int64)
        return Stills([_jpeg(int(frame)) for frame in frames], frames, times)


@pytest.fixture
def film() -> Callable[..., Made]:
    """Make a film's tables; keywords change its row of `assets`."""
    return _film


def _film(rate: Fraction = Fraction(24), shots: Any = SHOTS, asset: str = "a" * 32, **row: Any) -> Made:
    first = 0
    rows = []
    for number, (kind, half, length) in enumerate(shots):
        start = frame_to_flicks(first, rate)
        rows.append({
            "asset": asset, "shot": number, "start": start, "end": frame_to_flicks(first + length, rate),
            "first_frame": first, "end_frame": first + length, "transition": kind,
            "transition_start": frame_to_flicks(first - half, rate), "score": 0.9,
        })  # fmt: skip
        first += length
    asset_row = {
        "asset": asset, "path": "rushes/day one/A001 C003.mov", "kind": "video", "container": "mov", "start": 0,
        "end": frame_to_flicks(first, rate), "pictures": first, "rate_num": rate.numerator,
        "rate_den": rate.denominator, "is_variable_rate": False, "width": 1920, "height": 1080, "codec": "h264",
        "timecode": None, "is_drop_frame": None, "channels": None, "tags": [],
    } | row  # fmt: skip
    tables = {"assets": pa.Table.from_pylist([asset_row]), "shots": pa.Table.from_pylist(rows)}
    return Made(tables, asset)


def _jpeg(number: int) -> bytes:
    colour = (number * 5 % 256, 90, 255 - number % 256)
    out = io.BytesIO()
    Image.new("RGB", (64, 36), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="session")
def listed() -> SimpleNamespace:
    """Return what makes a film for lists: see `listed_film.py` beside this."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("listed_film.py"))))
