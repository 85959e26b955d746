"""kinoeye sync lists what heard the same moment and writes a timeline of it."""

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import opentimelineio
import pytest

from kinoeye.cli.main import main
from kinoeye.export.formats import read
from kinoeye.export.timeline import Clip
from kinoeye.media.muxing import FilmSound
from kinoeye.media.write import write_film


def do(*arguments: object) -> int:
    try:
        return int(main([str(each) for each in arguments]) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def noise(seconds: int) -> np.ndarray:
    """Bursts of noise that never come again, at 48 kHz."""
    random = np.random.default_rng(3)
    bursts = np.repeat(random.choice([0.02, 0.3, 1.0], size=seconds * 12), 4000)
    return (0.2 * bursts * random.normal(size=len(bursts))).astype(np.float32)


def wav(path: Path, wave: np.ndarray) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate = 48_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("two recorders")
    wave = noise(50)
    wav(folder / "rec.wav", wave)
    heard = wave[48_000 * 10 + 12_345 :][: 48_000 * 30] + np.random.default_rng(4).normal(0, 0.02, 48_000 * 30)
    pictures = (np.full((36, 64, 3), n % 255, np.uint8) for n in range(30 * 24))
    write_film(folder / "cam.mp4", pictures, Fraction(24), sound=FilmSound(heard.astype(np.float32), 48_000))
    return folder


def test_list_and_timeline(film, capsys):
    assert do("sync", film, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    (row,) = said["pairs"]
    assert (row["path"], row["other_path"]) == ("cam.mp4", "rec.wav")
    assert row["offset"] / 705_600_000 == pytest.approx(10 + 12_345 / 48_000, abs=1 / 240)
    (file,) = said["files"]
    timeline = opentimelineio.adapters.read_from_file(file)
    assert {clip.name for clip in timeline.find_clips()} == {"cam.mp4", "rec.wav"}
    assert do("sync", film, "--list") == 0
    shown = capsys.readouterr().out
    assert "cam.mp4" in shown and "+10.25" in shown and ".otio" not in shown


def test_a_multicam_clip(film, capsys):
    assert do("sync", film, "--format", "fcpxml", "--json") == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file.endswith("cam.sync.fcpxml")
    (timeline,) = read(Path(file))
    ((picture_at, picture),) = [each for each in timeline.of("video")[0].placed() if isinstance(each[1], Clip)]
    ((sound_at, sound),) = [each for each in timeline.of("audio")[0].placed() if isinstance(each[1], Clip)]
    assert (picture.name, sound.name) == ("cam.mp4", "rec.wav")
    late = (picture_at - picture.start) - (sound_at - sound.start)
    assert late / 705_600_000 == pytest.approx(10 + 12_345 / 48_000, abs=1 / 240)
    assert do("sync", film, "--format", "edl") == 2
    assert "'edl' is not one of" in capsys.readouterr().err


def test_nothing_to_bring_together(tmp_path, capsys):
    wav(tmp_path / "rec.wav", noise(12))
    assert do("sync", tmp_path) == 0
    assert "no two files are known" in capsys.readouterr().out
    assert do("sync", tmp_path / "nowhere") == 2
    assert "folder must exist" in capsys.readouterr().err
