"""Footage: what camera, quality, colours, likenesses and twins cost, and how right they are; prints Markdown tables.

Camera moves are rendered from stills of open films, so that direction and speed are known; copies for twins are the
clips written again (smaller, trimmed, cropped, darker); place and time of day are measured on shots labelled by eye, of
the eight clips that nothing was fitted on.

    python bench/footage.py CLIPS [--rounds 5]

Costs are CPU seconds of one thread, the median of the rounds; decoding the stills' JPEG is part of them.
"""

import argparse
import json
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pyarrow as pa

from kinoeye.analyses.footage.camera import camera
from kinoeye.analyses.footage.colours import colours
from kinoeye.analyses.footage.likenesses import likenesses
from kinoeye.analyses.footage.quality import quality
from kinoeye.analyses.footage.twins import twins
from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.media.write import write_film
from kinoeye.signals.likeness import SIZE
from kinoeye.streams import Pictures, Stills
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

SEED = 20261121
TIMED = ("tears_of_steel_battle_70s.webm", "big_buck_bunny_0_30.webm", "flower_cc0_5s.mp4")
COPIED = (
    "tears_of_steel_battle_70s.webm",
    "big_buck_bunny_0_30.webm",
    "his_girl_friday_1940_6s.mp4",
    "chaplin_10s.mp4",
)
# Indoors, outdoors (all of it by day), or not to be told, for each shot of the truth.
PLACES = {
    "tears_of_steel_battle_70s.webm": "EEEE?IIIIIIEIE?EIEIIIIIII?",
    "big_buck_bunny_0_30.webm": "EEEE",
    "his_girl_friday_1940_6s.mp4": "I",
    "chaplin_10s.mp4": "E",
    "flower_cc0_5s.mp4": "E",
    "sintel_2s.mp4": "E",
    "intel_one-by-one-person-detection.mp4": "I",
}
MOVES = {
    "left": ("pan", (-1, 0, 0)),
    "right": ("pan", (1, 0, 0)),
    "up": ("tilt", (0, -1, 0)),
    "down": ("tilt", (0, 1, 0)),
    "in": ("zoom", (0, 0, 2)),
    "out": ("zoom", (0, 0, -2)),
}


def streams(path):
    """Read thumbs and stills of a film as a run does."""
    about = probe(path)
    blocks = list(read(path, about, want=("thumbs", "stills")))
    thumbs = np.concatenate([block.thumbs for block in blocks])
    times = np.concatenate([*[block.times for block in blocks], [blocks[-1].end]])
    stills = [still for block in blocks for still in block.stills]
    frames, moments = (np.array([getattr(still, name) for still in stills], np.int64) for name in ("frame", "time"))
    return Pictures(thumbs, times, about.rate), Stills([still.jpeg for still in stills], frames, moments)


def shots_of(thumbs, cuts):
    edges = [0, *[cut for cut in cuts if 0 < cut < len(thumbs)], len(thumbs)]
    return pa.table(
        {
            "shot": pa.array(range(len(edges) - 1), pa.int32()),
            "start": thumbs.times[edges[:-1]],
            "end": thumbs.times[edges[1:]],
            "first_frame": pa.array(edges[:-1], pa.int64()),
            "end_frame": pa.array(edges[1:], pa.int64()),
        }
    )


def costs(clips, truth, rounds):
    print("\n| clip | analysis | ms of CPU a picture | ms a still |\n|---|---|---|---|")
    for name in TIMED:
        thumbs, stills = streams(clips / name)
        shots = shots_of(thumbs, truth[name]["cuts"])
        moves = camera(thumbs, shots, stills)
        calls = {
            "camera": lambda t=thumbs, s=stills, c=shots: camera(t, c, s),
            "quality": lambda t=thumbs, s=stills, c=shots, m=moves: quality(t, s, c, m),
            "colours": lambda s=stills, c=shots: colours(s, c),
            "likenesses": lambda s=stills, c=shots: likenesses(s, c),
        }
        for analysis, call in calls.items():
            spent = []
            for _ in range(rounds):
                begin = time.process_time()
                call()
                spent.append(time.process_time() - begin)
            cost = statistics.median(spent) * 1000
            print(f"| {name} | {analysis} | {cost / len(thumbs):.3f} | {cost / len(stills):.2f} |")


