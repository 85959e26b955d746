"""Genre words go, and say what they say only where they describe the film."""

import pytest

from kinoeye.signals.genre_words import GENRE_WORDS, named_genres, without_genre_words


@pytest.mark.parametrize("word", sorted({word for words in GENRE_WORDS.values() for word in words}))
def test_every_form_of_every_name_is_taken_out(word):
    assert without_genre_words(f"one {word} two {word.upper()}, {word.title()}.").split() == ["one", "two"]


@pytest.mark.parametrize("text", [
    "comedy-drama", "neo-noir", "anti-war", "sci-fi", "Western-themed", "[MASK]", "<genre>", "post-war",
])  # fmt: skip
def test_so_is_what_is_joined_to_one(text):
    assert without_genre_words(text).strip() == ""


@pytest.mark.parametrize("text", ["warden", "Anglo-American", "shorten", "actionable"])
def test_words_that_only_begin_so_stay(text):
    assert without_genre_words(text) == text


@pytest.mark.parametrize(("text", "genres"), [
    ("X is a 1984 American science fiction action film directed by Y.", {"Science Fiction", "Action"}),
    ("A romantic comedy-drama set in Rome.", {"Romance", "Comedy", "Drama"}),
    ("It is a computer-animated family film.", {"Animated", "Family"}),
    ("A sci-fi horror movie", {"Science Fiction", "Horror"}),
    ("a film noir by Z", {"Noir"}),
    ("a documentary about bees", {"Documentary"}),
    ("His family runs a western store in the war.", set()),
    ("The drama teacher is afraid of horror films.", set()),
    ("It is a western about a family.", {"Western"}),
    ("这是一部科幻动作电影。", {"Science Fiction", "Action"}),
    ("他们在战争中相爱。", set()),
    ("", set()),
])  # fmt: skip
def test_names_count_where_they_describe_the_film(text, genres):
    assert set(named_genres(text)) == genres


def test_the_words_that_name_a_genre_are_told():
    assert (
        named_genres("a 1920 black and white silent comedy film, lost")["Comedy"]
        == "black and white silent comedy film"
    )
