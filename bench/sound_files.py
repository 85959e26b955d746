"""Real sound that the benches of sound share: clean speech by speaker, noises, and how they are mixed.

Speakers whose place in the list is even are for choosing settings, the others are held out.
"""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np

RATE = 16_000
FRAME = RATE // 100  # 10 ms

NOISES = ("noise1.wav", "noise2.wav", "noise3.wav", "noise4.wav", "noise5.wav")


def load(path, rate_hz=RATE):
    """Return one channel of a file, float64 [n]."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", rate_hz)
        frames = [*container.decode(audio=0), None]
        pieces = []
        for frame in frames:
            if frame is not None:
                frame.pts = None
            pieces += [
                np.frombuffer(piece.planes[0], np.float32)[: piece.samples] for piece in resampler.resample(frame)
            ]
    return np.concatenate(pieces).astype(np.float64)


def speakers(data, *, is_held_out):
    """Return clean clips by speaker: LibriSpeech's ten, two of SpeechBrain's, one of LJSpeech."""
    folder = Path(data) / "speech"
    found = {}
    for path in sorted([*folder.glob("librispeech_10spk/*.flac"), *folder.glob("speechbrain/*.flac")]):
        found.setdefault(path.name.partition("-")[0].partition("_")[0], []).append(path)
    found["lj"] = sorted(folder.glob("ljspeech/*.flac"))[:10]
    return {
        name: paths for number, (name, paths) in enumerate(sorted(found.items())) if (number % 2 == 1) == is_held_out
    }


def heard(samples):
    """Say of each 10 ms of a clean clip whether something is spoken, by its energy alone.

    Louder than 35 dB below the clip's loud parts; gaps of less than 0.2 s belong to the words around them, and what is
    shorter than 0.08 s is a breath or a click.
    """
    count = len(samples) // FRAME
    level = 10 * np.log10((samples[: count * FRAME].reshape(count, FRAME) ** 2).mean(axis=1) + 1e-12)
    return smoothed(level > np.quantile(level, 0.95) - 35)


def smoothed(flags):
    """Close short gaps, then drop short runs."""
    for value, least in ((False, 20), (True, 8)):
        edges = np.flatnonzero(np.diff(np.concatenate([[not value], flags, [not value]]).astype(int)))
        for first, end in pairwise(edges):
            if end - first < least and flags[first] == value and first > 0 and end < len(flags):
                flags[first:end] = not value
    return flags


def timeline(data, *, is_held_out, clips=4, seed=1):
    """Lay clips of several speakers into silence; return samples and what is spoken, a flag for each 10 ms."""
    random = np.random.default_rng(seed)
    paths = [path for each in speakers(data, is_held_out=is_held_out).values() for path in each[:clips]]
    parts, flags = [], []
    for path in random.permutation([str(path) for path in paths]):
        clip = load(path)
        clip = clip[: len(clip) // FRAME * FRAME]
        clip *= 0.05 / np.sqrt((clip**2).mean())
        gap = int(random.integers(50, 300))
        parts += [np.zeros(gap * FRAME), clip]
        flags += [np.zeros(gap, bool), heard(clip)]
    return np.concatenate(parts), np.concatenate(flags)


def noise(data, kind, count, seed=2):
    """Return noise of a kind (white, pink, or a file's name) with a mean power of 1, float64 [count]."""
    random = np.random.default_rng(seed)
    if kind == "white":
        wave = random.normal(0, 1, count)
    elif kind == "pink":
        spectrum = np.fft.rfft(random.normal(0, 1, count))
        wave = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), count)
    else:
        clip = load(Path(data) / "speech" / "noise" / kind)
        wave = np.tile(clip, -(-count // len(clip)))[:count]
    return wave / np.sqrt((wave**2).mean())


def mixed(samples, flags, hiss, decibels):
    """Add noise that lies so many dB below the power of what is spoken."""
    spoken = np.repeat(flags, FRAME)
    power = (samples[: len(spoken)][spoken] ** 2).mean()
    return samples + hiss * np.sqrt(power / 10 ** (decibels / 10))


def whole(samples):
    """Return int16."""
    return np.round(np.clip(samples, -1, 32767 / 32768) * 32768).astype(np.int16)
