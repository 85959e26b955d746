"""Camera: how the camera moves in each shot, and where in the shot the move changes.

A move is what the whole picture does over half a second and longer: pan (sideways), tilt (up and down), zoom (in and
out) or roll. What is left after the smooth path is taken away is shake; a shot without a move is static, or handheld if
it shakes. A travelling camera and a zoom change the picture's size alike, so that `zoom` stands for both; telling them
apart needs depth, which thumbs do not hold.

Source: Kim et al., "Efficient camera motion characterization for MPEG video indexing", ICME 2000: moves from a global
model, by the size of each part.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.motion import camera_motions, shakes, smoothed
from kinoeye.streams import Pictures, Stills
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

CAMERA = Table(
    "camera",
    "One row a part of a shot in which the camera does one thing, in running order, without gap.",
    (
        ("shot", pa.int32(), "the shot's number"),
        ("part", pa.int32(), "number of the part within its shot, from 0"),
        ("start", flicks(), "first picture of the part"),
        ("end", flicks(), "one past its last picture"),
        (
            "move",
            pa.string(),
            "static, handheld, pan, tilt, zoom or roll; unknown where nothing is to be seen (its speeds are null)",
        ),
        ("direction", pa.string(), "left or right, up or down, in or out, clockwise or anticlockwise; empty if none"),
        (
            "speed",
            pa.float32(),
            "picture widths a second that the view travels; at the picture's edge for zoom and roll",
        ),
        ("pan", pa.float32(), "picture widths a second to the right"),
        ("tilt", pa.float32(), "picture widths a second downwards"),
        ("zoom", pa.float32(), "growth a second, natural logarithm; above 0 is in (a camera that travels in, too)"),
        ("roll", pa.float32(), "radians a second, clockwise"),
        ("shake", pa.float32(), "median distance from the smooth path, picture widths"),
        ("score", score(), "how clear the move is: agreement of the picture, and distance from the thresholds"),
    ),
)

MOVES = ("still", "pan", "tilt", "zoom", "roll")
DIRECTIONS = {
    "pan": ("left", "right"),
    "tilt": ("up", "down"),
    "zoom": ("out", "in"),
    "roll": ("anticlockwise", "clockwise"),
}
# How far the edge of the picture travels, in picture widths, for one unit of each part: half a width for zoom and roll.
REACH = np.array([1.0, 1.0, 0.5, 0.5], np.float32)
LEAST_DETAIL = 0.3  # part of the picture with any detail: below it, sky, black or a title, no motion can be seen
LEAST_AGREEMENT = 0.5  # a move that less of the picture takes part in is a subject's
SWAY = 8.0  # a hand's sway goes about so many times as fast (widths a second), and twice as far, as its shake is wide
MOST_SWAY = 0.006  # picture widths; more shake than this is action, not sway
SMOOTH_SECONDS = 0.8  # a deliberate move is steady for longer, a hand's sway is not
PATH_SECONDS = 0.6  # shake is what happens faster than this


@dataclass(frozen=True)
class _Limits:
    speed: float
    travel: float
    shake: float
    shortest: float


@dataclass(frozen=True)
class _Path:
    """How the camera moved in one shot: speeds a second, shake, trust 0..1, whether there was anything to see."""

    speeds: npt.NDArray[np.float32]
    shake: npt.NDArray[np.float64]
    trust: npt.NDArray[np.float32]
    seen: npt.NDArray[np.bool_]
    seconds: float


@analysis(CAMERA, version=1)
def camera(
    thumbs: Pictures,
    shots: pa.Table,
    stills: Stills | None = None,
    *,
    least_speed: float = 0.02,
    least_travel: float = 0.03,
    least_shake: float = 0.0012,
    shortest: float = 0.5,
) -> pa.Table:
    """Tell how the camera moves in each shot.

    Parameters
    ----------
    thumbs : uint8 [n, 27, 48, 3], RGB
    shots : table `shots`
    stills : a few pictures a second
        For the picture's true shape; without it 16:9 is taken.
    least_speed : 0..10, picture widths a second
        A slower move counts as none.
    least_travel : 0..10, picture widths
        A move that brings the view less far counts as none.
    least_shake : 0..1, picture widths
        From here on a camera without a move is handheld.
    shortest : 0..60, seconds
        A part shorter than this joins its neighbour.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value, most in (
        ("least_speed", least_speed, 10),
        ("least_travel", least_travel, 10),
        ("least_shake", least_shake, 1),
        ("shortest", shortest, 60),
    ):
        if not 0 <= value <= most:
            raise SettingError(f"camera: {name} must lie in 0..{most}, got {value}")
    if not len(thumbs) or not shots.num_rows:
        return CAMERA.empty()
    motions = camera_motions(thumbs, aspect=_aspect(stills))
    limits = _Limits(least_speed, least_travel, least_shake, shortest)
    rows: list[dict[str, object]] = []
    for shot in shots.select(["shot", "first_frame", "end_frame"]).to_pylist():
        first, end = shot["first_frame"], min(shot["end_frame"], len(thumbs))
        if first < end:
            rows += _parts(shot["shot"], motions[first:end], thumbs.times[first : end + 1], limits)
    return CAMERA.from_rows(rows)


