"""Drop-off words: why viewers leave and where, as sentences in English and Chinese."""

from collections.abc import Iterator, Mapping
from typing import Any

from kinoeye.export.charts import Named
from kinoeye.export.words import LANGUAGES, words

Row = Mapping[str, Any]

_SECTION = "dropoff"
_MOST = 9_999  # hundredths; beyond, nothing is known but that it is much


def say(key: str, /, **values: object) -> Named:
    """Return a message in both languages; values may be pairs of texts themselves."""
    told = []
    for place, language in enumerate(LANGUAGES):
        own = {name: each[place] if isinstance(each, tuple) else each for name, each in values.items()}
        told.append(words(language).sections[_SECTION][key].format(**own))
    return told[0], told[1]


def cause(kind: str, who: str = "") -> Named:
    """Return what holds while viewers leave, as half a sentence; one that no message knows as it is.

    Examples
    --------
    >>> cause("person", "JUNE")
    ('JUNE is on screen', 'JUNE 在画面中时')
    """
    if f"cause_{kind}" not in words("en").sections[_SECTION]:
        return kind.replace("_", " "), kind.replace("_", " ")
    return say(f"cause_{kind}", who=who)


def cause_says(row: Row) -> Named:
    """Return a row of `dropoff_causes` as a sentence."""
    told = cause(row["cause"], row["name"] or row["who"])
    told = (f"while {told[0]}", told[1])
    if row["effect"] >= 0:
        return say("says_more", cause=told, effect=percent(row["effect"]), low=percent(row["low"]),
                   high=percent(row["high"]), extra=f"{max(0.0, row['extra']):,.0f}",
                   left=f"{row['left']:,.0f}")  # fmt: skip
    return say("says_less", cause=told, effect=percent(-row["effect"]), low=percent(-row["high"]),
               high=percent(-row["low"]))  # fmt: skip


def moment_says(row: Row, names: Mapping[str, str]) -> Iterator[Named]:
    """Yield what is to be said of a row of `dropoff_moments`.

    Parameters
    ----------
    row : mapping
    names : mapping of a person's id to a name
    """
    yield say("moment_says", left=f"{row['left']:,.0f}", there=f"{row['there']:,.0f}", oftener=percent(row["oftener"]),
              low=percent(row["low"]), high=percent(row["high"]))  # fmt: skip
    if row["cause"]:
        told = cause(row["cause"], names.get(row["who"], row["who"]))
        yield say("moment_cause", cause=told, share=percent(row["share"]))
    else:
        yield say("moment_unknown")
    if row["heading"]:
        yield say("moment_in", heading=row["heading"])
    if row["said"]:
        yield say("moment_said", said=row["said"])


def percent(share: float) -> str:
    """Return a share in hundredths, as whole as can be.

    Examples
    --------
    >>> percent(0.2), percent(-0.004), percent(0.034), percent(39285.0), percent(-0.0001)
    ('20', '-0.4', '3.4', '≥ 9,999', '0')
    """
    value = 100 * share
    if value > _MOST:
        return f"≥ {_MOST:,}"
    if abs(value) < 0.05:
        return "0"
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}".removesuffix(".0")
