"""Sound sheet: a sound as a picture: its wave, who says what where, music, sounds, faults, spectrogram, loudness."""

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from PIL import Image, ImageDraw, ImageFont

from kinoeye.errors import UseError
from kinoeye.export.tags import rows_of
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND, clock

WIDTH = 1600
TARGETS = ((-23.0, "programme, EBU R 128: -23"), (-27.0, "dialogue of films online: -27"))  # LUFS

_GROUND, _LANE, _LINE, _INK, _DIM = (14, 15, 18), (20, 22, 27), (38, 42, 51), (232, 233, 236), (154, 160, 171)
_WAVE, _SPEECH, _FAULT, _SHORT, _MOMENTARY, _TARGET = (
    (94, 132, 176), (122, 176, 120), (214, 92, 84), (236, 196, 98), (112, 104, 84), (150, 110, 190),
)  # fmt: skip
_VOICES = (
    (94, 190, 196), (226, 150, 78), (176, 132, 214), (168, 196, 84), (224, 128, 160), (100, 142, 226), (206, 184, 132),
    (70, 160, 110), (190, 96, 60), (140, 140, 150),
)  # fmt: skip
_OVERLAP, _MUSIC, _HEARD = (238, 118, 62), (120, 150, 214), (150, 166, 140)
_KINDS = 5  # of sounds that have a band of their own, the longest
_LEFT, _RIGHT, _MARGIN, _HEAD = 112, 16, 16, 64
_WAVE_HEIGHT, _BAND_HEIGHT, _SPECTRUM_HEIGHT, _LOUDNESS_HEIGHT, _GAP = 130, 20, 220, 170, 10
_SAID_HEIGHT = 36  # two lines: words take turns, so that each has the room of two
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_WINDOW = 1024  # samples: 64 ms
_WINDOWS = 8  # of a column at most: a long film's column is many seconds
_LOWEST_HZ, _HIGHEST_HZ = 50.0, 8000.0
_RANGE_DB = 80.0  # of the spectrogram's colours, below the loudest
_LOUDNESS = -60.0, 0.0  # LUFS of the curve's lane
_SCALE = np.array([(0, 10, 11, 16), (0.3, 40, 38, 98), (0.55, 150, 52, 104), (0.8, 240, 140, 62), (1, 252, 244, 196)])

Row = dict[str, Any]


