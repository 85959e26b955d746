"""A text beside a sound is its transcript, a screenplay may be spoken anywhere, and only what is said is taken."""

import pyarrow as pa
import pytest

from kinoeye.analyses.screenplay.paragraphs import PARAGRAPHS
from kinoeye.analyses.screenplay.script_parts import SCRIPT_PARTS, script_parts
from kinoeye.analyses.screenplay.wordings import wordings
from kinoeye.media.assets import ASSETS
from kinoeye.screenplay import fountain
from kinoeye.tables import with_asset


def found(files, texts):
    """Rows of `wordings` for files (path: kind) and texts (path: paragraphs); an asset is named by its path."""
    assets = ASSETS.from_rows(
        {"asset": path, "path": path, "kind": kind, "channels": 1 if kind in {"sound", "video"} else None}
        for path, kind in files.items()
    )
    rows = [
        with_asset(PARAGRAPHS.from_rows([{"paragraph": n, "first_line": 9 * n, "text": text}]), path)
        for path, each in texts.items()
        for n, text in enumerate(each)
    ]
    parts = [scripted(path, 9 * n, text) for path, each in texts.items() for n, text in enumerate(each)
             if files[path] == "screenplay"]  # fmt: skip
    return wordings(assets, whole(PARAGRAPHS, rows), whole(SCRIPT_PARTS, parts)).to_pylist()


def whole(table, parts):
    return pa.concat_tables([table.stored_schema.empty_table(), *parts])


def scripted(asset, first_line, text):
    rows = script_parts(fountain.read(text)).to_pylist()
    return with_asset(
        SCRIPT_PARTS.from_rows([row | {"first_line": row["first_line"] + first_line} for row in rows]), asset
    )


def test_a_text_beside_a_sound_is_its_transcript_and_no_other_sounds():
    files = {"a/take 1.wav": "sound", "a/take 2.wav": "sound", "b/take 1.wav": "sound", "a/take 1.txt": "text"}
    rows = found(files, {"a/take 1.txt": ["Come in.", "ANNA: Sit down."]})
    assert [(row["asset"], row["role"], row["text"]) for row in rows] == [
        ("a/take 1.wav", "transcript", "Come in."),
        ("a/take 1.wav", "transcript", "Sit down."),
    ]


def test_only_the_dialogue_of_a_screenplay_is_a_script_of_every_sound():
    texts = {"s.fountain": ["INT. ROOM - DAY", "Rain on the window.", "ANNA (V.O.)\n(softly)\nListen.", "CUT TO:"]}
    rows = found({"x.wav": "sound", "y.mp4": "video", "z.png": "picture", "s.fountain": "screenplay"}, texts)
    assert [(row["asset"], row["role"], row["paragraph"]) for row in rows] == [
        ("x.wav", "script", 2), ("y.mp4", "script", 2),
    ]  # fmt: skip
    assert rows[0]["text"] == "Listen."


@pytest.mark.parametrize("other", ["film.es.srt", "film.fr.txt"])
def test_of_several_the_english_one_is_taken(other):
    files = {"film.mp4": "video", "film.en.srt": "subtitles", other: "text"}
    rows = found(files, {"film.en.srt": ["Hello."], other: ["Hola."]})
    assert [row["text"] for row in rows] == ["Hello."]


@pytest.mark.parametrize("name", ["film.en.sdh.srt", "film.en.hi.srt", "film.eng.srt", "film.en-GB.srt", "film.srt"])
def test_a_language_and_its_marks_are_no_part_of_the_name(name):
    files = {"film.mp4": "video", name: "subtitles", "film.zh.srt": "subtitles", "film.en.forced.srt": "subtitles"}
    rows = found(files, {name: ["Hello."], "film.zh.srt": ["你好"], "film.en.forced.srt": ["Bonn, 1931"]})
    assert [row["source"] for row in rows] == [name]


@pytest.mark.parametrize("name", ["film.hd.srt.srt", "film.sdh.en.srt", "other.en.srt", "film2.en.srt"])
def test_another_name_is_not_beside(name):
    assert found({"film.mp4": "video", name: "subtitles"}, {name: ["Hello."]}) == []


def test_a_cue_keeps_its_times():
    files = ASSETS.from_rows([
        {"asset": "film", "path": "film.mp4", "kind": "video", "channels": 2},
        {"asset": "text", "path": "film.en.srt", "kind": "subtitles"},
    ])  # fmt: skip
    cues = PARAGRAPHS.from_rows([{"paragraph": 0, "text": "Hello.", "start": 5, "end": 9}])
    (row,) = wordings(files, with_asset(cues, "text"), whole(SCRIPT_PARTS, [])).to_pylist()
    assert (row["start"], row["end"]) == (5, 9)


def test_without_sound_or_text_there_is_nothing():
    assert found({"a.png": "picture", "a.txt": "text"}, {"a.txt": ["Hello."]}) == []
    assert found({"a.wav": "sound"}, {}) == []


def test_a_copy_of_a_text_beside_another_sound_counts():
    assets = ASSETS.from_rows([
        {"asset": "b", "path": "b.wav", "paths": ["b.wav"], "kind": "sound", "channels": 1},
        {"asset": "t", "path": "a.txt", "paths": ["a.txt", "b.txt"], "kind": "text"},
    ])  # fmt: skip
    paragraphs = with_asset(PARAGRAPHS.from_rows([{"paragraph": 0, "text": "Hello."}]), "t")
    assert wordings(assets, paragraphs, whole(SCRIPT_PARTS, []))["asset"].to_pylist() == ["b"]
