"""People: everyone on one sheet, and who appears with whom as a picture.

Faces are cut from stills; whoever has no still is shown by name alone.
"""

import io
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image, ImageDraw, ImageFont

from kinoeye.errors import UseError
from kinoeye.export.portraits import best_face, portrait
from kinoeye.streams import Stills

MOST_FACES = 600  # a sheet of 600 is 15,000 px high; whoever comes later is seen for a moment
MOST_NODES = 48  # more names on a ring cannot be read
_GROUND, _LINE, _INK, _DIM = (14, 15, 18), (38, 42, 51), (232, 233, 236), (154, 160, 171)
_EDGE = (94, 132, 176)
_LATIN = 0x250  # the built-in letters end here
_OTHER_LETTERS = (
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf",
    "PingFang.ttc", "msyh.ttc", "DejaVuSans.ttf",
)  # fmt: skip

StillsOf = Callable[[str], Stills | None]
Row = dict[str, Any]


def people_sheet(tables: Mapping[str, pa.Table], stills: StillsOf, *, columns: int = 6, width: int = 180) -> bytes:
    """Return a PNG with the best face of every person, the name or id, and the screen time.

    Parameters
    ----------
    columns : 1..
        Faces a row.
    width : 40..
        Pixels of a face.

    Raises
    ------
    UseError
        If nobody is known.
    """
    rows = _people(tables)[:MOST_FACES]
    faces = _faces(tables, stills, rows, width)
    margin, footer = 16, 46
    down = -(-len(rows) // columns)
    across = min(columns, len(rows))
    size = (margin + across * (width + margin), margin + down * (width + footer + margin))
    sheet = Image.new("RGB", size, _GROUND)
    pen = ImageDraw.Draw(sheet)
    for number, row in enumerate(rows):
        left = margin + (number % columns) * (width + margin)
        top = margin + (number // columns) * (width + footer + margin)
        pen.rectangle((left, top, left + width - 1, top + width - 1), fill=_LINE)
        if row["person"] in faces:
            sheet.paste(faces[row["person"]], (left, top))
        called = row["name"] or row["person"]
        called, font = _fitted(called, 16, width)
        pen.text((left, top + width + 5), called, font=font, fill=_INK)
        said = f"{_time(row['seconds'])} ({row['appearances']})"
        pen.text((left, top + width + 25), said, font=ImageFont.load_default(size=13), fill=_DIM)
    return _png(sheet)


def people_graph(tables: Mapping[str, pa.Table], stills: StillsOf, *, side: int = 1200) -> bytes:
    """Return a PNG of who appears with whom: larger for longer on the screen, thicker for more shots together.

    Parameters
    ----------
    side : 400..
        Pixels.

    Raises
    ------
    UseError
        If nobody is known.
    """
    rows = _people(tables)[:MOST_NODES]
    known = {row["person"] for row in rows}
    pairs = [
        row for row in tables["companions"].to_pylist() if row["person"] in known and row["other"] in known
    ] if "companions" in tables else []  # fmt: skip
    order = _around([row["person"] for row in rows], pairs)
    longest = max(row["seconds"] for row in rows) or 1.0
    most = min(96.0, side * 0.8 * math.pi / max(len(rows), 6) / 2.4)
    radius = {row["person"]: max(14, round(most * math.sqrt(max(row["seconds"], 0) / longest))) for row in rows}
    middle, ring = side / 2, side / 2 - most - 44
    places = {
        who: (middle + ring * math.sin(angle), middle - ring * math.cos(angle))
        for who, angle in zip(order, np.linspace(0, 2 * math.pi, len(order), endpoint=False), strict=True)
    }
    picture = Image.new("RGB", (side, side), _GROUND)
    pen = ImageDraw.Draw(picture)
    widest = max((row["shots"] for row in pairs), default=1)
    for row in sorted(pairs, key=lambda row: int(row["shots"])):
        thick = max(1, round(12 * math.sqrt(row["shots"] / widest)))
        pen.line([places[row["person"]], places[row["other"]]], fill=_EDGE, width=thick)
    faces = _faces(tables, stills, rows, 2 * round(most))
    for row in rows:
        _node(picture, places[row["person"]], radius[row["person"]], row, faces.get(row["person"]))
    return _png(picture)


def _people(tables: Mapping[str, pa.Table]) -> list[Row]:
    rows: list[Row] = tables["persons"].to_pylist() if "persons" in tables else []
    if not rows:
        raise UseError(
            "people: nobody is known in this production",
            remedy='Identity is off until kinoeye.toml says what for: [face_vectors] purpose = "…"',
        )
    return rows


def _faces(tables: Mapping[str, pa.Table], stills: StillsOf, rows: Sequence[Row], width: int) -> dict[str, Image.Image]:
    """Return each person's best face among the stills, as a square."""
    faces = {}
    for row in rows:
        face = best_face(tables, row["best_asset"], row["best_track"])
        cut = portrait(stills(row["best_asset"]), face, width) if face is not None else None
        if cut is not None:
            faces[row["person"]] = cut
    return faces


def _node(picture: Image.Image, place: tuple[float, float], radius: int, row: Row, face: Image.Image | None) -> None:
    x, y = round(place[0]), round(place[1])
    pen = ImageDraw.Draw(picture)
    pen.ellipse((x - radius - 3, y - radius - 3, x + radius + 3, y + radius + 3), fill=_EDGE)
    inner = face.resize((2 * radius, 2 * radius), Image.Resampling.LANCZOS) if face else None
    disc = Image.new("L", (2 * radius, 2 * radius), 0)
    ImageDraw.Draw(disc).ellipse((0, 0, 2 * radius - 1, 2 * radius - 1), fill=255)
    picture.paste(inner or Image.new("RGB", disc.size, _LINE), (x - radius, y - radius), disc)
    said, font = _fitted(row["name"] or row["person"], 15, max(140, 3 * radius))
    pen.text((x, y + radius + 7), said, font=font, fill=_INK, anchor="ma")


def _around(people: Sequence[str], pairs: Sequence[Row]) -> list[str]:
    """Return people in an order in which those who are often together stand side by side."""
    shots: dict[str, dict[str, int]] = {who: {} for who in people}
    for row in pairs:
        shots[row["person"]][row["other"]] = shots[row["other"]][row["person"]] = row["shots"]
    left, order = list(people), [people[0]]
    left.remove(people[0])
    while left:
        last = shots[order[-1]]
        following = max(left, key=lambda who: (last.get(who, 0), -left.index(who)))
        left.remove(following)
        order.append(following)
    return order


def _fitted(text: str, size: int, width: int) -> tuple[str, Any]:
    """Return a text, cut to a width in pixels, and the letters to write it with."""
    font: Any = ImageFont.load_default(size=size)
    if any(ord(letter) >= _LATIN for letter in text):
        for name in _OTHER_LETTERS:
            try:
                font = ImageFont.truetype(name, size)
                break
            except OSError:
                continue
    while len(text) > 1 and font.getlength(text) > width:
        text = text[:-2] + "…" if text.endswith("…") else text[:-1] + "…"
    return text, font


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()
