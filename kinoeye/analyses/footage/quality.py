"""Quality: what is technically good or bad in each shot, and how usable the take is.

Focus and noise come from the stills, light, black, freeze and flicker from every picture, shake from what `camera`
found. The rating multiplies one part for each of them; taste (acting, composition) is not in it. Thresholds are rules
of the trade laid over measured values, not the outcome of a viewing test.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.brightness import Brightness, brightness
from kinoeye.signals.motion import smoothed
from kinoeye.signals.texture import noise, sharpness
from kinoeye.streams import Pictures, Stills
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

_SHARE = Typed(pa.float32(), "0..1")
_SPANS = Typed(pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())])), "flicks")

QUALITY = Table(
    "quality",
    "One row a shot: its technical faults and how usable the take is.",
    (
        ("shot", pa.int32(), "the shot's number"),
        ("start", flicks(), "first picture"),
        ("end", flicks(), "one past the last picture"),
        (
            "sharpness",
            _SHARE,
            "focus of its sharp part, of what the picture size allows; null where unknown",
        ),
        ("brightness", _SHARE, "mean brightness"),
        ("dark", _SHARE, "share of the picture that is crushed to black"),
        ("bright", _SHARE, "share of the picture that is clipped to white"),
        ("noise", Typed(pa.float32(), "grey levels of 0..255"), "the noise's standard deviation; null if unknown"),
        (
            "shake",
            Typed(pa.float32(), "picture widths"),
            "distance from the smooth path; null where nothing can be seen",
        ),
        ("flicker", _SHARE, "how far the light goes up and down within a second, as a share of it"),
        ("black", _SPANS, "where the picture is black"),
        ("frozen", _SPANS, "where the picture stands still"),
        ("longest_frozen", flicks(), "the longest of these"),
        ("is_soft", pa.bool_(), "nothing in it is in focus"),
        ("is_dark", pa.bool_(), "too dark: crushed shadows"),
        ("is_bright", pa.bool_(), "too bright: clipped lights"),
        ("is_noisy", pa.bool_(), "noise disturbs"),
        ("is_shaky", pa.bool_(), "shake disturbs"),
        ("is_flickering", pa.bool_(), "the light flickers"),
        ("is_black", pa.bool_(), "black for more than half"),
        ("is_frozen", pa.bool_(), "stands still for more than half"),
        ("rating", score(), "how usable the take is; 1 is without technical fault"),
        ("reason", pa.string(), "its faults in words, the worst first; empty if none"),
    ),
)

# Each fault: the value at which a take has none of it, the value at which it is useless, and its word. Sharpness:
# stills of open films, blurred by a Gaussian of 0, 1.5 and 3 pixels at 640 wide, measure about 0.6, 0.45 and 0.25.
# Noise: 4 grey levels is what ISO 1600 gives, 16 hides faces. Shake: a steady hand stays within 0.6 % of the width, a
# run is at 2 to 4 %. Flicker: 1 % is not seen, 6 % is a dying tube.
FAULTS = {
    "soft": ("sharpness", 0.50, 0.20, "out of focus"),
    "dark": ("dark", 0.50, 0.98, "too dark"),
    "bright": ("bright", 0.15, 0.70, "too bright"),
    "noisy": ("noise", 4.0, 16.0, "noisy"),
    "shaky": ("shake", 0.006, 0.04, "shaky"),
    "flickering": ("flicker", 0.01, 0.06, "flickers"),
    "black": ("black_share", 0.1, 0.9, "black"),
    "frozen": ("frozen_share", 0.1, 0.9, "stands still"),
}
FLICKER_SECONDS = 1.0


@dataclass(frozen=True)
class _Film:
    thumbs: Pictures
    stills: Stills
    light: Brightness
    shakes: Mapping[int, float]
    least_frozen: int
    most_stills: int


@analysis(QUALITY, version=1)
def quality(
    thumbs: Pictures,
    stills: Stills,
    shots: pa.Table,
    camera: pa.Table,
    *,
    least_frozen: float = 2.0,
    most_stills: int = 6,
) -> pa.Table:
    """Find the technical faults of each shot and rate it.

    Parameters
    ----------
    thumbs : uint8 [n, 27, 48, 3], RGB
    stills : a few pictures a second
    shots : table `shots`
    camera : table `camera`
    least_frozen : 0..3600, seconds
        A picture that stands still for less is no freeze.
    most_stills : 1..100
        So many stills of a shot, evenly spread, are looked at for focus and noise.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0 <= least_frozen <= 3600:
        raise SettingError(f"quality: least_frozen must lie in 0..3600, got {least_frozen}")
    if not 1 <= most_stills <= 100:
        raise SettingError(f"quality: most_stills must lie in 1..100, got {most_stills}")
    if not len(thumbs) or not shots.num_rows:
        return QUALITY.empty()
    film = _Film(thumbs, stills, brightness(thumbs), _shakes(camera), from_seconds(least_frozen), most_stills)
    return QUALITY.from_rows(
        _judged(film, shot)
        for shot in shots.select(["shot", "start", "end", "first_frame", "end_frame"]).to_pylist()
        if shot["first_frame"] < min(shot["end_frame"], len(thumbs))
    )


