"""What the tests of models share: an empty cache of their own."""

from pathlib import Path

import pytest

from kinoeye.models import cache


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that only this test knows."""
    folder = tmp_path / "weights of mine"
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(cache, "_known", {})
    return folder
