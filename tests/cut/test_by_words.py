"""What is written is found where it is said best."""

import pyarrow as pa
import pytest

from kinoeye.analyses.sound.words import WORDS
from kinoeye.cut.by_words import by_words
from kinoeye.errors import UseError
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

STEP = SECOND // 2


def tables(**said):
    """Every word lasts 0.4 s, half a second after the one before; how sure it is stands behind a colon."""
    about = {"kind": "video", "start": 0, "end": 90 * SECOND, "rate_num": 25, "rate_den": 1, "channels": 1}
    assets = [{"asset": name, "path": f"{name}.mov", **about} for name in said]
    words = []
    for name, text in said.items():
        for number, token in enumerate(text.split()):
            word, _, sure = token.partition(":")
            start = (2 * number + 4) * STEP // 2
            words.append({"asset": name, "start": start, "end": start + STEP * 4 // 5, "text": word, "language": "en",
                          "score": float(sure or 0.9)})  # fmt: skip
    return {name: pa.Table.from_pylist(
        [{key: each.get(key) for key in table.stored_schema.names} for each in given],
        schema=pa.schema([field.with_nullable(True) for field in table.stored_schema]),
    ) for name, table, given in (("assets", ASSETS, assets), ("words", WORDS, words))}  # fmt: skip


A = "goodbye then whoever you are nobody who leaves says it that well"
B = "so what does she say you never wrote the last page goodbye:0.5 then:0.5"


def test_phrases_stand_in_the_order_in_which_they_are_written():
    made = by_words(tables(a=A, b=B), "You never wrote the last page. / Nobody who leaves / goodbye then")
    assert [(each.asset, each.said) for each in made.found] == [
        ("b", "you never wrote the last page"), ("a", "nobody who leaves"), ("a", "goodbye then")
    ]  # fmt: skip
    assert made.missing == ()
    clips = made.timeline.of("video")[0].items
    assert [clip.name for clip in clips] == ["b.mov", "a.mov", "a.mov"]
    assert clips[2].start == pytest.approx(STEP * 2 - 0.15 * SECOND, abs=SECOND / 25)


def test_a_changed_word_is_found_all_the_same():
    (found,) = by_words(tables(a=A), "nobody who goes says it that well").found
    assert found.said == "nobody who leaves says it that well"
    assert found.kept == pytest.approx(6 / 7)


def test_what_nobody_says_is_told():
    made = by_words(tables(a=A), "goodbye then / the rain in the north")
    assert made.missing == ("the rain in the north",)
    with pytest.raises(UseError, match="at least one phrase must be said somewhere, got 'the rain"):
        by_words(tables(a=A), "the rain in the north")


@pytest.mark.parametrize("text", ["", " / ", "...", "\n"])
def test_no_phrase_is_refused(text):
    with pytest.raises(UseError, match="the words must hold a phrase, got none"):
        by_words(tables(a=A), text)


def test_handle_is_checked():
    with pytest.raises(UseError, match=r"cut: handle must lie in 0\.\.5, got -1"):
        by_words(tables(a=A), "goodbye then", handle=-1)
