"""Lines are credited to names where the text says so for one name alone."""

from kinoeye.signals.cues import Cues, line_of, lines_of, plain_name


def script(*pairs):
    return [line for n, (name, said) in enumerate(pairs) for line in line_of(name, said, n)]


def test_three_words_in_a_row_are_credited_and_words_around_them_not():
    lines = script(("ANNA", "Come in and close the door"), ("BEN", "I would rather stay here"))
    heard = ["oh", "well", "come", "in", "and", "close", "it", "i", "would", "rather", "go"]
    assert Cues(lines).credited(heard) == [-1, -1, 0, 0, 0, 0, -1, 1, 1, 1, -1]


def test_what_two_names_say_is_nobodys():
    lines = script(("ANNA", "I do not know"), ("BEN", "I do not know"), ("ANNA", "You know me well"))
    assert Cues(lines).credited(["i", "do", "not", "know", "you", "know", "me"]) == [-1, -1, -1, -1, 2, 2, 2]


def test_a_short_line_counts_where_the_turn_is_hardly_more():
    lines = script(("ANNA", "No"), ("BEN", "Good night"))
    assert Cues(lines).credited(["no"]) == [0]
    assert Cues(lines).credited(["there", "is", "no", "way", "out", "of", "here"]) == [-1] * 7
    assert Cues(lines).credited(["well", "good", "night", "then"]) == [-1, 1, 1, -1]


def test_without_words_there_is_no_line():
    assert line_of("ANNA", "...", 0) == []


def test_names_before_a_colon():
    text = "- ANNA: Hi\nthere\n>> Dr. Ben Low (laughs): No\n[EVE]: Yes\n安娜：你好"
    found = [(line.name, " ".join(line.words)) for line in lines_of(text, 0)]
    assert found == [("ANNA", "hi there"), ("Dr. Ben Low", "no"), ("EVE", "yes"), ("安娜", "你好")]
    for other in ("so he said: no", "Note: the lamp", "one of the five of us: no", "12:30 in the night", "plain words"):
        assert lines_of(other, 0) == []


def test_names_are_compared_without_case_and_brackets():
    assert plain_name("Anna (V.O.)") == plain_name(" ANNA") == "anna"
    assert Cues([]).credited(["a"]) == [-1] and Cues(script(("A", "b c d"))).credited([]) == []
