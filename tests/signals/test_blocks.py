"""Sound in pieces: the same samples come out however they were cut."""

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.errors import MediaError
from kinoeye.signals.blocks import Samples, alongside, checked, cut, overlap_added, overlapped, whole


def pieces(samples: Samples, sizes: Iterable[int]) -> list[Samples]:
    edges = np.clip(np.cumsum([0, *sizes]), 0, len(samples))
    return [samples[a:b] for a, b in zip(edges, [*edges[1:], len(samples)], strict=True)]


COUNTS = st.lists(st.integers(0, 50), max_size=8)


@given(st.integers(0, 200), COUNTS, st.integers(1, 40), st.integers(0, 30), st.integers(0, 30))
def test_stretches_hold_their_neighbourhood(n: int, sizes: list[int], size: int, before: int, after: int) -> None:
    sound = np.arange(1, 2 * n + 1, dtype=np.float32).reshape(n, 2)
    padded = np.pad(sound, ((before, after), (0, 0)))
    windows = list(overlapped(pieces(sound, sizes), size, before, after))
    assert len(windows) == -(-n // size)
    for number, window in enumerate(windows):
        begin = number * size
        assert np.array_equal(window, padded[begin : before + min(begin + size, n) + after])


@given(st.integers(1, 400), COUNTS)
def test_frames_that_are_not_changed_give_the_sound_again(n: int, sizes: list[int]) -> None:
    sound = np.random.default_rng(n).normal(0, 1, (n, 2)).astype(np.float32)
    window = np.sin(np.pi * (np.arange(64) + 0.5) / 64)
    again = whole(overlap_added(pieces(sound, sizes), window, 32, lambda frames: frames * window[:, None]))
    assert again.shape == sound.shape
    assert np.allclose(again, sound, atol=1e-6)
    assert np.array_equal(again, whole(overlap_added([sound], window, 32, lambda frames: frames * window[:, None])))


def test_a_treatment_that_gives_too_much_or_too_little_is_set_right() -> None:
    sound = np.ones((100, 1), np.float32)

    def longer(parts: Iterator[Samples]) -> Iterator[Samples]:
        yield from parts
        yield np.full((7, 1), 9, np.float32)

    def shorter(parts: Iterator[Samples]) -> Iterator[Samples]:
        yield whole(parts)[:60] * 2

    assert np.array_equal(whole(alongside(pieces(sound, [30]), longer)), sound)
    made = whole(alongside(pieces(sound, [30]), shorter))
    assert made[:, 0].tolist() == [2.0] * 60 + [0.0] * 40
    assert whole(alongside(pieces(sound, [30]), shorter, 0.25))[:, 0].tolist() == [1.25] * 60 + [0.75] * 40


def test_nothing_gives_nothing() -> None:
    assert list(cut([], 5)) == []
    assert len(whole(overlap_added([], np.ones(4), 2, lambda frames: frames))) == 0


@pytest.mark.parametrize(
    ("samples", "match"),
    [
        (np.zeros((2, 2, 2), np.float32), r"must be float32 \[n, channels\], got float32 \[2, 2, 2\]"),
        (np.zeros(3, np.int16), "got int16"),
        (np.array([0.0, np.nan], np.float32), "every sample must be a number"),
    ],
)
def test_what_is_no_sound_is_refused(samples: np.ndarray, match: str) -> None:
    with pytest.raises(MediaError, match=match):
        checked(samples, "duck")
