"""Catalogue words: columns, sums and numbers of a catalogue as pages and charts name them, in both languages."""

from collections.abc import Callable, Iterable

from kinoeye.export.charts import Named, number
from kinoeye.export.page import both_in, esc
from kinoeye.export.words import LANGUAGES, words


def column(name: str) -> Named:
    """Return what a column is called, in English and in Chinese; one that no message knows as it is.

    Examples
    --------
    >>> column("runtime"), column("mpaa")
    (('Runtime', '片长'), ('mpaa', 'mpaa'))
    """
    english, chinese = (words(language).sections["title_columns"].get(name, name) for language in LANGUAGES)
    return english, chinese


def same(text: str) -> Named:
    """Return a text that is the same in both languages."""
    return text, text


def spans(pair: Iterable[str]) -> str:
    """Return a text in both languages as HTML; the page shows one of them."""
    english, chinese = pair
    if english == chinese:
        return esc(english)
    return f'<span lang="en">{esc(english)}</span><span lang="zh">{esc(chinese)}</span>'


def joined(names: Iterable[str]) -> Named:
    """Return several columns' names in a row."""
    pairs = [column(name) for name in names]
    return ", ".join(each[0] for each in pairs), "、".join(each[1] for each in pairs)


def says(section: str) -> Callable[..., str]:
    """Return what says the messages of a section in both languages; values may be pairs of texts themselves."""

    def say(key: str, /, **values: object) -> str:
        if not any(isinstance(each, tuple) for each in values.values()):
            return both_in(section, key, **values)
        told = []
        for place, language in enumerate(LANGUAGES):
            own = {name: each[place] if isinstance(each, tuple) else each for name, each in values.items()}
            told.append(words(language).sections[section][key].format(**own))
        return spans(told)

    return say


def labelled(section: str, language: str, what: Named) -> str:
    """Return the attributes that say in words what a chart shows, in the page's first language, both for the switch."""
    said = {
        each: esc(words(each).sections[section]["chart"].format(what=what[place]))
        for place, each in enumerate(LANGUAGES)
    }
    return (f'aria-label="{said[language]}" data-attribute="aria-label" '
            + " ".join(f'data-{each}="{text}"' for each, text in said.items()))  # fmt: skip


def amount(value: float | None, unit: str | None = None) -> str:
    """Return a number with its unit, as short as can be read.

    Examples
    --------
    >>> amount(2_500_000.0, "USD"), amount(None), amount(104.2, "min")
    ('2.5 M USD', '–', '104 min')
    """
    if value is None:
        return "–"
    shown = unit if unit and unit != "0..10" else ""
    return f"{number(value)} {shown}".strip()


def within(low: float | None, high: float | None) -> str:
    """Return an interval in brackets; nothing where there is none."""
    return f"({number(low)} – {number(high)})" if low is not None and high is not None else ""


def likely(chance: float | None) -> str:
    """Return a chance; one next to nothing as below a bound."""
    if chance is None:
        return ""
    return "&lt; 0.001" if chance < 0.001 else f"{chance:.3f}"
