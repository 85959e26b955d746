"""A veil lies over the face at every moment, not only where it was looked at, and never over a cut."""

import numpy as np
import pytest

from kinoeye.media.seeing import Seeing
from kinoeye.run.veiling import key_of, veils_of
from kinoeye.timecode import FLICKS_PER_SECOND

SECOND = FLICKS_PER_SECOND


def _faces(path: list[tuple[float, float, float, float]], step: int = SECOND // 2) -> list[dict[str, float]]:
    return [{"time": 2 * SECOND + n * step, "x": x, "y": y, "w": w, "h": h} for n, (x, y, w, h) in enumerate(path)]


def _bare(faces: list[dict[str, float]], veils: tuple[object, ...]) -> int:
    """Count the pictures, 60 a second, in which the face on its straight way is not wholly behind one veil."""
    seeing = Seeing(veils=veils)  # type: ignore[arg-type]
    times = [face["time"] for face in faces]
    count = 0
    for time in range(int(times[0]), int(times[-1]), SECOND // 60):
        x, y, w, h = (np.interp(time, times, [face[name] for face in faces]) for name in ("x", "y", "w", "h"))
        count += not any(
            veil.x <= max(0, x) and veil.y <= max(0, y)
            and veil.x + veil.w >= min(1, x + w) and veil.y + veil.h >= min(1, y + h)
            for veil in seeing.veils_at(time)
        )  # fmt: skip
    return count


@pytest.mark.parametrize(
    "path",
    [
        [(0.4, 0.4, 0.1, 0.15)] * 6,
        [(0.05, 0.2, 0.08, 0.1), (0.85, 0.7, 0.08, 0.1)],  # across the picture in half a second
        [(0.4, 0.4, 0.02, 0.03), (0.2, 0.1, 0.5, 0.7), (0.6, 0.5, 0.05, 0.08)],
        [(-0.05, 0.9, 0.1, 0.2), (0.95, -0.1, 0.1, 0.2)],
    ],
)
def test_the_face_is_behind_a_veil_at_every_moment(path: list[tuple[float, float, float, float]]) -> None:
    faces = _faces(path)
    veils = tuple(veils_of(faces, 0, 60 * SECOND, SECOND))
    assert _bare(faces, veils) == 0
    assert _bare(faces, ()) > 0
    assert all(v.x >= 0 and v.y >= 0 and v.x + v.w <= 1.0001 and v.y + v.h <= 1.0001 for v in veils)


def test_a_standing_face_needs_few_veils_and_a_moving_one_small_ones() -> None:
    standing = veils_of(_faces([(0.4, 0.4, 0.1, 0.15)] * 40), 0, 60 * SECOND, SECOND)
    assert len(standing) <= 3
    moving = veils_of(_faces([(0.05, 0.4, 0.05, 0.08), (0.85, 0.4, 0.05, 0.08)]), 0, 60 * SECOND, 0)
    assert max(veil.w for veil in moving) < 0.35


def test_veils_go_on_within_the_shot_and_stop_at_its_cuts() -> None:
    faces = _faces([(0.4, 0.4, 0.1, 0.15)] * 3)
    free = veils_of(faces, 0, 60 * SECOND, SECOND)
    assert (free[0].start, free[-1].end) == (SECOND, 4 * SECOND)
    cut = veils_of(faces, 2 * SECOND - 5, 3 * SECOND + 7, SECOND)
    assert (cut[0].start, cut[-1].end) == (2 * SECOND - 5, 3 * SECOND + 7)
    assert veils_of([], 0, SECOND, SECOND) == []


def test_one_find_in_one_picture_is_veiled() -> None:
    (still,) = veils_of([{"time": 0, "x": 0.4, "y": 0.4, "w": 0.1, "h": 0.15}], 0, 1, SECOND)
    assert still.start == 0 < still.end
    assert set(key_of("a", still)) == {"asset", "start", "end", "x", "y", "w", "h"}


def test_a_long_gap_is_veiled_whole() -> None:
    faces = _faces([(0.1, 0.1, 0.1, 0.1), (0.7, 0.7, 0.1, 0.1)], step=2 * SECOND)
    for time in range(2 * SECOND, 4 * SECOND, SECOND // 10):
        (veil,) = Seeing(veils=tuple(veils_of(faces, 0, 60 * SECOND, 0))).veils_at(time)
        assert veil.w > 0.7
        assert veil.h > 0.7
