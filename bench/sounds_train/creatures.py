"""Made sounds of birds, insects, dogs and horses; and of people who laugh, scream or cheer."""

import numpy as np
from tools import RATE, add, band, buzz, fall, length, noise, resonance, room, scattered, slow, tone, top, under, unit


def bird(random):
    """Birds that sing: one near, or many."""
    seconds = random.uniform(3, 9)
    out = np.zeros(length(seconds))
    for _ in range(int(random.integers(1, 5))):
        centre = random.uniform(1500, 6000)
        strength, pace = random.uniform(0.15, 1), random.uniform(0.08, 0.5)
        phrase = [_syllable(random, centre) for _ in range(int(random.integers(1, 6)))]
        at = random.uniform(0, 2)
        while at < seconds:
            for syllable in phrase:
                add(out, at * RATE, syllable * strength * random.uniform(0.7, 1))
                at += max(len(syllable) / RATE, pace) * random.uniform(0.9, 1.3)
            at += random.exponential(random.uniform(0.1, 1.5))
    return room(random, top(out), random.uniform(0.2, 1.5), random.uniform(0, 0.6))


def _syllable(random, centre):
    long = random.uniform(0.03, 0.35)
    count = length(long)
    t = np.arange(count) / RATE
    hz = centre * 2 ** (random.uniform(-0.5, 0.5) + random.uniform(-0.8, 0.8) * t / long)
    kind = random.integers(4)
    if kind == 1:
        hz = hz * (1 + random.uniform(0.02, 0.2) * np.sin(2 * np.pi * random.uniform(15, 60) * t))
    elif kind == 2:
        hz = hz * 2 ** (0.5 * np.sin(np.pi * t / long))
    hz = np.clip(hz, 800, 7600)
    out = tone(hz) + random.uniform(0, 0.3) * tone(np.minimum(2 * hz, 7800))
    if kind == 3:  # hoarse: crows, gulls, ducks
        low = np.clip(hz / random.uniform(4, 8), 250, 900)
        out = unit(buzz(low, 0.5, 16)) + unit(noise(random, long + 0.01)[:count]) * random.uniform(0.2, 1)
        out = resonance(out, random.uniform(1000, 2500), 400)
    return top(out * np.hanning(count) ** random.uniform(0.3, 1.2))


def insects(random):
    """Crickets, cicadas, a fly."""
    seconds = random.uniform(5, 10)
    t = np.arange(length(seconds)) / RATE
    kind = random.integers(3)
    if kind == 0:
        out = np.zeros(len(t))
        for _ in range(int(random.integers(1, 6))):
            hz, pulses, chirps = random.uniform(2500, 6500), random.uniform(25, 70), random.uniform(0.8, 4)
            on = ((t * chirps + random.random()) % 1 < random.uniform(0.2, 0.8)).astype(float)
            out += (
                tone(np.full(len(t), hz)) * np.maximum(0, np.sin(2 * np.pi * pulses * t)) * on * random.uniform(0.1, 1)
            )
    elif kind == 1:
        low = random.uniform(2500, 5000)
        out = band(noise(random, seconds), low, low * random.uniform(1.1, 1.5)) * (
            1 + np.sin(2 * np.pi * random.uniform(40, 200) * t)
        )
    else:
        hz = slow(random, seconds, 2, 130, 260)
        out = buzz(hz, 0.8, 20) * slow(random, seconds, 1.5, 0.02, 1) ** 2
    return unit(out)


def dog(random):
    """A dog that barks, growls or howls."""
    count = int(random.integers(1, 8))
    base = random.uniform(150, 700)
    out = np.zeros(length(count * 0.7 + 1.5))
    at = 0.0
    howls = random.random() < 0.15
    for _ in range(count):
        long = random.uniform(1, 1.6) if howls else random.uniform(0.09, 0.35)
        size = length(long)
        rise = np.sin(np.pi * np.linspace(0.15, 1, size)) ** 0.5
        hz = base * (0.7 + 0.6 * rise) * random.uniform(0.9, 1.1)
        voice = unit(buzz(hz, random.uniform(0.3, 1.2), 30)) + unit(noise(random, long)) * random.uniform(0.1, 0.9)
        bark = sum(
            resonance(voice, f, random.uniform(80, 300)) * 4
            for f in (base * 2.1, random.uniform(900, 1500), random.uniform(1800, 3000))
        )
        add(out, at * RATE, top(bark * rise * np.minimum(1, np.linspace(20, 0, size))) * random.uniform(0.6, 1))
        at += long + random.uniform(0.05, 0.5)
        if at * RATE > len(out):
            break
    return room(random, out, random.uniform(0.2, 1.5), random.uniform(0, 0.5))


def growl(random):
    """A dog or a wolf that growls, whines or howls."""
    seconds = random.uniform(1, 3)
    kind = random.integers(3)
    if kind == 0:
        hz = slow(random, seconds, 3, 45, random.uniform(70, 160))
        out = unit(buzz(hz, 0.7, 30)) + unit(noise(random, seconds, 3)) * random.uniform(0.3, 1.2)
        out = sum(resonance(out, f, 150) * 4 for f in random.uniform(300, 2200, 3)) * (
            1 + np.sin(2 * np.pi * np.cumsum(hz / 2) / RATE)
        )
    else:
        base = random.uniform(300, 900) * (1 if kind == 1 else 2)
        shape = np.minimum(1, np.linspace(0, random.uniform(3, 8), length(seconds)))
        hz = (
            base
            * (0.6 + 0.4 * shape)
            * np.linspace(1, random.uniform(0.7, 1), length(seconds))
            * (1 + 0.01 * slow(random, seconds, 6, -1, 1))
        )
        out = buzz(hz, random.uniform(1.2, 2.5), 12)
    out = top(out) * np.hanning(len(out)) ** 0.4
    return room(random, out, random.uniform(0.3, 2.5), random.uniform(0, 0.6))


