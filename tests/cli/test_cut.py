"""kinoeye cut writes versions, says why, and refuses in one line."""

import json
from pathlib import Path

import pytest

from kinoeye.analyses.editing.coverage import COVERAGE, coverage
from kinoeye.analyses.editing.takes import TAKES, takes
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import WORDS
from kinoeye.cli.main import main
from kinoeye.export.formats import read
from kinoeye.production import Production
from kinoeye.store.results import Provenance
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

SCRIPT = "INT. A - DAY\n\nANNA\nWho hired the pigeon?\n\nBEN\nIt works for crumbs.\n\nANNA\nGoodbye then.\n"


@pytest.fixture
def production(tmp_path: Path, make_film) -> Path:
    """A screenplay, and a film of four seconds in which two of its lines are said, by tables written by hand."""
    folder = tmp_path / "my film"
    make_film(folder / "Scene 1 Take 2.mp4", (96,), size=64)
    (folder / "script.fountain").write_text(SCRIPT)
    made = Production(folder)
    made.run(only=["shots", "scenes"], jobs=1)
    asset = made.asset("Scene 1 Take 2.mp4")
    said = ["who", "hired", "the", "pigeon", "it", "works", "for", "crumbs"]
    words = [
        {"start": n * SECOND // 4 + SECOND, "end": (n + 1) * SECOND // 4 + SECOND, "text": word, "written": word,
         "road": "script", "language": "en", "score": 0.9, "is_in_text": True, "stretch": 0}
        for n, word in enumerate(said)
    ]  # fmt: skip
    rows = ((WORDS, words), (SPEECH, [{"start": SECOND, "end": 3 * SECOND, "score": 0.9}]))
    for table, each in rows:
        made.index.results.write(table, asset, table.from_rows(each), Provenance(""))
    return folder


@pytest.fixture
def covered(production: Path) -> Path:
    """The same, with takes and coverage made of it."""
    index = Production(production).index
    tables = index.all()
    given = {name: tables.get(name) for name in ("assets", "shots", "texts", "twins", "scenes", "drafts")}
    found = takes(*given.values())
    index.results.write(TAKES, "production", found, Provenance(""))
    rest = (tables[name] for name in ("words", "shots", "framing", "lips", "face_tracks", "drafts"))
    index.results.write(COVERAGE, "production", coverage(tables["lines"], found, *rest), Provenance(""))
    return production


def do(*arguments: object) -> int:
    try:
        return int(main([str(each) for each in arguments]) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def test_by_script(covered, capsys):
    assert (
        do("cut", covered, "--by", "script", "--format", "otio", "--format", "edl", "--alternates", "0", "--json") == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in told["pieces"]] == ["covered", "covered"]
    assert [row["take"] for row in told["pieces"]] == [2, 2]
    assert told["missing"] == ["ANNA: Goodbye then."]
    assert [Path(file).name for file in told["files"]] == ["Cut by script 001.otio", "Cut by script 001.edl"]
    (timeline,) = read(Path(told["files"][0]))
    assert timeline.duration / SECOND == pytest.approx(told["seconds"])
    assert do("cut", covered) == 0
    assert "missing: ANNA: Goodbye then." in capsys.readouterr().out
    names = sorted(each.name for each in (covered / "out" / "cuts").iterdir())
    assert names == ["Cut by script 001.edl", "Cut by script 001.otio", "Cut by script 002.otio"]


def test_by_silence_and_by_words(production, capsys):
    assert do("cut", production, "--by", "silence", "--handle", "0", "--json") == 0
    assert json.loads(capsys.readouterr().out)["seconds"] == pytest.approx(2.0, abs=0.05)
    assert do("cut", production, "--by", "words", "--words", "works for crumbs / who hired the moon", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["said"] for row in told["pieces"]] == ["works for crumbs", "who hired the"]
    assert told["missing"] == []


def test_highlights_and_trailer(production, capsys):
    assert do("cut", production, "--by", "highlights", "--seconds", "2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["seconds"] <= 2 + 1 / 24
    assert told["pieces"][0]["file"] == "Scene 1 Take 2.mp4"
    assert Path(told["files"][0]).name == "Highlights 001.otio"

    assert do("cut", production, "--by", "trailer", "--seconds", "2", "--spoilers", "--json") == 0
    assert Path(json.loads(capsys.readouterr().out)["files"][0]).name == "Trailer 001.otio"


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("--by", "mood"), "--by must be one of script, silence, words, highlights, trailer, got 'mood'"),
        (("--by", "script"), "must have takes in which the screenplay's lines are said"),
        (("--by", "words"), "the words must hold a phrase, got none"),
        (("--by", "silence", "--silence", "0"), "silence must lie in 0.1..60, got 0.0"),
        (("--by", "silence", "--format", "csv"), "the format must be one of otio, edl, fcpxml, xml, aaf, got 'csv'"),
        (("--by", "highlights", "--seconds", "0"), "highlights must last 2..3600 seconds, got 0"),
        (("--by", "trailer", "--seconds", "1"), "a trailer must last 2..3600 seconds, got 1"),
        (("--by", "script", "--split", "9"), "split must lie in -5..5, got 9"),
        (("--by", "silence", "--path", "b.mp4"), "no asset at b.mp4"),
    ],
)
def test_refusals_are_one_line_and_exit_2(production, arguments, match, capsys):
    capsys.readouterr()
    assert do("cut", production, *arguments) == 2
    said = capsys.readouterr().err
    assert match in said
    assert said.count("\n") == 1
    assert not (production / "out").exists()


