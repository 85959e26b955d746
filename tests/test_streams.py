"""Streams are gone through in blocks, whatever they are made of."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import MediaError
from kinoeye.streams import Pictures, Sound, Stills

FRAMES = np.random.default_rng(3).integers(0, 255, (50, 27, 48, 3), np.uint8)
TIMES = np.arange(51, dtype=np.int64) * 1000


@pytest.mark.parametrize("is_mapped", [False, True])
@pytest.mark.parametrize(("size", "overlap"), [(7, 0), (7, 3), (50, 5), (100, 0)])
def test_blocks_cover_every_picture_with_its_neighbours(
    tmp_path: Path, is_mapped: bool, size: int, overlap: int
) -> None:
    np.save(tmp_path / "frames.npy", FRAMES)
    frames = np.load(tmp_path / "frames.npy", mmap_mode="r") if is_mapped else FRAMES
    thumbs = Pictures(frames, TIMES, Fraction(24))
    for number, (first, block) in enumerate(thumbs.blocks(size, overlap)):
        assert first == max(0, number * size - overlap)
        assert np.array_equal(block, FRAMES[first : min(50, (number + 1) * size + overlap)])
    assert number == -(-50 // size) - 1
    assert np.array_equal(thumbs.part(10, 20), FRAMES[10:20])
    assert np.array_equal(np.asarray(thumbs.frames), FRAMES), "what was let go is read again"


def test_sound_comes_in_blocks() -> None:
    sound = Sound(np.arange(25, dtype=np.int16), 0)
    assert [(begin, len(samples)) for begin, samples in sound.blocks(10)] == [(0, 10), (10, 10), (20, 5)]


def test_a_damaged_still_is_said() -> None:
    stills = Stills([b"no jpeg"], np.zeros(1, np.int64), np.zeros(1, np.int64))
    with pytest.raises(MediaError, match="whole JPEG"):
        stills.picture(0)
