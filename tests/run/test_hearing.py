"""A Whisper that was placed hears every sound of a production; when it comes or goes, just the words are found anew."""

from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import UseError
from kinoeye.media.write import write_sound
from kinoeye.models import cache, espeak, pull, registry
from kinoeye.production import Production
from kinoeye.timecode import FLICKS_PER_SECOND

ONLY = ["words"]


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
    (spoken,) = espeak.speak([espeak.Utterance("Nobody came to the station that morning.", "en-us")])
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


def test_a_damaged_one_leaves_words_out_with_a_reason(production: Production, random_whisper: Path) -> None:
    copy = pull.add(random_whisper, name="whisper")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(UseError, match=r"words needs whisper must be there, got other files in .*--name whisper"):
        production.run(only=ONLY, jobs=1)
    summary = production.run(only=["speech"], jobs=1)
    assert (summary.faults, summary.left_out) == ((), {})
