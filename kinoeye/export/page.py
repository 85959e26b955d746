"""Page: the small pieces of HTML that a report is made of, each in both languages, everything from outside escaped."""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template

from kinoeye.export.tags import Tag
from kinoeye.export.words import LANGUAGES, words


def document(
    title: str,
    language: str,
    *,
    brand: str,
    totals: str,
    contents: str,
    sections: str,
    hero: str = "",
    style: str | Sequence[str] = "",
    footer: str = "",
) -> bytes:
    """Return a whole page, UTF-8: its head, the switch of languages, and what it shows.

    Parameters
    ----------
    title : str
        As text.
    language : en or zh
        In which it opens.
    brand, totals, contents, sections, hero : str
        HTML.
    style : str or sequence of str
        Style sheets of the templates that go behind the report's own.
    footer : str
        HTML; the report's own if not given.
    """
    folder = files("kinoeye.export") / "templates"
    more = (style,) if isinstance(style, str) else style
    sheets = ("report.css", *(each for each in more if each))
    page = Template((folder / "report.html").read_text(encoding="utf-8"))
    return page.substitute(
        language=language,
        title=esc(title),
        brand=brand,
        style="".join((folder / sheet).read_text(encoding="utf-8") for sheet in sheets),
        script=(folder / "report.js").read_text(encoding="utf-8"),
        icons=(folder / "icons.svg").read_text(encoding="utf-8"),
        checked_en="checked" if language == "en" else "",
        checked_zh="checked" if language == "zh" else "",
        switch=attribute("aria-label", "switch", language),
        skip=both("skip"),
        hero=hero,
        totals=totals,
        contents=contents,
        sections=sections,
        footer=footer or both("made_with"),
    ).encode()


def esc(text: object) -> str:
    """Return text that is only text in HTML, in attributes too."""
    return escape(str(text), quote=True)


def both(key: str, /, **values: object) -> str:
    """Return a message in both languages; the page shows one of them."""
    return both_in("report", key, **values)


def both_in(section: str, key: str, /, **values: object) -> str:
    """Return a message of any section in both languages."""
    return _spans(words(language).sections[section][key].format(**values) for language in LANGUAGES)


def both_transition(kind: str) -> str:
    """Return how a shot begins in both languages."""
    return _spans(words(language).transition(kind) for language in LANGUAGES)


def both_tag(tag: Tag) -> str:
    """Return a tag in both languages, as a chip."""
    kind = "flaw" if tag.is_fault else tag.table
    return f'<li class="tag {esc(kind)}">{_spans(words(language).tag(tag) for language in LANGUAGES)}</li>'


def attribute(name: str, key: str, language: str, /, **values: object) -> str:
    """Return an attribute in the page's first language, with both for the switch."""
    said = {each: esc(words(each).say(key, **values)) for each in LANGUAGES}
    others = " ".join(f'data-{each}="{text}"' for each, text in said.items())
    return f'{name}="{said[language]}" data-attribute="{name}" {others}'


def embedded(jpeg: bytes) -> str:
    """Return a JPEG as a data address."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def icon(name: str) -> str:
    """Return one of the page's own icons."""
    return f'<svg class="icon {name}" aria-hidden="true"><use href="#i-{name}"/></svg>'


def figure(value: str, key: str) -> str:
    """Return a number with what it counts."""
    return f'<div class="figure"><dt>{both(key)}</dt><dd>{value}</dd></div>'


def _spans(texts: Iterable[str]) -> str:
    said = list(texts)
    if len(set(said)) == 1:
        return esc(said[0])
    return "".join(
        f'<span lang="{language}">{esc(text)}</span>' for language, text in zip(LANGUAGES, said, strict=True)
    )
