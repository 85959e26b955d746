"""Made sounds of water, wind, fire, thunder; and what is no more than noise."""

import numpy as np
from tools import RATE, add, band, fall, length, noise, room, scattered, slow, tone, top, under, unit


def rain(random):
    """Drops on leaves, roofs or pavement; a drizzle or a downpour."""
    seconds = random.uniform(5, 10)
    bed = noise(random, seconds, random.uniform(-1, 3.5))
    bed = band(bed, random.uniform(200, 900), random.uniform(4000, 7900), 1)
    low, high = random.uniform(500, 2500), random.uniform(3000, 7500)

    def drop():
        if random.random() < 0.5:
            return band(noise(random, 0.01), low, high, 1) * fall(0.01, random.uniform(0.003, 0.01), 0.0003) * 3
        hz = random.uniform(900, 5000)
        return tone(np.linspace(hz, hz * 1.2, length(0.012))) * fall(0.012, 0.01)

    drops = scattered(random, seconds, 10 ** random.uniform(1, 2.7), drop)
    return unit(unit(bed) * random.uniform(0.3, 1) + unit(drops) * random.uniform(0.2, 1.2)) * slow(
        random, seconds, 0.3, 0.7, 1
    )


def stream(random):
    """A brook, a tap, something poured: bubbles that ring."""
    seconds = random.uniform(3, 8)
    rate = 10 ** random.uniform(1.2, 2.4)
    centre = random.uniform(400, 1600)

    def bubble():
        hz = centre * 2 ** random.normal(0, 0.7)
        long = min(0.12, 20 / hz + 0.01)
        rising = np.linspace(hz, hz * random.uniform(1.0, 1.6), length(long))
        return tone(rising) * fall(long, long, 0.002)

    out = unit(scattered(random, seconds, rate, bubble)) * random.uniform(0.5, 1)
    rush = band(noise(random, seconds, random.uniform(0, 4)), 150, random.uniform(2000, 7500), 1)
    return out + unit(rush) * random.uniform(0.02, 0.7) * slow(random, seconds, 2, 0.5, 1)


def sea(random):
    """Waves that come in and run out."""
    seconds = random.uniform(8, 10)
    out = unit(noise(random, seconds, 3)) * random.uniform(0.02, 0.15)
    at = random.uniform(-2, 1)
    while at < seconds:
        rise, run = random.uniform(0.8, 3), random.uniform(1.5, 5)
        wave = noise(random, rise + run, random.uniform(1, 4))
        shape = np.concatenate([np.linspace(0, 1, length(rise)) ** 2, np.exp(-np.linspace(0, 4, length(run)))])
        wave = wave[: len(shape)] * shape[: len(wave)]
        hiss = band(wave, 1500, 7500, 1) * np.linspace(0.2, 1.2, len(wave))
        add(out, max(0, at) * RATE, (wave + hiss) * random.uniform(0.5, 1))
        at += random.uniform(2, 6)
    return out


def wind(random):
    """Wind that swells and whistles."""
    seconds = random.uniform(6, 10)
    out = under(noise(random, seconds, random.uniform(4, 8)), random.uniform(300, 1500)) * slow(
        random, seconds, 0.6, 0.2, 1
    )
    for _ in range(int(random.integers(1, 5))):
        hz = slow(random, seconds, 0.8, 250, random.uniform(450, 1500))
        carrier = under(noise(random, seconds), random.uniform(10, 60))
        whistle = unit(carrier) * tone(hz) * slow(random, seconds, 0.7, 0, 1) ** 2
        out = unit(out) + whistle * random.uniform(0.1, 0.9)
    return out


def fire(random):
    """A fire that crackles."""
    seconds = random.uniform(4, 9)
    bed = under(noise(random, seconds, random.uniform(3, 6)), random.uniform(200, 900)) * slow(
        random, seconds, 4, 0.4, 1
    )

    def crack():
        long = 10 ** random.uniform(-2.7, -1.7)
        return band(noise(random, long), random.uniform(500, 2500), 7900, 1) * fall(long, long, 0.0002)

    cracks = scattered(random, seconds, 10 ** random.uniform(0.7, 2.0), crack)
    return room(
        random,
        unit(bed) * random.uniform(0.1, 0.6) + unit(cracks) * random.uniform(0.5, 1.5),
        0.3,
        random.uniform(0, 0.3),
    )


