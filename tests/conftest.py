"""What every test may ask for."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of openly licensed real material beside the checkout; the test skips where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not there")
    return SHARED
