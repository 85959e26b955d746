"""Voice distances: how differently the characters of a screenplay talk, as far as they say enough to tell."""

from collections import defaultdict

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.stylometry import distances, words
from kinoeye.tables import Table, Typed, score

VOICE_DISTANCES = Table(
    "voice_distances",
    "One row a pair of characters who say enough, who talk most alike first.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("one", pa.string(), "a character, as in `characters`; of a pair the first in the alphabet"),
        ("other", pa.string(), "the other"),
        ("delta", Typed(pa.float32(), "standard deviations"), "how differently they use the commonest words"),
        ("strings", Typed(pa.float32(), "0..1"), "how different their strings of three letters are"),
        ("words", Typed(pa.int32(), "words"), "how many the one says who says less"),
        ("score", score(), "in how many halvings of their lines they differ more than each from him- or herself"),
    ),
)

_HALVINGS = 40
_SEED = 1


@analysis(VOICE_DISTANCES, version=1, scope="production")
def voice_distances(lines: pa.Table, characters: pa.Table, *, least_words: int = 200, commonest: int = 60) -> pa.Table:
    """Measure how differently characters talk.

    Parameters
    ----------
    lines, characters : tables of all assets
    least_words : 20..100000
        Who says fewer is left out: of few words nothing can be told.
    commonest : 10..1000
        How many of the commonest words are compared.

    Raises
    ------
    SettingError
        If a setting is out of its range.
    """
    for name, value, low, high in (("least_words", least_words, 20, 100_000), ("commonest", commonest, 10, 1000)):
        if not low <= value <= high:
            raise SettingError(f"voice_distances: {name} must lie in {low}..{high}, got {value}")
    called = {
        (row["asset"], name): row["character"]
        for row in characters.to_pylist()
        for name in (row["character"], *row["aliases"])
    }
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in lines.to_pylist():
        if row["kind"] == "dialogue" and row["who"]:
            said[row["asset"]][called.get((row["asset"], row["who"]), row["who"])].append(row["text"])
    rows = []
    for asset, spoken in said.items():
        amount = {name: sum(len(words(line)) for line in each) for name, each in spoken.items()}
        enough = {name: each for name, each in spoken.items() if amount[name] >= least_words}
        found = distances(enough, commonest=commonest, halvings=_HALVINGS, seed=_SEED)
        rows += [
            {"asset": asset, "one": each.one, "other": each.other, "delta": each.delta, "strings": each.strings,
             "words": min(amount[each.one], amount[each.other]), "score": each.score}
            for each in sorted(found, key=lambda each: (each.delta, each.one, each.other))
        ]  # fmt: skip
    return VOICE_DISTANCES.from_rows(rows)
