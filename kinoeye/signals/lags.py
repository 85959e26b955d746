"""Lags: where pieces of some recordings may lie in others, by the correlation of their marks.

Marks are summed to 50 a second, every recording is tiled with windows of twenty seconds, and each window is laid over
all recordings that come after its own. What is returned are candidates: the best place of each window in each recording
that stands out by so much from all other places there. What is heard again and again stands out less.

One tape holds all recordings with silence between; the work is cut into blocks of 2.4 minutes by the discrete Fourier
transform, and memory stays near 150 MB beside the tape, which takes 6 MB an hour of sound.

Source: Knapp & Carter, "The generalized correlation method for estimation of time delay", IEEE Trans. ASSP 24(4), 1976.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.marks import BITS, Words, unpacked

SUMMED = 4  # marks of one coarse mark: 20 ms
WINDOW = 1000  # coarse marks: 20 s
LEAST_Z = 4.8  # a candidate stands out by so many standard deviations of all places of a block

_SIZE = 8192  # coarse marks in one transform
_STEP = _SIZE - WINDOW
_BATCH = 48  # windows in work at once
_CHANCE = 0.008  # unlike pieces of sound agree so much by chance, as a standard deviation; a beat three times as much
_COVERED = 0.4  # of a window must lie over something to count whole
_LEAST_HEARD = 0.2  # of a window must not be digital silence

Floats = npt.NDArray[np.float32]
Tape = Sequence[npt.NDArray[np.float16]]


@dataclass(frozen=True)
class Hits:
    """Places of windows of one recording in another.

    Parameters
    ----------
    at : int64 [n], marks
        Middle of each window in the first recording.
    lag : int64 [n], marks
        Where the same moment lies in the other: at `at` + `lag`, to the nearest coarse mark.
    z : float32 [n]
        By how much it stands out, in standard deviations.
    """

    at: npt.NDArray[np.int64]
    lag: npt.NDArray[np.int64]
    z: Floats


def candidates(recordings: Sequence[Words]) -> dict[tuple[int, int], Hits]:
    """Return where windows of recordings may lie in later ones, by the numbers of both.

    Parameters
    ----------
    recordings : sequence of uint16 [n]
        Marks, 200 a second.
    """
    coarse = [summed(words).astype(np.float16) for words in recordings]
    firsts = _firsts(coarse)
    found: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    for owners, begins, windows in _batches(coarse):
        z, place = _best(windows, coarse, firsts, min(owners))
        for row, column in np.argwhere(z >= LEAST_Z):
            if column > owners[row]:
                lag = int(place[row, column]) - begins[row]
                at = begins[row] + WINDOW // 2
                found.setdefault((owners[row], int(column)), []).append((at, lag, float(z[row, column])))
    return {pair: _hits(rows) for pair, rows in sorted(found.items())}


def summed(words: Words, by: int = SUMMED) -> Floats:
    """Return marks summed, less each band's own mean: float32 [n // by, 16]."""
    count = len(words) // by
    sums = unpacked(words[: count * by]).reshape(count, by, BITS).sum(1, dtype=np.int16).astype(np.float32)
    is_heard = np.asarray(words[: count * by].reshape(count, by).any(1), np.bool_)
    return centred(sums, is_heard)


def centred(bits: Floats, is_heard: npt.NDArray[np.bool_]) -> Floats:
    """Take each band's mean over what is heard away from it; digital silence stays 0."""
    if is_heard.any():
        bits = np.where(is_heard[:, None], bits - bits[is_heard].mean(0), np.float32(0))
    return bits.astype(np.float32)


def _hits(rows: Sequence[tuple[int, int, float]]) -> Hits:
    at, lag, z = zip(*sorted(rows), strict=True)
    return Hits(np.array(at, np.int64) * SUMMED, np.array(lag, np.int64) * SUMMED, np.array(z, np.float32))


def _firsts(coarse: Tape) -> npt.NDArray[np.int64]:
    """Return where each recording begins on the tape, and where the tape ends; a window's length of silence between."""
    return np.cumsum([WINDOW, *(len(each) + WINDOW for each in coarse)], dtype=np.int64)


