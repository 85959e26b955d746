"""What is shot is what the truth says, and the ideal follows from what goes wrong."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from kinoeye.errors import UseError
from kinoeye.sample.ideal import ideal_of
from kinoeye.sample.make import make, read_truth
from kinoeye.sample.rushes import shoot
from kinoeye.sample.rushes_make import make_rushes
from kinoeye.sample.setups import CHANGED, MATTER, SETUPS, UNSEEN
from kinoeye.sample.story import lines

FLICK = 14_700  # flicks of a sample at 48 kHz
SHORT = (replace(SETUPS[1], lines=(5, 10), takes=1), replace(SETUPS[0], lines=(5, 10), takes=2))


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_rushes(tmp_path_factory.mktemp("new") / "rushes", 4, setups=SHORT)


def sound(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(file.streams.audio[0])])


@pytest.mark.parametrize("seed", range(12))
def test_every_line_is_there_once_as_it_should_be(seed: int) -> None:
    takes = shoot(seed)
    for number in lines():
        good = [say for take in takes for say in take.said if say.line == number and not take.faults(say)
                and take.is_seen(number)]  # fmt: skip
        assert good, number
        assert good[0].words == lines()[number].words
    assert any(take.faults(say) for take in takes for say in take.said if say.line)


def test_a_seed_says_what_goes_wrong() -> None:
    assert shoot(3) == shoot(3)
    assert shoot(3) != shoot(4)


def test_set_ups_cover_the_screenplay_and_everybody_has_a_single() -> None:
    assert {number for setup in SETUPS for number in setup.lines} == set(lines())
    for number, line in lines().items():
        singles = [setup for setup in SETUPS if setup.who == line.speaker and number in setup.lines]
        assert singles or number in UNSEEN
    assert all(CHANGED[number] != lines()[number].words for number in CHANGED)


def test_files_hold_what_the_truth_says(rushes: Path) -> None:
    truth = read_truth(rushes)
    assert [file["take"] for file in truth["files"]] == [1, 1, 2]
    for file in truth["files"]:
        with av.open(str(rushes / file["path"])) as film:
            assert sum(1 for _ in film.decode(film.streams.video[0])) == file["pictures"]
            assert film.streams.data[0].metadata["timecode"] == file["timecode"]
        with av.open(str(rushes / file["recorder"])) as heard:
            told = heard.metadata
            assert f"sSCENE={file['scene']}{file['setup']}" in told["comment"]
            assert f"sTAKE={file['take']}" in told["comment"]
            assert int(told["time_reference"]) == file["since_midnight"]


def test_the_recorder_hears_the_clap_where_its_clock_says(rushes: Path) -> None:
    for file in read_truth(rushes)["files"]:
        clap = int(Fraction(file["clap"] * 48_000, 24))
        there = round(file["offset"] / FLICK + clap * (1 + file["drift_ppm"] / 1e6))
        for path, at in ((file["path"], clap), (file["recorder"], there)):
            loud = np.abs(sound(rushes / path).astype(float))
            assert loud[at : at + 480].max() > 4 * loud[at - 2400 : at - 48].max()


def test_words_lie_in_their_lines_and_nothing_overlaps(rushes: Path) -> None:
    for file in read_truth(rushes)["files"]:
        said = sorted([*file["passes"], *file["asides"]], key=lambda each: each["start"])
        assert all(one["end"] < other["start"] for one, other in pairwise(said))
        for each in file["passes"]:
            assert each["start"] >= file["action"] * 48_000 // 24 * FLICK
            assert all(each["start"] <= begin < each["end"] for begin in each["begins"])
            assert len(each["begins"]) in (0, len(each["said"].split()))


def test_made_twice_is_left_alone_and_another_sample_is_refused(rushes: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in rushes.rglob("*")}
    make_rushes(rushes, 4, setups=SHORT)
    assert {path: path.stat().st_mtime_ns for path in rushes.rglob("*")} == before
    for other in (lambda: make(rushes), lambda: make_rushes(rushes, 5, setups=SHORT)):
        with pytest.raises(UseError, match="must be new, empty or a sample"):
            other()


def _file(setup: str, take: int, *passes: dict) -> dict:
    said = [{"pass": n, "faults": [], "is_seen": True} | each for n, each in enumerate(passes)]
    return {"path": f"{setup or 'wide'}{take}", "setup": setup, "take": take, "scene": 1, "passes": said, "asides": []}


def test_the_ideal_is_whole_and_seen() -> None:
    files = [
        _file("", 1, {"line": 3, "faults": ["changed"]}, {"line": 4}),
        _file("", 2, {"line": 3}, {"line": 3}),
        _file("A", 1, {"line": 3, "is_seen": False}, {"line": 4, "faults": ["soft"]}),
    ]
    ideal = ideal_of(files)
    assert ideal[3] == [("wide2", 0), ("wide2", 1)]
    assert ideal[4] == [("wide1", 1)]
    assert ideal[5] == []


def test_a_scene_starts_wide_and_what_matters_is_near() -> None:
    near = MATTER[0]
    both = [_file("", 1, {"line": 1}, {"line": near}), _file("A", 1, {"line": 1}, {"line": near})]
    assert ideal_of(both)[1] == [("wide1", 0)]
    assert ideal_of(both)[near] == [("A1", 1)]
    assert ideal_of(both[1:])[1] == [("A1", 0)]


def test_where_everything_is_wrong_least_is_ideal() -> None:
    files = [_file("A", 1, {"line": 4, "faults": ["soft", "noisy"]}), _file("A", 2, {"line": 4, "faults": ["soft"]})]
    assert ideal_of(files)[4] == [("A2", 0)]
