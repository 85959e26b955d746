from collections.abc import Callable

import numpy as np
import pyarrow as pa

from kinoeye.learn.doubles import doubles
from kinoeye.learn.features import framed
from kinoeye.learn.learning import Wishes, learnt
from kinoeye.learn.table_columns import Column

Films = Callable[..., pa.Table]


def _kinds(table: pa.Table, **wishes: object) -> dict[str, object]:
    outcome = learnt(table, Wishes("mood", **wishes))  # type: ignore[arg-type]
    return {each.kind: each for each in outcome.leaks}


def test_nothing_leaks_where_nothing_does(quick: None, films: Films) -> None:
    assert not _kinds(films(120))


def test_the_labels_own_word_in_the_text(quick: None, films: Films) -> None:
    table = films(120)
    plots = [f"a {mood} tale {plot}" if number % 2 else plot for number, (plot, mood) in enumerate(
        zip(table["plot"].to_pylist(), table["mood"].to_pylist(), strict=True))]  # fmt: skip
    found = _kinds(table.set_column(1, "plot", pa.array(plots)))
    assert found["words"].sentence.key == "leak_words" and "tense (tense)" in found["words"].sentence.values["some"]
    assert found["words"].after <= found["words"].before


def test_a_column_that_gives_the_label_away(quick: None, films: Films) -> None:
    table = films(120)
    codes = pa.array([7.0 if each == "tense" else 9.0 for each in table["mood"].to_pylist()])
    found = _kinds(table.append_column("code", codes))
    assert found["column"].sentence.values["column"] == "code" and found["column"].before > 0.99


def test_rows_that_come_twice_stay_on_one_side(quick: None, films: Films) -> None:
    table = films(60)
    outcome = learnt(pa.concat_tables([table, table.slice(0, 30)]), Wishes("mood", columns=("plot",)))
    leak = next(each for each in outcome.leaks if each.kind == "doubles")
    assert leak.is_mended and leak.sentence.values["count"] == 30


def test_texts_that_nearly_repeat_are_doubles() -> None:
    chance = np.random.default_rng(1)
    words = [f"w{each}" for each in range(300)]
    texts = [" ".join(chance.choice(words, 40)) for _ in range(60)]
    texts += [texts[0] + " extra", " ".join(texts[1].split()[:-1]), texts[2]]
    found = doubles(framed([Column("plot", "text")], {"plot": texts}))
    assert found.groups[0] == found.groups[60] and found.groups[1] == found.groups[61]
    assert (found.same, found.near) == (1, 2)
    assert len(np.unique(found.groups)) == 60


def test_short_rows_of_few_numbers_are_no_doubles() -> None:
    found = doubles(framed([Column("x", "number")], {"x": [1.0, 1.0, 2.0]}))
    assert found.same == found.near == 0


def test_dates_without_an_order_are_told(quick: None, films: Films) -> None:
    """What tells the label changes half-way: earlier rows say little of later ones."""
    table = films(160)
    moods = [each if number < 80 else {"tense": "calm", "calm": "tense"}[each]
             for number, each in enumerate(table["mood"].to_pylist())]  # fmt: skip
    days = pa.array([f"{2000 + each // 12}-{1 + each % 12:02}-01" for each in range(160)])
    found = _kinds(table.set_column(3, "mood", pa.array(moods)).append_column("day", days))
    assert found["time"].sentence.values["column"] == "day"
