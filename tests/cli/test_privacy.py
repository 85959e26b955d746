"""consent, forget and effect on the command line: what is missing is said in one line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinoeye.cli.main import main


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("privacy") / "my film"
    make_film(folder / "a.mp4", (12, 10), size=64)
    assert _do("run", str(folder), "--only", "shots", "--jobs", "1", "--json") == 0
    return folder


def _do(*arguments: str) -> int:
    try:
        return int(main(list(arguments)) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


GIVE = ("consent", "FILM", "give", "Anna", "--scope", "index", "--document", "x.pdf", "--from", "2026-01-01")


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((*GIVE, "--to", "2026-12-31"), "nobody is known in this production. Identity is off"),
        (GIVE, "--scope, --document, --from and --to must be given"),
        ((*GIVE, "--to", "soon"), "a day must be written as 2026-01-31, got 'soon'"),
        (("consent", "FILM", "give"), "whose must be said"),
        (("consent", "FILM", "take", "Anna"), "must be one of list, give, withdraw, got 'take'"),
        (("consent", "FILM", "withdraw", "Anna"), "nobody is known"),
        (("forget", "FILM", "Anna", "--dry-run"), "nobody is known"),
        (("forget", "FILM", "Anna", "--yes"), "nobody is known"),
        (("effect", "FILM", "age", "a.mp4"), "must be one of anonymise, denoise"),
        (("effect", "FILM", "level", "a.mp4", "--room", "2"), "level must be given --target, got --room"),
        (("effect", "FILM", "level", "a.mp4", "--target", "loud"), "target must be one of r128"),
        (("effect", "FILM", "dehum", "a.mp4", "--mains", "55"), "mains_hz must be 50 or 60, got 55.0"),
        (("effect", "FILM", "duck", "a.mp4"), "the voice must be said with --against PATH"),
        (("effect", "FILM", "anonymise", "b.mp4"), "no asset at b.mp4. Did you mean a.mp4?"),
        (("effect", "FILM", "anonymise", "a.mp4", "--how", "smear"), "manner must be one of"),
        (("effect", "FILM", "anonymise", "a.mp4", "--person", "Anna"), '[face_vectors] purpose = "'),
    ],
)
def test_refusals_are_one_line_and_exit_2(
    film: Path, arguments: tuple[str, ...], match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(film) if each == "FILM" else each for each in arguments]
    capsys.readouterr()
    assert _do(*given) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("working ")]  # if it is slow
    assert len(said) == 1
    assert match in said[0]


def test_without_consents_the_list_is_empty(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert _do("consent", str(film), "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_effect_says_what_it_made(
    film: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: Any, **__: Any) -> list[Any]:
        return []

    monkeypatch.setattr("kinoeye.run.ways.look", nothing)
    capsys.readouterr()
    assert _do("effect", str(film), "anonymise", "a.mp4", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["pictures"], made["covered"]) == (22, 0)
    assert any("no face was found and nothing is covered" in note for note in made["notes"])
    assert Path(made["path"]).is_file()


def test_clean_sound_says_what_it_made(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert _do("effect", str(film), "level", "a.mp4", "--target", "-20", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["after"]["integrated_lufs"] == pytest.approx(-20, abs=0.1)
    assert all(Path(made[each]).is_file() for each in ("path", "sheet", "record"))
    assert _do("effect", str(film), "level", "a.mp4") == 0
    assert "samples as before" in capsys.readouterr().out
