"""A covered head shows nobody; what lies outside is untouched."""

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.treatments.people.anonymise import MANNERS, anonymise, head_of

BOX = (0.4, 0.4, 0.6, 0.7)


def _picture(height: int = 180, width: int = 320) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 255, (height, width, 3), np.uint8)


def _part(picture: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    height, width = picture.shape[:2]
    return picture[round(box[1] * height) : round(box[3] * height), round(box[0] * width) : round(box[2] * width)]


@pytest.mark.parametrize("manner", MANNERS)
def test_the_whole_head_is_covered_and_nothing_else(manner: str) -> None:
    picture = _picture()
    covered = anonymise(picture, [BOX], manner=manner)
    face, was = _part(covered, BOX).astype(float), _part(picture, BOX).astype(float)
    assert np.abs(np.diff(face, axis=0)).mean() < 0.1 * np.abs(np.diff(was, axis=0)).mean()
    assert np.abs(((face - face.mean()) * (was - was.mean())).mean()) < 0.15 * was.var()
    assert (face != was).mean() > 0.9
    assert np.array_equal(covered[:, :60], picture[:, :60])
    assert np.array_equal(covered[:20], picture[:20])
    assert np.array_equal(picture, _picture())  # what was given is as it was


def test_more_room_covers_more_and_never_less() -> None:
    picture = _picture()
    changed = [(anonymise(picture, [BOX], room=room) != picture).any(axis=2) for room in (0.5, 1.0, 2.0)]
    assert changed[0].sum() < changed[1].sum() < changed[2].sum()
    assert not (changed[0] & ~changed[2]).any()
    left, upper, right, lower = head_of(BOX)
    assert left < BOX[0] and upper < BOX[1] and right > BOX[2] and lower > BOX[3]


def test_heads_at_the_border_and_outside_are_no_trouble() -> None:
    picture = _picture()
    assert anonymise(picture, []) is picture
    assert np.array_equal(anonymise(picture, [(1.5, 1.5, 1.8, 1.9)]), picture)
    cut = anonymise(picture, [(-0.1, -0.1, 0.1, 0.1), (0.95, 0.9, 1.2, 1.3), (0.5, 0.5, 0.5, 0.5)])
    assert (cut[0, 0] != picture[0, 0]).any()
    assert (cut[-1, -1] != picture[-1, -1]).any()


def test_a_face_of_every_size_is_nobodys() -> None:
    for size in (40, 200, 900):
        picture = _picture(size, size)
        squares = len(np.unique(anonymise(picture, [(0, 0, 1, 1)], manner="pixelate").reshape(-1, 3), axis=0))
        assert squares <= 6 * 6


@pytest.mark.parametrize(("setting", "match"), [({"manner": "smear"}, "manner must be one of"), ({"room": -1}, "room")])
def test_wrong_settings_are_said(setting: dict[str, object], match: str) -> None:
    with pytest.raises(SettingError, match=match):
        anonymise(_picture(), [BOX], **setting)  # type: ignore[arg-type]
