"""A Whisper that was placed hears every sound of a production; when it comes or goes, just the words are found anew."""

import re
from pathlib import Path

import numpy as np
import pytest

from kinoeye.media.write import write_sound
from kinoeye.models import cache, espeak, pull, registry
from kinoeye.production import Production
from kinoeye.timecode import FLICKS_PER_SECOND

ONLY = ["words"]
SAID = "A stranger came from the city and asked for the key. He stayed for three days and then he went away in silence."


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Production:
    """A sound in which somebody speaks, and a cache with all that analyses need and no Whisper."""
    here = cache.folder()
    own = tmp_path / "weights"
    own.mkdir()
    for entry in here.iterdir() if here.is_dir() else ():
        if entry.is_dir() and not entry.name.startswith(("whisper", registry.OWN_FILES)):
            (own / entry.name).symlink_to(entry)
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(own))
    (spoken,) = espeak.speak([espeak.Utterance(SAID, "en-us")])
    samples = (np.asarray(spoken.samples) * 20_000).astype(np.int16)
    (tmp_path / "film").mkdir()
    write_sound(tmp_path / "film" / "take.wav", samples, spoken.rate_hz)
    return Production(tmp_path / "film")


def test_words_come_go_and_come_with_the_whisper(production: Production, random_whisper: Path) -> None:
    assert production.run(only=ONLY, jobs=1).faults == ()
    assert production.read("words").num_rows == 0
    assert production.run(only=ONLY, jobs=1).steps == 0
    copy = pull.add(random_whisper, name="whisper-small")
    assert production.run(only=ONLY, jobs=1).faults == ()
    rows = production.read("words").to_pylist()
    assert {row["road"] for row in rows} == {"whisper"}
    (speech,) = production.sql('SELECT min(start) AS first, max("end") AS last FROM speech').to_pylist()
    margin = FLICKS_PER_SECOND // 5
    assert speech["first"] - margin <= rows[0]["start"] < rows[-1]["end"] <= speech["last"] + margin
    for file in copy.iterdir():
        file.unlink()
    copy.rmdir()
    assert production.run(only=ONLY, jobs=1).faults == ()
    assert production.read("words").num_rows == 0


def test_a_damaged_one_is_not_used_and_that_is_told(production: Production, random_whisper: Path) -> None:
    copy = pull.add(random_whisper, name="whisper")
    (copy / "tokenizer.json").unlink()
    (production.folder / "take.txt").write_text(SAID, "utf-8")
    summary = production.run(only=ONLY, jobs=1)
    assert (summary.faults, summary.left_out) == ((), {})
    assert re.search(r"whisper must be there, got other files in .*--name whisper", summary.without["words"])
    assert production.status()["without"] == summary.without
    rows = production.read("words").to_pylist()
    assert {row["road"] for row in rows} == {"aligned"}
    assert len(rows) >= 5
    assert production.run(only=["speech"], jobs=1).without == {}


def test_without_the_extra_a_text_is_followed_and_that_is_told(
    production: Production, random_whisper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull.add(random_whisper, name="whisper")
    monkeypatch.setitem(registry._LOADERS, "whisper", "kinoeye_has_no_such_library")
    summary = production.run(only=ONLY, jobs=1)
    assert (summary.faults, summary.left_out) == ((), {})
    assert "Install it with: pip install 'kinoeye[whisper]'" in summary.without["words"]


def test_one_that_must_be_used_and_is_damaged_is_a_fault(production: Production, random_whisper: Path) -> None:
    copy = pull.add(random_whisper, name="whisper")
    (copy / "tokenizer.json").unlink()
    (production.folder / "kinoeye.toml").write_text('[words]\nroad = "whisper"\n', "utf-8")
    (fault,) = Production(production.folder).run(only=ONLY, jobs=1).faults
    assert "words: the road whisper must have a Whisper" in fault.message
