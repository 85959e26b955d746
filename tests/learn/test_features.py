import numpy as np
import pyarrow as pa
import pytest

from kinoeye.learn.features import Encoder, framed
from kinoeye.learn.grams import LETTER_MARK, counted, grams_of, words
from kinoeye.learn.table_columns import Column, recognised, unique_columns


@pytest.mark.parametrize(("values", "kind"), [
    ([1.5, None, 2.5] * 20, "number"), (["1.5", "2", ""] * 20, "number"), (["2020-01-02", "2021-03-04"] * 20, "date"),
    (["Drama|War", "Drama", "War"] * 20, "list"), ([["a"], ["b", "a"]] * 20, "list"),
    (["red", "blue"] * 20, "category"),
    ([[0.5] * 8, [1.0] * 8] * 10, "vector"),
    ([f"A man number {each} walks down the road" for each in range(40)], "text"),
    ([f"The Film of {chr(65 + each % 26)}{chr(97 + each % 25)}" for each in range(200)], "short text"),
    ([f"stills/{each}.jpg" for each in range(40)], "picture"),
    (["一个男人走在街上，天下着雨。", "他们在海边看日出。"] * 20, "text"),
])  # fmt: skip
def test_what_a_column_holds(values: list[object], kind: str) -> None:
    found = recognised("x", values)
    assert isinstance(found, Column) and found.kind == kind


@pytest.mark.parametrize(("name", "values", "key"), [
    ("x", [None, "", float("nan")], "column_empty"), ("x", ["same"] * 30, "column_one_value"),
    ("id", list(range(7, 207)), "column_id"), ("code", [f"tt{each:07}" for each in range(200)], "column_id"),
    ("x", [{"a": 1}] * 20, "column_nested"), ("x", [b"abc", b"abd"] * 10, "column_bytes"),
    ("x", [float("inf"), float("nan")] * 20, "column_empty"),
])  # fmt: skip
def test_what_says_nothing_is_left_out(name: str, values: list[object], key: str) -> None:
    found = recognised(name, values)
    assert not isinstance(found, Column) and found.key == key


def test_columns_of_one_name_and_of_one_content() -> None:
    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4]), pa.array([1, 2])], names=["a", "a", "b"])
    found, notes = unique_columns(table)
    assert found.schema.names == ["a", "a (2)"]
    assert [(each.key, each.values["column"]) for each in notes] == [("column_twice", "b")]


def test_words_of_ten_languages() -> None:
    for text, word in (
        ("Ein Mädchen läuft", "mädchen"), ("Un garçon rêve", "garçon"), ("Девочка бежит", "девочка"),
        ("女孩在跑步", "女孩"),
        ("少女が走る", "少女"), ("소녀가 달린다", "소녀가"), ("فتاة تركض", "فتاة"), ("נערה רצה", "נערה"),
        ("เด็กหญิงวิ่ง", "เด"),
        ("Dívka běží", "dívka"),
    ):  # fmt: skip
        assert word in words(text), text


def test_short_texts_give_runs_of_letters() -> None:
    found = set(grams_of("Alien", is_short=True))
    assert {"alien", f"{LETTER_MARK}<al", f"{LETTER_MARK}ien>"} <= found
    assert "alien returns" in set(grams_of("Alien returns", is_short=False))


def test_weights_are_those_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["rain falls on the city"] * 2 + ["the city sleeps", "rain and rain again falls", "sleeps the rain"]
    column = Column("plot", "text")
    encoder = Encoder(framed([column], {"plot": texts}))
    own = encoder.wide(framed([column], {"plot": texts}, encoder.known()))
    known = list(encoder.known()["plot"])
    theirs = TfidfVectorizer(analyzer=lambda text: [each for each in grams_of(text, is_short=False) if each in known],
                             vocabulary=known, sublinear_tf=True)  # fmt: skip
    np.testing.assert_allclose(own.toarray(), theirs.fit_transform(texts).toarray(), atol=1e-6)


def test_nothing_is_learnt_from_rows_that_are_held_out() -> None:
    """Other values in rows that are held out change nothing of what the rest looks like."""
    columns = [Column("length", "number"), Column("place", "category"), Column("plot", "text")]
    values = {"length": [float(each) for each in range(40)], "place": ["a", "b"] * 20,
              "plot": [f"word{each % 7} word{each % 5} tale" for each in range(40)]}  # fmt: skip
    other = {name: [*each[:30], *({"length": 1e9, "place": "z", "plot": "tale word1 word2"}[name],) * 10]
             for name, each in values.items()}  # fmt: skip
    rows = np.arange(30)
    encoded = []
    for each in (values, other):
        part = framed(columns, each).take(rows)
        encoder = Encoder(part)
        encoded.append((encoder.wide(part).toarray(), encoder.narrow(part), encoder.names()))
    order = [encoded[1][2].index(each) for each in encoded[0][2] if each in encoded[1][2]]
    same = [place for place, each in enumerate(encoded[0][2]) if each in encoded[1][2]]
    assert len(same) == len(encoded[0][2])
    np.testing.assert_allclose(encoded[0][0][:, same], encoded[1][0][:, order], atol=1e-6)


def test_gaps_are_filled_from_the_rows_learnt_from_and_shown() -> None:
    column = Column("x", "number")
    encoder = Encoder(framed([column], {"x": [1.0, 3.0, None, 5.0]}))
    found = encoder.narrow(framed([column], {"x": [None, 3.0, float("inf")]}))
    np.testing.assert_allclose(found[:, 0], found[1, 0])
    assert found[:, 1].tolist() == [1, 0, 1]
    assert encoder.names("narrow") == [("x", ""), ("x", "missing")]


def test_unknown_names_have_a_place_of_their_own() -> None:
    column = Column("x", "category")
    encoder = Encoder(framed([column], {"x": ["a", "a", "b", "b", None]}))
    assert encoder.wide(framed([column], {"x": ["c", None, "a"]})).toarray().tolist() == [
        [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0],
    ]  # fmt: skip


def test_counts_of_known_grams_only() -> None:
    found = counted(["rain and rain", "sun"], is_short=False, known=["rain", "snow"])
    assert found.matrix.toarray().tolist() == [[2, 0], [0, 0]]
