"""Ranges at full rate are kept whole; veiled places are unrecognisable in every stream."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.media.seeing import Seeing, Veil, veiled
from kinoeye.media.segments import cut
from kinoeye.timecode import FLICKS_PER_SECOND

SECOND = FLICKS_PER_SECOND
MakeFilm = Callable[..., Path]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, make_film: MakeFilm) -> Path:
    return make_film(tmp_path_factory.mktemp("seeing") / "film.mp4", (48, 48), size=192)


def _close(film: Path, seeing: Seeing) -> list[tuple[int, int]]:
    looked = probe(film)
    found = []
    before = 0
    for segment in cut(looked, 3):
        for block in read(film, looked, segment, ["thumbs", "full_rate"], seeing=seeing):
            found += [(before + still.frame, still.time) for still in block.full_rate]
        before += sum(len(b.times) for b in read(film, looked, segment, ["thumbs"])) if segment.has_pictures else 0
    return found


def test_every_picture_of_a_range_is_kept_and_no_other(film: Path) -> None:
    picture = SECOND // 24
    ranges = ((10 * picture, 14 * picture), (60 * picture, 61 * picture))
    assert _close(film, Seeing(ranges=ranges)) == [(n, n * picture) for n in (10, 11, 12, 13, 60)]
    assert _close(film, Seeing()) == []


def test_a_veiled_place_is_blank_in_all_pictures_of_its_time(film: Path) -> None:
    veil = Veil(SECOND, 2 * SECOND, 0.25, 0.25, 0.5, 0.5)
    close = ((0, 9 * SECOND),)
    seen, hidden = (
        list(read(film, probe(film), want=["thumbs", "stills", "full_rate"], seeing=Seeing(8.0, close, veils)))
        for veils in ((), (veil,))
    )
    for stream in ("stills", "full_rate"):
        before, after = ([still for block in blocks for still in getattr(block, stream)] for blocks in (seen, hidden))
        assert [still.frame for still in before] == [still.frame for still in after]
        for one, other in zip(before, after, strict=True):
            if SECOND <= one.time < 2 * SECOND:
                luma = cv2.imdecode(np.frombuffer(other.jpeg, np.uint8), 0)
                height, width = luma.shape
                square = luma[height * 44 // 100 : height * 56 // 100, width * 44 // 100 : width * 56 // 100]
                assert square.std() < 2  # one square of the mosaic, as JPEG leaves it
            else:
                assert one.jpeg == other.jpeg
    one, other = (np.concatenate([block.thumbs for block in blocks]) for blocks in (seen, hidden))
    assert (one[:24] == other[:24]).all()
    assert (one[48:] == other[48:]).all()
    squares = other[24:48, 7:20, 12:36].reshape(24, -1, 3)
    assert max(len(np.unique(each, axis=0)) for each in squares) <= 9


def test_a_veil_reaches_past_the_border_and_leaves_the_picture_given_alone() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)
    before = picture.copy()
    after = veiled(picture, [Veil(0, 1, -0.2, 0.5, 0.4, 0.9), Veil(0, 1, 2.0, 2.0, 1.0, 1.0)])
    assert (picture == before).all()
    assert (after[:20] == before[:20]).all()
    assert len(np.unique(after[20:, :12].reshape(-1, 3), axis=0)) <= 9
    assert veiled(picture, []) is picture
