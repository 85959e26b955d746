"""Sheet: a picture of a sound before and after a treatment: its wave, its spectrogram and its figures.

Both are drawn on one scale, so that what changed is seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from scipy import signal

from kinoeye.signals.blocks import Samples, overlapped

COLUMNS = 900  # pixels

_BANDS = 200
_SIZE = 2048
_LOWEST_HZ = 40.0
_FLOOR_DB = -100.0
_MARGIN, _LABELS, _WAVE, _GAP = 16, 56, 90, 14
_GROUND, _LINE, _INK, _DIM = (14, 15, 18), (38, 42, 51), (232, 233, 236), (154, 160, 171)
_BLUE = (111, 177, 255)
# Dark to bright, so that it reads without colour too.
_HEAT = np.array([(14, 15, 18), (45, 30, 95), (140, 40, 110), (230, 95, 60), (250, 190, 90), (255, 250, 220)])


@dataclass(frozen=True)
class Look:
    """What a sound looks like.

    Parameters
    ----------
    lows, highs : float32 [columns]
        Of all channels.
    levels_db : float32 [bands, columns]
        The lowest band first; 0 is a full-scale sine.
    rate_hz, count : int
        Samples a second, and of one channel.
    """

    lows: npt.NDArray[np.float32]
    highs: npt.NDArray[np.float32]
    levels_db: npt.NDArray[np.float32]
    rate_hz: int
    count: int


def look(pieces: Iterable[Samples], rate_hz: int, count: int) -> Look:
    """Gather what is drawn of a sound, in bounded memory.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz, count : int
        How many samples the pieces have together.
    """
    columns = max(1, min(COLUMNS, count // 64))
    lows, highs = np.zeros(columns, np.float32), np.zeros(columns, np.float32)
    powers = np.zeros((_BANDS, columns))
    step, at = max(128, count // (2 * columns)), 0
    window, bands = signal.windows.hann(_SIZE, sym=False), _bands(rate_hz)
    for stretch in overlapped(pieces, step, 0, _SIZE):
        inside = stretch[: max(1, len(stretch) - _SIZE)]
        column = min(columns - 1, at * columns // max(count, 1))
        lows[column] = min(lows[column], inside.min())
        highs[column] = max(highs[column], inside.max())
        power = np.abs(np.fft.rfft(stretch[:_SIZE].mean(1) * window)) ** 2 * (4 / _SIZE) ** 2
        powers[:, column] = np.maximum(powers[:, column], np.maximum.reduceat(power, bands))
        at += step
    levels = 10 * np.log10(np.maximum(powers, 10 ** (_FLOOR_DB / 10)))
    return Look(lows, highs, levels.astype(np.float32), rate_hz, count)


def sheet(title: str, before: Look, after: Look, figures: Mapping[str, tuple[str, str]]) -> npt.NDArray[np.uint8]:
    """Draw two sounds side by side in time, one above the other.

    Parameters
    ----------
    title : str
    before, after : Look
    figures : name to (before, after)
        What is told in words.

    Returns
    -------
    uint8 [height, width, 3], RGB
    """
    font = ImageFont.load_default(size=14)
    half = 24 + _WAVE + _GAP + _BANDS + 26
    high = 40 + 2 * half + 26 + 20 * len(figures) + _MARGIN
    page = Image.new("RGB", (_LABELS + COLUMNS + _MARGIN, high), _GROUND)
    pen = ImageDraw.Draw(page)
    pen.text((_MARGIN, 12), title, font=ImageFont.load_default(size=17), fill=_INK)
    loudest = float(max(before.levels_db.max(), after.levels_db.max()))
    scale = max(1.0, float(max(-before.lows.min(), before.highs.max(), -after.lows.min(), after.highs.max())))
    for number, (name, each) in enumerate((("before", before), ("after", after))):
        top = 40 + number * half
        pen.text((_LABELS, top), name, font=font, fill=_DIM)
        _draw_wave(pen, each, top + 24, scale)
        _draw_levels(page, pen, each, top + 24 + _WAVE + _GAP, loudest, font)
    line = 40 + 2 * half
    for column, text in ((_LABELS, ""), (_LABELS + 300, "before"), (_LABELS + 450, "after")):
        pen.text((column, line), text, font=font, fill=_DIM)
    for name, (one, other) in figures.items():
        line += 20
        for column, text in ((_LABELS, name), (_LABELS + 300, one), (_LABELS + 450, other)):
            pen.text((column, line), text, font=font, fill=_INK)
    return np.asarray(page, np.uint8)


def _bands(rate_hz: int) -> npt.NDArray[np.int64]:
    """Return the first bin of each band, even on a scale of pitch; every band has a bin of its own as far as it can."""
    top = _SIZE // 2
    edges = np.geomspace(_LOWEST_HZ * _SIZE / rate_hz, top, _BANDS + 1)[:-1]
    return np.clip(np.floor(edges).astype(np.int64), 0, top - 1)


def _draw_wave(pen: ImageDraw.ImageDraw, drawn: Look, top: int, scale: float) -> None:
    middle, half = top + _WAVE // 2, _WAVE // 2
    pen.rectangle((_LABELS, top, _LABELS + COLUMNS - 1, top + _WAVE), fill=_LINE)
    for pixel in range(COLUMNS):
        column = pixel * len(drawn.lows) // COLUMNS
        span = (middle - half * drawn.highs[column] / scale, middle - half * drawn.lows[column] / scale)
        pen.line((_LABELS + pixel, round(span[0]), _LABELS + pixel, round(span[1])), fill=_BLUE)
    for full in (-1, 1):  # full scale
        pen.line((_LABELS - 6, round(middle - full * half / scale), _LABELS, round(middle - full * half / scale)), _DIM)


def _draw_levels(
    page: Image.Image, pen: ImageDraw.ImageDraw, drawn: Look, top: int, loudest: float, font: object
) -> None:
    share = np.clip((drawn.levels_db - loudest + 80) / 80, 0, 1)[::-1]
    wide = share[:, np.arange(COLUMNS) * share.shape[1] // COLUMNS]
    places = np.linspace(0, 1, len(_HEAT))
    colours = np.stack([np.interp(wide, places, _HEAT[:, channel]) for channel in range(3)], 2)
    page.paste(Image.fromarray(colours.astype(np.uint8)), (_LABELS, top))
    highest = drawn.rate_hz / 2
    for hz, text in ((100, "100"), (1000, "1k"), (10_000, "10k")):
        if hz < highest:
            place = top + _BANDS - _BANDS * np.log(hz / _LOWEST_HZ) / np.log(highest / _LOWEST_HZ)
            pen.text((_LABELS - 10, round(place)), text, font=font, fill=_DIM, anchor="rm")  # type: ignore[arg-type]
    seconds = drawn.count / drawn.rate_hz
    for part in range(5):
        said = f"{seconds * part / 4:.1f} s"
        place = _LABELS + (COLUMNS - 1) * part // 4
        pen.text((place, top + _BANDS + 4), said, font=font, fill=_DIM, anchor=("lt", "mt", "mt", "mt", "rt")[part])  # type: ignore[arg-type]