def _aspect(stills: Stills | None) -> float:
    if stills is None or not len(stills):
        return 16 / 9
    height, width = stills.luma(0).shape
    return float(width / height)


def _parts(
    shot: int, motions: npt.NDArray[np.float32], times: npt.NDArray[np.int64], limits: _Limits
) -> list[dict[str, object]]:
    """Return the rows of one shot from its pictures' motions [n, 6] and times [n + 1]."""
    motions = motions.copy()
    # The first picture's motion is the cut itself; the shot is taken to begin as it goes on.
    motions[0] = motions[1] if len(motions) > 1 else 0
    seconds = float(np.median(np.diff(times))) / FLICKS_PER_SECOND
    seen = motions[:, 5] >= LEAST_DETAIL
    path = _Path(
        speeds=motions[:, :4] / seconds,
        shake=shakes(motions[:, :2] * seen[:, None], PATH_SECONDS / seconds),
        trust=motions[:, 4] * seen,
        seen=seen,
        seconds=seconds,
    )
    return [
        {"shot": shot, "part": part, "start": int(times[first]), "end": int(times[end])}
        | _described(path, slice(first, end), kind, limits)
        for part, (first, end, kind) in enumerate(_runs(path, limits))
    ]


def _runs(path: _Path, limits: _Limits) -> list[tuple[int, int, int]]:
    """Return the parts as (first, end, kind): kind is 0 for still, else plus or minus the move's place in MOVES."""
    sway = SWAY * min(float(np.median(path.shake)), MOST_SWAY)
    speed, travel = max(limits.speed, sway), max(limits.travel, 2 * sway)
    smooth = smoothed(path.speeds, path.trust, SMOOTH_SECONDS / path.seconds)
    reach = np.abs(smooth) * REACH
    strongest = reach.argmax(axis=1)
    sign = np.sign(smooth[np.arange(len(smooth)), strongest]).astype(int)
    kinds = np.where(reach.max(axis=1) >= speed, (strongest + 1) * sign, 0)
    for first, end in _borders(kinds):
        # Smoothing spreads a move beyond its ends: it begins where half its speed is reached.
        inside = np.flatnonzero(2 * reach[first:end].max(axis=1) >= np.median(reach[first:end].max(axis=1)))
        kinds[first : first + inside[0]] = 0
        kinds[first + inside[-1] + 1 : end] = 0
    runs = []
    for first, end, kind in _joined([(first, end, int(kinds[first])) for first, end in _borders(kinds)]):
        way = np.abs(smooth[first:end, abs(kind) - 1].sum()) * path.seconds * REACH[abs(kind) - 1]
        is_move = way >= travel and path.trust[first:end].mean() >= LEAST_AGREEMENT
        runs.append((first, end, kind if is_move else 0))
    return _without_short(_joined(runs), limits.shortest / path.seconds)


def _without_short(runs: list[tuple[int, int, int]], shortest: float) -> list[tuple[int, int, int]]:
    """Give each part of fewer pictures than `shortest` to its longer neighbour, the shortest part first."""
    while len(runs) > 1:
        lengths = [end - first for first, end, _ in runs]
        short = int(np.argmin(lengths))
        if lengths[short] >= shortest:
            break
        heir = max((number for number in (short - 1, short + 1) if 0 <= number < len(runs)), key=lengths.__getitem__)
        runs[short] = (*runs[short][:2], runs[heir][2])
        runs = _joined(runs)
    return runs


def _borders(kinds: npt.NDArray[np.int_]) -> list[tuple[int, int]]:
    changes = np.flatnonzero(np.diff(kinds)) + 1
    return list(zip([0, *changes], [*changes, len(kinds)], strict=True))


def _joined(runs: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join neighbours of one kind."""
    out: list[tuple[int, int, int]] = []
    for first, end, kind in runs:
        if out and out[-1][2] == kind:
            out[-1] = (out[-1][0], end, kind)
        else:
            out.append((first, end, kind))
    return out


def _described(path: _Path, part: slice, kind: int, limits: _Limits) -> dict[str, object]:
    """Return what is said of one part."""
    seen, trust = path.seen[part], path.trust[part]
    if seen.mean() < 0.5:
        return {"move": "unknown", "direction": "", "score": 0.0}
    mean = np.average(path.speeds[part], axis=0, weights=trust + 1e-6)
    # The median, because where a move begins the path has a corner that no hand made.
    shake = float(np.median(path.shake[part]))
    move, direction, speed = MOVES[abs(kind)], "", float(np.hypot(mean[0], mean[1]))
    if kind:
        reach = float(np.abs(mean[abs(kind) - 1]) * REACH[abs(kind) - 1])
        direction = DIRECTIONS[move][int(kind > 0)]
        speed = reach if move in ("zoom", "roll") else speed
        clear = reach / (reach + limits.speed + 1e-9)
    else:
        move = "handheld" if shake >= limits.shake else "static"
        away = abs(float(np.log((shake + 1e-6) / (limits.shake + 1e-6))))
        clear = 1 - 0.5 * float(np.exp(-away))
    parts = dict(zip(("pan", "tilt", "zoom", "roll"), mean.tolist(), strict=True))
    agreement = float(trust[seen].mean())
    return {"move": move, "direction": direction, "speed": speed, "shake": shake, "score": agreement * clear} | parts
