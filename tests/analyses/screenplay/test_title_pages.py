"""A title page says which draft a screenplay is."""

from kinoeye.analyses.screenplay.title_pages import title_pages
from kinoeye.screenplay import fountain

SCENE = "\n\nINT. ROOM - DAY\n\nRain.\n"


def test_all_of_it():
    head = "Title:\n    _**ROOF TONE**_\nAuthor: A. Writer\nDraft date: 21 November 2026\nRevision: Pink"
    (row,) = title_pages(fountain.read(head + SCENE)).to_pylist()
    assert row == {"title": "ROOF TONE", "author": "A. Writer", "edition": "21 November 2026; Pink",
                   "dated": "2026-11-21", "is_chosen": False}  # fmt: skip


def test_none():
    (row,) = title_pages(fountain.read(SCENE.strip())).to_pylist()
    assert not any(row.values())


def test_a_copyright_is_no_date_of_a_draft():
    (row,) = title_pages(fountain.read("Title: A\nCopyright: 2026-01-01 somebody" + SCENE)).to_pylist()
    assert row["dated"] == ""
