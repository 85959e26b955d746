"""Report: one file that needs nothing, shows everything and believes nothing."""

import io
import re
from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser

import pyarrow as pa
import pytest
from PIL import Image

from kinoeye.errors import UseError
from kinoeye.export.contact import barcode, contact_sheet, look, middle
from kinoeye.export.drawing import levels_of
from kinoeye.export.portraits import portrait
from kinoeye.export.report import report
from kinoeye.export.report_lists import lines_of
from kinoeye.export.tags import Tag
from kinoeye.export.words import LANGUAGES, words
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

Film = Callable[..., object]
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
VOID = {"meta", "img", "input", "br", "link", "hr"}


class _Page(HTMLParser):
    """Every tag with its attributes; open tags must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _track(asset: str, number: int, best: int = 7) -> dict[str, object]:
    return {"asset": asset, "track": number, "start": FLICKS_PER_SECOND, "end": 2 * FLICKS_PER_SECOND, "best": best,
            "faces": [best], "is_still": False}  # fmt: skip


def _face(asset: str) -> dict[str, object]:
    return {"asset": asset, "face": 7, "frame": 12, "x": 0.4, "y": 0.3, "w": 0.2, "h": 0.4, "score": 0.9,
            "full_rate": False}  # fmt: skip


def _person(person: str, name: str | None, asset: str) -> dict[str, object]:
    return {"person": person, "name": name, "seconds": 12.0, "appearances": 3, "assets": 1, "best_asset": asset,
            "best_track": 3}  # fmt: skip


def _everything(film: Film, text: str = "text") -> tuple[dict[str, pa.Table], Callable[[str], Stills | None]]:
    made = film(path=f"{text}.mov", codec=text, channels=2)
    asset = made.asset
    tables = made.tables | {
        "camera": pa.Table.from_pylist([{"asset": asset, "shot": 1, "move": text, "direction": ""}]),
        "quality": pa.Table.from_pylist([{"asset": asset, "shot": 1, "is_soft": True, "rating": 0.4}]),
        "colours": pa.Table.from_pylist([{"asset": asset, "shot": 1, "place": "interior", "place_score": 0.9,
                                          "palette": [{"colour": name, "share": 0.5} for name in ("#102030", text)]}]),
        "texts": pa.Table.from_pylist([{"asset": asset, "start": 0, "end": 9, "text": text, "kind": "slate"}]),
        "levels": pa.Table.from_pylist([{"asset": asset, "start": 0, "end": FLICKS_PER_SECOND, "rms_dbfs": -20.0}]),
        "framing": pa.Table.from_pylist([{"asset": asset, "shot": 1, "scale": text, "group": "two",
                                          "warnings": ["jump cut", text]}]),
        "actions": pa.Table.from_pylist([{"asset": asset, "shot": 1, "action": text, "score": 0.9}]),
        "faces": pa.Table.from_pylist([_face(asset)]),
        "face_tracks": pa.Table.from_pylist([_track(asset, 3)]),
        "moods": pa.Table.from_pylist([{"asset": asset, "track": 3, "emotion": text, "valence": -0.8}]),
        "appearances": pa.Table.from_pylist([{"asset": asset, "track": 3, "person": text}]),
        "persons": pa.Table.from_pylist([_person(text, text, asset)]),
        "faults": pa.Table.from_pylist([{"asset": "b", "path": text, "analysis": text, "severity": "failed",
                                         "message": text, "remedy": text}]),
        "cost": pa.Table.from_pylist([{"analysis": text, "cpu_seconds": 1.5, "cpu_seconds_a_minute": None,
                                       "peak_mb": 12.0, "model": text}]),
        "script_parts": pa.Table.from_pylist([
            {"asset": "c", "kind": "dialogue", "who": text, "parentheticals": ["so"], "text": text},
        ]),
    }  # fmt: skip
    script = tables["assets"].to_pylist()[0] | {"asset": "c", "path": f"{text}.fountain", "kind": "screenplay"}
    tables["assets"] = pa.Table.from_pylist([*tables["assets"].to_pylist(), script])
    return tables, made.stills


def test_the_report_shows_every_shot_with_its_still(film: Film) -> None:
    tables, stills = _everything(film)
    page = _Page(report(tables, stills, title="My film").decode())
    cards = [attributes for tag, attributes in page.tags if tag == "li" and attributes.get("class") == "card"]
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert [card["id"] for card in cards] == [f"f0-s{number}" for number in range(8)]
    assert len(images) == 7 + 1  # the shot of a single picture has no still; one face has a portrait
    assert all((image["src"] or "").startswith("data:image/jpeg;base64,") and image["alt"] for image in images)


def test_the_report_says_how_loud_a_film_is_and_how_much_is_spoken(film: Film) -> None:
    tables, stills = _everything(film)
    asset = tables["assets"]["asset"].to_pylist()[0]
    second = 705_600_000
    row = {"asset": asset, "start": 0, "end": 10 * second, "integrated_lufs": -22.96, "range_lu": None}
    tables["programmes"] = pa.Table.from_pylist([{**row, "true_peak_dbtp": -1.5}])
    tables["speech"] = pa.table({"asset": [asset] * 2, "start": [0, 5 * second], "end": [second, 7 * second]})
    page = report(tables, stills).decode()
    assert "<li>-23.0 LUFS</li><li>-1.5 dBTP</li><li>30 % " in page
    assert " LU<" not in page


def test_nothing_is_fetched_and_everything_is_inside(film: Film) -> None:
    tables, stills = _everything(film)
    text = report(tables, stills).decode()
    assert not re.search(r"(?:https?:)?//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))
    for tag, attributes in _Page(text).tags:
        assert tag not in {"link", "iframe", "object"}
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:"))


def test_what_comes_from_outside_is_only_text(film: Film) -> None:
    tables, stills = _everything(film, EVIL)
    page = _Page(report(tables, stills, title=EVIL).decode())
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert not any(attributes.get("src") == "x" for _, attributes in page.tags)
    assert not any(EVIL in (attributes.get("style") or "") for _, attributes in page.tags)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_opens_in_the_language_asked_for(film: Film, language: str) -> None:
    tables, stills = _everything(film)
    page = _Page(report(tables, stills, language=language).decode())
    assert page.tags[0][1]["lang"] == language
    checked = [attributes["id"] for tag, attributes in page.tags if tag == "input" and "checked" in attributes]
    assert checked == [f"lang-{language}"]


def test_both_languages_say_the_same_things() -> None:
    english, chinese = words("en").sections, words("zh").sections
    assert {name: set(section) for name, section in english.items()} == {
        name: set(section) for name, section in chinese.items()
    }
    for name, section in english.items():
        for key, text in section.items():
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", chinese[name][key]))


def test_another_language_is_refused(film: Film) -> None:
    with pytest.raises(UseError, match="one of en, zh, got 'de'"):
        report(film().tables, film().stills, language="de")


def test_a_tag_without_a_message_is_shown_as_it_is() -> None:
    assert words("en").tag(Tag("camera", "crane_up")) == "crane up"
    assert words("zh").tag(Tag("texts", "slate", "12A")) == "场记板: 12A"
    assert words("en").tag(Tag("texts", "", "EXIT")) == "EXIT"


def test_a_report_of_nothing_is_still_a_page(film: Film) -> None:
    assert b"There is nothing" in report({}, lambda asset: None)
    made = film()
    page = report({"assets": made.tables["assets"]}, lambda asset: None).decode()
    assert "No shots are known" in page
    _Page(page)


def test_a_film_whose_time_code_cannot_be_is_shown_without(film: Film) -> None:
    for code in ("01:00:00:99", "no", "1:1", "01:00:00;00"):
        made = film(Fraction(24), timecode=code)
        _Page(report(made.tables, made.stills).decode())


def test_a_screenplay_stands_as_on_its_page() -> None:
    def stands(kind: str, text: str, who: str = "", asides: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        return lines_of({"kind": kind, "who": who, "parentheticals": list(asides), "text": text})

    assert stands("heading", "INT. HOUSE - DAY") == [("scene", "INT. HOUSE - DAY")]
    assert stands("transition", "CUT TO:") == [("change", "CUT TO:")]
    assert stands("action", "Rain falls.\nStill.") == [("action", "Rain falls.\nStill.")]
    assert stands("dialogue", "No.", "ANNA", ("soft",)) == [
        ("character", "ANNA"), ("aside", "(soft)"), ("dialogue", "No."),
    ]  # fmt: skip
    assert stands("boneyard", "cut") == stands("note", "why?") == []


def test_levels_take_whatever_measure_is_there() -> None:
    assert levels_of([{"start": 0, "end": 5, "rms_db": -3.0}]) == [(0, 5, -3.0)]
    assert levels_of(
        [{"time": 0, "peak_db": -23.0}, {"time": 7, "peak_db": None}, {"time": 9, "peak_db": float("nan")}]
    ) == [(0, 7, -23.0)]
    assert levels_of([]) == levels_of([{"start": 0, "other": 1.0}]) == []


def test_the_still_of_a_shot_lies_in_its_middle(film: Film) -> None:
    made = film()
    stills = made.stills(made.asset)
    assert stills is not None
    for shot in made.tables["shots"].to_pylist():
        number = middle(stills, shot)
        if shot["end_frame"] - shot["first_frame"] > 12:
            assert number is not None
            assert abs(int(stills.frames[number]) - (shot["first_frame"] + shot["end_frame"]) / 2) <= 6.5
    assert middle(None, {}) is None


def test_a_damaged_still_leaves_its_place_empty() -> None:
    import numpy as np

    stills = Stills([b"no jpeg"], np.array([0]), np.array([0]))
    assert look(stills, {"first_frame": 0, "end_frame": 9}, 100) is None
    assert barcode(stills, 10) == []


def test_the_barcode_has_the_colours_of_the_film(film: Film) -> None:
    made = film()
    found = barcode(made.stills(made.asset), 5)
    assert len(found) == 5
    assert [time for time, _ in found] == sorted(time for time, _ in found)
    for time, (red, green, _) in found:
        assert abs(red - time // 1000 * 5 % 256) < 6
        assert abs(green - 90) < 6


def test_a_contact_sheet_has_a_cell_a_shot(film: Film) -> None:
    made = film()
    picture = Image.open(
        io.BytesIO(contact_sheet(made.tables, made.asset, made.stills(made.asset), columns=3, width=96))
    )
    assert picture.size == (16 + 3 * 112, 16 + 3 * (54 + 34 + 16))
    empty = Image.open(io.BytesIO(contact_sheet(made.tables, made.asset, None)))
    assert empty.format == "PNG"
    with pytest.raises(UseError, match="got 0 shots"):
        contact_sheet(made.tables, "b" * 32, None)


def test_people_are_shown_by_name_with_where_they_are_seen(film: Film) -> None:
    made = film()
    tables = made.tables | {
        "faces": pa.Table.from_pylist([_face(made.asset)]),
        "face_tracks": pa.Table.from_pylist([_track(made.asset, 3), _track(made.asset, 4, best=99)]),
        "appearances": pa.Table.from_pylist([{"asset": made.asset, "track": n, "person": "p1"} for n in (3, 4)]),
        "persons": pa.Table.from_pylist([_person("p1", "Rhea", made.asset), _person("p2", None, "gone")]),
        "moods": pa.Table.from_pylist([{"asset": made.asset, "track": 3, "emotion": "happiness", "valence": 0.8}]),
    }
    text = report(tables, made.stills).decode()
    cards = text.split('<li class="person">')[1:]
    assert len(cards) == 2
    assert "<h3>Rhea</h3>" in cards[0]
    assert cards[0].count("<rect") == 2
    assert 'class="glad" opacity="0.89"' in cards[0]
    assert "p2 <em>" in cards[1]
    assert 'class="nothing"' in cards[1]


def test_without_identity_every_appearance_stands_for_itself(film: Film) -> None:
    made = film()
    tracks = [_track(made.asset, 3), _track(made.asset, 4) | {"is_still": True}]
    faces = pa.Table.from_pylist([_face(made.asset)])
    text = report(made.tables | {"faces": faces, "face_tracks": pa.Table.from_pylist(tracks)}, made.stills).decode()
    cards = text.split('<li class="person">')[1:]
    assert len(cards) == 2
    assert "0:00:01.000\u20130:00:02.000" in cards[0]
    assert "a still picture?" in cards[1]
    assert 'id="people"' not in report(made.tables, made.stills).decode()


def test_a_portrait_is_a_square_around_the_face(film: Film) -> None:
    made = film()
    face = {"frame": 12, "x": 0.9, "y": 0.0, "w": 0.2, "h": 0.3}
    cut = portrait(made.stills(made.asset), face, 100)
    assert cut is not None
    assert cut.size == (100, 100)
    assert portrait(made.stills(made.asset), face | {"frame": 13}, 100) is None  # a picture that no still shows
    assert portrait(None, face, 100) is None
