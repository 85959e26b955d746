"""Colours: the palette of each shot, its light, and what they say of the place and the time of day.

Day or night, indoors or outdoors are guesses from a dozen measures of light and colour by two logistic functions, not
from things that are recognised; where they are not sure, they say unknown. Indoors the light says nothing of the hour;
a dark room whose place is unknown may pass for night, a light one for day.

How far to trust them, at the default `least_score`, on pictures they were not fitted on: day right for 20 of 20; night
for 18 of 19 exteriors darkened as films do it, but real nights were too few to measure (5 in all); the place was said
for 26 of 113 by leaving groups out, 21 of them right, and for 3 of 32 film shots, 2 of them right: a hint, no fact.

Source: palette by k-means in CIELAB; the coefficients come out of bench/colours_train (seed 20261121): photographs of
Debian 12's wallpaper packages, opencv-doc and blender-data, and open clips, all labelled by eye.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.colour import SCENE_FEATURES, hex_codes, palette, scene_features, small_lab
from kinoeye.streams import Stills
from kinoeye.tables import Table, Typed, flicks, score

_SHARE = Typed(pa.float32(), "0..1")
_COLOURS = pa.list_(pa.struct([("colour", pa.string()), ("share", pa.float32())]))

COLOURS = Table(
    "colours",
    "One row a shot: its palette, its light, the place and the time of day they speak for.",
    (
        ("shot", pa.int32(), "the shot's number"),
        ("start", flicks(), "first picture"),
        ("end", flicks(), "one past the last picture"),
        ("palette", Typed(_COLOURS, "sRGB, 0..1"), "main colours as #rrggbb with their shares, the largest first"),
        ("brightness", _SHARE, "mean lightness (CIELAB)"),
        ("contrast", _SHARE, "lightness between the darkest and the lightest twentieth (CIELAB)"),
        ("saturation", Typed(pa.float32(), "CIELAB chroma"), "mean chroma: 0 grey, 20 usual, 60 garish"),
        ("warmth", Typed(pa.float32(), "CIELAB b"), "mean yellowness: above 0 warm, below 0 cool"),
        ("time", pa.string(), "day, night or unknown"),
        ("time_score", score(), "how sure the time is; 0.5 is not at all"),
        ("place", pa.string(), "interior, exterior or unknown"),
        ("place_score", score(), "how sure the place is; 0.5 is not at all"),
    ),
)

# One slope for each of SCENE_FEATURES, and the offset.
DAY = (np.array([6.18, 1.89, -3.23, 2.05, 2.40, 0.33, 0.17, 0.44, 1.35, 0.47, 5.14, 1.47]), -3.57)
EXTERIOR = (np.array([-1.74, 1.26, -0.54, 1.70, 1.27, 3.77, 0.35, -0.35, 1.23, 2.21, 1.01, -1.14]), -0.33)


@analysis(COLOURS, version=1)
def colours(
    stills: Stills, shots: pa.Table, *, count: int = 5, most_stills: int = 4, least_score: float = 0.8
) -> pa.Table:
    """Find the palette of each shot, and guess place and time of day.

    Parameters
    ----------
    stills : a few pictures a second
        A shot without any takes the nearest.
    shots : table `shots`
    count : 1..16
        Most colours of a palette.
    most_stills : 1..100
        So many stills of a shot, evenly spread, are looked at.
    least_score : 0.5..1
        Below it place and time are unknown.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value, least, most in (
        ("count", count, 1, 16),
        ("most_stills", most_stills, 1, 100),
        ("least_score", least_score, 0.5, 1),
    ):
        if not least <= value <= most:
            raise SettingError(f"colours: {name} must lie in {least}..{most}, got {value}")
    if not len(stills):
        return COLOURS.empty()
    rows = []
    for shot in shots.select(["shot", "start", "end", "first_frame", "end_frame"]).to_pylist():
        labs = [small_lab(stills.picture(number)) for number in _picked(stills, shot, most_stills)]
        times = {name: shot[name] for name in ("shot", "start", "end")}
        rows.append(times | _light(np.stack(labs), count) | _scene(labs, least_score))
    return COLOURS.from_rows(rows)


def _picked(stills: Stills, shot: dict[str, int], most: int) -> list[int]:
    """Return the numbers of the shot's stills that are looked at."""
    inside = np.flatnonzero((stills.frames >= shot["first_frame"]) & (stills.frames < shot["end_frame"]))
    if not len(inside):
        return [int(np.abs(stills.frames - shot["first_frame"]).argmin())]
    return [int(number) for number in inside[np.unique(np.linspace(0, len(inside) - 1, most).round().astype(int))]]


def _light(labs: npt.NDArray[np.float32], count: int) -> dict[str, object]:
    """Return palette and light of one shot's stills [n, 54, 96, 3]."""
    pixels = labs.reshape(-1, 3)
    # Steps of 7, 13, 19 ... share no factor with the width of 96, so that every column is met.
    pixels = pixels[:: 7 + 6 * (len(labs) // 2)]
    found, shares = palette(pixels, count)
    dark, bright = np.quantile(pixels[:, 0], [0.05, 0.95])
    return {
        "palette": [
            {"colour": code, "share": share} for code, share in zip(hex_codes(found), shares.tolist(), strict=True)
        ],
        "brightness": float(pixels[:, 0].mean() / 100),
        "contrast": float((bright - dark) / 100),
        "saturation": float(np.hypot(pixels[:, 1], pixels[:, 2]).mean()),
        "warmth": float(pixels[:, 2].mean()),
    }


def _scene(labs: list[npt.NDArray[np.float32]], least: float) -> dict[str, object]:
    """Return place and time, each from the mean over the stills."""
    features = np.mean([scene_features(lab) for lab in labs], axis=0)
    assert len(features) == len(SCENE_FEATURES)
    exterior, day = (float(1 / (1 + np.exp(-(features @ slopes + offset)))) for slopes, offset in (EXTERIOR, DAY))
    place = _answer(exterior, ("interior", "exterior"), least)
    return {
        "place": place,
        "place_score": max(exterior, 1 - exterior),
        "time": "unknown" if place == "interior" else _answer(day, ("night", "day"), least),
        "time_score": max(day, 1 - day),
    }


def _answer(chance: float, answers: tuple[str, str], least: float) -> str:
    return "unknown" if max(chance, 1 - chance) < least else answers[int(chance > 0.5)]
