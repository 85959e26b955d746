"""What is said is told line by line: by the screenplay's name where a line is said, else by the voice's."""

from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.analyses.sound.words import WORDS
from kinoeye.export.said import said_lines
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def told(listed, **more):
    return [(each.who, each.voice, each.text) for each in said_lines(listed.tables(**more), "a")]


def test_a_line_has_the_screenplays_name_and_its_writing(listed):
    assert told(listed) == [
        ("ANNA", None, "Who left the kitchen door open?"),
        ("BEN", None, "-It was never closed."),
        ("", 1, "some other thing nobody wrote"),
    ]


def test_times_are_those_of_the_words(listed):
    first, second, _ = said_lines(listed.tables(), "a")
    assert (first.start, first.end) == (SECOND + 7, 4 * SECOND + 7)
    assert (second.start, second.extension, second.scene) == (6 * SECOND + 7, "O.S.", "x")


def test_other_words_stay_as_they_were_said(listed):
    words = listed.spoken("who left the cellar door open", 1)
    (said,) = said_lines(listed.tables(words=(WORDS, words)), "a")
    assert (said.who, said.text, said.is_as_written) == ("ANNA", "Who left the cellar door open?", False)
    assert said.written == "Who left the kitchen door open?"


def test_words_that_a_line_lacks_are_its_own_only_at_once_and_in_no_other_voice(listed):
    words = listed.spoken("it was never shut", 6)
    (said,) = said_lines(listed.tables(words=(WORDS, words), speakers=(WORDS, None)), "a")
    assert said.who == "BEN"
    far = [*listed.spoken("it was never", 6), *listed.spoken("shut", 12)]
    assert len(said_lines(listed.tables(words=(WORDS, far)), "a")) == 2


def test_without_screenplay_and_voices_nobody_is_named(listed):
    bare = {"lines": (LINES, None), "speakers": (WORDS, None), "speaker_names": (WORDS, None)}
    assert [(who, voice) for who, voice, _ in told(listed, **bare)] == [("", None)] * 3  # parted at pauses


def test_of_two_screenplays_the_one_that_is_said_counts(listed):
    other = [listed.line("o", "EVE", "Quite another thing is said here.", scene="y") | {"asset": "t"}]
    assert told(listed, lines=(LINES, [*other, *listed.LINES_OF_IT]))[0][0] == "ANNA"


def test_marks_and_hyphens_stay(listed):
    words = listed.spoken("forty one goodbyes and i believe none", 1)
    (said,) = said_lines(
        listed.tables(
            words=(WORDS, words), lines=(LINES, [listed.line("l", "A", "“Forty-one goodbyes”, and I believe none.")])
        ),
        "a",
    )
    assert said.text == "“Forty-one goodbyes”, and I believe none."


def test_a_word_of_another_language_breaks_nothing(listed):
    words = listed.spoken("who left the kitchen door open", 1)
    words[0]["language"] = "de"
    (said,) = said_lines(listed.tables(words=(WORDS, words)), "a")
    assert (said.who, said.text, said.is_as_written) == ("ANNA", "Who left the kitchen door open?", True)


def test_without_words_nothing_is_said(listed):
    assert said_lines(listed.tables(words=(WORDS, [])), "a") == []
    assert said_lines(listed.tables(words=(WORDS, None)), "a") == []


def test_chinese_has_no_spaces(listed):
    words = [listed.at(place, place + 1, text=sign, written=sign, score=1.0, language="zh", is_in_text=True)
             for place, sign in enumerate("谁开了厨房的门")]  # fmt: skip
    (said,) = said_lines(
        listed.tables(words=(WORDS, words), lines=(LINES, [listed.line("l", "安娜", "谁开了厨房的门？")])), "a"
    )
    assert (said.who, said.text) == ("安娜", "谁开了厨房的门？")


def test_spots_can_be_read_and_lose_no_word(listed):
    text = "Here is the first of it, which is long. " * 2 + "And then there is more, and more; and yet more of that."
    words = listed.spoken(
        " ".join(text.lower().replace(",", "").replace(".", "").replace(";", "").split()), 0, pace=0.3
    )
    (said,) = said_lines(listed.tables(words=(WORDS, words), lines=(LINES, [listed.line("l", "ANNA", text)])), "a")
    spots = list(said.spots())
    assert " ".join(each.text for each in spots) == said.text == " ".join(text.split())
    assert len(spots) > 1
    for each in spots:
        assert len(each.text) <= 84
        assert each.end - each.start <= 7 * SECOND
    assert spots[0].text.endswith((".", ",", ";"))
