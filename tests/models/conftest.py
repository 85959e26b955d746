"""What the tests of models share: an empty cache of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kinoeye.models import cache
from kinoeye.models.litert import lite_net
from kinoeye.models.nets import net


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder that only this test knows, and no net that another test has loaded."""
    folder = tmp_path / "weights of mine"
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(folder))
    monkeypatch.setattr(cache, "_known", {})
    for loaded in (net, lite_net):
        loaded.cache_clear()
    yield folder
    for loaded in (net, lite_net):
        loaded.cache_clear()
