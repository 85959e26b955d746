"""What every made sound is built of: noise of a colour, resonances, falls, and things that come at random moments."""

import numpy as np
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

RATE = 16_000


def length(seconds):
    """Samples."""
    return max(1, int(seconds * RATE))


def noise(random, seconds, slope=0.0):
    """Noise whose spectrum falls by `slope` dB an octave, of power 1."""
    count = length(seconds)
    spectrum = np.fft.rfft(random.standard_normal(count))
    hz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    return unit(np.fft.irfft(spectrum * hz ** (-slope / 6.02), count))


def unit(samples):
    """The same sound at power 1."""
    return samples / max(float(np.sqrt(np.mean(samples**2))), 1e-9)


def top(samples):
    """The same sound with its highest sample at 1."""
    return samples / max(float(np.abs(samples).max()), 1e-9)


def band(samples, low, high, order=2):
    """What lies between two frequencies in Hz."""
    low, high = max(low, 20.0), min(high, RATE / 2 - 100)
    return sosfilt(butter(order, (low, max(high, low + 50)), "bandpass", fs=RATE, output="sos"), samples)


def under(samples, hz, order=2):
    """What lies under a frequency."""
    return sosfilt(butter(order, min(hz, RATE / 2 - 100), fs=RATE, output="sos"), samples)


def resonance(samples, hz, width):
    """A resonance at a frequency, of a width in Hz."""
    radius = np.exp(-np.pi * width / RATE)
    return lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hz / RATE), radius**2], samples)


def fall(seconds, by_60_db, attack=0.001):
    """An envelope that rises within `attack` and falls by 60 dB in a time."""
    t = np.arange(length(seconds)) / RATE
    return np.minimum(1, t / max(attack, 1e-5)) * 10 ** (-3 * t / by_60_db)


def slow(random, seconds, hz, low=0.0, high=1.0):
    """A curve that wanders between two values about so many times a second."""
    points = random.uniform(low, high, max(4, int(seconds * hz) + 4))
    at = np.linspace(1, len(points) - 2, length(seconds))
    left = at.astype(int)
    part = (1 - np.cos(np.pi * (at - left))) / 2
    return points[left] * (1 - part) + points[np.minimum(left + 1, len(points) - 1)] * part


def scattered(random, seconds, rate, make):
    """So many a second of what `make` gives, at random moments with random strength, added up."""
    out = np.zeros(length(seconds))
    for at in random.integers(0, len(out), max(1, random.poisson(rate * seconds))):
        add(out, at, make() * random.uniform(0.1, 1) ** 2)
    return out


def add(out, at, samples):
    """Add a sound to another at a sample, cut where the other ends."""
    at = int(at)
    if at < len(out):
        fits = samples[: len(out) - at]
        out[at : at + len(fits)] += fits


def partials(seconds, hz, strengths, falls):
    """Decaying tones at frequencies in Hz, each with its strength and its time to fall by 60 dB."""
    t = np.arange(length(seconds)) / RATE
    tones = [s * np.sin(2 * np.pi * f * t + f) * 10 ** (-3 * t / d)
             for f, s, d in zip(hz, strengths, falls, strict=True) if f < RATE / 2 - 200]  # fmt: skip
    return np.sum(tones, axis=0) if tones else np.zeros(len(t))


def tone(hz):
    """A tone whose frequency is a curve."""
    return np.sin(2 * np.pi * np.cumsum(hz) / RATE)


def buzz(hz, tilt=1.0, count=40):
    """A harmonic tone whose frequency is a curve; its partials fall as 1/n^tilt, none above half the rate."""
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    top_hz = float(np.max(hz))
    return sum(np.sin(n * phase) / n**tilt for n in range(1, count) if n * top_hz < RATE / 2 - 200)


def resample(samples, speed):
    """The same sound, so much faster and higher."""
    at = np.arange(0, max(1, len(samples) - 1), speed)
    return np.interp(at, np.arange(len(samples)), samples)


def room(random, samples, seconds=None, wet=None):
    """The same sound in a room that is made up of decaying noise."""
    seconds = random.uniform(0.15, 2.5) if seconds is None else seconds
    wet = random.uniform(0.1, 0.7) if wet is None else wet
    tail = random.standard_normal(length(seconds)) * fall(seconds, seconds, attack=0.004)
    tail = under(tail, random.uniform(1500, 7000))
    padded = np.concatenate([samples, np.zeros(length(seconds * 0.6))])
    return padded + wet * fftconvolve(padded, tail / np.sqrt((tail**2).sum()))[: len(padded)]
