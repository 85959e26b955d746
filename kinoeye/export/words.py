"""Words: what people read in reports and markers, in English and Chinese, from the messages files."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kinoeye.errors import UseError
from kinoeye.export.tags import Tag

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Words:
    """The messages of one language.

    Parameters
    ----------
    language : str
        As HTML's lang names it.
    sections : dict of section to dict of key to message
    """

    language: str
    sections: dict[str, dict[str, str]]

    def say(self, key: str, /, **values: object) -> str:
        """Return a message of the report, its places filled."""
        return self.sections["report"][key].format(**values)

    def transition(self, kind: str) -> str:
        """Return how a shot begins."""
        return self.sections["transition"].get(kind, kind)

    def tag(self, tag: Tag) -> str:
        """Return a tag; a key that no message knows is shown as it is."""
        known = self.sections.get(tag.table, {}).get(tag.key, tag.key.replace("_", " "))
        return f"{known}: {tag.text}" if known and tag.text else known or tag.text


@cache
def words(language: str) -> Words:
    """Return the messages of a language.

    Raises
    ------
    UseError
        If there is none.

    Examples
    --------
    >>> words("zh").transition("cut")
    '切'
    """
    if language not in LANGUAGES:
        raise UseError(f"export: the language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    text = (files("kinoeye.export") / "messages" / f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, tomllib.loads(text))
