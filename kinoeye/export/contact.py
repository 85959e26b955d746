"""Contact: a still of every shot on one sheet, and what reports need of stills: small JPEGs and colours."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from kinoeye.errors import UseError
from kinoeye.export.tags import rows_of
from kinoeye.streams import Stills
from kinoeye.timecode import clock

QUALITY = 74  # JPEG at 320 px: 8 to 16 kB a still, no blocks to be seen
PALETTE = 6  # colours a shot
MOST_CELLS = 2000  # a sheet of 2,000 stills is 45,000 px high; more is a book
_GROUND, _LINE, _INK, _DIM = (14, 15, 18), (38, 42, 51), (232, 233, 236), (154, 160, 171)


@dataclass(frozen=True)
class Look:
    """How a shot looks.

    Parameters
    ----------
    jpeg : bytes
    width, height : int
    palette : tuple of (red, green, blue)
        The most frequent colours first.
    """

    jpeg: bytes
    width: int
    height: int
    palette: tuple[tuple[int, int, int], ...]


def contact_sheet(
    tables: Mapping[str, pa.Table], asset: str, stills: Stills | None, *, columns: int = 6, width: int = 280
) -> bytes:
    """Return a PNG with a still of every shot of a film, its number, time and way in.

    Parameters
    ----------
    columns : 1..
        Stills a row.
    width : 40..
        Pixels of a still.

    Raises
    ------
    UseError
        If the film has no shots, or too many for one sheet.
    """
    shots = shots_of(tables, asset)
    if not shots or len(shots) > MOST_CELLS or columns < 1 or width < 40:
        raise UseError(f"contact sheet: must have 1 to {MOST_CELLS} shots and room for them, got {len(shots)} shots")
    chosen = [look(stills, shot, width) for shot in shots]
    tallest = max((each.height for each in chosen if each), default=width * 9 // 16)
    margin, footer = 16, 34
    rows = -(-len(shots) // columns)
    across = margin + columns * (width + margin)
    sheet = Image.new("RGB", (across, margin + rows * (tallest + footer + margin)), _GROUND)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=15)
    zero = next((row["start"] or 0 for row in rows_of(tables, "assets", asset)), 0)
    for number, (shot, each) in enumerate(zip(shots, chosen, strict=True)):
        left = margin + (number % columns) * (width + margin)
        top = margin + (number // columns) * (tallest + footer + margin)
        pen.rectangle((left, top, left + width - 1, top + tallest - 1), fill=_LINE)
        if each:
            picture = Image.open(io.BytesIO(each.jpeg))
            sheet.paste(picture, (left + (width - each.width) // 2, top + (tallest - each.height) // 2))
        pen.text((left, top + tallest + 6), f"{shot['shot']:03d}", font=font, fill=_INK)
        said = f"{clock(shot['start'] - zero)}  {shot['transition']}"
        pen.text((left + 42, top + tallest + 6), said, font=font, fill=_DIM)
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=6)
    return out.getvalue()


def shots_of(tables: Mapping[str, pa.Table], asset: str) -> list[dict[str, Any]]:
    """Return a film's shots in running order."""
    return sorted(rows_of(tables, "shots", asset), key=lambda row: int(row["shot"]))


def look(stills: Stills | None, shot: Mapping[str, Any], width: int) -> Look | None:
    """Return how a shot looks in its middle: past a gradual's own pictures; None where no still lies in it."""
    number = middle(stills, shot)
    if stills is None or number is None:
        return None
    picture = _opened(stills.jpegs[number], width)
    if picture is None:
        return None
    height = max(1, round(picture.height * width / picture.width))
    if height > width * 2:
        height, width = width * 2, max(1, round(picture.width * width * 2 / picture.height))
    small = picture if picture.size == (width, height) else picture.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Look(out.getvalue(), width, height, _palette(small))


def middle(stills: Stills | None, shot: Mapping[str, Any]) -> int | None:
    """Return the number of the still nearest to a shot's middle, of those within it."""
    if stills is None or not len(stills):
        return None
    frames = np.asarray(stills.frames)
    first, last = np.searchsorted(frames, [shot["first_frame"], shot["end_frame"]])
    if first >= last:
        return None
    wanted = (shot["first_frame"] + shot["end_frame"]) // 2
    return int(first + np.argmin(np.abs(frames[first:last] - wanted)))


def barcode(stills: Stills | None, most: int) -> list[tuple[int, tuple[int, int, int]]]:
    """Return the mean colour of up to `most` stills in running order, each with its time in flicks."""
    if stills is None or not len(stills):
        return []
    numbers = np.unique(np.linspace(0, len(stills) - 1, min(most, len(stills))).astype(int))
    found = []
    for number in numbers:
        picture = _opened(stills.jpegs[int(number)], 80)
        if picture is not None:
            mean = np.asarray(picture.resize((16, 9), Image.Resampling.BOX), np.float64).reshape(-1, 3).mean(axis=0)
            red, green, blue = (int(value + 0.5) for value in mean)
            found.append((int(stills.times[number]), (red, green, blue)))
    return found


def _opened(jpeg: bytes, width: int) -> Image.Image | None:
    """Return a still at least so wide; None for a damaged one, whose place in the report stays empty.

    A JPEG can be decoded at a half, a quarter or an eighth of its size, which costs a fraction of the time.
    """
    try:
        picture = Image.open(io.BytesIO(jpeg))
        picture.draft("RGB", (width, width * picture.height // max(1, picture.width)))
        return picture.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None


def _palette(picture: Image.Image) -> tuple[tuple[int, int, int], ...]:
    small = picture.resize((48, 27), Image.Resampling.BOX).quantize(PALETTE, Image.Quantize.MEDIANCUT)
    counts: Sequence[tuple[int, Any]] = small.getcolors() or []
    values = small.getpalette() or []
    order = sorted(counts, key=lambda pair: -pair[0])
    return tuple((values[3 * n], values[3 * n + 1], values[3 * n + 2]) for _, n in order)
