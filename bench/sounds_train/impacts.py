"""Made sounds of things that hit: shots, explosions, glass, doors, steps, applause, bells."""

import numpy as np
from tools import RATE, add, band, fall, length, noise, partials, resonance, room, scattered, slow, top, under


def gunshot(random):
    """One shot, a few, or a burst of automatic fire, near or far."""
    near = random.random() < 0.4

    def shot():
        if near:
            return _near_shot(random)
        crack = noise(random, 0.4, random.uniform(-2, 3)) * fall(0.4, random.uniform(0.03, 0.15), 0.0003)
        boom = under(noise(random, 0.8, 3), random.uniform(150, 900)) * fall(0.8, random.uniform(0.15, 0.7), 0.001)
        out = np.zeros(length(0.9))
        add(out, 0, crack * random.uniform(0.5, 1.5))
        add(out, 0, boom * random.uniform(0.5, 2.5))
        return out

    each = shot()
    many = random.random() < 0.35
    count = int(random.integers(3, 20)) if many else int(random.integers(1, 4))
    gap = random.uniform(0.06, 0.16) if many else random.uniform(0.3, 1.4)
    out = np.zeros(length(count * gap * 1.4 + 1.0))
    at = 0.0
    for _ in range(count):
        add(out, at * RATE, (each if many else shot()) * random.uniform(0.8, 1))
        at += gap * random.uniform(0.95, 1.05) if many else gap * random.uniform(0.5, 1.4)
    far = not near and random.random() < 0.6
    if near:
        out = np.tanh(top(out) * random.uniform(1, 8))
        return room(random, out, random.uniform(0.1, 1.5), random.uniform(0, 0.4))
    return room(random, under(out, random.uniform(900, 3500)) if far else out, random.uniform(0.4, 3), None)


def _near_shot(random):
    """A shot as it is heard beside the gun: a crack, a thump that falls in pitch, metal that moves."""
    out = np.zeros(length(0.9))
    crack = noise(random, 0.3, random.uniform(-1, 3)) * fall(0.3, random.uniform(0.04, 0.25), 0.0002)
    body = sum(resonance(crack, hz, random.uniform(100, 600)) * 3 for hz in random.uniform(150, 3000, 3))
    t = np.arange(length(0.3)) / RATE
    high, low = random.uniform(120, 500), random.uniform(35, 90)
    phase = 2 * np.pi * np.cumsum(low + (high - low) * np.exp(-t * random.uniform(15, 60))) / RATE
    thump = np.sin(phase) * fall(0.3, random.uniform(0.1, 0.4), 0.001)
    add(out, 0, top(crack) * random.uniform(0.3, 1) + top(body) * random.uniform(0, 1))
    add(out, 0, thump * random.uniform(0, 1))
    for _ in range(int(random.integers(0, 4))):
        tones = partials(0.1, random.uniform(900, 6000, 4), random.uniform(0.2, 1, 4), random.uniform(0.02, 0.1, 4))
        add(out, random.uniform(0.04, 0.5) * RATE, top(tones) * random.uniform(0.02, 0.25))
    return out


def explosion(random):
    """A blast with its rumble and falling pieces."""
    seconds = random.uniform(1.2, 5)
    out = noise(random, seconds, random.uniform(2, 6)) * fall(seconds, seconds * random.uniform(0.5, 1.3), 0.004)
    out = out * slow(random, seconds, 12, 0.4, 1) + under(noise(random, seconds, 6), 120) * fall(seconds, seconds, 0.01)
    for _ in range(int(random.integers(0, 4))):
        add(
            out,
            random.uniform(0, 0.5) * len(out),
            noise(random, 0.8, 3) * fall(0.8, 0.6, 0.002) * random.uniform(0.2, 0.8),
        )
    pieces = scattered(
        random, seconds, random.uniform(0, 25), lambda: band(noise(random, 0.06), 500, 5000) * fall(0.06, 0.05)
    )
    return room(random, top(out) + pieces * random.uniform(0, 0.1), random.uniform(0.6, 3))


