"""What the tests of sound share: a voice."""

import cv2
import numpy as np
import pytest

from kinoeye.sample.voice import RATE_HZ, Manner, speak
from kinoeye.streams import SOUND_RATE_HZ

LINE = "The rain has been falling on this old window since we came back to the house by the river"


@pytest.fixture(scope="session")
def voice() -> np.ndarray:
    """A spoken line without silence around it, int16, 16 kHz, about five seconds."""
    spoken = speak([(LINE, Manner("en-us", 45, 50, 160.0), 10.0)])
    if spoken.engine != "espeak-ng":
        pytest.skip("espeak-ng cannot be loaded")
    length = len(spoken.samples[0]) * SOUND_RATE_HZ // RATE_HZ
    small = cv2.resize(spoken.samples[0][None], (length, 1), interpolation=cv2.INTER_AREA)[0]
    return np.clip(small * 32767 * 2, -32768, 32767).astype(np.int16)
