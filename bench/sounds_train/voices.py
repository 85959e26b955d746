"""Sounds made of recorded speech: a room of people who talk, and laughter out of somebody's vowels."""

import numpy as np
from tools import RATE, add, band, length, noise, partials, resample, room, top, under


def babble(speech, random):
    """A few or many who talk at once in a room, with what they hold in their hands."""
    out = np.zeros(8 * RATE)
    people = int(10 ** random.uniform(0.6, 1.6))
    near = random.uniform(0.05, 1)
    for _ in range(people):
        sound = speech[random.integers(len(speech))] / 32768
        at = int(random.integers(0, max(1, len(sound) - 4 * RATE)))
        part = resample(sound[at : at + 8 * RATE], 2 ** random.uniform(-0.2, 0.3))[: len(out)]
        strength = random.uniform(near, 1) / max(np.sqrt(np.mean(part**2)), 1e-4)
        out += np.roll(np.pad(part, (0, len(out) - len(part))), int(random.integers(len(out)))) * strength
    out = out / np.abs(out).max()
    for _ in range(int(random.integers(0, 14))):  # glasses and plates
        tones = partials(0.3, random.uniform(1500, 6500, 3), random.uniform(0.2, 1, 3), random.uniform(0.05, 0.4, 3))
        add(out, random.uniform(0, 8) * RATE, top(tones) * random.uniform(0.02, 0.35))
    return room(random, under(out, random.uniform(1800, 7800)), random.uniform(0.3, 2), random.uniform(0.2, 0.9))


def laugh(speech, random):
    """One who laughs, or several: a stretch of a vowel again and again, a breath before each, ever lower and softer."""
    seconds = random.uniform(1.2, 4.5)
    out = np.zeros(length(seconds))
    for _ in range(1 if random.random() < 0.6 else int(random.integers(2, 9))):
        vowel, rate = _vowel(speech, random), random.uniform(3.5, 7)
        size = min(len(vowel), length(random.uniform(0.4, 0.85) / rate))
        pitch, strength = 2 ** random.uniform(-0.2, 0.7), random.uniform(0.3, 1)
        at = random.uniform(0, 0.3)
        while at < seconds - 0.2:
            count = int(random.integers(2, 12))
            for number in range(count):
                gone = number / count
                part = resample(vowel, pitch * (1 + random.uniform(0.1, 0.5) * (1 - gone)))[:size]
                edges = np.minimum(1, np.minimum(np.linspace(0, 5, len(part)), np.linspace(3, 0, len(part))))
                breath = band(noise(random, 0.07, 2), 500, 5000, 1) * np.hanning(length(0.07))
                add(out, at * RATE, top(breath) * random.uniform(0.02, 0.25) * strength)
                add(out, (at + 0.04) * RATE, part * edges * strength * (1 - 0.6 * gone) * random.uniform(0.8, 1))
                at += random.uniform(0.92, 1.1) * (1 + 0.3 * gone) / rate
            if random.random() < 0.4:  # breathing in
                gasp = band(noise(random, 0.3, 1), 700, 5000, 1) * np.hanning(length(0.3))
                add(out, at * RATE, top(gasp) * random.uniform(0.03, 0.2) * strength)
            at += random.uniform(0.15, 0.8)
    return room(random, top(out), random.uniform(0.15, 1), random.uniform(0, 0.5))


def _vowel(speech, random):
    """A steady voiced stretch of somebody's speech, 0.3 s: the one of a few tries whose pitch is clearest."""
    best, clearest = None, -1.0
    for _ in range(12):
        sound = speech[random.integers(len(speech))] / 32768
        at = int(random.integers(0, max(1, len(sound) - length(0.3))))
        part = sound[at : at + length(0.3)]
        middle = part[len(part) // 4 : -len(part) // 4 or None]
        alike = np.correlate(middle, middle, "full")[len(middle) - 1 :]
        clear = alike[40:230].max() / alike[0] if len(middle) > 400 and alike[0] > 1 else -1.0
        if clear > clearest:
            best, clearest = part, clear
    best = np.zeros(length(0.3)) if best is None else best
    return top(best)
