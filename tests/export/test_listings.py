"""Lists of a film say the same as CSV, DOCX and PDF, at the film's own time code, and open without repair."""

import csv
import io
from fractions import Fraction
from itertools import pairwise

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from kinoeye.analyses.editing.syncs import SYNCS
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.analyses.screenplay.scenes import SCENES
from kinoeye.analyses.sound.music import MUSIC
from kinoeye.analyses.sound.words import WORDS
from kinoeye.errors import UseError
from kinoeye.export import fonts, listing_csv, listing_docx, listing_pdf
from kinoeye.export.listings import KINDS, listings
from kinoeye.export.writing import write
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import Timecode, frame_to_flicks

OF_FILMS = [kind for kind in KINDS if kind.is_of_film]


def kind_of(name):
    return next(kind for kind in KINDS if kind.name == name)


def lists(name, tables, **settings):
    settings = {"title": "Production", "language": "en"} | settings
    return listings(kind_of(name), tables, lambda _: None, **settings)


def rows(name, tables, **settings):
    data = listing_csv.write(lists(name, tables, **settings))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def pdf_pages(data):
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_bounded() for page in document]


def docx_text(data):
    document = docx.Document(io.BytesIO(data))
    return "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)


def test_a_dialogue_list_has_who_what_and_when(listed):
    told = rows("dialogue-list", listed.tables())
    names = ("number", "time_in", "time_out", "duration", "speaker", "dialogue", "screenplay", "as_written", "notes")
    assert [tuple(row[name] for name in names) for row in told] == [
        ("1", "10:00:01:00", "10:00:04:00", "00:00:03:00", "ANNA", "Who left the kitchen door open?", "", "yes", ""),
        ("2", "10:00:06:00", "10:00:08:00", "00:00:02:00", "BEN (O.S.)", "'-It was never closed.", "", "yes", ""),
        ("3", "10:00:12:00", "10:00:14:12", "00:00:02:12", "voice 2", "some other thing nobody wrote", "", "no", ""),
    ]  # fmt: skip
    assert told[0]["path"] == "film/The Door v3.mov"


def test_other_words_stand_beside_the_screenplays(listed):
    told = rows("dialogue-list", listed.tables(words=(WORDS, listed.spoken("who left the cellar door open", 1))))
    assert told[0]["dialogue"] == "Who left the cellar door open?"
    assert told[0]["screenplay"] == "Who left the kitchen door open?"


def test_a_continuity_has_all_that_begins_in_order(listed):
    told = rows("continuity", listed.tables())
    assert [(row["kind"], row["time_in"][-8:], row["speaker"], row["text"]) for row in told] == [
        ("shot", "00:00:00", "", "1. nobody to be seen"), ("music", "00:00:00", "", "C major"),
        ("on screen", "00:00:00", "", "Title: THE DOOR / a film"),
        ("dialogue", "00:01:00", "ANNA", "Who left the kitchen door open?"),
        ("shot", "00:05:00", "", "2. dissolve, close-up"),
        ("dialogue", "00:06:00", "BEN (O.S.)", "'-It was never closed."),
        ("dialogue", "00:12:00", "voice 2", "some other thing nobody wrote"), ("sound", "00:20:00", "", "bell"),
        ("music", "00:30:00", "", ""),
    ]  # fmt: skip
    assert told[3]["letters_a_second"] == f"{len('Who left the kitchen door open?') / 3:.1f}"


def test_an_as_broadcast_script_has_a_row_a_shot(listed):
    (made,) = lists("as-broadcast", listed.tables())
    assert [(each.kind, each.cells.get("vision")) for each in made.entries] == [
        ("head", "12 INT. HALL - DAY"), ("plain", "nobody to be seen\nTitle: THE DOOR / a film"),
        ("plain", "dissolve, close-up"),
    ]  # fmt: skip
    assert made.entries[1].cells["sound"].split("\n") == [
        "[MUSIC: C major, until 10:00:04:00]", "ANNA: Who left the kitchen door open?",
    ]  # fmt: skip
    assert "[SOUND: bell, until 10:00:22:00]" in made.entries[2].cells["sound"]


def test_a_shot_list_says_who_speaks_in_it(listed):
    told = rows("shot-list", listed.tables())
    assert [(row["number"], row["begins"], row["size"], row["speakers"], row["on_screen"]) for row in told] == [
        ("1", "", "", "ANNA", "THE DOOR / a film"), ("2", "dissolve", "close-up", "BEN (O.S.), voice 2", ""),
    ]  # fmt: skip


def test_whose_music_it_is_stays_to_be_filled_in(listed):
    told = rows("music-cues", listed.tables())
    names = ("title", "composer", "publisher", "society", "usage", "heard", "duration", "tempo_bpm")
    assert [tuple(row[name] for name in names) for row in told] == [
        ("", "", "", "", "", "under speech, over a title", "00:00:04:00", "92"),
        ("", "", "", "", "", "by itself", "00:00:10:00", ""),
    ]  # fmt: skip


