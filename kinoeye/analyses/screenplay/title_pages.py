"""Title pages: what a screenplay says of itself in front: its name, who wrote it, and which draft it is."""

import re

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.screenplay.elements import Screenplay
from kinoeye.signals.editions import date_of
from kinoeye.tables import Table

TITLE_PAGES = Table(
    "title_pages",
    "One row a screenplay.",
    (
        ("title", pa.string(), "its name; empty where it has no title page"),
        ("author", pa.string(), "who wrote it, as written; empty where nothing says it"),
        ("edition", pa.string(), "what it says of its draft, as written; empty where it says nothing"),
        ("dated", pa.string(), "the latest date in that, as YYYY-MM-DD; empty where there is none"),
        ("is_chosen", pa.bool_(), "whether somebody said that this draft counts, whichever is newest"),
    ),
)

_EDITION = re.compile(r"draft|date|revis|version|edition|稿|日期|版本", re.IGNORECASE)
_MARKS = re.compile(r"[*_]+")  # of Fountain


@analysis(TITLE_PAGES, version=1)
def title_pages(screenplay: Screenplay) -> pa.Table:
    """Read the title page of a screenplay.

    Parameters
    ----------
    screenplay : title page and elements
    """
    entries = [(each.key.strip().lower(), _plain(each.lines)) for each in screenplay.titles]
    edition = "; ".join(text for key, text in entries if _EDITION.search(key) and text)
    day = date_of(edition)
    return TITLE_PAGES.from_rows([{
        "title": next((text for key, text in entries if key in ("title", "标题", "剧名", "片名")), ""),
        "author": next((text for key, text in entries if key in ("author", "authors", "作者", "编剧")), ""),
        "edition": edition, "dated": day.isoformat() if day else "", "is_chosen": False,
    }])  # fmt: skip


def _plain(lines: tuple[str, ...]) -> str:
    return " ".join(" ".join(_MARKS.sub("", line).split()) for line in lines).strip()
