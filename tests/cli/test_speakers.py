"""kinoeye speakers lists who speaks, names them, and refuses in one line."""

import json
from pathlib import Path

import pytest

from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.cli.main import main
from kinoeye.production import Production
from kinoeye.store.results import Provenance
from kinoeye.store.speaking import Speakers
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


@pytest.fixture
def film(tmp_path: Path, make_film, monkeypatch) -> Path:
    folder = tmp_path / "my film"
    make_film(folder / "a.mp4", (48,), size=64)
    production = Production(folder)
    production.run(only=["shots"], jobs=1)
    rows = [{"speaker": 4, "start": 0, "end": SECOND, "score": 1.0}]
    production.index.results.write(SPEAKERS, production.asset("a.mp4"), SPEAKERS.from_rows(rows), Provenance(""))
    # What is run again afterwards is the run's own matter: the turns here are written by hand.
    monkeypatch.setattr(Production, "speakers", property(lambda self: Speakers(self.index, lambda: None)), raising=True)
    return folder


def do(*arguments: object) -> int:
    try:
        return int(main([str(each) for each in arguments]) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def test_list_and_name(film, capsys):
    assert do("speakers", film, "--json") == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row["path"], row["speaker"], row["seconds"], row["character"]) == ("a.mp4", 4, 1.0, None)
    assert do("speakers", film) == 0
    assert "a.mp4" in capsys.readouterr().out
    assert do("speakers", film, "name", "a.mp4", "0.5", "ANNA", "--person", "Jane") == 0
    kept = Production(film).index.decisions.all("speakers")
    assert [dict(each.value) for each in kept] == [{"said": "ANNA", "said_person": "Jane"}]


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("sing",), "must be one of list, name, got 'sing'"),
        (("name", "a.mp4", "0.5"), "must be told a file, a time and a character"),
        (("name", "a.mp4", "noon", "ANNA"), "speakers: a time"),
        (("name", "a.mp4", "1.5", "ANNA"), "somebody must speak at"),
        (("name", "b.mp4", "0.5", "ANNA"), "no asset at b.mp4. Did you mean a.mp4?"),
    ],
)
def test_refusals_are_one_line_and_exit_2(film, arguments, match, capsys):
    capsys.readouterr()
    assert do("speakers", film, *arguments) == 2
    said = capsys.readouterr().err
    assert match in said and said.count("\n") == 1
