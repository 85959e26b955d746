"""The key of viewers lies outside the index, is its owner's alone, and a lost or wrong one is said."""

import pickle
import stat

import pytest

from kinoeye.errors import InputError
from kinoeye.media import viewers
from kinoeye.run.viewer_keys import FILE, key_name, key_of
from kinoeye.store.files import Files


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.delenv(viewers.KEY_VARIABLE, raising=False)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "film" / ".kinoeye")


def test_a_key_is_made_once_and_stays_with_the_production(files, tmp_path):
    key = key_of(files)
    assert key_of(files).number("anna") == key.number("anna")
    moved = tmp_path / "elsewhere"
    (tmp_path / "film").rename(moved)
    assert key_of(Files(moved / ".kinoeye")).number("anna") == key.number("anna")
    assert key_of(Files(tmp_path / "other")).number("anna") != key.number("anna")


def test_it_is_its_owners_alone_and_not_in_the_index(files):
    key = key_of(files)
    path = viewers.path_of(key_name(files))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.secret.hex() in path.read_text()
    assert key.secret.hex() not in (files.root / FILE).read_text()
    assert key.secret.hex() not in repr(viewers.Key(b"x" * 32))
    path.chmod(0o644)
    with pytest.raises(InputError, match=r"readable by its owner alone \(600\), got 644"):
        key_of(files)


def test_a_lost_key_is_said(files):
    path = viewers.path_of(key_name(files))
    path.unlink()
    with pytest.raises(InputError, match=r"the key of this production must be in .* got nothing"):
        key_of(files)
    path.write_text("rubbish")
    path.chmod(0o600)
    with pytest.raises(InputError, match="must be 64 hex digits"):
        key_of(files)


def test_another_key_is_said(files):
    path = viewers.path_of(key_name(files))
    path.write_text("0" * 64)
    path.chmod(0o600)
    with pytest.raises(InputError, match="must be the one that this index was made with, got another"):
        key_of(files)


def test_the_user_may_name_the_file(files, tmp_path, monkeypatch):
    monkeypatch.setenv(viewers.KEY_VARIABLE, str(tmp_path / "safe" / "own.key"))
    key = key_of(files)
    assert (tmp_path / "safe" / "own.key").is_file()
    assert key_of(Files(tmp_path / "other")).number("anna") == key.number("anna")


def test_an_index_that_names_no_key_is_said(files):
    files.write(FILE, b"[]")
    with pytest.raises(InputError, match=r"viewers\.json in the index must name a key"):
        key_of(files)


def test_a_key_goes_to_a_worker_without_what_it_remembers(files):
    key = key_of(files)
    assert pickle.loads(pickle.dumps(key)).number("anna") == key.number("anna")
