"""Made sounds of machines: engines, helicopters, sirens, telephones, alarms."""

import numpy as np
from scipy.signal import lfilter
from tools import RATE, add, band, buzz, fall, length, noise, partials, resonance, room, slow, tone, under, unit


def engine(random):
    """A car, a lorry, a motorcycle, a boat or a propeller aeroplane: idling, speeding up, passing."""
    seconds = random.uniform(4, 10)
    idle, fast = random.uniform(12, 60), random.uniform(50, 460)
    kind = random.random()
    if kind < 0.3:
        rate = slow(random, seconds, 0.5, idle * 0.97, idle * 1.03)
    elif kind < 0.65:
        rate = slow(random, seconds, 0.5, idle, fast)
    else:
        rate = slow(random, seconds, 0.2, fast * 0.9, fast * 1.1)
    count = int(random.choice([1, 2, 3, 4, 4, 4, 6, 8]))  # cylinders: each fires a little differently
    phase = np.cumsum(rate) / RATE
    strengths = random.uniform(0.7, 1.3, count)
    fires = np.diff(np.floor(phase), prepend=0) > 0
    pulses = np.zeros(len(phase))
    at = np.flatnonzero(fires)
    pulses[at] = strengths[np.arange(len(at)) % count] * random.uniform(0.85, 1.15, len(at))
    body = lfilter([1], [1, -np.exp(-1 / (RATE * random.uniform(0.001, 0.006)))], pulses)
    out = sum(
        resonance(body, hz, random.uniform(30, 250)) * 5 for hz in random.uniform(60, 1400, int(random.integers(2, 6)))
    )
    rough = noise(random, seconds, random.uniform(1, 5)) * (0.3 + 0.7 * np.abs(np.sin(np.pi * phase)))
    whine = tone(rate * random.uniform(8, 40)) * random.uniform(0, 0.25)
    out = unit(out) + unit(rough) * random.uniform(0.05, 0.8) + whine
    if random.random() < 0.35:  # it passes
        middle = random.uniform(0.2, 0.8) * seconds
        t = np.arange(len(out)) / RATE
        out = out / (1 + ((t - middle) * random.uniform(0.8, 3)) ** 2) ** 0.7
    return room(random, under(out, random.uniform(1200, 7800)), 0.4, random.uniform(0, 0.4))


def jet(random):
    """A jet, a rocket, a turbine: a roar and a whine that come and go."""
    seconds = random.uniform(4, 10)
    roar = band(noise(random, seconds, random.uniform(0, 5)), random.uniform(40, 200), random.uniform(1500, 7800), 1)
    whine = sum(
        tone(slow(random, seconds, 0.3, hz * 0.93, hz)) * random.uniform(0, 1) for hz in random.uniform(600, 6500, 3)
    )
    out = unit(roar) * slow(random, seconds, 6, 0.7, 1) + unit(whine) * random.uniform(0, 0.5)
    if random.random() < 0.6:
        t = np.arange(len(out)) / RATE - random.uniform(0.2, 0.8) * seconds
        out = out / (1 + (t * random.uniform(0.4, 2)) ** 2) ** random.uniform(0.5, 1.2)
    return out


def train(random):
    """Wheels over the joints of rails, and the rush."""
    seconds = random.uniform(5, 9)
    gap = random.uniform(0.4, 1.3)
    out = under(noise(random, seconds, 4), random.uniform(300, 2500)) * slow(random, seconds, 2, 0.5, 1)
    out = unit(out) * random.uniform(0.2, 0.8)
    knock = resonance(noise(random, 0.15, 2) * fall(0.15, 0.1), random.uniform(80, 400), 60) * 10
    for start in np.arange(0, seconds, gap):
        for late in (0, gap * 0.12, gap * 0.3, gap * 0.42):
            add(out, (start + late) * RATE, knock * random.uniform(0.5, 1))
    return room(random, out, 0.4, random.uniform(0, 0.4))