def test_a_sound_file_that_is_heard_says_whose_it_is(listed):
    tags = [("title", "Rain"), ("composer", "A. B."), ("encoder", "x")]
    song = {"asset": "m", "path": "rain.wav", "kind": "sound", "start": 0, "end": 10, "tags": tags}
    pair = {"asset": "m", "other": "a", "offset": listed.at(30, 30)["start"], "start": 0, "end": listed.at(9, 9)["end"]}
    told = rows("music-cues", listed.tables(assets=(ASSETS, [listed.FILM, song]), syncs=(SYNCS, [pair])))
    assert [(row["title"], row["composer"], row["publisher"]) for row in told] == [("", "", ""), ("Rain", "A. B.", "")]


def test_planned_shots_are_a_master_and_singles(listed):
    told = rows("shot-plan", listed.tables())
    names = ("scene", "setup", "who", "lines", "lines_shot")
    assert [tuple(row[name] for name in names) for row in told] == [
        ("12", "master: the whole scene", "ANNA, BEN", "2", "0"), ("12", "single", "ANNA", "1", "0"),
        ("12", "single", "BEN", "1", "0"),
    ]  # fmt: skip


@pytest.mark.parametrize(("rate", "first"), [
    ("24000/1001", "01:00:00:00"), ("24", "23:59:59:20"), ("25", "10:00:00:00"), ("30000/1001", "00:59:59;28"),
    ("30000/1001", "00:59:59:28"), ("60000/1001", "09:59:58;56"),
])  # fmt: skip
def test_time_codes_are_exact_at_every_rate(listed, rate, first):
    rate = Fraction(rate)
    edges = [0, 1, 1800, 17_982, 53_946, 107_893, 215_784]
    film = listed.FILM | {"start": 0, "end": frame_to_flicks(edges[-1], rate), "rate_num": rate.numerator,
                          "rate_den": rate.denominator, "timecode": first}  # fmt: skip
    shots = [{"asset": "a", "shot": number, "transition": "cut", "start": frame_to_flicks(begin, rate),
              "end": frame_to_flicks(end, rate)} for number, (begin, end) in enumerate(pairwise(edges))]  # fmt: skip
    told = rows("shot-list", listed.tables(assets=(ASSETS, [film]), shots=(SHOTS, shots), words=(WORDS, None)))
    begun = Timecode.parse(first, rate)
    for row, begin, end in zip(told, edges[:-1], edges[1:], strict=True):
        assert row["time_in"] == str(Timecode(begun.frame + begin, rate, begun.is_drop_frame))
        assert row["time_out"] == str(Timecode(begun.frame + end, rate, begun.is_drop_frame))
        assert row["duration"] == str(Timecode(end - begin, rate))


def test_feet_stand_beside_time_codes_only_where_they_are_asked_for(listed):
    told = rows("dialogue-list", listed.tables(), has_feet=True)
    assert (told[0]["feet_in"], told[0]["feet_out"]) == ("1+08", "6+00")
    assert "feet_in" not in rows("dialogue-list", listed.tables())[0]


