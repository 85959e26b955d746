"""Characters who talk alike lie nearer than those who do not, and of few words nothing is told."""

import numpy as np
import pytest

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.voice_distances import VOICE_DISTANCES, voice_distances
from kinoeye.errors import SettingError

_WORDS = "the a i you we they it is was not but and so well yes no of to in on with for just really maybe"
WORDS = _WORDS.split()


def _script(habits, lines=60):
    """Return a screenplay in which each speaks with habits of his or her own."""
    random = np.random.default_rng(5)
    parts = ["INT. A - DAY\n"]
    for _ in range(lines):
        for name, habit in habits.items():
            chances = np.random.default_rng(habit).dirichlet(np.ones(len(WORDS)))
            parts.append(f"{name}\n{' '.join(random.choice(WORDS, 12, p=chances))}.\n")
    return "\n".join(parts)


def _rows(tables, text, **settings):
    lines = tables({"a": text})["lines"]
    return voice_distances(lines, characters(lines), **settings)


def test_who_talks_alike_lies_nearer(tables):
    rows = {(r["one"], r["other"]): r for r in _rows(tables, _script({"ANNA": 1, "BEN": 1, "CARA": 2})).to_pylist()}
    same, different = rows["ANNA", "BEN"], rows["ANNA", "CARA"]
    assert same["delta"] < different["delta"] / 2
    assert same["strings"] < different["strings"] / 2
    assert different["score"] > 0.95
    assert same["score"] < 0.5
    assert same["words"] == 720


def test_who_says_little_is_left_out(tables):
    text = _script({"ANNA": 1, "BEN": 2}) + "\nCARA\nYes.\n"
    assert {(row["one"], row["other"]) for row in _rows(tables, text).to_pylist()} == {("ANNA", "BEN")}
    assert _rows(tables, text, least_words=1000).equals(VOICE_DISTANCES.schema.empty_table())


def test_settings_have_limits(tables):
    with pytest.raises(SettingError, match=r"least_words must lie in 20\.\.100000, got 3"):
        _rows(tables, "INT. A - DAY\n\nRain.\n", least_words=3)