def thunder(random):
    """A crack of thunder, near or far, and its roll."""
    seconds = random.uniform(3, 8)
    out = np.zeros(length(seconds))
    is_near = random.random() < 0.55
    at = 0.0
    while at < seconds * 0.7:
        long = random.uniform(0.5, 2.5)
        roll = under(noise(random, long, random.uniform(2, 5)), random.uniform(90, 1200 if is_near else 450), 1)
        add(
            out,
            at * RATE,
            unit(roll) * np.hanning(2 * len(roll))[len(roll) :] * random.uniform(0.2, 1) * (1 - at / seconds),
        )
        at += random.exponential(0.35)
    if is_near:
        for _ in range(int(random.integers(2, 25))):
            crack = band(noise(random, 0.3, random.uniform(-1, 3)), 150, 7000, 1) * fall(
                0.3, random.uniform(0.04, 0.3), 0.001
            )
            add(out, min(random.exponential(0.25), 1.5) * RATE, crack * random.uniform(0.2, 2))
    else:
        out = out * np.minimum(1, np.linspace(0, random.uniform(3, 20), len(out)))
    return room(random, top(out), random.uniform(1, 3))


def waterfall(random):
    """Water that falls or rushes: noise that never stands still."""
    seconds = random.uniform(5, 9)
    out = unit(
        band(noise(random, seconds, random.uniform(0, 4)), random.uniform(60, 500), random.uniform(2500, 7900), 1)
    )
    for _ in range(3):
        low = random.uniform(200, 4000)
        out = out + unit(band(noise(random, seconds), low, low * 1.6, 1)) * slow(
            random, seconds, random.uniform(4, 14), 0, random.uniform(0.2, 1.2)
        )
    return out + np.resize(unit(stream(random)), len(out)) * random.uniform(0, 0.35)


def splash(random):
    """Something falls or wades into water."""
    out = np.zeros(length(random.uniform(1.5, 4)))
    at = 0.0
    while at < len(out) / RATE - 0.3:
        long = random.uniform(0.25, 1.0)
        burst = band(noise(random, long, random.uniform(-1, 3)), random.uniform(200, 800), 7500, 1) * fall(
            long, long, random.uniform(0.003, 0.06)
        )
        add(out, at * RATE, unit(burst) * random.uniform(0.5, 1))
        drip = unit(stream(random))[: length(long * 1.5)]
        add(out, (at + 0.05) * RATE, drip * np.hanning(len(drip)) * random.uniform(0.1, 0.7))
        at += random.uniform(0.4, 1.5)
    return room(random, out, random.uniform(0.2, 1), random.uniform(0, 0.4))


def plain_noise(random):
    """Hiss, hum, rumble, tape, room tone, static: sound that tells of nothing."""
    seconds = random.uniform(6, 10)
    kind = random.integers(6)
    if kind == 0:
        out = noise(random, seconds, random.uniform(-3, 9))
    elif kind == 1:
        base = random.choice([50, 60, 100, 120]) * random.uniform(0.995, 1.005)
        t = np.arange(length(seconds)) / RATE
        out = sum(np.sin(2 * np.pi * base * n * t + n) * random.uniform(0, 1) / n for n in range(1, 12))
        out = unit(out) + noise(random, seconds, 2) * random.uniform(0.02, 1)
    elif kind == 2:
        low = random.uniform(30, 3000)
        out = band(noise(random, seconds), low, low * random.uniform(1.3, 8), 1)
    elif kind == 3:  # an old record
        clicks = scattered(
            random, seconds, random.uniform(3, 60), lambda: noise(random, 0.002) * fall(0.002, 0.001, 0.0001)
        )
        out = noise(random, seconds, 3) * 0.1 + clicks * random.uniform(0.1, 1)
    elif kind == 4:  # a fan: noise with a slow beat and a soft tone
        hz = random.uniform(60, 400)
        whir = tone(np.full(length(seconds), hz)) * random.uniform(0, 0.4)
        out = (
            noise(random, seconds, random.uniform(1, 6)) * slow(random, seconds, random.uniform(0.5, 8), 0.7, 1) + whir
        )
    else:  # rustling
        out = band(noise(random, seconds, -1), 800, 7500, 1) * slow(random, seconds, 8, 0, 1) ** 3
    return unit(out)
