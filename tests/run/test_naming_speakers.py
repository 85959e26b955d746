"""A whole run names who speaks by the screenplay, and what someone says of it stays."""

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest

from kinoeye.models import flite
from kinoeye.models.registry import models
from kinoeye.models.speech import speak
from kinoeye.models.spoken import Utterance
from kinoeye.production import Production
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

LINES = (
    ("ANNA", "flite:slt", "The rain has been falling on this old window since we came back."),
    ("BEN", "flite:rms", "Nobody leaves the house by the river before the morning comes."),
    ("ANNA", "flite:slt", "I never told you what happened that night on the bridge."),
    ("BEN", "flite:rms", "There is a letter for you on the table in the other room."),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Production:
    ready = {row["name"] for row in models() if row["state"] == "ready"}
    if not flite.is_there() or not {"speaker", "voices", "english-sounds", "english-words"} <= ready:
        pytest.skip("flite is not installed, or nets have not been fetched")
    folder = tmp_path_factory.mktemp("spoken") / "my film"
    folder.mkdir()
    said = speak([Utterance(text, voice) for _, voice, text in LINES])
    parts = [np.concatenate([each.samples, np.zeros(8000, np.float32)]) for each in said]
    for name, order in (("one", (0, 1, 2, 3)), ("two", (1, 0, 3, 2))):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, said[0].rate_hz, 0, "NONE", ""))
            file.writeframes((np.concatenate([parts[n] for n in order]) * 20_000).astype(np.int16).tobytes())
    script = "\n\n".join(["INT. ROOM - NIGHT", *(f"{name}\n{text}" for name, _, text in LINES)])
    (folder / "script.fountain").write_text(script + "\n")
    (folder / "kinoeye.toml").write_text("[words]\nadlibs = false\n")
    production = Production(folder)
    production.run(only=["utterances"], jobs=1)
    return production


def told(production: Production, path: str) -> list[str | None]:
    """The character of each line, those of one in a row once."""
    rows = production.index.read("utterances", production.asset(path)).to_pylist()
    names = [row["character"] for row in rows]
    return [name for n, name in enumerate(names) if n == 0 or names[n - 1] != name]


def test_lines_have_the_names_of_the_screenplay_without_any_purpose(film: Production) -> None:
    assert told(film, "one.wav") == ["ANNA", "BEN", "ANNA", "BEN"]
    assert told(film, "two.wav") == ["BEN", "ANNA", "BEN", "ANNA"]
    assert not film.index.results.assets("speaker_vectors")
    assert {row["voice"] for row in film.index.read("speaker_names").to_pylist()} == {None}


def test_what_is_said_of_one_moment_holds_in_every_later_run(film: Production, tmp_path: Path) -> None:
    shutil.copytree(film.folder, tmp_path / "my film")
    mine = Production(tmp_path / "my film")
    row = mine.speakers.name("one.wav", SECOND, "THE QUEEN", "Jane Doe")
    assert (row["character"], row["person_name"]) == ("THE QUEEN", "Jane Doe")
    assert told(mine, "one.wav") == ["THE QUEEN", "BEN", "THE QUEEN", "BEN"]
    assert told(mine, "two.wav") == ["BEN", "ANNA", "BEN", "ANNA"]
    shutil.rmtree(mine.index.files.root / "tables")
    again = Production(tmp_path / "my film")
    again.run(only=["utterances"], jobs=1)
    assert told(again, "one.wav") == ["THE QUEEN", "BEN", "THE QUEEN", "BEN"]
    persons = {row["person"] for row in again.index.read("utterances").to_pylist()}
    assert persons == {"Jane Doe", None}