def glass(random):
    """Glass that breaks: a blow, then many pieces that ring."""
    seconds = random.uniform(0.5, 1.8)
    out = np.zeros(length(seconds))
    add(out, 0, band(noise(random, 0.08, -2), 1500, 7500) * fall(0.08, 0.06) * random.uniform(0.5, 2))
    for _ in range(int(random.integers(12, 70))):
        hz = random.uniform(1800, 7200) * np.array([1, random.uniform(1.2, 1.8), random.uniform(1.8, 2.9)])
        piece = partials(0.3, hz, (1, 0.6, 0.4), random.uniform(0.04, 0.35, 3))
        add(out, min(random.exponential(0.2), seconds) * RATE, piece * random.uniform(0.05, 0.6))
    return room(random, out, random.uniform(0.2, 1.2))


def door(random):
    """A knock, a slam, a creak, or a latch and what it holds."""
    kind = random.integers(4)
    body = random.uniform(70, 350, 3)

    def thud(seconds, strength):
        hit = noise(random, seconds, 2) * fall(seconds, random.uniform(0.03, 0.1), 0.0005)
        rung = sum(resonance(hit, hz, random.uniform(15, 60)) * 12 for hz in body)
        return (rung + hit * 0.3) * strength

    if kind == 0:
        count = int(random.integers(2, 7))
        gap = random.uniform(0.13, 0.35)
        out = np.zeros(length(count * gap + 0.5))
        for number in range(count):
            add(out, number * gap * random.uniform(0.93, 1.07) * RATE, thud(0.3, random.uniform(0.6, 1)))
    elif kind == 1:
        out = np.zeros(length(1.0))
        add(out, 0, thud(0.8, 1))
        add(
            out,
            random.uniform(0.02, 0.12) * RATE,
            band(noise(random, 0.1), 600, 5000) * fall(0.1, 0.04) * random.uniform(0.1, 0.6),
        )
    elif kind == 2:
        out = np.zeros(length(random.uniform(0.6, 1.8)))
        for _ in range(int(random.integers(2, 6))):  # clicks of metal and wood, close to each other
            ring = partials(
                0.12, random.uniform(700, 5500, 3), random.uniform(0.2, 1, 3), random.uniform(0.02, 0.12, 3)
            )
            click = ring * random.uniform(0, 1) + noise(random, 0.12) * fall(0.12, random.uniform(0.01, 0.05), 0.0005)
            add(out, random.uniform(0, 0.5) * len(out), click * random.uniform(0.3, 1))
        swing = band(noise(random, 0.5, 3), 100, 2000, 1) * np.hanning(length(0.5))
        add(out, random.uniform(0, 0.3) * len(out), swing * random.uniform(0, 0.4))
        add(out, random.uniform(0.2, 0.7) * len(out), thud(0.3, random.uniform(0.3, 2)))
    else:
        seconds = random.uniform(0.5, 2.5)
        rate = slow(random, seconds, 3, 15, random.uniform(60, 260))
        ticks = (np.diff(np.floor(np.cumsum(rate) / RATE), prepend=0) > 0) * random.uniform(0.6, 1, length(seconds))
        out = sum(resonance(ticks, hz, random.uniform(40, 160)) for hz in random.uniform(400, 3000, 5))
        out = out * slow(random, seconds, 4, 0.2, 1)
    return room(random, top(out), random.uniform(0.2, 1.5))


