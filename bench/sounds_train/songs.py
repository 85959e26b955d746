"""Pieces of music by chance, in many styles, as MIDI files that a synthesizer with recorded instruments plays."""

import struct
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

TICKS = 480
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 7, 9), (0, 3, 5, 7, 10),
          (0, 1, 4, 5, 7, 8, 11), (0, 2, 4, 6, 8, 10))  # fmt: skip
DRUMS, SECONDS = 9, 16
# General MIDI's programs that are no instruments: breath, sea, birds, telephone, helicopter, applause, gunshot.
EFFECTS = range(120, 128)
ROCK = {36: "x.......x.x.....", 38: "....x.......x...", 42: "x.x.x.x.x.x.x.x.", 49: "x..............."}
DANCE = {36: "x...x...x...x...", 39: "....x.......x...", 46: "..x...x...x...x.", 70: "x.xxx.xxx.xxx.xx"}
SWING = {51: "x...x..xx...x..x", 44: "....x.......x...", 36: "x.........x.....", 37: ".......x........"}
MARCH = {38: "x..xx.x.x..xx.xx", 36: "x...x...x...x...", 57: "x..............."}
TRIBAL = {47: "x..x..x.x..x..x.", 45: "..x..x....x..x..", 41: "x.......x......."}


def piece(random):
    """One piece as the bytes of a MIDI file."""
    scale, tonic = SCALES[random.integers(len(SCALES))], int(random.integers(40, 52))
    bpm = random.uniform(50, 170)
    bars = int(np.ceil(SECONDS * bpm / 240)) + 1
    chords = [int(random.integers(0, len(scale))) for _ in range(int(random.integers(2, 6)))]
    parts = {"pad": 0.55, "tune": 0.65, "broken": 0.35, "bass": 0.5, "drums": 0.45, "second": 0.25}
    plays = [name for name, odds in parts.items() if random.random() < odds] or ["tune"]
    if random.random() < 0.2:  # alone
        plays = [str(random.choice(["pad", "tune", "tune", "broken", "drums"]))]
    tracks = [_track([(0, b"\xff\x51\x03" + int(60e6 / bpm).to_bytes(3, "big"))])]
    for channel, name in enumerate(plays):
        tracks.append(
            _drums(random, bars) if name == "drums" else _part(random, name, channel, scale, tonic, chords, bars)
        )
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), TICKS)
    return head + b"".join(tracks)


def effect(bank, program, note, seconds=5):
    """One long note of a bank's program, as the bytes of a MIDI file at 120 beats a minute."""
    events = [(0, bytes([0xB0, 0, bank])), (1, bytes([0xC0, program]))]
    _sound(events, 0, note, 0.1, 2 * seconds, 110)
    return b"MThd" + struct.pack(">IHHH", 6, 1, 1, TICKS) + _track(events)


def _note(scale, tonic, step):
    return tonic + 12 * (step // len(scale)) + scale[step % len(scale)]


def _part(random, name, channel, scale, tonic, chords, bars):
    program = int(random.choice([p for p in range(128) if p not in EFFECTS]))
    if name == "bass":
        program = int(random.choice([*range(32, 40), 43, 57, 58]))
    events = [(0, bytes([0xC0 | channel, program])), (0, bytes([0xB0 | channel, 91, int(random.integers(0, 127))])),
              (0, bytes([0xB0 | channel, 7, int(random.integers(60, 127))]))]  # fmt: skip
    figure = random.choice([0.25, 0.5, 0.5, 1, 1, 1.5, 2], int(random.integers(2, 8)))
    step, legato = int(random.integers(7, 16)), random.uniform(0.4, 1.05)
    for bar in range(bars):
        root, at = chords[bar % len(chords)], 0.0
        if name == "pad":
            for third in (0, 2, 4, 6)[: int(random.integers(2, 5))]:
                _sound(
                    events,
                    channel,
                    _note(scale, tonic + 12, root + third),
                    bar * 4,
                    4 * legato,
                    random.integers(40, 100),
                )
            continue
        number = 0
        while at < 4:
            long = (
                float(figure[(number + bar * 0) % len(figure)]) if name != "broken" else 0.5 * (1 + (len(figure) < 4))
            )
            if name == "bass":
                pitch = _note(scale, tonic - 12, root + (0, 0, 4, 2)[number % 4])
            elif name == "broken":
                pitch = _note(scale, tonic + 12, root + (0, 2, 4, 7, 4, 2)[number % 6])
            else:
                step = int(np.clip(step + random.integers(-2, 3), 5, 20))
                pitch = _note(scale, tonic, step)
            if random.random() < 0.88:
                _sound(events, channel, pitch, bar * 4 + at, min(long, 4 - at) * legato, random.integers(50, 120))
            at += long
            number += 1
    return _track(events)


def _sound(events, channel, pitch, beat, long, velocity):
    pitch, on = int(np.clip(pitch, 24, 104)), int(beat * TICKS)
    events.append((on, bytes([0x90 | channel, pitch, int(velocity)])))
    events.append((max(on + 20, int((beat + long) * TICKS)), bytes([0x80 | channel, pitch, 0])))


def _drums(random, bars):
    pattern = (ROCK, DANCE, SWING, MARCH, TRIBAL)[random.integers(5)]
    kept = [drum for drum in pattern if random.random() < 0.85] or list(pattern)[:1]
    events = [(0, bytes([0xC0 | DRUMS, int(random.choice([0, 8, 16, 24, 25, 32, 40, 48]))]))]
    for bar in range(bars):
        for drum in kept:
            for sixteenth, sign in enumerate(pattern[drum]):
                if (sign == "x") != (random.random() < 0.06):
                    _sound(events, DRUMS, drum, bar * 4 + sixteenth / 4, 0.1, random.integers(50, 120))
    return _track(events)


def _track(events):
    events = sorted(events, key=lambda event: event[0])
    out, last = b"", 0
    for tick, data in [*events, (events[-1][0] + TICKS, b"\xff\x2f\x00")]:
        out += _length(tick - last) + data
        last = tick
    return b"MTrk" + struct.pack(">I", len(out)) + out


def _length(value):
    out = bytes([value & 127])
    while value := value >> 7:
        out = bytes([128 | (value & 127)]) + out
    return out


def _until(command, target, size):
    """Run a command until its file is that large or it ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (target.exists() and target.stat().st_size >= size):
            time.sleep(0.02)
        if process.poll() is None:
            process.kill()
        elif process.returncode:
            raise RuntimeError(f"{command[0]}: must play {command[-1]}, ended with {process.returncode}")


def played(midi, font, rate=16_000, seconds=SECONDS):
    """A MIDI file played with a sound font by FluidSynth: float [n] in one channel."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.mid"), Path(folder, "a.raw")
        source.write_bytes(midi)
        command = [
            "fluidsynth",
            "-ni",
            "-q",
            "-g",
            "0.5",
            "-r",
            str(rate),
            "-T",
            "raw",
            "-O",
            "s16",
            "-F",
            str(target),
            str(font),
            str(source),
        ]
        _until(command, target, 4 * seconds * rate)
        samples = np.frombuffer(target.read_bytes(), np.int16).reshape(-1, 2)
    return samples.mean(1)[: seconds * rate] / 32768
