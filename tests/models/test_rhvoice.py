"""RHVoice: its voices with their licences, its pace and pitch; the program is a stand-in where it is not installed."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import ModelError, UseError
from kinoeye.models import rhvoice
from kinoeye.models.speech import default_voice, speak
from kinoeye.models.spoken import FASTEST, Utterance
from kinoeye.run.voices import voices as listed

LINE = "Open the door, and step away from the window."
has_program = shutil.which(rhvoice.PROGRAM) is not None
needs_program = pytest.mark.skipif(not has_program, reason="RHVoice is not installed")

# Not RHVoice: a tone of 0.08 s a letter at the pace and pitch it was told, by the same command line; like the program
# it writes nothing where it finds no Latin letters, and takes another voice for one that it does not have.
STAND_IN = """#!{python}
import argparse, math, re, struct, wave
options = argparse.ArgumentParser()
for name in "prtio":
    options.add_argument(f"-{{name}}", default="100")
told = options.parse_args()
letters = len(re.findall("[a-z]", open(told.i).read().lower()))
if letters:
    with wave.open(told.o, "wb") as out:
        out.setparams((1, 2, 24000, 0, "NONE", ""))
        count, step = round(letters * 1920 * 100 / float(told.r)), 2 * math.pi * 1.5 * float(told.t) / 24000
        out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(step * n))) for n in range(count)))
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / rhvoice.PROGRAM
    program.parent.mkdir()
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    for name in ("Slt", "Lyubov", "Nobody-Knows"):
        folder = tmp_path / "share" / "RHVoice" / "voices" / name.lower()
        folder.mkdir(parents=True)
        (folder / "voice.info").write_text(f"name={name}\nlanguage=English\n")
    monkeypatch.setenv("PATH", str(program.parent))
    return program


def test_pace_and_pitch_are_handed_on(stand_in: Path) -> None:
    usual, fast = speak([Utterance(LINE, "rhvoice:slt"), Utterance(LINE, "rhvoice:SLT", pace=1.5, pitch=2.0)])
    assert len(usual.samples) / len(fast.samples) == pytest.approx(1.5, rel=0.02)
    assert (usual.voice, usual.licence, usual.rate_hz) == ("rhvoice:slt", "LGPL-2.1-or-later (the voice)", 24_000)
    crossings = [np.count_nonzero(np.diff(np.signbit(each.samples))) / len(each.samples) for each in (usual, fast)]
    assert crossings[1] / crossings[0] == pytest.approx(2, rel=0.02)
    assert (fast.pace, fast.pitch, fast.phones) == (1.5, 2.0, ())


def test_a_line_is_spoken_faster_until_it_fits(stand_in: Path) -> None:
    (usual,) = speak([Utterance(LINE, "rhvoice:slt")])
    fitted, hurried = speak(
        [Utterance(LINE, "rhvoice:slt", seconds=0.7 * len(usual.samples) / usual.rate_hz),
         Utterance(LINE, "rhvoice:slt", seconds=0.1)]
    )  # fmt: skip
    assert len(fitted.samples) <= 0.7 * len(usual.samples)
    assert hurried.pace == FASTEST


def test_a_restricted_voice_speaks_only_where_its_licence_is_named(stand_in: Path) -> None:
    with pytest.raises(UseError, match=r"its licence, CC-BY-NC-ND-4\.0, which forbids earning .* got none") as caught:
        speak([Utterance(LINE, "rhvoice:lyubov")])
    assert caught.value.remedy.endswith("rhvoice:lyubov@CC-BY-NC-ND-4.0")
    with pytest.raises(UseError, match="got MIT"):
        speak([Utterance(LINE, "rhvoice:lyubov@MIT")])
    (said,) = speak([Utterance(LINE, "rhvoice:lyubov@CC-BY-NC-ND-4.0")])
    assert said.voice == "rhvoice:lyubov@CC-BY-NC-ND-4.0"
    assert said.licence == "CC-BY-NC-ND-4.0 (the voice)"


def test_voices_are_listed_as_they_are_asked_for(stand_in: Path) -> None:
    assert [own.full_name for own in rhvoice.voices()] == ["lyubov@CC-BY-NC-ND-4.0", "nobody-knows", "slt"]
    rows = {row["voice"]: row for row in listed() if row["voice"].startswith("rhvoice:")}
    assert rows["rhvoice:slt"] == {"voice": "rhvoice:slt", "language": "English", "licence": "LGPL-2.1-or-later"}
    assert "not known here" in rows["rhvoice:nobody-knows"]["licence"]


def test_it_is_never_chosen_by_itself(stand_in: Path) -> None:
    assert default_voice("en") == "espeak:en"  # flite is not on the path


@pytest.mark.parametrize(
    ("voice", "text", "match"),
    [
        ("rhvoice:anna", LINE, "one of lyubov, nobody-knows, slt, got 'anna'"),
        ("rhvoice:slt", "你好", "must find English in a line, got '你好'"),
    ],
)
def test_refusals(stand_in: Path, voice: str, text: str, match: str) -> None:
    with pytest.raises(UseError, match=match):
        speak([Utterance(text, voice)])


def test_a_program_that_fails_is_said(stand_in: Path) -> None:
    stand_in.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(ModelError, match=r"RHVoice must be there to speak, got .*status 3"):
        speak([Utterance(LINE, "rhvoice:slt")])


def test_without_it_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhvoice.shutil, "which", lambda _: None)
    with pytest.raises(ModelError, match="no program RHVoice-test") as caught:
        speak([Utterance(LINE, "rhvoice:slt")])
    assert "apt-get install rhvoice rhvoice-english" in caught.value.remedy
    assert "non-free" in caught.value.remedy
    assert rhvoice.voices() == ()


@needs_program
def test_the_real_program_speaks_at_its_pace() -> None:
    name = next(own.full_name for own in rhvoice.voices() if own.language == "English" and not own.is_restricted)
    usual, fast = speak([Utterance(LINE, f"rhvoice:{name}"), Utterance(LINE, f"rhvoice:{name}", pace=1.5)])
    assert 1.5 < len(usual.samples) / usual.rate_hz < 5
    assert len(usual.samples) / len(fast.samples) == pytest.approx(1.5, rel=0.1)
    with pytest.raises(UseError, match="must find English"):
        speak([Utterance("你好", f"rhvoice:{name}")])
    with pytest.raises(UseError, match="must have the voice"):
        speak([Utterance(LINE, "rhvoice:nobody")])
