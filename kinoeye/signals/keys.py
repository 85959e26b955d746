"""Keys: in which key music is, from how often each triad sounds.

A key shows less in how much there is of each tone than in the chords that they make: C major and A minor have the same
tones, but not the same chords most of the time. How often each triad sounds in pieces whose key is known was learnt by
a logistic regression that knows no absolute pitch (bench/tempo_train).

Source: Fujishima, "Realtime chord recognition of musical sound", ICMC 1999 (triads by likeness of tones); Gomez, "Tonal
description of music audio signals", 2006 (peaks of the spectrum, its tuning).
"""

import numpy as np
import numpy.typing as npt

from kinoeye.signals.harmony import NAMES

SIZE = 8192  # samples of one spectrum, half a second at 16 kHz
_LOWEST, _HIGHEST = 50.0, 2000.0  # Hz
_LOUD = 3e-3  # of a spectrum's highest: weaker peaks are no tones
_STEADY = 2  # spectra that are heard as one
_SHARP = 20.0  # how much likelier a triad is that is more alike
_UNEVEN = 1.0  # standard deviation of the triads' shares over their mean: noise has 0.8 at most, music 1.2 and more
TRIADS = 24  # major from C, then minor from C
# What a triad says for a key, from the key's tonic on: major and minor triads, for a major and then for a minor key.
_WEIGHTS = np.array([
    9.25, -0.61, -2.01, -2.14, -5.81, 0.86, -0.88, 6.98, -0.87, -2.84, -4.18, -3.84,
    3.14, -0.74, 0.18, -0.97, 4.36, 0.17, -3.84, -5.10, -0.27, 4.69, -1.51, -4.02,
    0.19, 3.44, -2.14, -1.23, 1.46, -0.31, -1.19, 7.70, 1.99, -2.03, 0.59, -2.37,
    12.59, -0.20, 1.03, -2.93, -2.44, 3.80, -1.15, 3.84, 1.42, -4.73, -6.84, -0.50,
    -0.00,  # for major at all
])  # fmt: skip

Tones = npt.NDArray[np.float64]


def triads(samples: npt.NDArray[np.floating], rate_hz: int) -> Tones:
    """Return how much each triad sounds, float64 [24] with a length of 1; zeros without tones.

    Each peak of a spectrum counts with its amplitude for the tone it is nearest to, after the whole was shifted by how
    far its tuning is off; each spectrum for the triads its tones are like.
    """
    pitch, strength, frame = _peaks(samples, rate_hz)
    if not len(pitch):
        return np.zeros(TRIADS)
    tuned = pitch - np.angle((strength * np.exp(2j * np.pi * pitch)).sum()) / (2 * np.pi)
    nearest = np.round(tuned)
    sounding = np.zeros((frame[-1] + 1, 12))
    np.add.at(sounding, (frame, nearest.astype(int) % 12), strength * np.cos(np.pi * (tuned - nearest)) ** 2)
    steady = np.stack([np.convolve(each, np.ones(_STEADY) / _STEADY)[: len(each)] for each in sounding.T], axis=1)
    loud = np.linalg.norm(steady, axis=1)
    alike = steady @ _patterns().T / np.maximum(loud[:, None], 1e-12)
    likely = np.exp(_SHARP * (alike - alike.max(axis=1, keepdims=True)))
    likely /= likely.sum(axis=1, keepdims=True)
    heard = (likely * np.sqrt(loud)[:, None]).sum(axis=0)
    return np.asarray(heard / max(float(np.linalg.norm(heard)), 1e-12))


def key(heard: Tones) -> tuple[str, float]:
    """Return the likeliest key by name, and how likely it is (0..1); "" and 0 where no triads stand out.

    >>> heard = np.zeros(24)
    >>> heard[[0, 5, 7]] = 0.7, 0.5, 0.5
    >>> key(heard)[0]
    'C major'
    """
    if heard.std() <= _UNEVEN * heard.mean():
        return "", 0.0
    fit = evidence(heard) @ _WEIGHTS
    odds = np.exp(fit - fit.max())
    best = int(np.argmax(odds))
    return f"{NAMES[best % 12]} {'minor' if best >= 12 else 'major'}", float(odds[best] / odds.sum())


def evidence(heard: Tones) -> Tones:
    """Return what speaks for every key, float64 [24, 49]: its triads from its tonic on, apart for major and minor."""
    out = np.zeros((TRIADS, 2 * TRIADS + 1))
    for tonic in range(12):
        turned = np.concatenate([np.roll(heard[:12], -tonic), np.roll(heard[12:], -tonic)])
        out[tonic, :TRIADS] = turned
        out[12 + tonic, TRIADS:-1] = turned
        out[tonic, -1] = 1
    return out


def _peaks(samples: npt.NDArray[np.floating], rate_hz: int) -> tuple[Tones, Tones, npt.NDArray[np.int64]]:
    """Return pitch (MIDI number), amplitude and number of its spectrum of every peak."""
    pitches, strengths, frames = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, np.int64)]
    window = np.hanning(SIZE)
    first_bin, last_bin = int(_LOWEST * SIZE / rate_hz), int(_HIGHEST * SIZE / rate_hz)
    for number, first in enumerate(range(0, len(samples) - SIZE + 1, SIZE // 2)):
        whole = np.abs(np.fft.rfft(samples[first : first + SIZE] * window))
        high = float(whole.max())
        if high < 1e-3:  # silence
            continue
        part = whole[first_bin : last_bin + 2]
        middle = part[1:-1]
        peaks = np.flatnonzero((middle > part[:-2]) & (middle >= part[2:]) & (middle > _LOUD * high)) + 1
        before, top, after = np.log(np.maximum([part[peaks - 1], part[peaks], part[peaks + 1]], 1e-12))
        off = np.clip(0.5 * (before - after) / np.minimum(before - 2 * top + after, -1e-9), -0.5, 0.5)
        pitches.append(12 * np.log2((peaks + first_bin + off) * rate_hz / SIZE / 440.0) + 69)
        strengths.append(part[peaks])
        frames.append(np.full(len(peaks), number))
    return np.concatenate(pitches), np.concatenate(strengths), np.concatenate(frames)


def _patterns() -> Tones:
    """Return the tones of each triad, float64 [24, 12] with a length of 1."""
    major, minor = np.zeros(12), np.zeros(12)
    major[[0, 4, 7]] = minor[[0, 3, 7]] = 3**-0.5
    return np.array([np.roll(each, tonic) for each in (major, minor) for tonic in range(12)])
