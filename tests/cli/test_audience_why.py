"""kinoeye audience why: what is found is said in both languages, and shown on a page."""

import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import kinoeye
from kinoeye.analyses.audience.dropoff_causes import DROPOFF_CAUSES
from kinoeye.analyses.audience.dropoff_moments import DROPOFF_MOMENTS
from kinoeye.analyses.audience.leavings import LEAVINGS
from kinoeye.analyses.audience.title_films import TITLE_FILMS
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.cli.main import main
from kinoeye.export.dropoff_words import cause, cause_says, percent
from kinoeye.export.words import words
from kinoeye.media.assets import ASSETS
from kinoeye.signals.reasons import _KINDS
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

S = FLICKS_PER_SECOND
FILM = "f" * 32
EVIL = "<b>O'Neil</b>"
CAUSE = {"kind": "content", "cause": "person", "who": "p1", "name": EVIL, "is_found": True, "effect": 0.4, "low": 0.2,
         "high": 0.6, "chance": 0.001, "placebo": 0.002, "pieces": 7, "films": 1, "seconds": 40, "there": 9000.0,
         "left": 120.0, "extra": 34.0, "trees": 0.3, "share": 0.6, "false_alarms": 0.0}  # fmt: skip
MOMENT = {"asset": FILM, "start": 10 * S, "end": 14 * S, "there": 900.0, "left": 60.0, "expected": 40.0, "oftener": 0.5,
          "low": 0.2, "high": 0.8, "cause": "person", "who": "p1", "share": 0.7, "parts": [], "shot": 1, "scene": "s1",
          "heading": "EXT. ROOFTOP - DAY", "lines": ["l1"], "speaker": "NORA", "said": "cut"}  # fmt: skip


class _Whole(HTMLParser):
    """Reads a page; every tag that opens must close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"meta", "img", "input", "br", "link", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "film"
    folder.mkdir()
    index = kinoeye.open(folder).index
    shots = [{"shot": n, "start": 10 * n * S, "end": 10 * (n + 1) * S, "first_frame": 240 * n,
              "end_frame": 240 * (n + 1), "transition": "cut", "transition_start": 10 * n * S}
             for n in range(3)]  # fmt: skip
    there = np.linspace(1000, 500, 30)
    leavings = [{"asset": FILM, "second": n, "state": "smooth", "group": 0, "there": float(there[n]), "left": 5.0}
                for n in range(30)]  # fmt: skip
    index.results.write(ASSETS, FILM, ASSETS.from_rows([{"asset": FILM, "path": "film/Rain.mp4", "kind": "video"}]),
                        Provenance(""))  # fmt: skip
    index.results.write(SHOTS, FILM, with_asset(SHOTS.from_rows(shots), FILM), Provenance(""))
    playback = CAUSE | {"kind": "playback", "cause": "rebuffered", "who": "", "name": "", "effect": 3.0, "pieces": None}
    for table, rows in ((LEAVINGS, leavings), (DROPOFF_CAUSES, [CAUSE, playback]), (DROPOFF_MOMENTS, [MOMENT]),
                        (TITLE_FILMS, [{"title": "t1", "asset": FILM, "name": "Rain", "how": "name"}])):  # fmt: skip
        index.results.write(table, PRODUCTION, table.from_rows(rows), Provenance(""))
    return folder


def test_it_says_why_and_shows_it(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["audience", "why", str(film)])
    said = capsys.readouterr().out
    assert "40 % oftener while <b>O'Neil</b> is on screen (20 to 60 %): about 34 of 120" in " ".join(said.split())
    assert "0:00:10 – 0:00:14" in said
    assert "NORA: cut" in said
    page = (film / "out/audience/Rain.html").read_text(encoding="utf-8")
    _Whole(page)
    assert EVIL not in page
    assert "EXT. ROOFTOP - DAY" in page
    assert "观众离开的频率高 40 %" in page


def test_in_chinese_and_as_json(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "why.html"
    main(["audience", "why", str(film), "Rain.mp4", "--out", str(out), "--language", "zh"])
    assert "可能的原因" in capsys.readouterr().out
    assert 'lang="zh"' in out.read_text(encoding="utf-8")
    main(["audience", "why", str(film), "t1", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["causes"][0]["cause"] == "person"
    assert told["moments"][0]["speaker"] == "NORA"


def test_a_file_that_is_there_stays(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "why.html"
    out.write_text("mine")
    with pytest.raises(SystemExit):
        main(["audience", "why", str(film), "--out", str(out)])
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("Snow",), "the title must be one of Rain, got Snow"), (("--language", "fr"), "must be one of en, zh, got 'fr'")],
)
def test_what_is_not_there(
    film: Path, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audience", "why", str(film), *arguments])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_production_without_viewers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audience", "why", str(tmp_path)])
    assert ended.value.code != 0
    assert "Traceback" not in capsys.readouterr().err


def test_every_reason_has_words_in_both_languages() -> None:
    for kind in (*_KINDS, "credits", "person", "sound", "mood", "playback", "rebuffered", "middling", "poor"):
        english, chinese = cause(kind, "X")
        assert english != kind.replace("_", " ") or kind in {"music"}
        assert english != chinese


def test_who_stays_is_said_the_right_way_round() -> None:
    english, chinese = cause_says(CAUSE | {"effect": -0.1, "low": -0.2, "high": -0.05, "name": "JUNE"})
    assert "10 % less often while JUNE is on screen (5 to 20 % less)" in english
    assert "低 10 %" in chinese
    assert percent(0.125) == "12"


def test_both_languages_have_the_same_messages() -> None:
    english, chinese = (words(language).sections["dropoff"] for language in ("en", "zh"))
    assert english.keys() == chinese.keys()
