"""The films of bench/reconform.py: cut anew from real clips, coded again, and found by picture and sound alone."""

import random
import tempfile
import time
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from kinoeye.cut.by_sight import change_list_of_films
from kinoeye.cut.films import film_of
from kinoeye.export.changes import CARRYING
from kinoeye.media.muxing import FilmSound
from kinoeye.media.probe import probe
from kinoeye.media.write import write_film
from kinoeye.store.index import Index
from kinoeye.timecode import FLICKS_PER_SECOND

CLIPS = ("tears_of_steel_battle_70s.webm", "big_buck_bunny_0_30.webm", "timecode_01h_42s.mp4",
         "man_on_green_screen_24s.mp4", "intel_one-by-one-person-detection.mp4", "chaplin_10s.mp4",
         "his_girl_friday_1940_6s.mp4")  # fmt: skip
WAYS = ("coded again", "half size", "bars", "noise, brighter", "another rate", "no sound", "half speed")


def films(folder: Path, *, is_short: bool) -> None:
    """Print the table of films."""
    rows = defaultdict(list)
    for name in CLIPS[:2] if is_short else CLIPS:
        for way in WAYS:
            draw = random.Random(f"{name} {way}")
            with tempfile.TemporaryDirectory() as aside:
                for peer, told in one(folder / name, way, draw, Path(aside)).items():
                    rows[way, peer].append(told)
                    rows[name, peer].append(told)
    print("\n| what | way | on the picture | a picture aside | elsewhere | not found | CPU s a film minute |")
    print("|---|---|---|---|---|---|---|")
    for (what, peer), found in rows.items():
        right, near, wrong, lost, count = (sum(each[n] for each in found) for n in range(5))
        spent = sum(each[5] for each in found) / (sum(each[6] for each in found) / 60)
        print(f"| {what} | {peer} | {100 * right / count:.2f} % | {100 * near / count:.2f} % | "
              f"{100 * wrong / count:.2f} % | {100 * lost / count:.2f} % | {spent:.1f} |")  # fmt: skip


def one(path: Path, way: str, draw: random.Random, aside: Path) -> dict:
    """Return what each way finds of one film cut anew."""
    frames = pictures(path)
    rate = probe(path).rate
    edit = cut(len(frames), draw)
    speeds = [2 if way == "half speed" and n == 1 else 1 for n in range(len(edit))]
    order = [number for (a, b), s in zip(edit, speeds, strict=True) for number in range(a, b) for _ in range(s)]
    new = aside / "new.mp4"
    made = (
        Fraction(25)
        if way == "another rate" and rate == 24
        else rate * Fraction(24, 25)
        if way == "another rate"
        else rate
    )
    noise = np.random.default_rng(3)
    sound = None if way in {"no sound", "another rate", "half speed"} else heard(path, order, rate)
    write_film(new, (drawn(frames[number], way, noise) for number in order), made, crf=28, sound=sound)
    index = Index(aside / "index", ())
    old_film, new_film = (film_of(each, index, aside) for each in (path, new))
    begin = time.process_time()
    changes = change_list_of_films(old_film, new_film)
    spent = time.process_time() - begin
    found = np.full(len(order), -1)
    times = new_film.pictures.times - new_film.pictures.times[0]
    for each in changes.picture:
        if each.what in CARRYING:
            for number in np.flatnonzero((times[:-1] >= each.new.start) & (times[:-1] < each.new.end)):
                at = each.old.start + (int(times[number]) - each.new.start) / each.ratio
                found[number] = int(at * rate / FLICKS_PER_SECOND + Fraction(1, 8))
    begin = time.process_time()
    peer = hashed(old_film.pictures.frames, new_film.pictures.frames)
    peers = time.process_time() - begin
    length = float((times[-1] + old_film.pictures.times[-1]) / FLICKS_PER_SECOND)
    return {"Kinoeye": (*told(found, order), spent, length), "nearest dHash": (*told(peer, order), peers, length)}


def told(found: np.ndarray, order: list[int]) -> tuple[int, int, int, int, int]:
    """Return how many pictures are right, one aside, elsewhere, not found, and all."""
    wanted = np.array(order)[: len(found)]
    found = found[: len(wanted)]
    apart = np.abs(found - wanted)
    lost = found < 0
    kinds = (apart == 0, (apart == 1) & ~lost, (apart > 1) & ~lost, lost)
    return (*(int(each.sum()) for each in kinds), len(wanted))


def cut(count: int, draw: random.Random) -> list[tuple[int, int]]:
    """Return an edit of a clip: parts left out, two parts changed about; none shorter than ten pictures."""
    fifths = [count // 5, count // 3, count // 2, 2 * count // 3]
    edges = sorted(draw.sample(range(20, count - 20), 6)) if count > 400 else fifths
    parts = [(a, b) for a, b in zip([0, *edges], [*edges, count], strict=True) if b - a > 22]
    parts = [(a + draw.randint(0, 6), b - draw.randint(0, 6)) for a, b in parts]
    if len(parts) > 3:
        del parts[draw.randrange(1, len(parts))]
        one, other = sorted(draw.sample(range(len(parts)), 2))
        parts[one], parts[other] = parts[other], parts[one]
    return parts


def drawn(picture: np.ndarray, way: str, noise: np.random.Generator) -> np.ndarray:
    """Return a picture as the copy shows it."""
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    picture = np.ascontiguousarray(picture[:height, :width])
    if way == "half size":
        return cv2.resize(picture, (width // 4 * 2, height // 4 * 2), interpolation=cv2.INTER_AREA)
    if way == "bars":
        inner = cv2.resize(picture, (width, height * 3 // 4), interpolation=cv2.INTER_AREA)
        made = np.zeros_like(picture)
        made[height // 8 : height // 8 + len(inner)] = inner
        return made
    if way == "noise, brighter":
        grain = noise.normal(0, 10, picture.shape[:2])[..., None]
        return np.clip(picture * 0.9 + 18 + grain, 0, 255).astype(np.uint8)
    return picture


def pictures(path: Path) -> list[np.ndarray]:
    """Return all pictures of a clip, at most 640 wide."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="rgb24")
            if picture.shape[1] > 640:
                size = (640, picture.shape[0] * 640 // picture.shape[1] // 2 * 2)
                picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            found.append(picture)
    return found


def heard(path: Path, order: list[int], rate: Fraction) -> FilmSound | None:
    """Return the sound of the pictures of an edit; None where there is none."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
        parts = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    wave, out = np.concatenate(parts), []
    for number in order:
        begin, end = (round(each * 48_000 / rate) for each in (number, number + 1))
        part = wave[begin:end]
        out.append(np.pad(part, (0, end - begin - len(part))))
    return FilmSound(np.concatenate(out).astype(np.float32))


def hashed(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return for each picture of a copy the one of the nearest difference hash; none if over 12 of 64 bits away."""
    bits = [np.packbits(_hash(each), axis=1) for each in (old, new)]
    found = np.empty(len(new), np.int64)
    counts = np.array([bin(value).count("1") for value in range(256)], np.uint8)
    for number, row in enumerate(bits[1]):
        apart = counts[bits[0] ^ row].sum(1)
        best = int(apart.argmin())
        found[number] = best if apart[best] <= 12 else -1
    return found


def _hash(frames: np.ndarray) -> np.ndarray:
    small = np.stack([cv2.resize(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), (9, 8), interpolation=cv2.INTER_AREA)
                      for each in frames])  # fmt: skip
    return (small[:, :, 1:] > small[:, :, :-1]).reshape(len(frames), 64)