def rendered(photo, speeds, random, pictures=36, rate=24, shaken=0.0, subject=False):
    """Thumbs of a camera that moves over `photo`: right, down (picture widths a second), in (logarithm a second)."""
    height, width = photo.shape[:2]
    sway = np.cumsum(random.normal(0, shaken, (pictures, 2)), axis=0)
    frames = []
    for number in range(pictures):
        right, down, zoom = (speed * (number - pictures / 2) / rate for speed in speeds)
        scale = 640 / (width * 0.5) * np.exp(zoom)
        centre = np.array([width / 2, height / 2]) + (np.array([right, down]) + sway[number]) * width * 0.5
        matrix = np.array([[scale, 0, 320 - scale * centre[0]], [0, scale, 180 - scale * centre[1]]])
        view = cv2.warpAffine(photo, matrix, (640, 360), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        if subject:
            cv2.ellipse(view, (100 + 10 * number, 230), (60, 130), 0, 0, 360, (60, 50, 45), -1)
            cv2.circle(view, (100 + 10 * number, 80), 45, (205, 170, 150), -1)
        noisy = cv2.resize(view, (48, 27), interpolation=cv2.INTER_AREA) + random.normal(0, 0.5, (27, 48, 3))
        frames.append(np.clip(noisy + 0.5, 0, 255).astype(np.uint8))
    times = np.arange(pictures + 1, dtype=np.int64) * (FLICKS_PER_SECOND // rate)
    return Pictures(np.array(frames), times, Fraction(rate))


def moved(clips):
    random = np.random.default_rng(SEED)
    photos = []
    for name in ("tears_of_steel_battle_70s.webm", "big_buck_bunny_0_30.webm", "flower_cc0_5s.mp4"):
        stills = streams(clips / name)[1]
        photos += [stills.picture(number) for number in range(3, len(stills), max(1, len(stills) // 4))]
    print(f"\n{len(photos)} photographs, each move at each speed, with and without a subject walking through")
    print(
        "| speed, widths a second | right move and direction | with a subject | median speed error |\n|---|---|---|---|"
    )
    for speed in (0.03, 0.06, 0.15, 0.4, 1.5):
        right, errors = {False: [], True: []}, []
        for subject in (False, True):
            for photo in photos:
                for direction, (move, way) in MOVES.items():
                    if move == "zoom" and speed > 0.4:
                        continue
                    thumbs = rendered(photo, [speed * each for each in way], random, subject=subject)
                    rows = camera(thumbs, shots_of(thumbs, [])).to_pylist()
                    main = max(rows, key=lambda row: row["end"] - row["start"])
                    right[subject].append((main["move"], main["direction"]) == (move, direction))
                    if right[subject][-1]:
                        errors.append(abs(main["speed"] - speed) / speed)
        shares = [f"{np.mean(right[subject]):.3f} of {len(right[subject])}" for subject in (False, True)]
        print(f"| {speed} | {shares[0]} | {shares[1]} | {np.median(errors) * 100:.1f} % |")
    print("\n| no move, shake a picture | called static | handheld | a move |\n|---|---|---|---|")
    for shaken in (0.0, 0.001, 0.002, 0.004, 0.008):
        found = []
        for photo in photos:
            for subject in (False, True):
                thumbs = rendered(photo, (0, 0, 0), random, shaken=shaken, subject=subject)
                rows = camera(thumbs, shots_of(thumbs, [])).to_pylist()
                found.append(max(rows, key=lambda row: row["end"] - row["start"])["move"])
        counts = [found.count("static"), found.count("handheld")]
        print(f"| {shaken} | {counts[0]} | {counts[1]} | {len(found) - sum(counts)} |")


def placed(clips, truth):
    place, hour = [], []
    for name, labels in PLACES.items():
        thumbs, stills = streams(clips / name)
        rows = colours(stills, shots_of(thumbs, truth[name]["cuts"])).to_pylist()
        for row, label in zip(rows, labels, strict=True):
            if label != "?":
                likely = row["place"] if row["place"] != "unknown" else None
                place.append((likely, {"I": "interior", "E": "exterior"}[label]))
            if label == "E":
                hour.append((row["time"] if row["time"] != "unknown" else None, "day"))
    print("\n| question | labelled shots | answered | right of those |\n|---|---|---|---|")
    for question, answers in (("indoors or outdoors", place), ("day or night (outdoors; all by day)", hour)):
        given = [(said, true) for said, true in answers if said]
        print(f"| {question} | {len(answers)} | {len(given)} | {sum(said == true for said, true in given)} |")


COPIES = {
    "320 pixels, CRF 33": (0.0, lambda picture: cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)),
    "5 % cropped": (0.0, lambda picture: np.ascontiguousarray(picture[10:350, 18:622][:340, :604])),
    "a third darker": (0.0, lambda picture: (picture * 0.67).astype(np.uint8)),
    "1.3 s trimmed": (1.3, lambda picture: picture),
}


def copied(clips, truth):
    originals, tables = {}, {"likenesses": [], "shots": []}
    for name in COPIED:
        thumbs, stills = streams(clips / name)
        originals[name] = keep(tables, name, stills, shots_of(thumbs, truth[name]["cuts"]))
    print("\n| copy | shots with stills | found as duplicate | found as twin | pairs of duplicates | of them true |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for copy, (trim, alter) in COPIES.items():
            own = {key: list(value) for key, value in tables.items()}
            wanted = set()
            for name in COPIED:
                path, skipped = write_copy(clips / name, Path(folder), trim, alter)
                thumbs, stills = streams(path)
                first = sum(cut <= skipped for cut in truth[name]["cuts"])
                cuts = [cut - skipped for cut in truth[name]["cuts"] if cut > skipped]
                numbers = keep(own, f"copy of {name}", stills, shots_of(thumbs, cuts))
                wanted |= {(name, shot + first, shot) for shot in numbers if shot + first in originals[name]}
            found = twins(*(pa.concat_tables(own[key]) for key in ("likenesses", "shots"))).to_pylist()
            score_copies(copy, found, wanted)


def keep(tables, asset, stills, shots):
    """Add an asset's tables; return the numbers of the shots that have stills."""
    found = likenesses(stills, shots)
    tables["likenesses"].append(with_asset(found, asset))
    tables["shots"].append(with_asset(shots, asset))
    return set(found["shot"].to_pylist())


def write_copy(path, folder, trim, alter):
    """Write a clip again; return its path and how many pictures are missing at its begin."""
    with av.open(str(path)) as film:
        rate = Fraction(film.streams.video[0].average_rate)
        skipped = round(trim * rate)
        decoded = (frame.to_ndarray(format="rgb24") for frame in film.decode(video=0))
        pictures = (
            alter(cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA))
            for number, picture in enumerate(decoded)
            if number >= skipped
        )
        target = folder / f"{path.stem}.mp4"
        write_film(target, pictures, rate, crf=33)
    return target, skipped


def score_copies(copy, found, wanted):
    groups = {}
    for row in found:
        groups.setdefault(row["group"], []).append(row)
    together = {"duplicate": set(), "take": set()}
    for rows in groups.values():
        members = [(row["asset"], row["shot"]) for row in rows]
        together[rows[0]["kind"]] |= {frozenset((one, other)) for one in members for other in members if one != other}
    true = {frozenset(((f"copy of {name}", shot), (name, original))) for name, original, shot in wanted}
    duplicates, twin = together["duplicate"], together["duplicate"] | together["take"]
    print(
        f"| {copy} | {len(true)} | {len(true & duplicates)} | {len(true & twin)} "
        f"| {len(duplicates)} | {len(duplicates & true)} |"
    )


def scaled():
    """How the cost of twins grows: made-up shots of eight stills, every tenth a copy of another."""
    print("\n| shots | stills | CPU seconds of twins |\n|---|---|---|")
    for count in (500, 2000, 4000):
        random = np.random.default_rng(SEED)
        vectors = random.normal(0, 1, (count, 8, SIZE)).astype(np.float32)
        vectors[:, 1:] = vectors[:, :1] + 0.3 * vectors[:, 1:]
        vectors[::10] = vectors[5::10] + 0.02 * vectors[::10]
        vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
        number = np.arange(count * 8)
        given = {
            "asset": pa.array(np.char.mod("%06d", number // 8 // 50).tolist()),
            "shot": pa.array(number // 8 % 50, pa.int32()),
            "frame": pa.array(number % 400 * 12),
            "time": pa.array(number % 400 * FLICKS_PER_SECOND // 2),
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), SIZE),
        }
        heads = pa.array(number[::8])
        shots = pa.table({name: given[name].take(heads) for name in ("asset", "shot")})
        shots = shots.append_column("start", given["time"].take(heads))
        shots = shots.append_column("end", given["time"].take(pa.array(number[7::8])))
        begin = time.process_time()
        twins(pa.table(given), shots)
        print(f"| {count} | {count * 8} | {time.process_time() - begin:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    truth = json.loads((given.clips / "shot_boundaries_by_eye.json").read_text())
    costs(given.clips, truth, given.rounds)
    moved(given.clips)
    placed(given.clips, truth)
    copied(given.clips, truth)
    scaled()


if __name__ == "__main__":
    main()