def _shakes(camera: pa.Table) -> dict[int, float]:
    """Return each shot's shake: the mean over its parts, by their length."""
    sums: dict[int, list[float]] = {}
    for part in camera.select(["shot", "start", "end", "shake"]).to_pylist():
        if part["shake"] is not None:
            total = sums.setdefault(part["shot"], [0.0, 0.0])
            total[0] += part["shake"] * (part["end"] - part["start"])
            total[1] += part["end"] - part["start"]
    return {shot: weighted / max(length, 1.0) for shot, (weighted, length) in sums.items()}


def _judged(film: _Film, shot: dict[str, int]) -> dict[str, object]:
    """Return one shot's row."""
    first, end = shot["first_frame"], min(shot["end_frame"], len(film.thumbs))
    part, times = slice(first, end), film.thumbs.times[first : end + 1]
    light = film.light
    black = _spans(light.is_black[part], times)
    # What is black stands still of itself: one fault, not two.
    frozen = _frozen(light.is_same[part] & ~light.is_black[part], times, film.least_frozen)
    length = int(times[-1] - times[0])
    values: dict[str, float | None] = {
        "brightness": float(light.mean[part].mean()),
        "dark": float(light.dark[part].mean()),
        "bright": float(light.bright[part].mean()),
        "shake": film.shakes.get(shot["shot"]),
        "flicker": _flicker(light.gain[part], times),
        "black_share": _length(black) / length,
        "frozen_share": _length(frozen) / length,
    } | _focus(film, first, end)
    parts = {fault: _part(values[name], good, bad) for fault, (name, good, bad, _) in FAULTS.items()}
    worst = sorted((value, fault) for fault, value in parts.items() if value < 0.5)
    return {
        **{name: shot[name] for name in ("shot", "start", "end")},
        **{name: value for name, value in values.items() if name in QUALITY.schema.names},
        **{f"is_{fault}": value < 0.5 for fault, value in parts.items()},
        "black": [{"start": start, "end": stop} for start, stop in black],
        "frozen": [{"start": start, "end": stop} for start, stop in frozen],
        "longest_frozen": max((stop - start for start, stop in frozen), default=0),
        "rating": float(np.prod(list(parts.values()))),
        "reason": ", ".join(FAULTS[fault][3] for _, fault in worst),
    }


def _part(value: float | None, good: float, bad: float) -> float:
    """Return 1 for a value as good as `good`, 0 for one as bad as `bad`; what is not known takes nothing away."""
    return 1.0 if value is None else float(np.clip((value - bad) / (good - bad), 0, 1))


def _focus(film: _Film, first: int, end: int) -> dict[str, float | None]:
    """Return sharpness and noise of the shot's stills, null where they say nothing."""
    inside = np.flatnonzero((film.stills.frames >= first) & (film.stills.frames < end))
    picked = (
        inside[np.unique(np.linspace(0, len(inside) - 1, film.most_stills).round().astype(int))]
        if len(inside)
        else inside
    )
    lumas = [film.stills.luma(int(number)) for number in picked]
    sharp = np.array([sharpness(luma) for luma in lumas])
    noisy = np.array([noise(luma) for luma in lumas])
    # Focus: of its better moments, since a fast move blurs the others. Noise: of its middle.
    return {"sharpness": _quantile(sharp, 0.75), "noise": _quantile(noisy, 0.5)}


def _quantile(values: npt.NDArray[np.float64], share: float) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.quantile(known, share)) if known.size else None


def _flicker(gain: npt.NDArray[np.float32], times: npt.NDArray[np.int64]) -> float:
    """Return how far the light swings about its mean over a second; most pictures, so that one flash is no flicker."""
    steps = gain.copy()
    steps[0] = 0  # the cut
    level = np.cumsum(steps, dtype=np.float32)[:, None]
    size = FLICKER_SECONDS * FLICKS_PER_SECOND / float(np.median(np.diff(times)))
    swing = np.abs(level - smoothed(level, np.ones(len(level), np.float32), size))
    return float(np.median(swing))


def _spans(flags: npt.NDArray[np.bool_], times: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return where `flags` hold, from the first picture's start to the last one's end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(times[first]), int(times[end])) for first, end in edges.reshape(-1, 2)]


def _frozen(is_same: npt.NDArray[np.bool_], times: npt.NDArray[np.int64], least: int) -> list[tuple[int, int]]:
    """Return where the picture stands still for at least `least` flicks, the picture that is repeated included."""
    same = is_same.copy()
    same[0] = False
    same[:-1] |= same[1:]
    return [(start, end) for start, end in _spans(same, times) if end - start >= least]


def _length(spans: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in spans)
