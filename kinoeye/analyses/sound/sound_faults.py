"""Sound faults: what is wrong with the sound and can be heard or will be sent back.

Each kind has one clear sign, and a sign that art can leave too (an effect that sounds like a click, a wide room that is
out of phase) needs to last or to be strong. Wind, rustling, overlaps and bad edits are not told.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.hum import hums
from kinoeye.signals.loudness import decibels, times
from kinoeye.signals.spans import bridged, lasting, runs
from kinoeye.streams import METERS_PER_SECOND, Meters, Sound
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

SOUND_FAULTS = Table(
    "sound_faults",
    "One row a fault of the sound, in running order; faults of different kinds may overlap.",
    (
        (
            "start",
            flicks(),
            "where it begins, to a tenth of a second; out of phase to half a second, hum and offset to ten",
        ),
        ("end", flicks(), "one past its end"),
        (
            "kind",
            pa.string(),
            "hum, clipping, click, hole (a dropout), out of phase, dead channel, offset (the samples' mean is not 0)",
        ),
        ("channel", pa.string(), "the channel in which it is strongest; none where all or a pair are meant"),
        ("value", Typed(pa.float32(), "see unit"), "how strong it is"),
        (
            "unit",
            pa.string(),
            "of the value: dBFS (hum, the loudest sample of a dead channel), runs (clipped, in all), times (a click "
            "against its neighbourhood), s (the longest hole), correlation (-1 is wholly out of phase), % (offset)",
        ),
        ("remedy", pa.string(), "what mends it: de-hum, de-clip, de-click, fill, invert one, use the other, high-pass"),
    ),
)

REMEDIES = {
    "hum": "de-hum",
    "clipping": "de-clip",
    "click": "de-click",
    "hole": "fill",
    "out of phase": "invert one",
    "dead channel": "use the other",
    "offset": "high-pass",
}

LEAST_LINES = 3  # of the mains' first six multiples
CLEAR_DB = 12.0
CLIPPED = 3  # runs that are clipping: one may be meant
TOGETHER = METERS_PER_SECOND  # blocks: what lies nearer to each other than a second is one fault
LONGEST_HOLE = 1.0  # seconds; longer silence is an edit
LOUD_DBFS = -50.0  # what a channel must have to be compared with
DEAD_DBFS = -75.0
STRETCH = 10 * METERS_PER_SECOND  # blocks over which an offset is told: no wave is so slow

Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]


@analysis(SOUND_FAULTS, version=1)
def sound_faults(
    meters: Meters,
    mono_16k: Sound,
    *,
    hum: float = -75.0,
    click: float = 15.0,
    phase: float = -0.7,
    offset: float = 1.0,
    shortest: float = 3.0,
) -> pa.Table:
    """Find what is wrong with the sound.

    Parameters
    ----------
    meters : float32 [n, channels, 9], 10 a second
    mono_16k : int16 [n], 16 kHz
    hum : -120..0, dBFS
        Hum below it is let be.
    click : 2..1000, times
        How far a click must jump out of its neighbourhood.
    phase : -1..0, correlation
        Two channels below it are out of phase.
    offset : 0..100, % of full scale
        An offset below it is let be.
    shortest : 0..3600, seconds
        Channels are dead or out of phase only if they are so for so long.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    bounds = {"hum": (hum, -120, 0), "click": (click, 2, 1000), "phase": (phase, -1, 0), "offset": (offset, 0, 100),
              "shortest": (shortest, 0, 3600)}  # fmt: skip
    for name, (value, low, high) in bounds.items():
        if not low <= value <= high:
            raise SettingError(f"sound_faults: {name} must lie in {low}..{high}, got {value}")
    if not len(meters):
        return SOUND_FAULTS.empty()
    blocks = shortest * METERS_PER_SECOND
    rows = [*_hums(mono_16k, hum), *_clipping(meters), *_clicks(meters, click), *_holes(meters)]
    rows += [*_out_of_phase(meters, phase, blocks), *_dead(meters, blocks), *_offsets(meters, offset / 100)]
    rows = [{**row, "remedy": REMEDIES[row["kind"]]} for row in rows]
    return SOUND_FAULTS.from_rows(sorted(rows, key=lambda row: (row["start"], row["kind"], row["end"])))


def _hums(sound: Sound, least: float) -> Iterator[Row]:
    """Join the stretches in which the same mains hum."""
    step = FLICKS_PER_SECOND // sound.rate_hz
    last: Row | None = None
    last_hz = 0
    for each in hums(sound, CLEAR_DB):
        if each.lines < LEAST_LINES or each.level_dbfs < least:
            continue
        start, end = sound.start + each.first * step, sound.start + each.end * step
        if last is not None and last["end"] == start and last_hz == each.mains_hz:
            last |= {"end": end, "value": max(last["value"], each.level_dbfs)}
            continue
        if last is not None:
            yield last
        last = {"start": start, "end": end, "kind": "hum", "value": each.level_dbfs, "unit": "dBFS"}
        last_hz = each.mains_hz
    if last is not None:
        yield last


