"""Of the drafts of a screenplay the newest counts, or the one that was chosen."""

import pytest

from kinoeye.analyses.screenplay.drafts import DRAFTS, drafts
from kinoeye.analyses.screenplay.title_pages import TITLE_PAGES
from kinoeye.media.assets import ASSETS

TEXT = (
    "INT. KITCHEN - DAY\n\nThe kettle sings and nobody in the house gets up to see.\n\nANNA\n"
    "Somebody ought to turn that off before it wakes the cat.\n\n"
    "EXT. ROOF - NIGHT\n\nBEN\nYes. I mean it as I say it.\n"
)
EDITED = TEXT.replace("wakes the cat", "wakes the dog")
SCENE = "EXT. ROOF - NIGHT\n\nBEN\nYes. I mean it as I say it.\n"
OTHER = "INT. SHIP - DAY\n\nA compass turns.\n\nCARL\nNorth is where the ice is thin.\n"


@pytest.fixture
def told(tables):
    """Return the rows of `drafts`: of texts by their names, what their title pages say, and where they lie."""

    def made(texts, pages=None, paths=None, previous=()):
        paths = {each: f"{each}.fountain" for each in texts} | (paths or {})
        assets = ASSETS.from_rows([{"asset": each, "path": paths[each], "kind": "screenplay"} for each in texts])
        empty = {"title": "", "author": "", "edition": "", "dated": "", "is_chosen": False}
        titled = [{"asset": each} | empty | (pages or {}).get(each, {}) for each in texts]
        schema = TITLE_PAGES.stored_schema
        pages_table = schema.empty_table().from_pylist(titled, schema=schema)
        before = DRAFTS.from_rows(previous)
        return drafts(assets, tables(texts)["lines"], pages_table, before).to_pylist()

    return made


def order(rows):
    return [(row["asset"], row["is_current"], row["evidence"]) for row in rows]


def test_one_alone_counts(told):
    assert order(told({"a": TEXT})) == [("a", True, "")]
    assert told({}) == []


def test_two_screenplays_are_no_drafts_of_each_other(told):
    rows = told({"a": TEXT, "b": OTHER})
    assert order(rows) == [("a", True, ""), ("b", True, "")]
    assert [row["group"] for row in rows] == [0, 1]


def test_two_episodes_are_no_drafts_of_each_other(told):
    spoken = (
        ("Somebody ought to turn that off.", "Nobody wants to hear about it.", "Where did you leave the keys?",
         "I told you, by the door.", "The cat was there this morning.", "Then it has gone with them."),
        ("Everybody wants to come along.", "Nothing here was ever ours.", "When did you last call her?",
         "She told me on the stairs.", "The rain is worse this morning.", "Then we had better stay home."),
    )  # fmt: skip
    episodes = [
        "INT. KITCHEN - DAY\n\n"
        + "\n\n".join(f"{who}\n{text}" for who, text in zip(("ANNA", "BEN") * 3, each, strict=True))
        for each in spoken
    ]
    rows = told(dict(zip(("e1", "e2"), episodes, strict=True)))
    assert order(rows) == [("e1", True, ""), ("e2", True, "")]


@pytest.mark.parametrize(("old", "new", "evidence"), [
    ({"dated": "2026-11-01"}, {"dated": "2026-11-02"}, "date"),
    ({"edition": "Second Draft"}, {"edition": "Final draft"}, "number"),
    ({"edition": "Blue"}, {"edition": "Pink revision"}, "colour"),
    ({"edition": "draft 9", "dated": "2026-11-01"}, {"edition": "draft 2", "dated": "2026-11-02"}, "date"),
])  # fmt: skip
def test_its_title_page_tells_which_is_newer(told, old, new, evidence):
    for names in ("ab", "ba"):
        texts = dict(zip(names, (TEXT, EDITED), strict=True))
        rows = told(texts, dict(zip(names, (old, new), strict=True)))
        assert order(rows) == [(names[0], False, ""), (names[1], True, evidence)]
        assert [row["draft_order"] for row in rows] == [1, 2]


@pytest.mark.parametrize(("old", "new", "evidence"), [
    ("roof v2.fountain", "roof v10.fountain", "name"), ("roof.fountain", "roof draft 2.fountain", "name"),
    ("roof 9.fountain", "roof 10.fountain", "path"), ("roof (old).fountain", "roof.fountain", "name"),
    ("z/roof.pdf", "a/roof.fountain", "form"), ("roof blue.fdx", "roof pink.fdx", "name"),
    ("roof 2026-11-30.fdx", "roof 2026-12-01.fdx", "date"),
])  # fmt: skip
def test_its_name_tells_where_nothing_else_does(told, old, new, evidence):
    rows = told({"a": TEXT, "b": EDITED}, paths={"a": new, "b": old})
    assert order(rows) == [("b", False, ""), ("a", True, evidence)]


def test_a_date_that_only_one_has_tells_nothing(told):
    rows = told({"a": TEXT, "b": EDITED}, {"a": {"dated": "2026-11-01"}}, {"a": "roof v1.fdx", "b": "roof v2.fdx"})
    assert order(rows)[1] == ("b", True, "name")


def test_what_came_later_is_newer(told):
    before = told({"b": TEXT})
    rows = told({"b": TEXT, "a": EDITED}, previous=before)
    assert order(rows) == [("b", False, ""), ("a", True, "arrival")]
    assert order(told({"b": TEXT, "a": EDITED}, previous=rows)) == order(rows)
    edited = told({"c": TEXT + "\nHe goes.\n", "a": EDITED}, paths={"c": "b.fountain"}, previous=rows)
    assert order(edited) == [("c", False, ""), ("a", True, "arrival")]  # the same file, mended, is no newer one


def test_what_somebody_chose_counts(told):
    pages = {"a": {"dated": "2026-11-01", "is_chosen": True}, "b": {"dated": "2026-11-02"}}
    assert order(told({"a": TEXT, "b": EDITED}, pages)) == [("b", False, ""), ("a", True, "chosen")]


def test_a_scene_by_itself_is_no_draft(told):
    pages = {"a": {"dated": "2026-11-01"}, "b": {"dated": "2026-11-02"}}
    rows = told({"a": TEXT, "b": SCENE}, pages)
    assert order(rows) == [("b", False, "part"), ("a", True, "")]
    assert [row["is_part"] for row in rows] == [True, False]
    assert order(told({"a": TEXT, "b": SCENE}, {"b": {"is_chosen": True}}))[1] == ("b", True, "chosen")


def test_drafts_of_a_chain_are_of_one_screenplay(told):
    last = EDITED.replace(
        "The kettle sings and nobody in the house gets up to see.", "It boils, and the house is empty."
    )
    rows = told({"a1": TEXT, "a2": EDITED, "a3": last, "z": OTHER})
    assert [row["group"] for row in rows] == [0, 0, 0, 1]
    assert [row["asset"] for row in rows if row["is_current"]] == ["a3", "z"]
