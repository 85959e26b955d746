"""Said: a sentence as its key and its values, so that whoever shows it can say it in any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """A sentence.

    Parameters
    ----------
    key : str
        Of the messages' section `learn`.
    values : mapping
        What stands in its places: names, counts, shares.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def said(key: str, /, **values: Any) -> Said:
    """Return a sentence."""
    return Said(key, values)
