"""Voices asked for as they cannot be: each ends in words that say what to do."""

from pathlib import Path

import pytest

from kinoeye.errors import DocumentError, KinoeyeError, ModelError, UseError
from kinoeye.models import flite, rhvoice
from kinoeye.production import Production
from kinoeye.store.made import Made

SCRIPT = """INT. HALL - NIGHT

NORA
Open the door.

TEO
Never.
"""
SUBTITLES = """1
00:00:00,500 --> 00:00:02,000
NORA: Open the door.
"""


@pytest.fixture
def film(tmp_path: Path) -> Production:
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "script.fountain").write_text(SCRIPT)
    (folder / "lines.srt").write_text(SUBTITLES)
    (folder / "mute.srt").write_text("1\n00:00:00,500 --> 00:00:02,000\n...\n")
    production = Production(folder)
    production.run(only=["paragraphs"], jobs=1)
    return production


@pytest.mark.parametrize("kind", ["voice", "dub"])
def test_a_cast_file_with_an_unknown_character_is_told(film: Production, tmp_path: Path, kind: str) -> None:
    cast = tmp_path / "cast.toml"
    cast.write_text('[NORRA]\nvoice = "espeak:en"\n[NORA]\nvoice = "espeak:en"\n[NARRATOR]\npace = 1.1\n')
    order = {"cast": cast, "voice": "espeak:en"}
    made = (
        film.sound.read_aloud("script.fountain", **order) if kind == "voice" else film.sound.dub("lines.srt", **order)
    )
    assert [note for note in made.notes if "cast" in note] == [
        "the cast file's NORRA says nothing here. Did you mean NORA?"
    ]


@pytest.mark.parametrize(
    ("cast", "error", "match"),
    [
        ('[NORA]\nvoice = "espeak:tlh-x"', UseError, "espeak must have the voice 'tlh-x'"),
        ('[NORA]\nvoice = "parrot:x"', UseError, "a voice must be flite:NAME, rhvoice:NAME"),
        ('[NORA]\nvoice = "flite:slt"', ModelError, "flite must be there to speak"),
        ('[NORA]\nvoice = "rhvoice:slt"', ModelError, "RHVoice must be there to speak"),
        ("[NORA", DocumentError, "must be TOML"),
    ],
)
def test_a_voice_that_is_not_there(
    film: Production, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: str, error: type[KinoeyeError], match: str
) -> None:
    for module in (flite, rhvoice):
        monkeypatch.setattr(module.shutil, "which", lambda _: None)
    (tmp_path / "cast.toml").write_text(cast)
    for ask in (film.sound.read_aloud, film.sound.dub):
        with pytest.raises(error, match=match) as caught:
            ask("script.fountain" if ask == film.sound.read_aloud else "lines.srt", cast=tmp_path / "cast.toml")
        if error is ModelError:
            assert "apt-get install" in caught.value.remedy


def test_nothing_to_speak(film: Production) -> None:
    for text in ("", "  \n", "..."):
        with pytest.raises(UseError, match=r"voice: there must be words to speak, got none"):
            film.sound.say(text, voice="espeak:en")
    with pytest.raises(UseError, match="must be a screenplay or subtitles of the production, got nothing"):
        film.sound.dub("none.srt")
    with pytest.raises(UseError, match=r"dub: mute\.srt must have words to speak, got none"):
        film.sound.dub("mute.srt", voice="espeak:en")
    out = film.folder / "out"
    assert not out.exists() or not [path for path in out.iterdir() if path.suffix != ".json"]


@pytest.mark.parametrize("kind", ["voice", "dub"])
def test_killed_it_leaves_nothing_unknown(film: Production, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def die(_: Path) -> None:
        raise SystemExit

    def speak() -> None:
        if kind == "voice":
            film.sound.say("Never.", voice="espeak:en")
        else:
            film.sound.dub("lines.srt", voice="espeak:en")

    with monkeypatch.context() as patch:
        patch.setattr("kinoeye.store.made.sync_folder", die)
        with pytest.raises(SystemExit):
            speak()
    found = list((film.folder / "out").iterdir())
    assert len(found) == 1
    assert Made(film.index.files, film.folder).is_ours(found[0])
    speak()
