import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kinoeye.errors import MediaError, UseError
from kinoeye.sample import voice
from kinoeye.sample.film import FILM, FILMS
from kinoeye.sample.make import make, read_truth
from kinoeye.sample.plan import Film
from kinoeye.sample.render import pictures as render
from kinoeye.sample.soundtrack import Spoken, mouths
from kinoeye.sample.story import lines

KEPT = ("title", "roof", "june says goodbye", "june again", "roof tone", "cutting room")


def tiny(film: Film) -> Film:
    shots = film.shots
    if film is FILM:
        shots = tuple(shot for shot in shots if shot.name in KEPT)
    return replace(film, width=160, height=90, shots=shots)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    films = [tiny(film) for film in FILMS]
    return make(tmp_path_factory.mktemp("new") / "my sample 样片", films=films)


@pytest.fixture(scope="module")
def truth(sample: Path) -> dict:
    return read_truth(sample)


def pictures(path: Path) -> Iterator[np.ndarray]:
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.video[0]):
            yield frame.to_ndarray(format="gray").astype(np.float32)


def test_every_file_holds_what_the_truth_says(sample: Path, truth: dict) -> None:
    assert [file["path"] for file in truth["files"]] == [film.path for film in FILMS]
    for file in truth["files"]:
        rate = Fraction(*file["rate"])
        with av.open(str(sample / file["path"])) as film:
            stream = film.streams.video[0]
            times = [frame.pts * frame.time_base for frame in film.decode(stream)]
            codes = [track.metadata.get("timecode") for track in film.streams.data]
            assert (stream.width, stream.height) == (file["width"], file["height"])
            assert film.streams.audio[0].rate == 48_000
        assert times == [Fraction(n) / rate for n in range(file["pictures"])]
        assert codes == ([file["timecode"]] if file["timecode"] else [])
        assert file["shots"][-1]["end_frame"] == file["pictures"]


def test_shots_follow_each_other_without_gap(truth: dict) -> None:
    for file in truth["files"]:
        edges = [(shot["first_frame"], shot["end_frame"]) for shot in file["shots"]]
        assert edges[0][0] == 0
        assert all(one[1] == other[0] for one, other in pairwise(edges))
        gradual = {row["shot"] for row in file["graduals"]}
        cut = {shot["shot"] for shot in file["shots"][1:]} - gradual
        assert file["cuts"] == [edges[number][0] for number in sorted(cut)]
        for row in file["graduals"]:
            assert row["first"] <= edges[row["shot"]][0] <= row["last"]


def test_the_picture_changes_where_the_truth_says(sample: Path, truth: dict) -> None:
    """The largest change between neighbours at a cut is far above the largest within a shot."""
    for file in truth["files"]:
        frames = list(pictures(sample / file["path"]))
        change = np.array([0, *(float(np.abs(a - b).mean()) for a, b in zip(frames[1:], frames, strict=False))])
        calm = np.ones(len(frames), bool)
        for span in file["graduals"] + file["traps"]:
            calm[max(0, span["first"] - 1) : span["last"] + 2] = False
        calm[file["cuts"]] = False
        for cut in file["cuts"]:
            assert change[cut] > 1.5 * change[calm].max(), (file["path"], cut)


def test_graduals_traps_and_claps_lie_where_they_should(truth: dict) -> None:
    film = truth["files"][0]
    assert [row["kind"] for row in film["graduals"]] == ["fade", "wipe", "dissolve"]
    assert [row["kind"] for row in film["traps"]] == ["whip pan", "flash"]
    spans = [(row["first"], row["last"]) for row in film["graduals"] + film["traps"]]
    assert all(first < last for first, last in spans)
    assert all(truth["files"][number]["claps"] for number in (1, 2, 3))


def test_a_flash_is_white_and_comes_back(sample: Path, truth: dict) -> None:
    flash = next(row for row in truth["files"][0]["traps"] if row["kind"] == "flash")
    frames = list(pictures(sample / truth["files"][0]["path"]))
    before, within, after = (frames[at] for at in (flash["first"] - 1, flash["first"], flash["last"] + 1))
    assert within.mean() > before.mean() + 40
    assert abs(after.mean() - before.mean()) < 5
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.95


