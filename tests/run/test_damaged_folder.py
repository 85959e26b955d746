"""A folder of damaged files: the run ends, every worker's answer is a row, and the whole file among them is done."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinoeye.media.write import write_picture, write_sound
from kinoeye.production import Production

COUNT = 300
ONLY = ["shots", "camera", "quality", "likenesses", "levels"]


def _damaged(data: bytes, way: str, chance: np.random.Generator) -> bytes:
    spoiled = bytearray(data)
    begin = int(chance.integers(len(data) // 2))
    if way == "cut":
        return data[: int(chance.integers(1, len(data) * 4 // 5))]
    if way == "zeroed":
        length = min(len(data) // 3, len(data) - begin)
        spoiled[begin : begin + length] = bytes(length)
    else:
        for place in chance.integers(len(data), size=40):
            spoiled[int(place)] ^= 1 << int(chance.integers(8))
    return bytes(spoiled)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Path:
    root = tmp_path_factory.mktemp("damaged")
    chance = np.random.default_rng(17)
    whole = tmp_path_factory.mktemp("whole")
    texture = np.kron(chance.integers(0, 255, (12, 16, 3), np.uint8), np.ones((10, 10, 1), np.uint8))
    write_picture(whole / "c.png", texture)
    write_sound(whole / "d.flac", (np.sin(np.arange(16_000) * 0.2) * 9000).astype(np.int16), 16_000)
    sources = [make_film(whole / "a.mp4", (16, 12), size=64), make_film(whole / "b.mkv", (16, 12), seed=2, size=64),
               whole / "c.png", whole / "d.flac"]  # fmt: skip
    for number in range(COUNT - 60):
        source, way = sources[number % 4], ("cut", "zeroed", "flipped")[number // 4 % 3]
        (root / f"{number:03} {way}{source.suffix}").write_bytes(_damaged(source.read_bytes(), way, chance))
    for number in range(60):
        suffix = (".mp4", ".mov", ".wav", ".jpg", ".mxf")[number % 5]
        (root / f"text {number:03}{suffix}").write_text(f"Shopping list {number}: film, tape, bread.\n" * 9)
    make_film(root / "whole.mp4", (20, 16), seed=9, size=64)
    return root


def test_every_damaged_file_is_a_row_or_reads_whole(folder: Path) -> None:
    film = Production(folder)
    summary = film.run(only=ONLY, jobs=2)
    assert not [fault for fault in summary.faults if fault.detail], "a fault of the material is no defect of ours"
    assert all(fault.message and fault.remedy for fault in summary.faults)
    faulty = {fault.path for fault in summary.faults}
    silent = [path.name for path in folder.iterdir() if path.is_file() and path.name not in faulty]
    by_way = Counter(name.split()[1].split(".")[0] for name in silent if " " in name)
    # What a decoder has no way to notice: bits in a payload without a checksum, bytes that nothing reads.
    assert not [name for name in silent if name.startswith("text")]
    assert by_way["cut"] <= COUNT // 50
    assert len(silent) <= COUNT // 4
    assert film.sql("SELECT first_frame FROM shots JOIN assets USING (asset) WHERE path = 'whole.mp4'").to_pylist() == [
        {"first_frame": 0}, {"first_frame": 20},
    ]  # fmt: skip
    again = film.run(only=ONLY, jobs=2)
    assert (again.steps, again.faults) == (0, summary.faults)
