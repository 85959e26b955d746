"""Made things take their place at one stroke."""

import shutil
from pathlib import Path

import pytest

from kinoeye.errors import StoreError
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
