"""What a person allows is asked at the day of use, outlives re-runs, and is refused in clear words."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kinoeye.errors import ConsentError, UseError
from kinoeye.store.consents import Consents, require
from kinoeye.store.index import Index

Know = Callable[..., Index]

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
WITHIN = date(2026, 6, 1)
IDS = ("p1", "p2", "p2")
NAMES = {"p1": "Anna", "p2": None}


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "release.pdf"
    path.write_bytes(b"I allow it. Anna")
    return path


def test_a_consent_holds_on_its_days_and_for_its_scopes_only(know: Know, form: Path) -> None:
    index = know(IDS, NAMES)
    Consents(index).give("Anna", ["index", "dub"], form, FIRST, LAST)
    for day in (FIRST, WITHIN, LAST):
        assert require(index, "anna", "dub", day).person == "p1"
    for day, match in ((date(2025, 12, 31), "begins on 2026-01-01"), (date(2027, 1, 1), "ended on 2026-12-31")):
        with pytest.raises(ConsentError, match=rf"Anna \(p1\) must have allowed dub on {day}, got one that {match}"):
            require(index, "p1", "dub", day)
    with pytest.raises(ConsentError, match=r"animate on .*, got nothing\. With a signed document: .* give p1 --scope"):
        require(index, "Anna", "animate", WITHIN)
    with pytest.raises(ConsentError, match="p2 must have allowed"):
        require(index, "p2", "index", WITHIN)


def test_the_document_is_hashed_and_not_copied(know: Know, form: Path) -> None:
    index = know(IDS, NAMES)
    Consents(index).give("Anna", ["index"], form, FIRST, LAST)
    (kept,) = Consents(index).all()
    assert kept.sha256 == hashlib.sha256(b"I allow it. Anna").hexdigest()
    assert (kept.document, len(kept.blake3)) == ("release.pdf", 64)
    for path in index.files.root.rglob("*"):
        assert path.is_dir() or b"I allow it" not in path.read_bytes()


def test_withdrawn_means_from_that_day_on_and_only_those_scopes(know: Know, form: Path) -> None:
    index = know(IDS, NAMES)
    consents = Consents(index)
    consents.give("Anna", ["index", "dub"], form, FIRST, LAST)
    consents.withdraw("Anna", ["dub"], on=WITHIN)
    assert require(index, "Anna", "dub", date(2026, 5, 31))
    assert require(index, "Anna", "index", WITHIN)
    with pytest.raises(ConsentError, match="withdrawn on 2026-06-01"):
        require(index, "Anna", "dub", WITHIN)
    with pytest.raises(UseError, match="must have given what is taken back"):
        consents.withdraw("Anna", ["train"], on=WITHIN)
    consents.give("Anna", ["dub"], form, WITHIN, LAST)
    assert require(index, "Anna", "dub", WITHIN)


def test_a_consent_finds_its_person_again_when_the_ids_have_changed(know: Know, form: Path) -> None:
    index = know(IDS, NAMES)
    Consents(index).give("p2", ["index"], form, FIRST, LAST)
    again = know(("q7", "q9", "q9"), {"q7": None, "q9": "Ben"})
    (kept,) = Consents(again).all()
    assert (kept.person, kept.name, kept.is_known) == ("q9", "Ben", True)
    assert require(again, "Ben", "index", WITHIN)
    assert Consents(again).unconsented(WITHIN) == {"q7"}
    nobody = know(("q7", "", ""), {"q7": None})
    assert [(each.person, each.is_known) for each in Consents(nobody).all()] == [("p2", False)]


def test_unconsented_is_who_has_no_valid_consent_of_the_scope_index(know: Know, form: Path) -> None:
    index = know(IDS, NAMES)
    assert Consents(index).unconsented(WITHIN) == {"p1", "p2"}
    Consents(index).give("Anna", ["dub"], form, FIRST, LAST)
    assert Consents(index).unconsented(WITHIN) == {"p1", "p2"}
    Consents(index).give("Anna", ["index"], form, FIRST, LAST)
    assert Consents(index).unconsented(WITHIN) == {"p2"}
    assert Consents(index).unconsented(date(2027, 1, 1)) == {"p1", "p2"}


def test_wrong_words_get_clear_answers(know: Know, form: Path, tmp_path: Path) -> None:
    consents = Consents(know(IDS, NAMES))
    with pytest.raises(UseError, match=r"nobody called 'Ana'. Did you mean Anna\?"):
        consents.require("Ana", "index")
    with pytest.raises(UseError, match="scopes must be of index, dub, animate, train, got sing"):
        consents.give("Anna", ["index", "sing"], form, FIRST, LAST)
    with pytest.raises(UseError, match="last day must not come before"):
        consents.give("Anna", ["index"], form, LAST, FIRST)
    with pytest.raises(UseError, match="must be a file to read"):
        consents.give("Anna", ["index"], tmp_path / "none.pdf", FIRST, LAST)
    (tmp_path / "empty.pdf").write_bytes(b"")
    with pytest.raises(UseError, match="must hold something"):
        consents.give("Anna", ["index"], tmp_path / "empty.pdf", FIRST, LAST)
    assert consents.all() == []


def test_a_name_for_two_and_a_production_without_people(know: Know) -> None:
    with pytest.raises(UseError, match="must mean one person, got 'Anna' for 2: p1, p2"):
        Consents(know(IDS, {"p1": "Anna", "p2": "Anna"})).require("Anna", "index")
    with pytest.raises(UseError, match=r"nobody is known.*face_vectors\] purpose"):
        Consents(know(IDS, {})).require("Anna", "index")


def test_consents_are_no_orphans(know: Know, form: Path) -> None:
    index = know(IDS, NAMES)
    Consents(index).give("Anna", ["index"], form, FIRST, LAST)
    assert index.orphans() == []
