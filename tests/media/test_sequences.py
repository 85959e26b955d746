"""Sequences: numbered pictures are a film; photographs are not."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kinoeye.errors import MediaError, UseError
from kinoeye.media.sequences import find, probe_sequence, read_sequence
from kinoeye.timecode import FLICKS_PER_SECOND


def named(pattern: str, numbers: Any) -> list[Path]:
    return [Path("shot") / pattern.format(n) for n in numbers]


def drawn(folder: Path, picture: Any, numbers: Any) -> list[Path]:
    for number in numbers:
        cv2.imwrite(str(folder / f"roof.{number:04d}.png"), picture(number, 64, 36)[..., ::-1])
    return [folder / f"roof.{number:04d}.png" for number in numbers]


@pytest.mark.parametrize("pattern", ["roof.{:04d}.exr", "roof_{}.dpx", "{:05d}.png", "sc01_v2_{:03d}.tif", "a{}.jpg"])
@pytest.mark.parametrize("first", [0, 1, 95, 1001])
def test_numbered_pictures_are_found_in_order(pattern: str, first: int) -> None:
    paths = named(pattern, range(first, first + 20))
    assert find(paths[::-1]) == [tuple(paths)]


def test_two_sequences_of_one_folder_are_two() -> None:
    one, other = named("a_{:04d}.png", range(9)), named("b_{:04d}.png", range(30, 50))
    assert find([*other, *one, Path("shot/still.png")]) == [tuple(one), tuple(other)]


@pytest.mark.parametrize(
    "pattern", ["IMG_{:04d}.JPG", "DSC_{:04d}.jpg", "DSC{:05d}.jpg", "P10100{:02d}.JPG", "GOPR{:04d}.JPG"]
)
def test_photographs_are_no_sequence(pattern: str) -> None:
    assert find(named(pattern, range(1, 40))) == []


def test_few_or_scattered_numbers_are_no_sequence() -> None:
    assert find(named("a_{:04d}.png", range(7))) == []
    assert find(named("a_{:04d}.png", range(0, 200, 3))) == []


def test_a_gap_is_damage_and_keeps_its_time(picture: Any, tmp_path: Path) -> None:
    paths = drawn(tmp_path, picture, [n for n in range(1001, 1021) if n != 1010])
    assert find(paths) == [tuple(paths)]
    seen = probe_sequence(paths, 25)
    assert (seen.kind, seen.pictures, seen.rate, seen.width) == ("sequence", 19, 25, 64)
    assert [damage.message for damage in seen.damages] == ["picture 1010 is missing"]
    assert seen.end == 20 * FLICKS_PER_SECOND // 25
    (block,) = read_sequence(paths, seen)
    numbers = np.array([n - 1001 for n in range(1001, 1021) if n != 1010])
    assert np.array_equal(block.times, numbers * (FLICKS_PER_SECOND // 25))
    assert block.end == seen.end
    assert len(block.thumbs) == 19
    assert [still.frame for still in block.stills] == [0, 12]


def test_a_broken_picture_is_left_out(picture: Any, tmp_path: Path) -> None:
    paths = drawn(tmp_path, picture, range(10))
    paths[4].write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    (block,) = read_sequence(paths, probe_sequence(paths))
    assert len(block.times) == 9
    assert block.damages
    for path in paths[1:]:
        path.write_bytes(b"nothing")
    seen = probe_sequence(paths)
    paths[0].write_bytes(b"nothing")
    with pytest.raises(MediaError, match="none of 10"):
        list(read_sequence(paths, seen))


def test_rates(picture: Any, tmp_path: Path) -> None:
    paths = drawn(tmp_path, picture, range(8))
    assert probe_sequence(paths, 23.976).rate == Fraction(24_000, 1001)
    assert probe_sequence(paths).rate == 24
    with pytest.raises(UseError, match="rate must be above 0"):
        probe_sequence(paths, 0)
