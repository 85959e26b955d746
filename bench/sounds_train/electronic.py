"""Music of synthesizers: held chords that move slowly, sequences, drones, beats."""

import numpy as np
from tools import RATE, add, band, buzz, fall, length, noise, room, slow, tone, under, unit

SCALES = ((0, 3, 5, 7, 10), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 5, 7, 9, 11), (0, 1, 5, 7, 8))


def electronic(random):
    """A piece of ten seconds."""
    seconds = 10
    scale, tonic = SCALES[random.integers(len(SCALES))], random.uniform(45, 110)
    beat = random.uniform(0.35, 1.1)
    layers = [
        make for make, odds in ((_pad, 0.6), (_sequence, 0.5), (_drone, 0.35), (_beats, 0.45)) if random.random() < odds
    ]
    out = np.zeros(length(seconds))
    for make in layers or [_pad]:
        out = out + unit(make(random, seconds, scale, tonic, beat)[: len(out)]) * random.uniform(0.3, 1)
    return room(random, out, random.uniform(0.5, 3), random.uniform(0.1, 0.6))[: len(out)]


def _hz(scale, tonic, step):
    return tonic * 2 ** (step // len(scale) + scale[step % len(scale)] / 12)


def _pad(random, seconds, scale, tonic, beat):
    out = np.zeros(length(seconds + 3))
    long = beat * random.choice([2, 4, 8])
    tilt = random.uniform(0.8, 2.2)
    for start in np.arange(0, seconds, long):
        root = int(random.integers(0, 7))
        for step in (0, 2, 4, 7)[: int(random.integers(1, 5))]:
            size = length(long * 1.3)
            for detune in (0.997, 1.003):
                voice = buzz(np.full(size, _hz(scale, tonic * 2, root + step) * detune), tilt, 20)
                add(out, start * RATE, voice * np.hanning(size) ** 0.5)
    low = random.uniform(80, 500)
    return band(out, low, random.uniform(low * 3, 7000), 1) * slow(random, seconds + 3, 0.4, 0.4, 1)


def _sequence(random, seconds, scale, tonic, beat):
    out = np.zeros(length(seconds))
    steps = random.integers(0, 12, int(random.integers(3, 9)))
    tilt, long = random.uniform(0.2, 2), beat * random.choice([0.25, 0.5, 0.5, 1])
    for number, start in enumerate(np.arange(0, seconds, long)):
        if random.random() < 0.9:
            size = length(long * random.uniform(0.5, 1.6))
            note = buzz(np.full(size, _hz(scale, tonic * 2, int(steps[number % len(steps)]))), tilt, 24)
            add(
                out,
                start * RATE,
                under(note, random.uniform(800, 6000)) * fall((size + 1) / RATE, long * 2, 0.004)[:size],
            )
    return out


def _drone(random, seconds, scale, tonic, beat):
    out = sum(tone(tonic * ratio * (1 + 0.003 * slow(random, seconds, 0.7, -1, 1))) * slow(random, seconds, 0.5, 0, 1)
              for ratio in random.choice([0.5, 1, 1.5, 2, 3, 4, 5, 6], 5))  # fmt: skip
    return unit(out) + band(noise(random, seconds, 3), tonic * 2, tonic * 8) * random.uniform(0, 0.3)


def _beats(random, seconds, scale, tonic, beat):
    out = np.zeros(length(seconds))
    grid = random.random((3, 8)) < np.array([[0.35], [0.25], [0.6]])
    grid[0, 0] = True
    kick = tone(np.linspace(150, 45, length(0.25))) * fall(0.25, 0.25)
    snare = band(noise(random, 0.2), 300, 6000) * fall(0.2, 0.15)
    hat = band(noise(random, 0.06), 4500, 7900) * fall(0.06, random.uniform(0.03, 0.06))
    for number, start in enumerate(np.arange(0, seconds, beat / 2)):
        for row, hit in enumerate((kick * 2, snare, hat * 0.6)):
            if grid[row, number % 8]:
                add(out, start * RATE, hit * random.uniform(0.7, 1))
    return out
