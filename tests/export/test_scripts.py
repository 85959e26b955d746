"""A screenplay is written in another form, by the endings."""

import itertools

import pytest

from kinoeye.cli.main import main
from kinoeye.errors import DocumentError, UseError
from kinoeye.export.scripts import convert
from kinoeye.media.documents import read_screenplay

TEXT = "Title: Roof\n\nINT. HALL - DAY #2#\n\nShe *runs*.\n\nANNA (V.O.)\n(low)\nHush.\n\nBEN ^\nNo.\n\nCUT TO:\n"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "draft.fountain"
    path.write_text(TEXT)
    return path


def told(path):
    return [(each.kind, each.text, each.number, each.is_dual) for each in read_screenplay(path).elements]


@pytest.mark.parametrize(("first", "second"), [*itertools.product(("fountain", "fdx", "pdf", "txt"), repeat=2)])
def test_every_form_comes_to_every_other(source, tmp_path, first, second):
    through, end = tmp_path / f"a.{first}", tmp_path / f"b.{second}"
    made = convert(source, through)
    assert (made.path, made.form, made.scenes, made.speeches, made.elements) == (through, "fountain", 1, 2, 8)
    convert(through, end)
    assert told(end) == told(source)
    assert read_screenplay(end).title("title") == "Roof"


def test_a_file_that_is_there_stays(source, tmp_path):
    target = tmp_path / "there.fdx"
    target.write_text("mine")
    with pytest.raises(UseError, match=r"there\.fdx must not be there yet.*--force"):
        convert(source, target)
    assert target.read_text() == "mine"
    convert(source, target, overwrites=True)
    assert told(target) == told(source)
    with pytest.raises(UseError, match="must be another file than the source"):
        convert(source, source, overwrites=True)
    assert source.read_text() == TEXT
    assert sorted(each.name for each in tmp_path.iterdir()) == ["draft.fountain", "there.fdx"]


@pytest.mark.parametrize(
    ("name", "data", "target", "error", "message"),
    [
        ("a.fountain", b"x", "b.docx", UseError, r"must end in \.fountain, \.txt, \.fdx, \.pdf, got b\.docx"),
        ("a.fountain", b"", "b.fdx", DocumentError, "must say something"),
        ("a.fdx", b"<FinalDraft>", "b.pdf", DocumentError, r"a\.fdx: FDX: must be well-formed XML"),
        ("a.txt", bytes(range(256)), "b.fdx", DocumentError, "bytes of no known encoding"),
        ("a.fountain", b"x", "no/b.fdx", DocumentError, r"b\.fdx: must be writable, the system says: No such file"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path, name, data, target, error, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=message):
        convert(tmp_path / name, tmp_path / target)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_the_command(source, tmp_path, capsys):
    target = tmp_path / "b.fdx"
    main(["script", "convert", str(source), str(target), "--json"])
    assert '"scenes": 1' in capsys.readouterr().out
    for arguments, status, said in (
        (("convert", str(source), str(target)), 2, "must not be there yet"),
        (("burn", str(source), str(target)), 2, "No such command 'burn'"),
        (("convert", str(tmp_path / "no.fdx"), str(tmp_path / "c.fdx")), 3, "No such file"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["script", *arguments])
        assert ended.value.code == status
        assert said in capsys.readouterr().err
    main(["script", "convert", str(source), str(target), "--force"])
    assert "1 scenes, 2 speeches, 8 elements, read as fountain" in capsys.readouterr().out
