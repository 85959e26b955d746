"""A text beside a sound is its transcript, a screenplay may be spoken anywhere, and only what is said is taken."""

import pyarrow as pa
import pytest

from kinoeye.analyses.screenplay.paragraphs import PARAGRAPHS
from kinoeye.analyses.screenplay.wordings import wordings
from kinoeye.media.assets import ASSETS
from kinoeye.tables import with_asset


def found(files, texts):
    """Rows of `wordings` for files (path: kind) and texts (path: paragraphs); an asset is named by its path."""
    assets = ASSETS.from_rows(
        {"asset": path, "path": path, "kind": kind, "channels": 1 if kind in {"sound", "video"} else None}
        for path, kind in files.items()
    )
    rows = [
        with_asset(PARAGRAPHS.from_rows([{"paragraph": n, "text": text}]), path)
        for path, each in texts.items()
        for n, text in enumerate(each)
    ]
    return wordings(assets, pa.concat_tables([PARAGRAPHS.stored_schema.empty_table(), *rows])).to_pylist()


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
    assert rows[0]["text"] == "(softly)\nListen."


@pytest.mark.parametrize("other", ["film.es.srt", "film.fr.txt"])
def test_of_several_the_english_one_is_taken(other):
    files = {"film.mp4": "video", "film.en.srt": "subtitles", other: "text"}
    rows = found(files, {"film.en.srt": ["Hello."], other: ["Hola."]})
    assert [row["text"] for row in rows] == ["Hello."]


def test_without_sound_or_text_there_is_nothing():
    assert found({"a.png": "picture", "a.txt": "text"}, {"a.txt": ["Hello."]}) == []
    assert found({"a.wav": "sound"}, {}) == []


def test_a_copy_of_a_text_beside_another_sound_counts():
    assets = ASSETS.from_rows([
        {"asset": "b", "path": "b.wav", "paths": ["b.wav"], "kind": "sound", "channels": 1},
        {"asset": "t", "path": "a.txt", "paths": ["a.txt", "b.txt"], "kind": "text"},
    ])  # fmt: skip
    paragraphs = with_asset(PARAGRAPHS.from_rows([{"paragraph": 0, "text": "Hello."}]), "t")
    assert wordings(assets, paragraphs)["asset"].to_pylist() == ["b"]
