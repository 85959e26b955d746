"""Lines in turn and in time: nothing overlaps, nothing is cut off, the bed goes under the voice."""

from collections.abc import Sequence

import numpy as np
import pytest

from kinoeye.errors import DocumentError
from kinoeye.models import flite
from kinoeye.models.spoken import FASTEST, Phone, Spoken, Utterance
from kinoeye.signals.blocks import whole
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.casting import Part, cast_for, read_cast
from kinoeye.treatments.sound.dub import mixed
from kinoeye.treatments.sound.reading import Line
from kinoeye.treatments.sound.speaking import RATE_HZ, in_time, in_turn, laid_out, say, slots_of

SECOND = FLICKS_PER_SECOND


def toneless(utterances: Sequence[Utterance]) -> list[Spoken]:
    """An engine of ours: a tenth of a second for each letter, at most twice as fast."""
    answers = []
    for each in utterances:
        own = len(each.text) / 10
        pace = each.pace if each.seconds is None else min(FASTEST, max(each.pace, own / each.seconds))
        samples = (0.3 * np.sin(np.arange(round(own / pace * 16_000)) * 0.06)).astype(np.float32)
        answers.append(Spoken(samples, 16_000, (Phone("a", 0, len(samples)),), each.voice, "none", pace, 1.0))
    return answers


def cue(number: int, start: float, end: float, text: str, who: str = "") -> Line:
    return Line(number, 0, "cue", who, text, "", round(start * SECOND), round(end * SECOND))


CAST = {"": Part("espeak:en")}


def test_a_dub_keeps_its_times_and_never_overlaps() -> None:
    cues = [cue(1, 1, 2, "a" * 8), cue(2, 2, 3, "b" * 18), cue(3, 3, 4, "c" * 60), cue(4, 4, 5, "d" * 8)]
    said = say(cues, CAST, slots_of(cues), speaks=toneless)
    starts = in_time(said)
    ends = [start + each.duration for each, start in zip(said, starts, strict=True)]
    assert starts[:3] == [SECOND, 2 * SECOND, 3 * SECOND]
    assert ends[0] == pytest.approx(1.8 * SECOND, rel=1e-3)  # it had time: spoken as it is
    assert ends[1] < 3 * SECOND  # faster by the engine
    assert ends[2] == pytest.approx(3 * SECOND + 60 / 10 / 2 / 1.25 * SECOND, rel=0.01)  # as fast as it goes
    assert said[2].pace == pytest.approx(2.5)
    assert starts[3] > ends[2]  # it waits
    assert said[2].phones[-1].end == pytest.approx(len(said[2].samples), abs=1)


def test_a_slot_goes_on_into_the_gap_but_not_into_the_next_line() -> None:
    assert slots_of([cue(1, 0, 1, "a"), cue(2, 1.2, 2, "b"), cue(3, 9, 10, "c")]) == pytest.approx([1.14, 1.3, 1.5])


def test_lines_stand_where_they_belong_and_length_is_exact() -> None:
    cues = [cue(1, 0.5, 1.5, "a" * 5), cue(2, 2, 3, "b" * 5)]
    said = say(cues, CAST, slots_of(cues), speaks=toneless)
    sound = whole(laid_out(said, in_time(said), 3 * RATE_HZ + 7))
    assert sound.shape == (3 * RATE_HZ + 7, 1)
    loud = np.flatnonzero(np.abs(sound[:, 0]) > 1e-4)
    assert abs(loud[0] - RATE_HZ // 2) < 50
    assert not np.abs(sound[round(1.1 * RATE_HZ) : round(1.9 * RATE_HZ)]).any()
    assert len(whole(laid_out(said, in_time(said), RATE_HZ))) == RATE_HZ


def test_in_turn_pauses_follow_punctuation() -> None:
    lines = [
        Line(1, 1, "dialogue", "", "So I --"),
        Line(2, 1, "dialogue", "", "No."),
        Line(3, 1, "dialogue", "", "(sighs)"),
    ]
    said = say(lines, CAST, speaks=toneless)
    assert len(said) == 2  # what is not spoken is no line
    first, second = in_turn(said)
    assert first == 0
    assert second == said[0].duration + round(0.08 * SECOND)


def test_loudness_and_style_of_a_part() -> None:
    cast = {"A": Part("espeak:en"), "B": Part("espeak:en", gain_db=-12), "C": Part("espeak:en", style="whispering")}
    loud, soft, whispered = say([Line(n, 0, "dialogue", who, "aaaaaaaa") for n, who in enumerate("ABC")], cast,
                                speaks=toneless)  # fmt: skip
    levels = [float(np.sqrt((each.samples**2).mean())) for each in (loud, soft, whispered)]
    assert 20 * np.log10(levels[0] / levels[1]) == pytest.approx(12, abs=0.5)
    assert levels[2] < 0.6 * levels[0]


@pytest.mark.parametrize(("channels", "expected"), [(1, [1.0]), (2, [0.7071, 0.7071]), (6, [0, 0, 1.0, 0, 0, 0])])
def test_a_voice_is_laid_over_a_bed(channels: int, expected: list[float]) -> None:
    bed = np.full((1000, channels), 0.25, np.float32)
    voice = np.ones((1300, 1), np.float32)
    made = whole(mixed([bed[:300], bed[300:]], [voice[:7], voice[7:]], size=64))
    assert made.shape == (1300, channels)
    assert made[0] == pytest.approx(0.25 + np.array(expected), abs=1e-4)
    assert made[-1] == pytest.approx(expected, abs=1e-4)
    assert len(whole(mixed([bed], [voice[:5]], size=64))) == 1000


def test_who_is_not_in_the_cast_file_gets_a_voice_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flite, "is_there", lambda: False)
    given = read_cast('[Nora]\nvoice = "espeak:en-us+f2"\npitch = 1\nperson = "Anna"\n[TEO]\nthroat = 0.9')
    cast = cast_for(["", "Nora", "TEO", "A", "B", "C", "D", "E", "F"], given, language="en")
    assert cast["NORA"] == Part("espeak:en-us+f2", 1.0, person="Anna")
    assert cast["TEO"] == Part("espeak:en", throat=0.9)
    assert len({cast[each] for each in "ABCDEF"}) == 6
    assert cast[""] == Part("espeak:en")
    assert cast_for(["A"], {}, voice="espeak:fr")["A"] == Part("espeak:fr")
    assert cast_for(["甲"], {}, language="zh")["甲"].voice.startswith("espeak:cmn+")


@pytest.mark.parametrize(("text", "match"), [
    ("voice", "must be TOML"),
    ("A = 3", r"A must be a table such as \[A\], got 3"),
    ("[A]\nvoise = 'x'", "must have keys of voice, pitch"),
    ("[A]\npitch = 'high'", "pitch of A must be a number, got 'high'"),
    ("[A]\npitch = true", "must be a number, got True"),
    ("[A]\nvoice = 3", "voice of A must be text, got 3"),
    ("[A]\nthroat = 9", r"throat of A must lie in 0\.6\.\.1\.6, got 9"),
])  # fmt: skip
def test_a_wrong_cast_file_is_refused(text: str, match: str) -> None:
    with pytest.raises(DocumentError, match=match):
        read_cast(text)
