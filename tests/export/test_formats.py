"""Formats: one list, written whole, nowhere else."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import DocumentError, StoreError, UseError
from kinoeye.export.formats import FORMATS, format_named, read
from kinoeye.export.writing import safe_names, write
from kinoeye.streams import Sound

Film = Callable[..., object]


# What is known of people, words, screenplays and music in no film alone is written by tests of its own.
ELSEWHERE = ("people", "people-graph", "lined-script", "lined-script-pdf", "coverage", "sync")
ELSEWHERE += ("sync-fcpxml", "sync-xml", "sync-aaf")
ELSEWHERE += ("breakdown", "breakdown-csv", "breakdown-json", "strips", "notes", "notes-csv", "notes-json")
ELSEWHERE += tuple(
    each.name
    for each in FORMATS
    if each.listing and each.listing.name in ("dialogue-list", "music-cues", "shot-plan", "coverage")
)


@pytest.mark.parametrize("name", [each.name for each in FORMATS if each.name not in ELSEWHERE])
def test_every_format_is_written(film: Film, tmp_path: Path, name: str) -> None:
    made = film(channels=2)
    settings = {"folder": tmp_path, "title": "t", "sounds": lambda _: Sound(np.arange(16_000, dtype=np.int16), 0)}
    (path,) = write(name, made.tables, made.stills, tmp_path / "out", **settings)
    assert path.parent == tmp_path / "out"
    assert path.name.endswith("." + format_named(name).extension)
    assert path.stat().st_size > 200
    assert list((tmp_path / "out").iterdir()) == [path]
    before = path.read_bytes()
    assert write(name, made.tables, made.stills, tmp_path / "out", **settings) == [path]
    if name != "aaf":  # its file ids are new each time
        assert path.read_bytes() == before


def test_films_of_one_name_do_not_overwrite_each_other(film: Film, tmp_path: Path) -> None:
    one, two = film(), film(asset="b" * 32, path="other/A001 C003.mov")
    tables = {name: pa.concat_tables([one.tables[name], two.tables[name]]) for name in one.tables}
    paths = write("edl", tables, one.stills, tmp_path)
    assert [path.name for path in paths] == ["A001 C003.edl", "A001 C003 (2).edl"]
    assert write("edl", tables, one.stills, tmp_path, assets=[two.asset]) == [tmp_path / "A001 C003.edl"]


def test_a_users_own_file_is_left_alone(film: Film, tmp_path: Path) -> None:
    own = tmp_path / "A001 C003.edl"
    own.write_text("mine")
    with pytest.raises(UseError, match="must not be there yet"):
        write("edl", film().tables, film().stills, tmp_path, replaces=False)
    assert own.read_text() == "mine"


def test_a_link_is_replaced_not_followed(film: Film, tmp_path: Path) -> None:
    own = tmp_path / "mine.txt"
    own.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "shots.csv").symlink_to(own)
    (path,) = write("csv", film().tables, film().stills, out)
    assert own.read_text() == "mine"
    assert not path.is_symlink()


def test_a_folder_in_the_way_is_a_clear_error_and_leaves_nothing(film: Film, tmp_path: Path) -> None:
    (tmp_path / "shots.json" / "inside").mkdir(parents=True)
    with pytest.raises(StoreError, match="must be writable"):
        write("json", film().tables, film().stills, tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "shots.json"]


def test_an_unknown_format_names_those_there_are(film: Film, tmp_path: Path) -> None:
    with pytest.raises(UseError, match=r"one of otio, edl, .* got 'docx'"):
        write("docx", film().tables, film().stills, tmp_path)


def test_names_that_no_file_system_takes_are_made_safe() -> None:
    names = safe_names(["../../etc/passwd", "CON", "a" * 400, "片" * 100, ".", "A", "a", "a\x00b"])
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not set(name) & set('/\\<>:"|?*\x00')
        assert 0 < len(name.encode()) <= 130
        assert not name.startswith(".")


def test_read_finds_the_format_by_the_name(film: Film, tmp_path: Path) -> None:
    made = film(Fraction(25))
    for name in ("otio", "edl", "fcpxml", "xml", "aaf"):
        (path,) = write(name, made.tables, made.stills, tmp_path)
        (timeline,) = read(path)
        assert timeline.rate == 25


def test_read_says_what_it_cannot(tmp_path: Path) -> None:
    with pytest.raises(UseError, match=r"must be one of \.otio, \.edl"):
        read(tmp_path / "a.txt")
    with pytest.raises(DocumentError, match=r"a\.edl: must be readable"):
        read(tmp_path / "a.edl")