def footsteps(random):
    """Steps on stone, wood, gravel, leaves or snow."""
    seconds = random.uniform(2, 6)
    gap = random.uniform(0.28, 0.75)
    ground = random.integers(4)
    out = np.zeros(length(seconds))
    centre, width = random.uniform(120, 500), random.uniform(40, 150)
    at = random.uniform(0, gap)
    while at < seconds - 0.1:
        strength = random.uniform(0.6, 1)
        for late, part in ((0, 1.0), (random.uniform(0.05, 0.11), random.uniform(0.3, 0.8))):
            if ground < 2:  # hard: a heel's click and what the floor answers
                hit = noise(random, 0.12, 1) * fall(0.12, random.uniform(0.02, 0.06), 0.0005)
                step = resonance(hit, centre * random.uniform(0.9, 1.1), width) * 10 + band(hit, 1000, 5000) * (
                    0.5 if ground else 1.2
                )
            else:  # loose: many grains
                long = random.uniform(0.08, 0.22)
                grains = scattered(
                    random, long, random.uniform(150, 700), lambda: noise(random, 0.004) * fall(0.004, 0.004)
                )
                step = band(grains, random.uniform(300, 1500), random.uniform(3000, 7500)) * np.hanning(len(grains)) * 3
            add(out, (at + late) * RATE, step * strength * part)
        at += gap * random.uniform(0.93, 1.07)
    return room(random, top(out), random.uniform(0.15, 1.2), random.uniform(0, 0.5))


def applause(random):
    """Few or many people who clap."""
    seconds = random.uniform(3, 8)
    people = int(10 ** random.uniform(0.6, 2.3))
    out = np.zeros(length(seconds))
    for _ in range(people):
        gap = random.uniform(0.17, 0.4)
        hz = random.uniform(600, 2600)
        clap = noise(random, 0.04) * fall(0.04, random.uniform(0.015, 0.04), 0.0005)
        clap = (resonance(clap, hz, random.uniform(300, 900)) * 3 + clap * 0.2) * random.uniform(0.2, 1)
        at = random.uniform(0, gap)
        while at < seconds:
            add(out, at * RATE, clap * random.uniform(0.7, 1))
            at += gap * random.uniform(0.9, 1.1)
    if random.random() < 0.6:
        edges = np.minimum(1, np.minimum(np.linspace(0, 6, len(out)), np.linspace(random.uniform(2, 6), 0, len(out))))
        out = out * edges
    return room(random, top(out), random.uniform(0.4, 2), random.uniform(0.2, 0.8))


def bell(random):
    """Church bells, hand bells, a bicycle's or a shop's bell, a chime of a door or a clock."""
    size = random.random()
    base = 2 ** random.uniform(7.2, 9.3) if size < 0.5 else 2 ** random.uniform(9.3, 11.8)
    ratios = np.array([0.5, 1, 1.19, 1.5, 2, 2.51, 2.66, 3.01, 4.17, 5.4])
    ratios = ratios * random.uniform(0.985, 1.015, len(ratios))
    if size > 0.7:
        ratios = np.array([1, 2.76, 5.4, 8.93]) * random.uniform(0.98, 1.02, 4)
    long = random.uniform(2, 8) if size < 0.5 else random.uniform(0.4, 3)

    def stroke(factor=1.0):
        strengths = random.uniform(0.2, 1, len(ratios)) / np.arange(1, len(ratios) + 1) ** 0.5
        falls = long / ratios ** random.uniform(0.3, 0.9)
        out = partials(min(long, 5), base * factor * ratios, strengths, falls)
        add(out, 0, band(noise(random, 0.02), 1000, 7000) * fall(0.02, 0.01) * random.uniform(0, 0.4))
        return out

    count = int(random.integers(1, 7))
    gap = random.uniform(0.5, 1.8) if size < 0.5 else random.uniform(0.12, 0.9)
    out = np.zeros(length(count * gap + min(long, 5)))
    steps = (1.0,) if random.random() < 0.6 else (1.0, 2 ** (-4 / 12), 2 ** (-2 / 12), 2 ** (-7 / 12))
    for number in range(count):
        add(out, number * gap * RATE, stroke(steps[number % len(steps)]) * random.uniform(0.7, 1))
    return room(random, top(out), random.uniform(0.3, 3))