def helicopter(random):
    """The beat of a rotor over a turbine."""
    seconds = random.uniform(5, 9)
    beat = random.uniform(9, 28)
    phase = beat * np.arange(length(seconds)) / RATE
    slap = np.exp(-((phase % 1) * random.uniform(4, 12)))
    low = under(noise(random, seconds, 4), random.uniform(200, 900)) * slap
    out = unit(low) + unit(band(noise(random, seconds, 2), 300, 5000, 1)) * (0.3 + slap) * random.uniform(0.1, 0.6)
    return out + tone(np.full(len(out), random.uniform(500, 3500))) * random.uniform(0, 0.15)


def siren(random):
    """A wail, a yelp, two tones, or an air raid's siren."""
    seconds = random.uniform(3, 9)
    t = np.arange(length(seconds)) / RATE
    low, high = random.uniform(350, 700), random.uniform(800, 1700)
    kind = random.integers(4)
    if kind == 0:
        hz = low + (high - low) * (0.5 - 0.5 * np.cos(2 * np.pi * t / random.uniform(2.5, 7)))
    elif kind == 1:
        hz = low + (high - low) * (t / random.uniform(0.25, 0.5) % 1)
    elif kind == 2:
        hz = np.where((t / random.uniform(0.8, 1.6)) % 1 < 0.5, low, low * random.uniform(1.2, 1.5))
    else:
        hz = low * 0.8 * np.minimum(1, 0.3 + t / random.uniform(1.5, 5))
    out = buzz(hz, random.uniform(0.6, 2), 16)
    return room(random, under(unit(out), random.uniform(1500, 7000)), random.uniform(0.3, 3))


def telephone(random):
    """An old bell, an office's warble, a ringing tone."""
    kind = random.integers(3)
    on, off, count = random.uniform(0.4, 2), random.uniform(0.2, 2), int(random.integers(1, 4))
    t = np.arange(length(on)) / RATE
    if kind == 0:
        rate = random.uniform(16, 30)
        hz = random.uniform(900, 1700) * np.array([1, random.uniform(1.15, 1.35), 2.6, 2.6 * 1.2, 4.7])
        ring = np.zeros(len(t))
        stroke = partials(0.35, hz, (1, 1, 0.5, 0.5, 0.3), (0.8, 0.8, 0.4, 0.4, 0.2))
        for at in np.arange(0, on, 1 / rate):
            add(ring, at * RATE, stroke * random.uniform(0.7, 1))
    elif kind == 1:
        first, second = random.uniform(600, 1200), random.uniform(1200, 2600)
        ring = tone(np.where((t * random.uniform(10, 30)) % 1 < 0.5, first, second))
        ring = ring + 0.3 * np.sign(ring) * random.uniform(0, 1)
    else:
        ring = tone(np.full(len(t), 440.0)) + tone(np.full(len(t), random.choice([480.0, 400.0, 425.0])))
    out = np.zeros(length(count * (on + off)))
    for number in range(count):
        add(out, number * (on + off) * RATE, ring)
    return room(random, unit(out), random.uniform(0.2, 1), random.uniform(0, 0.5))


def alarm(random):
    """Beeps: a clock, a monitor, a lorry that backs, a countdown."""
    hz, on, gap = random.uniform(500, 3800), random.uniform(0.05, 0.6), random.uniform(0.05, 1)
    shape = random.integers(3)
    beep = tone(np.full(length(on), hz))
    if shape == 1:
        beep = np.sign(beep)
    elif shape == 2:
        beep = beep * fall(on, on * random.uniform(1, 4), 0.005)
    count = int(min(30, 6 / (on + gap)) + 1)
    out = np.zeros(length(count * (on + gap)))
    for number in range(count):
        add(out, number * (on + gap) * RATE, beep)
    return room(random, unit(out), random.uniform(0.2, 1), random.uniform(0, 0.5))
