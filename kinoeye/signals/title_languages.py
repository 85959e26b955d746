"""Title languages: which language a title's texts are in, quickly, for catalogues of millions."""

import functools
import re

from kinoeye.signals.languages import COMMON_WORDS, by_common_words, language_of

_LEAST_SHARE = 0.25  # of all words: of other languages in plain letters a tenth are English ones, of English a third
_LEAST_OTHER = 0.1
_LEAST_WORDS = 6
_MOST = 400  # signs that are looked at
_WORD = re.compile(r"[^\W\d_]{2,}")


def text_language(text: str) -> str:
    """Return a text's language, as ISO 639 writes it; empty where it cannot be told.

    Names and titles are short: letters that are words (Czech a, s, v) tell nothing among them.

    >>> text_language("The story of a man who is looking for his son."), text_language("A Ship Comes In")
    ('en', '')
    """
    return _language(text[:_MOST])


@functools.lru_cache(maxsize=1 << 13)  # a title's plot is asked about twice, within some thousand titles
def _language(text: str) -> str:
    words = text.lower().split()
    if len(words) >= _LEAST_WORDS and sum(map(COMMON_WORDS["en"].__contains__, words)) >= _LEAST_SHARE * len(words):
        return "en"
    found = "" if text.isascii() else language_of(text)
    if found and found not in COMMON_WORDS:
        return found  # by its script
    long = _WORD.findall(text.lower())
    (most, language), (second, _) = by_common_words(long)[:2]
    return language if most > max(1, second) and most >= _LEAST_OTHER * len(long) else ""


def title_language(said: list[str] | None, title: str, plot: str) -> str:
    """Return a title's language: as its catalogue says it, or else that of its plot, or else that of its name.

    >>> title_language(["fr", "en"], "Amélie", "A shy waitress."), title_language(None, "千与千寻", "")
    ('fr', 'zh')
    """
    return (said[0] if said else "") or (text_language(plot) if plot else "") or text_language(title)