def test_lines_are_heard_where_the_truth_says(sample: Path, truth: dict) -> None:
    file = truth["files"][1]
    with av.open(str(sample / file["path"])) as film:
        sound = np.concatenate([frame.to_ndarray().ravel() for frame in film.decode(film.streams.audio[0])])
    loud = np.abs(sound.astype(np.float32)) / 32768
    said = np.zeros(len(loud), bool)
    for line in file["lines"]:
        start, end = (line[edge] * 48_000 // 705_600_000 for edge in ("start", "end"))
        assert float(loud[start:end].mean()) > 0.05
        said[start:end] = True
    clap = file["claps"][0] * 2000
    assert loud[clap : clap + 480].max() > 0.5
    assert loud[clap - 480 : clap].max() < 0.15
    said[clap : clap + 4800] = True
    assert float(loud[~said].mean()) < 0.03


def test_lines_are_the_screenplays_and_never_overlap(truth: dict) -> None:
    for file in truth["files"]:
        ends = 0
        for line in file["lines"]:
            assert (line["speaker"], line["words"]) == (lines()[line["line"]].speaker, lines()[line["line"]].words)
            assert ends < line["start"] < line["end"]
            ends = line["end"]
    whole = [number for shot in FILM.shots for number, _ in shot.lines]
    assert whole == sorted(lines()), "the film speaks the whole screenplay, in order"


def test_mouths_move_with_the_sound() -> None:
    film = tiny(FILMS[1])
    burst = np.ones(24_000, np.float32)
    track = mouths(film, [Spoken(2, 48_000, burst)])["JUNE"]
    assert len(track) == 132
    assert (track[24:36] > 0.9).all()
    assert not track[:24].any()
    assert not track[36:].any()


def test_production_sound_holds_tone_and_takes(sample: Path, truth: dict) -> None:
    (sound,) = truth["sounds"]
    with av.open(str(sample / sound["path"])) as file:
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(file.streams.audio[0])])
    parts = sound["parts"]
    assert parts[-1]["end"] == len(samples) * 14_700
    tone = samples[: parts[0]["end"] // 14_700].astype(float) / 32768
    assert 20 * np.log10(np.sqrt(2 * (tone**2).mean())) == pytest.approx(parts[0]["level_dbfs"], abs=0.01)
    assert [part["path"] for part in parts if part["kind"] == "take"] == [FILMS[1].path, FILMS[2].path]


def test_papers_and_poster_stand_beside_the_films(sample: Path, truth: dict) -> None:
    assert all((sample / path).is_file() for path in truth["paths"])
    cues = (sample / "subtitles/Roof Tone.en.srt").read_text(encoding="utf-8")
    assert cues.count("-->") == len(truth["files"][0]["lines"])
    assert (sample / "titles.csv").read_text(encoding="utf-8").startswith("title_id,title,year")
    assert cv2.imread(str(sample / "stills/poster.png")).shape == (1200, 800, 3)


def test_made_twice_is_left_alone(sample: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sample.rglob("*") if path.is_file()}
    assert make(sample) == sample
    assert {path: path.stat().st_mtime_ns for path in sample.rglob("*") if path.is_file()} == before


def test_an_older_sample_is_replaced_and_the_rest_kept(tmp_path: Path) -> None:
    (tmp_path / ".kinoeye").mkdir()
    (tmp_path / ".kinoeye" / "mine").write_text("kept")
    (tmp_path / "kinoeye.toml").write_text("[run]\njobs = 1\n")
    (tmp_path / "truth.json").write_text(json.dumps({"made_by": "kinoeye sample", "version": 0}))
    calls: list[tuple[int, int, str]] = []
    make(tmp_path, films=[tiny(FILMS[1])], progress=lambda *call: calls.append(call))
    assert (tmp_path / ".kinoeye" / "mine").read_text() == "kept"
    assert (tmp_path / "kinoeye.toml").read_text() == "[run]\njobs = 1\n"
    assert read_truth(tmp_path)["files"][0]["pictures"] == 132
    assert calls[0][:2] == (0, 132)
    assert calls[-1] == (132, 132, FILMS[1].path)


@pytest.mark.parametrize("name", ["notes.txt", "truth.json"])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"made_by": "me"}')
    with pytest.raises(UseError, match="must be new, empty or a sample") as caught:
        make(tmp_path)
    assert "nothing was changed" in caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with pytest.raises(UseError, match="must hold the sample"):
        read_truth(tmp_path)


def test_a_folder_that_may_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match="must be a folder that may be written"):
        make(tmp_path / "file" / "sample")


def test_two_at_once_make_one(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    films = [tiny(FILMS[1])]

    def overtaken(done: int, total: int, path: str) -> None:
        if done == total and not folder.exists():
            make(folder, films=films)

    assert make(folder, films=films, progress=overtaken) == folder
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]
    assert read_truth(folder)["files"][0]["pictures"] == 132


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int, path: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "sample", films=[tiny(FILMS[1])], progress=stop)
    assert not list(tmp_path.iterdir())


def test_pictures_are_the_same_each_time() -> None:
    film = replace(tiny(FILMS[4]), shots=(replace(FILMS[4].shots[0], length=6),))
    one, other = (np.stack(list(render(film, {}))) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_without_espeak_there_are_tone_bursts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "espeakng_loader.py").write_text("def get_library_path(): return 'none.so'\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    speech = voice.speak([("Who wrote that?", voice.Manner("en-us", 50, 50, 220.0), 2.0)])
    assert speech.engine == "tone"
    assert 0.3 < float(np.abs(speech.samples[0]).max()) < 0.5


def test_a_line_is_spoken_within_its_time() -> None:
    manner = voice.Manner("en-US+m3", 30, 50, 130.0)
    words = "You never wrote the last page."
    slow, quick = voice.speak([(words, manner, 9.0), (words, manner, 1.2)]).samples
    assert len(slow) > 1.2 * voice.RATE_HZ >= len(quick)
