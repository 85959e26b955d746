"""What the tests of search share: a cache of their own for the dictionary of Chinese words."""

from collections.abc import Iterator

import pytest

from kinoeye.models import cache


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is written to the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield
