"""Conversations composed of real clips, so that who speaks when is known: turns, pauses, some overlaps, rooms, noise.

Speakers, rooms and noises for choosing settings are others than those that are held out.
"""

import numpy as np
from sound_files import FRAME, RATE, heard, load, mixed, noise, speakers, whole

ROOMS = {False: ("rir1.wav", "rir2.wav"), True: ("rir3.wav", "rir4.wav")}
NOISES = {False: ("noise1.wav", "noise2.wav"), True: ("noise3.wav", "noise4.wav", "noise5.wav")}
SECONDS = 70
OVERLAPPED = 0.2  # of turns
OVERLAPS = (20, 101)  # frames


def conversations(data, count, *, is_held_out):
    """Yield int16 samples, and who speaks in each 10 ms: bool [speakers, frames]; half in a noisy room."""
    yield from ((samples, truth) for samples, truth, _ in cast(data, count, is_held_out=is_held_out))


def cast(data, count, *, is_held_out, overlapped=OVERLAPPED, overlaps=OVERLAPS):
    """Yield the same, and the readers' names; `overlapped` of the turns begin `overlaps` frames too early."""
    clips = {name: [load(path) for path in paths] for name, paths in speakers(data, is_held_out=is_held_out).items()}
    for number in range(count):
        random = np.random.default_rng((7, is_held_out, number))
        samples, truth, names = _composed(clips, 2 + number // 2 % 5, random, overlapped, overlaps)
        if number % 2:
            room = load(data / "speech" / "noise" / random.choice(ROOMS[is_held_out]))
            room = room[np.abs(room).argmax() :]
            power = (samples**2).mean()
            samples = np.convolve(samples, room)[: len(samples)]
            samples *= np.sqrt(power / (samples**2).mean())
            hiss = noise(data, random.choice(NOISES[is_held_out]), len(samples))
            samples = mixed(samples, truth.any(axis=0), hiss, random.uniform(15, 20))
        yield whole(samples), truth, names


def _composed(clips, count, random, overlapped, lengths):
    voices = random.permutation(sorted(clips))[:count]
    length = SECONDS * RATE
    samples, truth = np.zeros(length), np.zeros((count, length // FRAME), bool)
    at, last, turn = RATE // 2 // FRAME, -1, 0
    while at < length // FRAME - 700:
        who = turn if turn < count else int(random.choice([each for each in range(count) if each != last]))
        piece, flags = _turn(clips[voices[who]], random)
        samples[at * FRAME : (at + len(flags)) * FRAME] += piece
        truth[who, at : at + len(flags)] |= flags
        overlaps = random.random() < overlapped
        gap = -random.integers(*lengths) if overlaps else random.integers(0, 101)
        at, last, turn = at + max(30, len(flags) + int(gap)), who, turn + 1
    return samples, truth, [str(each) for each in voices]


def _turn(clips, random):
    """Cut 1 to 6 seconds that begin and end with speech out of one of a speaker's clips."""
    clip = clips[random.integers(len(clips))]
    clip = clip / np.sqrt((clip**2).mean()) * 0.05 * 10 ** (random.uniform(-3, 3) / 20)
    flags = heard(clip)
    size = min(len(flags) - 10, int(random.uniform(100, 600)))
    first = int(random.integers(0, len(flags) - size))
    spoken = first + np.flatnonzero(flags[first : first + size])
    first, end = (spoken[0], spoken[-1] + 1) if len(spoken) > 50 else (first, first + size)
    return clip[first * FRAME : end * FRAME], flags[first:end]
