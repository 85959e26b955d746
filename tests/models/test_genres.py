"""The weights of genres: there, whole, small, and refused where they are not."""

import numpy as np
import pytest

from kinoeye.errors import ModelError
from kinoeye.models import genres, registry


@pytest.fixture
def fresh():
    genres.arrays.cache_clear()
    yield
    genres.arrays.cache_clear()


def test_the_shipped_weights_are_whole(fresh):
    found = genres.arrays()
    assert set(found) == {"plot", "story", "title", "naming"}
    count = len(bytes(found["plot"]["labels"]).split(b"\n"))
    assert found["naming"]["weights"].shape == (count, 4)
    assert registry.path("genres").stat().st_size < 4_000_000


@pytest.mark.parametrize(("arrays", "message"), [
    ({"plot.labels": np.zeros(1)}, "must have the parts plot, story, title and naming, got no naming, story, title"),
    ({"plot.labels": np.array([{}], object)}, "must be arrays, got Object arrays cannot be loaded"),
])  # fmt: skip
def test_other_files_are_refused(tmp_path, monkeypatch, fresh, arrays, message):
    file = tmp_path / "genres.npz"
    np.savez(file, **arrays)
    monkeypatch.setattr(registry, "path", lambda _: file)
    with pytest.raises(ModelError, match=message):
        genres.arrays()


def test_no_archive_is_no_model(tmp_path, monkeypatch, fresh):
    file = tmp_path / "genres.npz"
    file.write_bytes(b"not that")
    monkeypatch.setattr(registry, "path", lambda _: file)
    with pytest.raises(ModelError, match="genres: weights must be arrays"):
        genres.arrays()
