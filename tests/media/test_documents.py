"""Documents: a screenplay is read whatever its form, and what is damaged is told so."""

import io
import zipfile

import pytest

from kinoeye.errors import DocumentError
from kinoeye.media.documents import read_screenplay, read_text
from kinoeye.media.kinds import recognise
from kinoeye.screenplay import fdx_write, fountain

FOUNTAIN = "Title: The Roof\n\nINT. KITCHEN - NIGHT #3#\n\nA *kettle* boils.\n\nMARY\n(softly)\nNot now.\n"
FADE_IN = (
    b'<?xml version="1.0"?><document type="Open Screenplay Format document" version="40"><paragraphs>'
    b'<para><style basestyle="Scene Heading"/><text>INT. KITCHEN - NIGHT</text></para></paragraphs></document>'
)


def packed(xml):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("document.xml", xml)
    return held.getvalue()


def put(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["script.fdx", "script.dat"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_final_draft_is_known_by_its_root(tmp_path, name, encoding):
    data = fdx_write.write(fountain.read(FOUNTAIN)).decode()
    path = put(tmp_path, name, data.replace('encoding="UTF-8"', "").encode(encoding))
    assert recognise(path) == "screenplay"
    script = read_screenplay(path)
    assert script.form == "fdx"
    assert script.without_source() == fountain.read(FOUNTAIN).without_source()
    text = read_text(path)
    assert (text.kind, text.text) == ("screenplay", FOUNTAIN)


@pytest.mark.parametrize(("name", "data"), [("a.fadein", packed(FADE_IN)), ("a.osf", FADE_IN)])
def test_fade_in_is_known_by_its_root(tmp_path, name, data):
    path = put(tmp_path, name, data)
    assert recognise(path) == "screenplay"
    assert read_screenplay(path).form == "fadein"
    assert read_text(path).text == "INT. KITCHEN - NIGHT\n"


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (FOUNTAIN.encode(), "got a text"),
        (b"\x00\x01\x02\x03" * 99, "got bytes of no known format"),
        (b"<html><body>no</body></html>", "got a text"),
        (b"", "got an empty file"),
    ],
)
def test_what_is_named_final_draft_and_is_none_is_told(tmp_path, data, came):
    with pytest.raises(DocumentError, match=r"must be a Final Draft document \(XML\) as its name says, " + came):
        recognise(put(tmp_path, "script.fdx", data))


def test_a_damaged_document_is_told_with_its_path(tmp_path):
    data = fdx_write.write(fountain.read(FOUNTAIN))
    path = put(tmp_path, "half.fdx", data[: len(data) // 2])
    assert recognise(path) == "screenplay"
    for read in (read_screenplay, read_text):
        with pytest.raises(DocumentError, match=r"half\.fdx: FDX: must be well-formed XML.*Save it again"):
            read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-32"])
def test_plain_text_in_any_encoding(tmp_path, encoding):
    text = "标题: 屋顶\r\n\r\n内景 厨房 夜\r\n\r\n水开了，没有人听见。她站在窗前。\r\n\r\n小林\r\n现在不行。\r\n"
    path = put(tmp_path, "script.txt", text.encode(encoding))
    assert recognise(path) == "screenplay"
    script = read_screenplay(path)
    assert [each.kind for each in script.elements] == ["heading", "action", "character", "dialogue"]
    assert script.head + "".join(each.source for each in script.elements) == text
    assert bytes.fromhex(script.mark) + text.encode(script.encoding) == path.read_bytes()
