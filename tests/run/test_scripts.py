"""A folder of screenplays in every form, some of them broken: each is read or told, and none disturbs another."""

import io
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

from kinoeye.export import script_pdf
from kinoeye.production import Production
from kinoeye.screenplay import fdx_write, fountain

ONLY = ["paragraphs", "wordings", "lines", "scenes", "characters"]
DRAFT = "INT. KITCHEN - NIGHT\n\nA kettle sings.\n\nANNA\nThe rain has been falling since noon.\n\nBEN\nNobody came.\n"
CHINESE = "第一场 客厅 日 内\n△小明坐在窗前，看着外面的雨。\n小明：她今天不会来了。\n小红：（笑）这是谁说的？\n"
PLAY = "ACT I\n\nSCENE 1. A room.\n\nNORA. The kettle sings.\n\nTEO. I hear it.\n\nNORA. Hush.\n"


def scan() -> bytes:
    held = io.BytesIO()
    canvas = Canvas(held, LETTER)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    return held.getvalue()


FILES = {
    "draft.fdx": fdx_write.write(fountain.read(DRAFT)),
    "other.pdf": script_pdf.write(fountain.read(DRAFT.replace("rain", "snow").replace("kettle", "clock"))),
    "gbk.txt": CHINESE.encode("gb18030"),
    "utf16.txt": CHINESE.replace("第一场", "第九场").encode("utf-16"),
    "mark.fountain": DRAFT.replace("ANNA", "CLARA").encode("utf-8-sig"),
    "play.txt": PLAY.encode(),
    "no headings.fountain": b"A page of action alone.\n\nAnd one more.\n",
    "broken.fdx": b"<FinalDraft><Content>",
    "no xml.fdx": DRAFT.encode(),
    "scan.pdf": scan(),
    "empty.fountain": b"",
}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Production:
    folder = tmp_path_factory.mktemp("scripts") / "my film"
    folder.mkdir()
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    production = Production(folder)
    production.run(only=ONLY, jobs=1)
    return production


def told(film: Production, table: str, name: str) -> list[dict[str, object]]:
    asset = film.asset(name)
    return [row for row in film.index.read(table).to_pylist() if row["asset"] == asset]


def test_what_is_broken_is_told_with_a_remedy(film: Production) -> None:
    faults = {Path(row["path"]).name: row for row in film.index.read("faults").to_pylist()}
    assert set(faults) == {"broken.fdx", "no xml.fdx", "scan.pdf", "empty.fountain"}
    for name, said in (
        ("broken.fdx", "must be well-formed XML"), ("no xml.fdx", "must be a Final Draft document (XML)"),
        ("scan.pdf", "pictures only"), ("empty.fountain", "got 0 bytes"),
    ):  # fmt: skip
        assert said in faults[name]["message"]
        assert faults[name]["remedy"]


@pytest.mark.parametrize(
    ("name", "scenes", "who"),
    [
        ("draft.fdx", ["INT. KITCHEN - NIGHT"], ["ANNA", "BEN"]),
        ("other.pdf", ["INT. KITCHEN - NIGHT"], ["ANNA", "BEN"]),
        ("mark.fountain", ["INT. KITCHEN - NIGHT"], ["CLARA", "BEN"]),
        ("gbk.txt", ["客厅 日 内"], ["小明", "小红"]),
        ("utf16.txt", ["客厅 日 内"], ["小明", "小红"]),
        ("play.txt", ["SCENE 1. A room."], ["NORA", "TEO"]),
        ("no headings.fountain", [], []),
    ],
)
def test_each_has_its_own_scenes_and_characters(film: Production, name: str, scenes: list[str], who: list[str]) -> None:
    assert [row["heading"] for row in told(film, "scenes", name)] == scenes
    assert {row["character"] for row in told(film, "characters", name)} == set(who)


def test_lines_without_a_scene_are_kept(film: Production) -> None:
    rows = told(film, "lines", "no headings.fountain")
    assert [(row["kind"], row["scene_order"], row["text"]) for row in rows] == [
        ("action", 0, "A page of action alone."), ("action", 0, "And one more."),
    ]  # fmt: skip


def test_words_are_found_whatever_the_form(film: Production) -> None:
    found = {each.path for each in film.search("kettle")}
    assert {"draft.fdx", "mark.fountain", "play.txt"} <= found
    assert {each.path for each in film.search("clock")} == {"other.pdf"}
