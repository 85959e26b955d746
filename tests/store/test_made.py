"""Made things take their place at one stroke."""

import shutil
from pathlib import Path

import pytest

from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.errors import StoreError, UseError
from kinoeye.export import writing
from kinoeye.media.assets import ASSETS
from kinoeye.store.files import Files
from kinoeye.store.made import Made


def _folder(path: Path, names: str) -> Path:
    path.mkdir(parents=True)
    for name in names:
        (path / name).write_text(name)
    return path


def test_a_folder_that_is_replaced_is_never_seen_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(tmp_path / "index")
    made, target = Made(files, tmp_path), tmp_path / "out" / "covered"
    made.put(_folder(tmp_path / "index" / "x" / "one", "abc"), target, ["asset"])
    assert made.is_ours(target)
    whole = _folder(tmp_path / "index" / "x" / "two", "bcd")

    def stop(path: Path) -> None:
        (path / "a").unlink()
        raise OSError(5, "stopped half way")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", stop)
        with pytest.raises(StoreError, match="half way"):
            made.put(whole, target, ["asset"])
    assert not target.exists()
    assert list(target.parent.iterdir()) == []
    made.put(whole, target, ["asset"])
    assert sorted(path.name for path in target.iterdir()) == ["b", "c", "d"]
    assert made.is_ours(target)


class Killed(BaseException):
    """What no part of the program catches."""


def test_an_export_that_is_killed_leaves_nothing_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, target = Made(Files(tmp_path / "index"), tmp_path), tmp_path / "out" / "shots.csv"
    tables = {"assets": ASSETS.empty(), "shots": SHOTS.empty()}

    def export() -> None:
        writing.write("csv", tables, lambda _: None, target.parent, place=lambda part, path: made.put(part, path, []))

    def die(_: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("kinoeye.store.made.sync_folder", die)
        with pytest.raises(Killed):
            export()
    assert made.is_ours(target)  # as soon as it is there, it is known
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: die(target))
        with pytest.raises(Killed):
            export()
    assert list(target.parent.iterdir()) == []
    export()
    assert made.is_ours(target)


def test_an_export_replaces_what_was_made_and_nothing_else(tmp_path: Path) -> None:
    made, target = Made(Files(tmp_path / "index"), tmp_path), tmp_path / "out" / "shots.csv"
    tables = {"assets": ASSETS.empty(), "shots": SHOTS.empty()}

    def export() -> None:
        writing.write("csv", tables, lambda _: None, target.parent, place=lambda part, path: made.put(part, path, []))

    export()
    export()
    own = target.read_bytes()
    target.write_text("mine")
    with pytest.raises(UseError, match="must be free or made by Kinoeye"):
        export()
    assert [path.name for path in target.parent.iterdir()] == ["shots.csv"]
    assert target.read_text() == "mine"
    target.unlink()
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(UseError, match="must be free or made by Kinoeye"):
        export()
    assert target.is_symlink()
    target.unlink()
    target.write_bytes(own)  # an index that was made anew knows of nothing, and nothing is lost
    shutil.rmtree(tmp_path / "index")
    export()
    assert made.is_ours(target)


def test_what_is_made_comes_to_its_place_when_all_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made(Files(tmp_path / "index"), tmp_path)
    targets = [tmp_path / "out" / name for name in ("a.wav", "a.json")]

    def make(text: str) -> None:
        with made.making(targets, ["asset"]) as places:
            for place in places:
                place.write_text(text)
                if text == "stopped":
                    raise Killed

    make("first")
    with pytest.raises(Killed):
        make("stopped")
    assert [path.read_text() for path in targets] == ["first", "first"]

    def die(_: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("kinoeye.store.made.sync_folder", die)
        with pytest.raises(Killed):
            make("second")
    assert [path.read_text() for path in sorted(targets)] == ["first", "second"]
    assert all(made.is_ours(path) for path in targets)
    assert sorted(path.name for path in targets[0].parent.iterdir()) == ["a.json", "a.wav"]
