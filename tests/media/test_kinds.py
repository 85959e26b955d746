"""Kinds: told by content."""

from pathlib import Path
from typing import Any

import cv2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from kinoeye.errors import DocumentError, MediaError
from kinoeye.media.characters import characters
from kinoeye.media.documents import read_text
from kinoeye.media.kinds import recognise

FOUNTAIN = "INT. KITCHEN - NIGHT\n\nA kettle boils.\n\nMARY\n(softly)\nNot now.\n\nEXT. STREET - DAY\n\nRain.\n"
CHINESE = "标题:屋顶\n作者:某人\n\n内景 厨房 夜\n\n水开了。\n\n小林\n现在不行。\n\n外景 街道 日\n\n下雨。\n"
SUBRIP = "1\n00:00:01,000 --> 00:00:02,500\nHello.\n\n2\n00:00:03,000 --> 00:00:04,000\nYou.\n"
EDL = "TITLE: CUT\nFCM: NON-DROP FRAME\n\n001  AX  V  C  01:00:00:00 01:00:02:00 00:00:00:00 00:00:02:00\n"
TEXTS = {
    "screenplay": [FOUNTAIN, CHINESE, "Title: The Roof\nAuthor: Someone\n\nFADE IN:\n", "12. INT. HALL\n\nBOB\nHi.\n"],
    "subtitles": [
        SUBRIP,
        "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
        "[Script Info]\nScriptType: v4.00+\n",
        '<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body/></tt>\n',
    ],
    "timeline": [
        EDL,
        '{"OTIO_SCHEMA": "Timeline.1", "name": "a"}',
        '<?xml version="1.0"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.9"></fcpxml>',
        '<?xml version="1.0"?>\n<xmeml version="5"></xmeml>',
    ],
    "records": ["user,film,rating\n1,2,3.5\n1,3,4\n", "a\tb\n1\t2\n3\t4\n", '{"a": 1}\n{"a": 2}\n', "a;b\n1;2\n2;3\n"],
    "text": ["Call me Ishmael. Some years ago, never mind how long, I went to sea.\nIt was, as I said, long ago.\n"],
}
CASES = [(kind, text) for kind, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), CASES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_texts(kind: str, text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "some.dat"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert recognise(path) == kind
    assert read_text(path).text == text
    assert read_text(path).kind == kind


def test_other_encodings() -> None:
    assert characters(CHINESE.encode("gb18030")) == CHINESE
    assert characters("élan, café, déjà vu: ça alors".encode("cp1252")) == "élan, café, déjà vu: ça alors"
    assert characters("Größe – “Maß”".encode("cp1252")) == "Größe – “Maß”"
    assert characters(FOUNTAIN.encode("utf-16-be")) == FOUNTAIN
    assert characters("电影".encode()[:-1], is_head=True) == "电"
    assert characters(bytes(range(256)) * 4) is None
    assert characters(b"a\rb\r\nc") == "a\nb\nc"


def test_media(encode: Any, tone: Any, picture: Any, tmp_path: Path) -> None:
    wave = tone(4800, 48_000)
    sound = [("pcm_s16le", 48_000, 0, wave)]
    cases = {
        "a.mp4": ("video", {"pictures": 3}),
        "b.mkv": ("video", {"pictures": 3, "codec": "ffv1"}),
        "c.avi": ("video", {"pictures": 3, "codec": "mpeg4"}),
        "d.ts": ("video", {"pictures": 3, "codec": "mpeg2video", "rate": 25}),
        "e.gif": ("video", {"pictures": 3, "codec": "gif", "pixel_format": "rgb8"}),
        "one.gif": ("picture", {"pictures": 1, "codec": "gif", "pixel_format": "rgb8"}),
        "f.mxf": ("video", {"pictures": 3, "codec": "mpeg2video", "rate": 25, "pixel_format": "yuv422p"}),
        "g.wav": ("sound", {"codec": None, "sounds": sound}),
        "h.flac": ("sound", {"codec": None, "sounds": [("flac", 48_000, 0, wave)]}),
        "i.mp3": ("sound", {"codec": None, "sounds": [("libmp3lame", 48_000, 0, wave)]}),
        "j.m4a": ("sound", {"codec": None, "sounds": [("aac", 48_000, 0, wave)]}),
        "k.ogg": ("sound", {"codec": None, "sounds": [("libopus", 48_000, 0, wave)]}),
        "l.mka": ("sound", {"codec": None, "sounds": [("flac", 48_000, 0, wave)]}),
        "m.aiff": ("sound", {"codec": None, "sounds": [("pcm_s16be", 48_000, 0, wave)]}),
    }
    for name, (kind, how) in cases.items():
        path = encode(tmp_path / name, **how)
        nameless = tmp_path / f"{name}.renamed"
        nameless.write_bytes(path.read_bytes())
        assert recognise(nameless) == kind, name
    for suffix in (".jpg", ".png", ".bmp", ".tiff", ".webp"):
        cv2.imwrite(str(tmp_path / f"p{suffix}"), picture(1, 32, 24))
        assert recognise(tmp_path / f"p{suffix}") == "picture", suffix
    frames = [Image.fromarray(picture(n, 32, 24)) for n in (1, 40)]
    frames[0].save(tmp_path / "moving.png", save_all=True, append_images=frames[1:])
    assert recognise(tmp_path / "moving.png") == "video"


def test_parquet_and_unknown(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.bin")
    assert recognise(tmp_path / "a.bin") == "records"
    for name, data in {
        "a.zip": b"PK\x03\x04" + bytes(99),
        "b": bytes(range(256)) * 9,
        "c.html": b"<!DOCTYPE html><p>",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert recognise(tmp_path / name) is None


@pytest.mark.parametrize(
    "text",
    ["#EXTM3U\na.ts\n", "ffconcat version 1.0\n", "https://example.org/film.mp4\n", "[InternetShortcut]\nURL=http://a\n",
     "rtsp://10.0.0.1/live", '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>'],
)  # fmt: skip
def test_what_points_elsewhere_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text)
    with pytest.raises(MediaError, match="points elsewhere"):
        recognise(path)


def test_what_ffmpeg_cannot_decode_is_said(picture: Any, tmp_path: Path) -> None:
    frames = [Image.fromarray(picture(n, 32, 24)) for n in (1, 40)]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:])
    with pytest.raises(MediaError, match="got animated WebP"):
        recognise(tmp_path / "a.webp")
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99))
    with pytest.raises(MediaError, match="got HEIC"):
        recognise(tmp_path / "a.heic")