def sound_sheet(tables: Mapping[str, pa.Table], asset: str, sound: Sound, *, width: int = WIDTH) -> bytes:
    """Return a PNG of an asset's sound.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `speech`, `speakers`, `speaker_names`, `overlaps`, `music`, `sounds`, `words`, `utterances`, `sound_faults`,
        `loudness` and `programmes` are drawn where they are there.
    sound : Sound
    width : 400..
        Pixels.

    Raises
    ------
    UseError
        If there is no sound, or no room for it.
    """
    if not len(sound) or width < 400:
        raise UseError(f"sound: must have sound and a width of 400 or more, got {len(sound)} samples and {width}")
    bands = _bands(tables, asset)
    curve = rows_of(tables, "loudness", asset)
    said = rows_of(tables, "words", asset)
    heights = [_WAVE_HEIGHT, *([_SAID_HEIGHT] if said else []), *[_BAND_HEIGHT] * len(bands), _SPECTRUM_HEIGHT]
    heights += [_LOUDNESS_HEIGHT] if curve else []
    sheet = Image.new("RGB", (width, _HEAD + sum(heights) + _GAP * len(heights) + 2 * _MARGIN), _GROUND)
    pen = ImageDraw.Draw(sheet)
    across = _Across(sound, width - _LEFT - _RIGHT)
    _head(pen, tables, asset, width)
    top = _HEAD + _MARGIN
    wave, spectrum = _looked(sound, across.width)
    _wave(pen, wave, top)
    _words(pen, "wave", top + _WAVE_HEIGHT // 2)
    top += _WAVE_HEIGHT + _GAP
    if said:
        _said(pen, across, said, rows_of(tables, "utterances", asset), top)
        _words(pen, "said", top + _SAID_HEIGHT // 2)
        top += _SAID_HEIGHT + _GAP
    for name, colour, rows in bands:
        _band(pen, across, rows, colour, top)
        _words(pen, name, top + _BAND_HEIGHT // 2)
        top += _BAND_HEIGHT + _GAP
    sheet.paste(_spectrogram(spectrum, sound.rate_hz), (_LEFT, top))
    for hertz in (100, 300, 1000, 3000):
        place = top + round(_SPECTRUM_HEIGHT * (1 - math.log(hertz / _LOWEST_HZ) / math.log(_HIGHEST_HZ / _LOWEST_HZ)))
        _words(pen, f"{hertz} Hz", place)
    top += _SPECTRUM_HEIGHT + _GAP
    if curve:
        _loudness(pen, across, curve, top)
    _axis(pen, across, sheet.height)
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _bands(tables: Mapping[str, pa.Table], asset: str) -> list[tuple[str, Any, list[Row]]]:
    """Return what is drawn in a band each, where there is any: its name, colour and rows."""
    faults = rows_of(tables, "sound_faults", asset)
    heard = [row for row in rows_of(tables, "sounds", asset) if row["kind"] not in {"music", "silence", "unknown"}]
    long: dict[str, int] = {}
    for row in heard:
        long[row["kind"]] = long.get(row["kind"], 0) + row["end"] - row["start"]
    bands = [("speech", _SPEECH, rows_of(tables, "speech", asset))]
    bands += [("speakers", _VOICES[0], _named(tables, asset))]
    bands += [("overlaps", _OVERLAP, [{"start": row["start"], "end": row["end"]} for row in
                                      rows_of(tables, "overlaps", asset)])]  # fmt: skip
    bands += [("music", _MUSIC, [row | {"name": _played(row)} for row in rows_of(tables, "music", asset)])]
    for kind in sorted(long, key=lambda kind: (-long[kind], kind))[:_KINDS]:
        bands += [(kind, _HEARD, [row for row in heard if row["kind"] == kind])]
    for kind in dict.fromkeys(row["kind"] for row in faults):
        bands += [(kind, _FAULT, [row for row in faults if row["kind"] == kind])]
    return [band for band in bands if band[2]]


def _played(row: Row) -> str:
    """Return a passage's tempo and key, as far as they are told."""
    tempo = f"{row['tempo_bpm']:.0f} bpm" if row["tempo_bpm"] else ""
    return ", ".join(filter(None, (tempo, row["key"])))


class _Across:
    """Where a time lies across the sheet."""

    def __init__(self, sound: Sound, width: int) -> None:
        self.start, self.width = sound.start, width
        self.length = len(sound) * FLICKS_PER_SECOND // sound.rate_hz

    def place(self, time: int) -> int:
        """Return the pixel of a time."""
        return _LEFT + round(min(max(time - self.start, 0), self.length) * self.width / self.length)


def _looked(sound: Sound, width: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return for each column the least and the greatest sample, [width, 2], and the power, [width, frequencies]."""
    borders = np.linspace(0, len(sound), width + 1).astype(np.int64)
    window = np.hanning(_WINDOW)
    wave, spectrum = np.zeros((width, 2)), np.zeros((width, _WINDOW // 2 + 1))
    for column in range(width):
        begin = min(int(borders[column]), len(sound) - 1)
        part = np.array(sound.samples[begin : max(int(borders[column + 1]), begin + 1)]) / 32768
        wave[column] = part.min(), part.max()
        places = np.linspace(
            begin, max(begin, int(borders[column + 1]) - _WINDOW), min(_WINDOWS, 1 + len(part) // _WINDOW)
        )
        for place in places.astype(np.int64):
            seen = np.array(sound.samples[place : place + _WINDOW], np.float64) / 32768
            spectrum[column] += np.abs(np.fft.rfft(np.pad(seen, (0, _WINDOW - len(seen))) * window)) ** 2 / len(places)
    return wave, spectrum


def _spectrogram(spectrum: npt.NDArray[np.float64], rate_hz: int) -> Image.Image:
    """Draw power in colours, its frequencies in octaves, the deepest below."""
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _SPECTRUM_HEIGHT + 1) * _WINDOW / rate_hz
    middles = np.sqrt(edges[1:] * edges[:-1])
    low = np.clip(middles.astype(int), 0, spectrum.shape[1] - 2)
    share = np.clip(middles - low, 0, 1)
    level = 10 * np.log10(spectrum[:, low] * (1 - share) + spectrum[:, low + 1] * share + 1e-12)
    value = np.clip(1 + (level - level.max()) / _RANGE_DB, 0, 1).T[::-1]
    pixels = np.stack([np.interp(value, _SCALE[:, 0], _SCALE[:, channel]) for channel in (1, 2, 3)], axis=2)
    return Image.fromarray(np.round(pixels).astype(np.uint8))


def _head(pen: ImageDraw.ImageDraw, tables: Mapping[str, pa.Table], asset: str, width: int) -> None:
    named = next((str(row["path"]) for row in rows_of(tables, "assets", asset)), asset)
    pen.text((_MARGIN, _MARGIN), named.encode("ascii", "replace").decode(), font=_font(18), fill=_INK)
    for row in rows_of(tables, "programmes", asset):
        facts = (("integrated", "integrated_lufs", "LUFS"), ("dialogue", "dialogue_lufs", "LUFS"),
                 ("range", "range_lu", "LU"), ("true peak", "true_peak_dbtp", "dBTP"))  # fmt: skip
        said = [f"{name} {row[column]:.1f} {unit}" for name, column, unit in facts if row[column] is not None]
        pen.text((_MARGIN, _MARGIN + 26), "    ".join([*said, row["layout"]]), font=_font(14), fill=_DIM)


def _wave(pen: ImageDraw.ImageDraw, wave: npt.NDArray[np.float64], top: int) -> None:
    middle, reach = top + _WAVE_HEIGHT / 2, _WAVE_HEIGHT / 2 - 1
    pen.rectangle((_LEFT, top, _LEFT + len(wave) - 1, top + _WAVE_HEIGHT), fill=_LANE)
    for column, (least, greatest) in enumerate(wave):
        x = _LEFT + column
        pen.line(
            (x, middle - greatest * reach, x, max(middle - least * reach, middle - greatest * reach + 1)), fill=_WAVE
        )


def _band(pen: ImageDraw.ImageDraw, across: _Across, rows: Sequence[Row], colour: Any, top: int) -> None:
    pen.rectangle((_LEFT, top, _LEFT + across.width - 1, top + _BAND_HEIGHT), fill=_LANE)
    for row in rows:
        left = across.place(row["start"])
        fill = _VOICES[row["speaker"] % len(_VOICES)] if "speaker" in row else colour
        right = max(left + 1, across.place(row["end"]) - 1)
        pen.rectangle((left, top, right, top + _BAND_HEIGHT), fill=fill)
        name, font = str(row.get("name") or "").encode("ascii", "replace").decode(), _font(12)
        if name and font.getlength(name) <= right - left - 6:
            pen.text((left + 3, top + 3), name, font=font, fill=_GROUND)


def _named(tables: Mapping[str, pa.Table], asset: str) -> list[Row]:
    """Return the turns with the name of the character, or else of the person."""
    names = {row["speaker"]: row["character"] or row["person_name"] for row in rows_of(tables, "speaker_names", asset)}
    return [row | {"name": names.get(row["speaker"])} for row in rows_of(tables, "speakers", asset)]


def _said(pen: ImageDraw.ImageDraw, across: _Across, words: Sequence[Row], lines: Sequence[Row], top: int) -> None:
    """Write each word at its time, or the beginnings of lines where there is no room; ad-libs in yellow."""
    pen.rectangle((_LEFT, top, _LEFT + across.width - 1, top + _SAID_HEIGHT), fill=_LANE)
    font, right = _font(12), _LEFT + across.width
    if any(font.getlength(f"{one['text']} ") > across.place(other["start"]) - across.place(one["start"])
           for one, other in zip(words, words[2:], strict=False)):  # fmt: skip
        words = [{**row, "is_in_text": row["in_text"] >= 0.5} for row in lines]
    for number, row in enumerate(words):
        x, line = across.place(row["start"]), number % 2
        room = (across.place(words[number + 2]["start"]) if number + 2 < len(words) else right) - x
        text = str(row["text"]).encode("ascii", "replace").decode()
        while text and font.getlength(f"{text} ") > room:
            text = text[:-1]
        colour = _INK if row["is_in_text"] else _SHORT
        pen.text((x, top + 2 + line * _SAID_HEIGHT // 2), text, font=font, fill=colour)


def _loudness(pen: ImageDraw.ImageDraw, across: _Across, rows: Sequence[Row], top: int) -> None:
    """Draw both curves over the targets; a column shows the loudest of what lies in it."""
    low, high = _LOUDNESS

    def height(value: float) -> float:
        return top + _LOUDNESS_HEIGHT * (1 - (min(max(value, low), high) - low) / (high - low))

    pen.rectangle((_LEFT, top, _LEFT + across.width - 1, top + _LOUDNESS_HEIGHT), fill=_LANE)
    for value, name in TARGETS:
        pen.line((_LEFT, height(value), _LEFT + across.width - 1, height(value)), fill=_TARGET)
        at = (height(value) - 2, "ls") if value == TARGETS[0][0] else (height(value) + 3, "lt")
        pen.text((_LEFT + 6, at[0]), name, font=_font(12), fill=_TARGET, anchor=at[1])
    for value in (-50, -40, -30, -20, -10):
        _words(pen, f"{value} LUFS", round(height(value)))
    for column, colour, thick in (("momentary_lufs", _MOMENTARY, 1), ("short_term_lufs", _SHORT, 3)):
        loudest: dict[int, float] = {}
        for row in rows:
            if row[column] is not None:
                place = across.place(row["end"])
                loudest[place] = max(loudest.get(place, low), row[column])
        if len(loudest) > 1:
            pen.line([(place, height(value)) for place, value in sorted(loudest.items())], fill=colour, width=thick)


def _axis(pen: ImageDraw.ImageDraw, across: _Across, height: int) -> None:
    seconds = across.length / FLICKS_PER_SECOND
    step = next((step for step in _STEPS if seconds / step <= 12), _STEPS[-1])
    for number in range(int(seconds / step) + 1):
        time = number * step * FLICKS_PER_SECOND
        x = across.place(across.start + time)
        pen.line((x, height - _MARGIN - 6, x, height - _MARGIN), fill=_DIM)
        if x > _LEFT + across.width - 48:
            continue
        pen.text(
            (x + 4, height - _MARGIN - 2), clock(time)[:-4].removeprefix("0:"), font=_font(12), fill=_DIM, anchor="ls"
        )


def _words(pen: ImageDraw.ImageDraw, words: str, middle: int) -> None:
    pen.text((_LEFT - 8, middle), words, font=_font(12), fill=_DIM, anchor="rm")


def _font(size: int) -> Any:
    return ImageFont.load_default(size=size)
