"""Soundtrack: what is heard in a file of the sample; lines, the air of a place, a slate's clap, a few notes.

Lines stand to the sample where the plan says; the mouths follow them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from zlib import crc32

import numpy as np
import numpy.typing as npt

from kinoeye.sample.plan import Film, Shot
from kinoeye.sample.story import lines
from kinoeye.sample.voice import RATE_HZ, Manner, Speech, speak

Samples = npt.NDArray[np.float32]

MANNERS = {
    "NORA": Manner("en-GB-x-rp+f4", 38, 60, 220.0),
    "TEO": Manner("en-US+m3", 22, 50, 130.0),
    "JUNE": Manner("en-GB-scotland+f2", 66, 75, 330.0),
}
TONE_HZ, TONE_DBFS = 1000.0, -20.0

_NOTES = (523.25, 659.25, 783.99, 880.0, 783.99, 1046.5)  # C E G A G C, a sixth chord that does not quite end
_BREATH = 0.12  # seconds that a line leaves free before the next


@dataclass(frozen=True)
class Spoken:
    """A line where it is heard.

    Parameters
    ----------
    line : int
        Its number in the screenplay.
    start, end : int, samples at 48 kHz
    samples : float32 [n]
    is_seen : bool
        Whether its speaker is in the picture.
    """

    line: int
    start: int
    samples: Samples
    is_seen: bool = True

    @property
    def end(self) -> int:
        """One past its last sample."""
        return self.start + len(self.samples)


def cast(films: Sequence[Film]) -> tuple[str, dict[str, list[Spoken]]]:
    """Speak all lines of all files; return the engine's name and the lines by file."""
    wanted = [(film, *place) for film in films for place in _places(film)]
    speech: Speech = speak(
        [(lines()[line].words, MANNERS[lines()[line].speaker], room) for _, line, _, room, _ in wanted]
    )
    found: dict[str, list[Spoken]] = {film.path: [] for film in films}
    for (film, line, start, _, is_seen), samples in zip(wanted, speech.samples, strict=True):
        found[film.path].append(Spoken(line, start, samples, is_seen))
    return speech.engine, found


def mouths(film: Film, spoken: Sequence[Spoken]) -> dict[str, npt.NDArray[np.float32]]:
    """Return how far each speaker's mouth is open in each picture: float32 [n], 0..1."""
    return opened(film, [(lines()[said.line].speaker, said.start, said.samples) for said in spoken if said.is_seen])


def opened(film: Film, voices: Sequence[tuple[str, int, Samples]]) -> dict[str, npt.NDArray[np.float32]]:
    """Return how far mouths are open in each picture, by who speaks from which sample on: float32 [n], 0..1."""
    tracks: dict[str, npt.NDArray[np.float32]] = {}
    edges = [sample_of(number, film.rate) for number in range(film.starts[-1] + 1)]
    for who, start, samples in voices:
        track = tracks.setdefault(who, np.zeros(film.starts[-1], np.float32))
        power = np.zeros(edges[-1] + len(samples), np.float32)
        power[start : start + len(samples)] = samples**2
        level = np.sqrt(np.add.reduceat(power, edges[:-1]) / np.diff(edges))
        track += np.clip(level / max(float(level.max()), 1e-6) * 1.15, 0, 1)
    return {name: np.clip(track, 0, 1) for name, track in tracks.items()}


def mixed(film: Film, spoken: Sequence[Spoken]) -> Samples:
    """Return the sound of a file, as long as its pictures: float32 [n], 48 kHz."""
    total = sample_of(film.starts[-1], film.rate)
    out = np.zeros(total, np.float32)
    own = crc32(film.path.encode()) % 100_000  # no two recordings heard the same air
    for shot, start, end in _spans(film):
        lay(out, air(shot.place.name, end - start, seed=start + own), start)
        if shot.slate:
            lay(out, clap(), start + sample_of(shot.slate.clap, film.rate))
        if shot.place.name == "card":
            lay(out, tune()[: end - start], start)
    for said in spoken:
        loud = 0.8 if said.is_seen else 0.45
        lay(out, said.samples * loud, said.start)
    return np.clip(out, -1, 1)