def test_names_promise(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    path.write_text(FOUNTAIN)
    with pytest.raises(MediaError, match="must hold media as its name says, got a text"):
        recognise(path)
    path.write_bytes(bytes(9999))
    with pytest.raises(MediaError, match="got zeros"):
        recognise(path)
    typescript = tmp_path / "index.ts"
    typescript.write_text("export const a = 1;\n")
    assert recognise(typescript) == "text"


def test_read_text_says_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError, match="must be readable"):
        read_text(tmp_path / "none.txt")
    (tmp_path / "a.bin").write_bytes(bytes(range(256)))
    with pytest.raises(DocumentError, match="must be a text"):
        read_text(tmp_path / "a.bin")
    (tmp_path / "long.txt").write_text("word " * 100)
    monkeypatch.setattr("kinoeye.media.documents.MOST_BYTES", 100)
    with pytest.raises(DocumentError, match="at most"):
        read_text(tmp_path / "long.txt")


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("pattern", "kind"),
    [("timelines/*.edl", "timeline"), ("timelines/*.otio", "timeline"), ("timelines/aaf/*.aaf", "timeline"),
     ("timelines/*.fcpxml", "timeline"), ("screenplays/**/*.fountain", "screenplay"), ("speech/**/*.flac", "sound"),
     ("film_clips/*.mp4", "video"), ("film_clips/*.gif", "video"), ("faces/**/*.jpg", "picture"),
     ("vfx/exr/*.exr", "picture"), ("subtitles/**/*.srt", "subtitles"), ("subtitles/**/*.ttml", "subtitles")],
)  # fmt: skip
def test_real_files(shared_data: Path, pattern: str, kind: str) -> None:
    paths = sorted(shared_data.glob(pattern))
    assert paths
    assert {recognise(path) for path in paths} == {kind}
