"""Voices: the net hears every frame once, with what came before it, however the sound is cut into calls."""

import numpy as np
import pytest

from kinoeye.models import voices
from kinoeye.models.voices import FRAME, activity


class Net:
    """Stands in for the net: answers the mean of the frame, and remembers how many it has heard."""

    def __init__(self) -> None:
        self.rows: list[np.ndarray] = []

    def __call__(self, name: str) -> "Net":
        assert name == "voices"
        return self

    def run(self, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        assert inputs["h"].flat[0] == len(self.rows)
        self.rows.extend(inputs["input"])
        memory = np.full((1, 1, 128), len(self.rows), np.float32)
        return [inputs["input"][:, 64:].mean(axis=1), memory, memory]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Net:
    stand_in = Net()
    monkeypatch.setattr(voices, "net", stand_in)
    return stand_in


@pytest.mark.parametrize("size", [FRAME, 3 * FRAME, 100 * FRAME])
def test_frames_stand_with_what_comes_before_them(heard: Net, size: int) -> None:
    samples = np.random.default_rng(2).integers(-32768, 32768, 10 * FRAME + 7).astype(np.int16)
    scores = activity(samples[at : at + size] for at in range(0, len(samples), size))
    whole = np.concatenate([np.zeros(64), samples, np.zeros(FRAME - 7)]).astype(np.float32) / 32768
    expected = np.stack([whole[at * FRAME : at * FRAME + 64 + FRAME] for at in range(11)])
    np.testing.assert_array_equal(np.stack(heard.rows), expected)
    np.testing.assert_allclose(scores, expected[:, 64:].mean(axis=1), rtol=1e-5)


def test_nothing_in_nothing_out(heard: Net) -> None:
    assert activity([]).shape == (0,)
    assert not heard.rows