def sample_of(number: int, rate: Fraction) -> int:
    """Return the first sample of a picture at 48 kHz."""
    return int(Fraction(number * RATE_HZ) / rate)


def air(place: str, length: int, *, seed: int) -> Samples:
    """Return the air of a place: wind above a city, rain on a window, or next to nothing."""
    if length <= 0:
        return np.zeros(0, np.float32)
    rng = np.random.default_rng(seed + 7)
    spectrum = np.fft.rfft(rng.normal(size=length))
    pitch = np.fft.rfftfreq(length, 1 / RATE_HZ)
    shapes = {
        "roof": (1 / (1 + (pitch / 320) ** 2), 0.012),
        "city": (1 / (1 + (pitch / 260) ** 2), 0.014),
        "night city": (1 / (1 + (pitch / 160) ** 2), 0.008),
        "room": (np.exp(-(((pitch - 5200) / 3800) ** 2)) + 2 * np.exp(-(((pitch - 110) / 60) ** 2)), 0.006),
        "screen": (1 / (1 + (pitch / 320) ** 2), 0.007),
    }
    shape, level = shapes.get(place, (1 / (1 + (pitch / 100) ** 2), 0.0004))
    noise = np.fft.irfft(spectrum * shape, length)
    swell = 1 + 0.35 * np.sin(2 * np.pi * 0.21 * np.arange(length) / RATE_HZ + seed)
    return np.asarray(noise / max(float(noise.std()), 1e-9) * level * swell, np.float32)


def clap() -> Samples:
    """Return the clap of a slate: a tenth of a second that starts at once."""
    at = np.arange(RATE_HZ // 10) / RATE_HZ
    noise = np.random.default_rng(77).normal(size=len(at))
    return np.clip(0.5 * noise * np.exp(-at * 90) + 0.4 * np.sin(6900 * at) * np.exp(-at * 60), -0.95, 0.95).astype(
        np.float32
    )


def tune() -> Samples:
    """Return six plucked notes, three seconds and a half."""
    out = np.zeros(round(3.6 * RATE_HZ), np.float32)
    at = np.arange(round(1.4 * RATE_HZ)) / RATE_HZ
    for number, pitch in enumerate(_NOTES):
        pluck = sum(np.sin(2 * np.pi * pitch * harmonic * at) / harmonic**2 for harmonic in (1, 2, 3))
        note = 0.11 * pluck * np.exp(-at * 3.2) * np.minimum(1, at * 400)
        lay(out, note.astype(np.float32), round((0.15 + number * 0.36) * RATE_HZ))
    return out


def line_up_tone(seconds: int) -> Samples:
    """Return a tone of 1 kHz, 20 dB below a full-scale sine (AES17-2020, 3.12.3)."""
    at = np.arange(seconds * RATE_HZ) / RATE_HZ
    return np.asarray(10 ** (TONE_DBFS / 20) * np.sin(2 * np.pi * TONE_HZ * at), np.float32)


def _places(film: Film) -> list[tuple[int, int, float, bool]]:
    """Return line, first sample, seconds it may take and whether its speaker is seen, for all lines of a file."""
    places = []
    for number, shot in enumerate(film.shots):
        ends = [at for _, at in shot.lines[1:]] + [shot.length]
        for (line, at), end in zip(shot.lines, ends, strict=False):
            seconds = float((end - at) / film.rate) - _BREATH
            places.append((line, sample_of(film.starts[number] + at, film.rate), seconds, shot.stage is not None))
    return places


def _spans(film: Film) -> list[tuple[Shot, int, int]]:
    edges = [sample_of(number, film.rate) for number in film.starts]
    return list(zip(film.shots, edges[:-1], edges[1:], strict=True))


def lay(out: Samples, part: Samples, start: int) -> None:
    """Add sound to another from a sample on, in place, as far as there is room."""
    piece = part[: max(0, len(out) - start)]
    out[start : start + len(piece)] += piece