def horse(random):
    """Hooves at a walk, a trot or a gallop."""
    seconds = random.uniform(2.5, 6)
    beats = {0: (0, 0.25, 0.5, 0.75), 1: (0, 0.5), 2: (0, 0.17, 0.34)}[int(random.integers(3))]
    stride = {4: random.uniform(0.9, 1.3), 2: random.uniform(0.5, 0.75), 3: random.uniform(0.38, 0.55)}[len(beats)]
    out = np.zeros(length(seconds))
    centre, is_hard = random.uniform(300, 1400), random.random() < 0.5
    for start in np.arange(0, seconds, stride):
        for beat in beats:
            hit = noise(random, 0.1, 1) * fall(0.1, random.uniform(0.02, 0.06), 0.0005)
            hoof = resonance(hit, centre * random.uniform(0.85, 1.15), 120 if is_hard else 300) * 8 + hit * 0.2
            if not is_hard:
                hoof = under(hoof, 900)
            add(out, (start + beat * stride) * random.uniform(0.995, 1.005) * RATE, hoof * random.uniform(0.5, 1))
    return room(random, top(out), random.uniform(0.2, 0.8), random.uniform(0, 0.4))


_VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (570, 840, 2410), (640, 1190, 2390), (660, 1720, 2410))


def _voiced(random, hz, breath, vowel=None):
    """A throat at these frequencies, through a mouth that says a vowel."""
    seconds = len(hz) / RATE
    voice = (
        unit(buzz(hz, random.uniform(0.8, 1.4), 40)) * (1 - breath)
        + unit(noise(random, seconds + 0.01, 3)[: len(hz)]) * breath
    )
    size = random.uniform(0.9, 1.3)
    vowel = _VOWELS[random.integers(len(_VOWELS))] if vowel is None else vowel
    return sum(resonance(voice, f * size, w) * g for f, w, g in zip(vowel, (90, 120, 180), (6, 4, 2.5), strict=True))


def laughter(random):
    """One who laughs, or several at once."""
    several = int(random.integers(2, 25)) if random.random() < 0.45 else 1
    seconds = random.uniform(1.5, 5)
    out = np.zeros(length(seconds))
    for _ in range(several):
        base = random.uniform(110, 420)
        rate = random.uniform(3.8, 6.5)
        vowel = _VOWELS[random.integers(len(_VOWELS))]
        at = random.uniform(0, 0.8 if several > 1 else 0.1)
        strength = random.uniform(0.3, 1)
        while at < seconds - 0.3:
            count = int(random.integers(3, 10))
            for number in range(count):
                long = random.uniform(0.45, 0.75) / rate
                size = length(long)
                glide = base * (1 + random.uniform(0.1, 0.7) * (1 - number / count)) * np.linspace(1.05, 0.9, size)
                ha = _voiced(random, glide, random.uniform(0.05, 0.5), vowel) * np.hanning(size) ** 0.6
                h = band(noise(random, 0.06), 700, 4000, 1) * np.hanning(length(0.06)) * random.uniform(0.05, 0.4)
                add(out, (at - 0.05) * RATE if at > 0.05 else 0, h * strength)
                add(out, at * RATE, top(ha) * strength * (1 - 0.5 * number / count))
                at += 1 / rate * random.uniform(0.92, 1.1)
            at += random.uniform(0.15, 0.8)
    return room(random, top(out), random.uniform(0.2, 1.2), random.uniform(0, 0.5))


def scream(random):
    """One who screams or shouts a long vowel."""
    long = random.uniform(0.5, 2.2)
    size = length(long)
    base = random.uniform(350, 1300)
    t = np.linspace(0, 1, size)
    hz = (
        base
        * (0.75 + 0.5 * np.sin(np.pi * np.minimum(1, t * random.uniform(1, 2.5)) / 1.3))
        * (1 + 0.01 * slow(random, long, 30, -1, 1))
    )
    rough = 1 + random.uniform(0, 0.8) * np.sin(2 * np.pi * random.uniform(40, 140) * t * long)
    out = _voiced(random, hz, random.uniform(0.02, 0.4), _VOWELS[random.choice([0, 3, 4])]) * rough
    return room(random, top(out * np.minimum(1, np.minimum(t * 12, (1 - t) * 6))), random.uniform(0.3, 2))


def cheer(random):
    """A crowd that cheers, roars or boos."""
    seconds = random.uniform(3, 8)
    out = np.zeros(length(seconds))
    for _ in range(int(random.integers(12, 60))):
        long = random.uniform(0.4, 2.5)
        size = length(long)
        hz = (
            random.uniform(130, 650)
            * (1 + random.uniform(-0.3, 0.5) * np.linspace(0, 1, size))
            * (1 + 0.02 * slow(random, long, 8, -1, 1))
        )
        add(
            out,
            random.uniform(0, seconds - 0.2) * RATE,
            top(_voiced(random, hz, random.uniform(0.1, 0.5)) * np.hanning(size)) * random.uniform(0.1, 1),
        )
    bed = band(noise(random, seconds, 3), 250, random.uniform(1500, 4000), 1)
    out = unit(out) + unit(bed) * random.uniform(0.1, 0.9)
    whistles = scattered(
        random,
        seconds,
        random.uniform(0, 0.8),
        lambda: tone(np.linspace(*random.uniform(1500, 3500, 2), length(0.5))) * np.hanning(length(0.5)),
    )
    return room(
        random, out + unit(whistles) * random.uniform(0, 0.3) if whistles.any() else out, random.uniform(0.4, 2.5)
    )