def _clipping(meters: Meters) -> Iterator[Row]:
    clips = meters.read("clips")
    for first, end in bridged(runs(_any(clips > 0)), TOGETHER):
        counts = clips[first:end].sum(axis=0)
        if counts.max() >= CLIPPED:
            yield _row(meters, first, end, "clipping", counts.argmax(), counts.sum(), "runs")


def _clicks(meters: Meters, least: float) -> Iterator[Row]:
    """A hole's edges click, too, but are told as a hole."""
    jumps = meters.read("jump")
    holes = _any(meters.read("hole") > 0)
    torn = holes | np.append(holes[1:], False) | np.append(False, holes[:-1])
    for first, end in bridged(runs(_any(jumps >= least) & ~torn), TOGETHER):
        highest = jumps[first:end].max(axis=0)
        yield _row(meters, first, end, "click", highest.argmax(), highest.max(), "times")


def _holes(meters: Meters) -> Iterator[Row]:
    holes = meters.read("hole")
    holes[holes > LONGEST_HOLE] = 0
    for first, end in bridged(runs(_any(holes > 0)), TOGETHER):
        longest = holes[first:end].max(axis=0)
        begun = max(0, first - int(holes[first].max() * METERS_PER_SECOND))
        yield _row(meters, begun, end, "hole", longest.argmax(), longest.max(), "s")


def _out_of_phase(meters: Meters, least: float, blocks: float) -> Iterator[Row]:
    pair = _pair(meters)
    if pair is None:
        return
    square = np.column_stack([_around(meters.read("square")[:, each]) for each in pair])
    is_loud = decibels(np.sqrt(square)).min(axis=1) > LOUD_DBFS
    correlation = _around(meters.read("product")[:, pair[0]]) / np.sqrt(np.maximum(square.prod(axis=1), 1e-20))
    for first, end in _lasting(is_loud & (correlation < least), is_loud & (correlation >= least), blocks):
        here = correlation[first:end][is_loud[first:end]]
        yield _row(meters, first, end, "out of phase", None, here.mean(), "correlation")


def _around(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean of the second around each block: what is soft between words weighs little beside them."""
    ones = np.ones(TOGETHER)
    return np.asarray(np.convolve(values, ones, "full")[TOGETHER // 2 :][: len(values)] / TOGETHER, np.float64)


def _dead(meters: Meters, blocks: float) -> Iterator[Row]:
    """Only of left and right: the others are often silent on purpose."""
    pair = _pair(meters)
    if pair is None:
        return
    level = decibels(np.sqrt(meters.read("square")[:, pair]))
    peak = decibels(meters.read("peak")[:, pair])
    for dead, other in ((0, 1), (1, 0)):
        is_dead = peak[:, dead] < DEAD_DBFS
        is_loud = level[:, other] > LOUD_DBFS
        for first, end in _lasting(is_dead & is_loud, ~is_dead, blocks):
            yield _row(meters, first, end, "dead channel", pair[dead], peak[first:end, dead].max(), "dBFS")


def _offsets(meters: Meters, least: float) -> Iterator[Row]:
    """The middle of the blocks' means is told stretch by stretch; less than a second tells nothing."""
    means = meters.read("mean")
    if len(means) < TOGETHER:
        return
    count = max(1, len(means) // STRETCH)
    middles = np.array([np.median(part, axis=0) for part in np.array_split(means, count)])
    borders = np.cumsum([0, *map(len, np.array_split(means, count))])
    for first, end in runs(_any(np.abs(middles) >= least)):
        strongest = np.abs(middles[first:end]).max(axis=0)
        yield _row(meters, borders[first], borders[end], "offset", strongest.argmax(), 100 * strongest.max(), "%")


def _any(signs: Flags) -> Flags:
    """Say of each block whether any channel shows a sign."""
    return np.asarray(signs.any(axis=1), bool)


def _pair(meters: Meters) -> list[int] | None:
    if not {"FL", "FR"} <= set(meters.layout):
        return None
    return [meters.layout.index("FL"), meters.layout.index("FR")]


def _lasting(signs: Flags, against: Flags, blocks: float) -> npt.NDArray[np.int64]:
    """Return the spans from a sign to the last before something speaks against it; quiet blocks do neither."""
    kept = []
    for first, end in runs(~against):
        shown = np.flatnonzero(signs[first:end])
        if len(shown) >= max(1.0, blocks):
            kept.append((first + shown[0], first + shown[-1] + 1))
    return lasting(np.array(kept, np.int64).reshape(-1, 2), blocks)


def _row(meters: Meters, first: Any, end: Any, kind: str, channel: Any, value: Any, unit: str) -> Row:
    borders = times(meters)
    return {
        "start": int(borders[first]),
        "end": int(borders[end]),
        "kind": kind,
        "channel": None if channel is None else meters.layout[int(channel)],
        "value": float(value),
        "unit": unit,
    }