def test_lists_of_a_cut(covered, capsys, tmp_path):
    assert do("cut", covered, "--alternates", "0") == 0
    assert do("cut", covered, "--alternates", "0", "--format", "edl") == 0
    capsys.readouterr()
    assert do("export", covered, "dialogue-list", "shot-list-docx", "aaf", "--of", "Cut by script", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    names = [Path(file).name for file in told["files"]]
    assert names == ["Cut by script 002 dialogue list.csv", "Cut by script 002 shot list.docx", "Cut by script 002.aaf"]
    assert any("aaf: 2 markers are left out" in each for each in told["left_out"])
    (csv,) = (Path(file).read_text("utf-8-sig").splitlines() for file in told["files"][:1])
    assert [row.split(",")[5:7] for row in csv[1:]] == [
        ["ANNA", "Who hired the pigeon?"],
        ["BEN", "It works for crumbs."],
    ]
    first = do(
        "export", covered, "dialogue-list", "--of", "out/cuts/Cut by script 001.otio", "--out", tmp_path / "there"
    )
    assert first == 0
    again = (tmp_path / "there" / "Cut by script 001 dialogue list.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[6] for row in again[1:]] == ["Who hired the pigeon?", "It works for crumbs."]


@pytest.mark.parametrize(("arguments", "match"), [
    (["dialogue-list", "--of", "Nowhere"], "the cut must be a timeline's file or one of Cut by script 001"),
    (["coverage-csv", "--of", "Cut by script"], "must not be of a cut"),
    (["html", "--of", "Cut by script"], "of a cut the format must be a list of it"),
    (["dialogue-list", "--of", "Cut by script", "--path", "a.mov"], "--of or --path must be given, got both"),
    (["dialogue-list", "--of", "Cut by script", "--rate", "x"], "--rate must be a number above 0"),
    (["dialogue-list", "--of", "script.fountain"], "a timeline must be one of"),
    (["music-cues", "--of", "Cut by script"], "must have something to list"),
])  # fmt: skip
def test_lists_of_a_cut_are_refused_in_one_line(covered, capsys, arguments, match):
    assert do("cut", covered) == 0
    capsys.readouterr()
    assert do("export", covered, *arguments) == 2
    told = capsys.readouterr()
    assert match in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_an_older_draft_is_left_out_and_said(production, capsys):
    (production / "script v2.fountain").write_text(SCRIPT.replace("Goodbye then.", "So long, then."))
    assert do("run", production, "--only", "scenes", "--only", "drafts", "--jobs", "1") == 0
    index = Production(production).index
    tables = index.all()
    found = takes(*(tables[name] for name in ("assets", "shots", "texts", "twins", "scenes", "drafts")))
    index.results.write(TAKES, "production", found, Provenance(""))
    rest = (tables[name] for name in ("words", "shots", "framing", "lips", "face_tracks", "drafts"))
    index.results.write(COVERAGE, "production", coverage(tables["lines"], found, *rest), Provenance(""))
    capsys.readouterr()
    assert do("cut", production, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["older_drafts"] == [{"draft": "script.fountain", "counts": "script v2.fountain"}]
    assert told["missing"] == ["ANNA: So long, then."]
    formats = ("coverage", "coverage-csv", "lined-script", "lined-script-pdf", "shot-plan")
    assert do("export", production, *formats, "--json") == 0
    said = "script.fountain is an older draft and left out; script v2.fountain counts."
    assert json.loads(capsys.readouterr().out)["left_out"] == [said]
    for name in ("coverage.html", "coverage.csv", "lined script.html", "shot plan.csv"):
        text = (production / "out" / name).read_text("utf-8-sig")
        assert (said in text) == name.endswith("html")
        assert "Goodbye then" not in text
    capsys.readouterr()
    assert do("script", "drafts", production, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["path"], row["is_current"]) for row in rows] == [
        ("script.fountain", False),
        ("script v2.fountain", True),
    ]
