"""What every test may ask for."""

import runpy
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import settings

from kinoeye.learn import learning
from kinoeye.learn.known import known
from kinoeye.media.meters import Meter
from kinoeye.media.muxing import FilmSound
from kinoeye.media.write import write_film
from kinoeye.streams import Meters

# The same draws each time, and no deadline: a busy machine is no fault of what is tested.
settings.register_profile("kinoeye", derandomize=True, deadline=None)
settings.load_profile("kinoeye")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of openly licensed real material beside the checkout; the test skips where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not there")
    return SHARED


@pytest.fixture(scope="session")
def random_whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Whisper that loads, runs and knows nothing."""
    maker = runpy.run_path(str(Path(__file__).resolve().parents[1] / "bench" / "random_whisper.py"))
    folder: Path = maker["write"](tmp_path_factory.mktemp("whisper"))
    return folder


@pytest.fixture(scope="session")
def make_film() -> Callable[..., Path]:
    """Write a small film of shots of so many pictures: drifting textures, hard cuts, a tone."""

    def make(path: Path, shots: tuple[int, ...] = (30, 24), *, seed: int = 1, rate: str = "24", size: int = 96,
             has_sound: bool = True, **settings: Any) -> Path:  # fmt: skip
        random = np.random.default_rng(seed)
        height = size * 9 // 16 // 2 * 2

        def pictures() -> Any:
            for number, length in enumerate(shots):
                noise = random.integers(0, 255, (height + 8, size * 2, 3), np.uint8)
                texture = cv2.GaussianBlur(noise, (0, 0), 4).astype(np.int16)
                texture = np.clip((texture - 127) * 4 + (70 if number % 2 else 180), 0, 255).astype(np.uint8)
                for at in range(length):
                    yield np.ascontiguousarray(texture[:height, at % size : at % size + size])

        seconds = sum(shots) / float(Fraction(rate))
        tone = (np.sin(np.arange(int(seconds * 48_000)) * 0.05 * (seed + 1)) * 0.3).astype(np.float32)
        sound = FilmSound(tone, 48_000) if has_sound else None
        path.parent.mkdir(parents=True, exist_ok=True)
        write_film(path, pictures(), Fraction(rate), sound=sound, **settings)
        return path

    return make


@pytest.fixture(scope="session")
def measure() -> Callable[..., Meters]:
    """Read the meters of sound, float [channels, n], as a track's decoder would bring it, frame by frame."""

    def read(samples: np.ndarray, rate_hz: int = 48_000, layout: str = "", start: int = 0, step: int = 1024) -> Meters:
        meter = Meter()
        layout = layout or ("mono" if len(samples) == 1 else "stereo")
        taken = []
        for begin in range(0, samples.shape[1], step):
            planes = np.ascontiguousarray(samples[:, begin : begin + step], np.float32)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
            frame.sample_rate = rate_hz
            meter.add(frame)
            taken.append(meter.take())
        meter.finish()
        values = np.concatenate([*taken, meter.take()])
        return Meters(values, start, meter.count, meter.rate_hz, meter.layout)

    return read


@pytest.fixture
def films() -> Callable[..., pa.Table]:
    """Return a maker of films whose plot tells their mood by two words of ten, and their minutes a little."""
    wet, dry = ["rain", "storm", "umbrella", "cloud", "grey", "cold"], ["sun", "beach", "warm", "sand", "blue", "sky"]
    filler = [
        "the",
        "and",
        "then",
        "he",
        "she",
        "goes",
        "walks",
        "house",
        "street",
        "car",
        "looks",
        "talks",
        "door",
        "night",
    ]

    def made(count: int, seed: int = 0) -> pa.Table:
        chance = np.random.default_rng(seed)
        tense = chance.integers(0, 2, count)
        plots = [
            " ".join(chance.permutation([*chance.choice(wet if each else dry, 2), *chance.choice(filler, 8)]))
            for each in tense
        ]
        return pa.table({
            "title": [f"Film of {chance.integers(1 << 40):x} and {number}" for number in range(count)], "plot": plots,
            "minutes": (95 + 5 * tense + chance.normal(0, 8, count)).round(1).tolist(),
            "mood": ["tense" if each else "calm" for each in tense],
        })  # fmt: skip

    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let learning try the quick ways only, so that a test takes a second."""
    names = {"linear SVM", "naive Bayes", "linear regression", "nearest neighbours"}
    monkeypatch.setattr(learning, "known", lambda now: [each for each in known(now) if each.name in names])
