"""Page: the small pieces of HTML that a report is made of, each in both languages, everything from outside escaped."""

import base64
from collections.abc import Iterable
from html import escape

from kinoeye.export.tags import Tag
from kinoeye.export.words import LANGUAGES, words


def esc(text: object) -> str:
    """Return text that is only text in HTML, in attributes too."""
    return escape(str(text), quote=True)


def both(key: str, /, **values: object) -> str:
    """Return a message in both languages; the page shows one of them."""
    return _spans(words(language).say(key, **values) for language in LANGUAGES)


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