def _batches(coarse: Tape) -> Iterator[tuple[list[int], list[int], Floats]]:
    owners: list[int] = []
    begins: list[int] = []
    windows: list[npt.NDArray[np.float16]] = []
    for number, sums in enumerate(coarse[:-1]):
        last = max(0, len(sums) - WINDOW)
        for begin in dict.fromkeys([*range(0, last, WINDOW), last]):
            piece = sums[begin : begin + WINDOW]
            if (piece.any(1)).mean() < _LEAST_HEARD or not len(piece):
                continue
            owners.append(number)
            begins.append(begin)
            windows.append(np.pad(piece, ((0, WINDOW - len(piece)), (0, 0))))
            if len(owners) == _BATCH:
                yield owners, begins, np.stack(windows).astype(np.float32)
                owners, begins, windows = [], [], []
    if owners:
        yield owners, begins, np.stack(windows).astype(np.float32)


def _best(
    windows: Floats, coarse: Tape, firsts: npt.NDArray[np.int64], after: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return how far each window's best place in each recording stands out, and the place: [windows, recordings]."""
    best = np.zeros((len(windows), len(coarse)), np.float32)
    place = np.zeros((len(windows), len(coarse)), np.int64)
    energies = (windows**2).sum((1, 2))
    spectra = np.ascontiguousarray(np.conj(np.fft.rfft(windows, _SIZE, axis=1)).transpose(1, 0, 2)).astype(np.complex64)
    for begin in range(int(firsts[after + 1]) - WINDOW, int(firsts[-1]), _STEP):
        block = _on_tape(coarse, firsts, begin)
        if not block.any():
            continue
        spectrum = np.fft.rfft(block, axis=0).astype(np.complex64)
        product = np.matmul(spectra, spectrum[:, :, None])[:, :, 0]
        curve, spread = _normal(np.fft.irfft(product, _SIZE, axis=0)[:_STEP].T.astype(np.float32), energies, block)
        for number in range(np.searchsorted(firsts, begin, "right") - 1, len(coarse)):
            if number < 0:
                continue
            low = max(0, int(firsts[number]) - WINDOW - begin)
            high = min(_STEP, int(firsts[number]) + len(coarse[number]) - begin)
            if low >= _STEP:
                break
            if high <= low:
                continue
            part = curve[:, low:high]
            top = part.argmax(1)
            z = np.take_along_axis(part, top[:, None], 1)[:, 0] / spread
            is_better = z > best[:, number]
            best[is_better, number] = z[is_better]
            place[is_better, number] = begin + low + top[is_better] - firsts[number]
    return best, place


def _normal(curve: Floats, energies: Floats, block: Floats) -> tuple[Floats, Floats]:
    """Return correlation as a share of what two equal pieces would have, and what chance makes of it."""
    sums = np.cumsum(np.append(0.0, (block**2).sum(1)))
    beneath = sums[WINDOW : WINDOW + _STEP] - sums[:_STEP]
    usual = beneath.max()
    shares = curve / np.sqrt(energies[:, None] * np.maximum(beneath, _COVERED * usual)[None]).astype(np.float32)
    is_whole = beneath >= 0.8 * usual
    by_chance = np.sqrt((shares[:, is_whole] ** 2).mean(1))
    return shares, np.maximum(by_chance, _CHANCE)


def _on_tape(coarse: Tape, firsts: npt.NDArray[np.int64], begin: int) -> Floats:
    """Return a block of the tape, float32 [_SIZE, 16]."""
    block = np.zeros((_SIZE, BITS), np.float32)
    number = max(0, int(np.searchsorted(firsts, begin, "right")) - 1)
    while number < len(coarse) and firsts[number] < begin + _SIZE:
        first = int(firsts[number]) - begin
        low, high = max(0, first), min(_SIZE, first + len(coarse[number]))
        if high > low:
            block[low:high] = coarse[number][low - first : high - first]
        number += 1
    return block
