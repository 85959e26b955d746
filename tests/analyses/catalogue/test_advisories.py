"""Advisories: what is planted is told where it stands, what only looks like it is not."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.advisories import advisories
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.screenplay.paragraphs import PARAGRAPHS
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.words import WORDS
from kinoeye.errors import SettingError
from kinoeye.streams import Text
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def _cues(*said: str) -> pa.Table:
    return PARAGRAPHS.from_rows(
        {"paragraph": n, "text": text, "start": n * SECOND, "end": (n + 1) * SECOND} for n, text in enumerate(said)
    )


def _words(said: str, language: str = "en", score: float = 0.9) -> pa.Table:
    return WORDS.from_rows(
        {
            "start": n * SECOND // 2, "end": (n + 1) * SECOND // 2, "text": word, "written": "", "is_in_text": False,
            "score": score, "stretch": 0, "language": language,
        }
        for n, word in enumerate(said.split())
    )  # fmt: skip


def _told(table: pa.Table) -> list[tuple[Any, ...]]:
    return [(row["kind"], row["level"], row["words"]) for row in table.to_pylist()]


def test_cues_are_read_with_their_times() -> None:
    found = advisories(None, _cues("Good morning.", "Drop the gun, you bastard!")).to_pylist()
    assert {(row["kind"], row["level"], row["words"]) for row in found} == {
        ("weapons", "moderate", "gun"),
        ("language", "moderate", "bastard"),
    }
    assert {(row["start"], row["end"], row["paragraph"], row["source"]) for row in found} == {
        (SECOND, 2 * SECOND, 1, "paragraphs")
    }


@pytest.mark.parametrize("said", [
    "We shoot the scene at dawn.", "I'm killing time.", "A shot of espresso, please.", "The blood test came back.",
    "Dick, your tea is ready.", "Come on, Dick, your tea is ready.", "电影昨天杀青了。", "她在操场上跑步。",
    "你的血型是什么？",
])  # fmt: skip
def test_the_same_words_meant_otherwise_are_not_told(said: str) -> None:
    assert advisories(None, _cues(said)).num_rows == 0


@pytest.mark.parametrize(("said", "kind", "level"), [
    ("What the f*** is that?", "language", "strong"), ("Oh, shiiit!", "language", "moderate"),
    ("That's bullsh1t.", "language", "moderate"), ("他妈的，滚！", "language", "moderate"),
    ("I'm going to kill you.", "violence", "moderate"), ("He slit his wrists.", "self_harm", "strong"),
    ("They found heroin in her car.", "drugs", "strong"), ("Have you got a light?", "smoking", "mild"),
    ("他昨晚又喝醉了。", "alcohol", "mild"), ("他割腕了。", "self_harm", "strong"),
])  # fmt: skip
def test_what_is_said_is_told(said: str, kind: str, level: str) -> None:
    assert (kind, level) in {each[:2] for each in _told(advisories(None, _cues(said)))}


def test_heard_words_are_told_when_they_are_said() -> None:
    (row,) = advisories(words=_words("please do not shoot him now")).to_pylist()
    assert (row["kind"], row["words"], row["source"]) == ("violence", "shoot him", "words")
    assert (row["start"], row["end"]) == (3 * SECOND // 2, 5 * SECOND // 2)


def test_what_is_heard_badly_is_less_sure() -> None:
    said = "they shoot him now"
    sure, doubtful = (advisories(words=_words(said, score=each), least=0)["score"][0].as_py() for each in (0.9, 0.3))
    assert doubtful < sure
    assert advisories(words=_words(said, score=0.3)).num_rows == 0


def test_chinese_signs_are_read_together() -> None:
    (row,) = advisories(words=_words("你 他 妈 的", language="zh")).to_pylist()
    assert (row["words"], row["start"]) == ("他妈的", SECOND // 2)


def test_screams_and_blasts_are_told() -> None:
    heard = SOUNDS.from_rows(
        [{"start": 0, "end": SECOND, "kind": kind, "score": 0.9} for kind in ("scream", "rain", "blast")]
    )
    assert _told(advisories(sounds=heard)) == [("threat", "moderate", "scream"), ("violence", "moderate", "blast")]


def test_signs_count_and_slates_do_not() -> None:
    shown = TEXTS.from_rows(
        {"start": 0, "end": SECOND, "text": "OLD TOWN WHISKEY", "score": 0.95, "kind": kind}
        for kind in ("sign", "slate")
    )
    assert _told(advisories(texts=shown)) == [("alcohol", "mild", "WHISKEY")]


def test_records_say_nothing() -> None:
    assert advisories(Text("a,b\nkill him,1\n", "records"), _cues("kill him,1")).num_rows == 0


def test_a_lower_least_never_tells_less() -> None:
    cues = _cues("Shoot!", "A knife.", "Damn.", "那把刀。")
    counts = [advisories(None, cues, least=least).num_rows for least in (0.9, 0.5, 0.1)]
    assert counts == sorted(counts)


def test_nothing_gives_nothing() -> None:
    assert advisories().num_rows == 0
    assert advisories(None, _cues()).num_rows == 0


def test_least_must_be_a_share() -> None:
    with pytest.raises(SettingError, match=r"least must lie in 0\.\.1, got 2"):
        advisories(least=2)