@pytest.mark.parametrize("kind", OF_FILMS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_documents_open_and_say_what_the_list_says(listed, kind, language):
    (made,) = lists(kind.name, listed.tables(), language=language, has_feet=True)
    paper, document = pdf_pages(listing_pdf.write(made)), listing_docx.write(made)
    heads = [made.heads[each.key] for each in made.on_paper]
    told = docx_text(document)
    assert all(head in told for head in heads)
    for page in paper:
        assert made.title in page
    whole = "".join("".join(paper).split())
    for entry in made.entries:
        for key in ("time_in", "dialogue", "speakers", "heard"):
            value = entry.cells.get(key, "")
            assert value in told
            assert "".join(value.split()) in whole
    for _, value in made.facts:
        assert value in "".join(each.text for each in docx.Document(io.BytesIO(document)).paragraphs)
    assert made.facts[1][1] == "3"
    assert made.facts[2][1] == "2026-05-04"


def test_heads_and_pages_come_again_on_each_page(listed):
    words = [word for number in range(300) for word in listed.spoken(f"line number {number}", 3 * number)]
    (made,) = lists("dialogue-list", listed.tables(words=(WORDS, words)))
    pages = pdf_pages(listing_pdf.write(made))
    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        assert "Dialogue" in page
        assert "Production" in page
    assert sum(page.count("line number") for page in pages) == 300
    document = docx.Document(io.BytesIO(listing_docx.write(made)))
    assert document.tables[0]._tbl.findall(".//" + qn("w:tblHeader"))
    fields = document.sections[0].footer._element.findall(".//" + qn("w:fldSimple"))
    assert [each.get(qn("w:instr")) for each in fields] == ["PAGE", "NUMPAGES"]
    assert len(document.tables[0].rows) == 301


def test_chinese_names_its_font_in_word(listed):
    words = listed.spoken("谁 开 了 门", 1, language="zh")
    (made,) = lists("dialogue-list", listed.tables(words=(WORDS, words), lines=(LINES, None)), language="zh")
    document = docx.Document(io.BytesIO(listing_docx.write(made)))
    runs = [run for run in document.element.iter(qn("w:r")) if "谁开了门" in "".join(run.itertext())]
    assert [run.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia")) for run in runs] == ["SimSun"]
    assert "谁开了门" in "".join(pdf_pages(listing_pdf.write(made)))


def test_chinese_is_set_where_no_font_of_the_system_is(listed, monkeypatch):
    monkeypatch.setattr(fonts, "_has", lambda name, code: False)
    words = listed.spoken("谁 开 了 门", 1, language="zh")
    (made,) = lists("dialogue-list", listed.tables(words=(WORDS, words), lines=(LINES, None)), language="zh")
    data = listing_pdf.write(made)
    assert b"STSong-Light" in data
    assert "谁开了门" in "".join(pdf_pages(data))


def test_bad_words_break_nothing(listed):
    title = "Ein sehr langer Titel " * 14
    film = listed.FILM | {"tags": [("title", title[:300])]}
    texts = [listed.at(0, 2, kind="title", text="\x00\x07bell\x1b\u2028next\uffff", x=0, y=0),
             listed.at(3, 4, kind="sign", text="مرحبا שלום (1)", x=0, y=0),
             listed.at(4, 5, kind="sign", text="w" * 9000, x=0, y=0),
             listed.at(6, 7, kind="sign", text="@SUM(1)", x=0, y=0)]  # fmt: skip
    made = listed.tables(assets=(ASSETS, [film]), texts=(TEXTS, texts))
    (listing,) = lists("shot-list", made)
    paper = "".join(pdf_pages(listing_pdf.write(listing)))
    told = docx_text(listing_docx.write(listing))
    assert "bell next" in told
    assert "bell next" in paper
    assert "".join(paper.split()).count("w") >= 9000
    assert "مرحبا שלום (1)" in told
    assert "Ein sehr langer Titel" in paper
    assert rows("shot-list", listed.tables(texts=(TEXTS, texts[3:])))[1]["on_screen"] == "'@SUM(1)"
    bidi = docx.Document(io.BytesIO(listing_docx.write(lists("continuity", made)[0]))).element
    assert not bidi.findall(".//" + qn("w:rtl"))  # it begins with Sign:, from the left
    arabic = listed.spoken("مرحبا", 1, language="ar")
    spoken = lists("dialogue-list", listed.tables(words=(WORDS, arabic), lines=(LINES, None)))
    assert docx.Document(io.BytesIO(listing_docx.write(spoken[0]))).element.findall(".//" + qn("w:rtl"))


def test_the_same_list_is_the_same_file(listed):
    (made,) = lists("continuity", listed.tables())
    assert listing_docx.write(made) == listing_docx.write(made)
    assert listing_pdf.write(made) == listing_pdf.write(made)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nothing_to_list_is_refused(listed, kind):
    none = {"words": WORDS, "shots": SHOTS, "music": MUSIC, "texts": TEXTS, "sounds": WORDS, "scenes": SCENES}
    empty = listed.tables(**{name: (table, []) for name, table in none.items()})
    for tables in (empty, {"assets": empty["assets"]}, {"assets": empty["assets"].slice(0, 0)}):
        with pytest.raises(UseError, match=f"{kind.name} must have something to list, got nothing"):
            lists(kind.name, tables)


def test_recordings_have_no_documents_unless_they_are_chosen(listed, tmp_path):
    rush = listed.FILM | {"asset": "r", "path": "rushes/A001.mov"}
    shots = [listed.at(0, 9, shot=0, transition="start"), listed.at(0, 9, shot=0, transition="start") | {"asset": "r"}]
    made = listed.tables(assets=(ASSETS, [listed.FILM, rush]), shots=(SHOTS, shots),
                         takes=(TAKES, [{"asset": "r", "take_order": 0}]))  # fmt: skip
    stills = dict.fromkeys("ar").get
    paths = write("shot-list-pdf", made, stills, tmp_path)
    assert [path.name for path in paths] == ["The Door v3 shot list.pdf"]
    assert [path.name for path in write("shot-list-docx", made, stills, tmp_path, assets={"r"})] == [
        "A001 shot list.docx"
    ]
    (table,) = write("shot-list", made, stills, tmp_path)
    assert len(table.read_text("utf-8-sig").splitlines()) == 3
