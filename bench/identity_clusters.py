"""Groups: tracks of people put together, beside other ways to group; made tracks, and clips labelled by eye.

Made tracks are portraits spoilt in all ways at once, one to four faces a track. Each way's limit is chosen on one
library (Canada and its maker's own pictures) and measured on another (London). The clips were labelled by looking at
them; nothing was chosen by them.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from identity_pictures import chain, found, framed, portrait

import kinoeye
from kinoeye.analyses.people.appearances import appearances
from kinoeye.analysis import marked
from kinoeye.models import identity
from kinoeye.signals.clusters import clusters
from kinoeye.timecode import FLICKS_PER_SECOND

# Clip, second, middle of the face (0..1 of the width), and who it is; nobody: what was found is no face that shows.
SEEN = (
    ("chaplin_10s.mp4", 6.52, 0.62, "chaplin"), ("chaplin_10s.mp4", 8.52, 0.29, "chaplin's gentleman"),
    ("his_girl_friday_1940_6s.mp4", 4.0, 0.62, "friday's hat"),
    ("his_girl_friday_1940_6s.mp4", 4.0, 0.41, "friday's other"),
    ("his_girl_friday_1940_6s.mp4", 2.0, 0.34, "nobody"),
    *((f"intel_asl_{word}.mkv", 0.55, 0.49, "signer one") for word in ("again", "help", "no", "student", "yes")),
    ("intel_asl_bird.mkv", 0.55, 0.48, "signer two"), ("intel_asl_hungry.mkv", 0.55, 0.49, "signer three"),
    ("intel_asl_book.mkv", 1.53, 0.47, "signer four"),
    *(("intel_classroom.gif", 0.6, x, f"pupil at {x}") for x in (0.16, 0.28, 0.49, 0.66)),
    ("intel_face-demographics-walking-and-pause.gif", 3.0, 0.17, "dark hair"),
    ("intel_face-demographics-walking-and-pause.gif", 3.0, 0.47, "beard"),
    ("intel_face-demographics-walking-and-pause.gif", 3.0, 0.78, "fair hair, glasses"),
    ("intel_head-pose-face-detection-female-and-male.gif", 0.02, 0.22, "dark hair"),
    ("intel_head-pose-face-detection-female-and-male.gif", 4.5, 0.70, "stubble"),
    ("intel_head-pose-face-detection-female.gif", 1.5, 0.49, "dark hair"),
    ("intel_head-pose-face-detection-male.gif", 5.0, 0.52, "stubble"),
    *(("intel_one-by-one-person-detection.mp4", at, x, "nobody")
      for at, x in ((24.0, 0.58), (29.0, 0.6), (63.5, 0.51), (69.0, 0.92), (82.5, 0.58))),
    *(("tears_of_steel_battle_70s.webm", at, x, "captain") for at, x in ((6.0, 0.42), (51.0, 0.49), (52.0, 0.54))),
    *(("tears_of_steel_battle_70s.webm", at, x, "thom") for at, x in ((14.5, 0.43), (29.5, 0.21), (36.5, 0.29))),
    *(("tears_of_steel_battle_70s.webm", at, x, "glasses")
      for at, x in ((20.5, 0.86), (27.0, 0.75), (29.5, 0.42), (36.5, 0.53), (37.5, 0.52))),
    ("tears_of_steel_battle_70s.webm", 23.0, 0.04, "nobody"),
)  # fmt: skip
SIMPLE = ("tears_of_steel", "intel_face", "intel_head")  # the clips asked for; the table of all follows


def made_tracks(paths, whose, each, seed):
    """Return (vectors, qualities, whose) of made tracks, as `face_vectors` would make them."""
    random = np.random.default_rng(seed)
    rows = []
    for path, who in zip(paths, whose, strict=True):
        picture = portrait(path)
        mesh = found([picture])[0].mesh
        for _ in range(each):
            spoil, count = chain(random), int(random.integers(1, 5))
            spoilt = [framed(np.ascontiguousarray(spoil(picture, mesh, random))) for _ in range(count)]
            seen = [face for face in found(spoilt) if face is not None and face.quality > 0.08]
            if seen:
                rows.append((*_mean(seen), who))
    vectors, qualities, who = zip(*rows, strict=True)
    return np.array(vectors), np.array(qualities), np.array(who)


def _mean(faces):
    chips = [identity.mirrored(face.chip) if n % 2 else face.chip for n, face in enumerate(faces)]
    weights = np.array([face.quality for face in faces])
    if len(faces) == 1:
        chips, weights = [faces[0].chip, identity.mirrored(faces[0].chip)], np.ones(2)
    mean = np.average(identity.vectors(chips), axis=0, weights=weights)
    return identity.evened(mean), float(np.average([face.quality for face in faces]))


def ours(vectors, worths, limit):
    return clusters(vectors, worths, nearness=limit, late_nearness=limit - 0.02, least_worth=0.3)


def unweighted(vectors, _, limit):
    return clusters(vectors, np.ones(len(vectors)), nearness=limit, late_nearness=limit)


def complete(vectors, _, limit):
    """Join the two groups whose farthest members are nearest, until none are nearer than the limit."""
    far = np.linalg.norm(vectors[:, None] - vectors, axis=-1)
    np.fill_diagonal(far, np.inf)
    groups = np.arange(len(vectors))
    while True:
        one, other = divmod(int(far.argmin()), len(far))
        if far[one, other] >= limit:
            return groups
        both = np.maximum(far[one], far[other])
        far[one] = far[:, one] = both
        far[one, one] = np.inf
        far[other] = far[:, other] = np.inf
        groups[groups == other] = one


def whispers(vectors, _, limit):
    """Chinese whispers: each takes the name that weighs most among its neighbours, thirty times over."""
    weights = np.maximum(0, limit - np.linalg.norm(vectors[:, None] - vectors, axis=-1))
    np.fill_diagonal(weights, 0)
    random, groups = np.random.default_rng(0), np.arange(len(vectors))
    for _ in range(30):
        for one in random.permutation(len(vectors)):
            if weights[one].any():
                groups[one] = np.bincount(groups, weights=weights[one]).argmax()
    return groups


WAYS = {"Kinoeye: group average, by quality": ours, "group average, unweighted": unweighted,
        "complete linkage": complete, "Chinese whispers": whispers}  # fmt: skip


def marks(groups, whose):
    """Return pairwise F1, purity, completeness and the number of groups; who belongs nowhere is a group alone."""
    groups = np.where(groups < 0, 10**6 + np.arange(len(groups)), groups)
    _, groups = np.unique(groups, return_inverse=True)
    _, truth = np.unique(whose, return_inverse=True)
    pairs = np.triu_indices(len(groups), 1)
    same, put = (truth[:, None] == truth)[pairs], (groups[:, None] == groups)[pairs]
    table = np.zeros((groups.max() + 1, truth.max() + 1), int)
    np.add.at(table, (groups, truth), 1)
    right = (same & put).sum()
    f1 = 2 * right / max(1, same.sum() + put.sum())
    return f1, table.max(axis=1).sum() / len(groups), table.max(axis=0).sum() / len(groups), len(table)


def print_ways(chosen_on, measured_on):
    print("\n| grouping | limit | pairwise F1 | purity | completeness | groups | F1 where the limit was chosen |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    limits = np.round(np.arange(0.4, 0.7, 0.01), 2)
    own = marked(appearances).settings["nearness"]
    vectors, worths, whose = measured_on
    for name, way in WAYS.items():
        there = {limit: marks(way(*chosen_on[:2], limit), chosen_on[2])[0] for limit in limits}
        limit = own if way is ours else max(there, key=there.get)
        f1, pure, whole, count = marks(way(vectors, worths, limit), whose)
        print(f"| {name} | {limit} | {f1:.3f} | {pure:.3f} | {whole:.3f} | {count} | {there[limit]:.3f} |")
    print(
        f"\n{len(whose)} tracks of {len(set(whose))} people; chosen on {len(chosen_on[2])} of {len(set(chosen_on[2]))}."
    )


def print_scale():
    random = np.random.default_rng(0)
    middles = random.normal(size=(200, 128))
    middles *= 0.62 / np.linalg.norm(middles, axis=1, keepdims=True)
    whose = random.zipf(1.4, size=10_000) % 200
    vectors = middles[whose] + random.normal(size=(10_000, 128)) * 0.24 / np.sqrt(128)
    begin = time.process_time()
    groups = ours(vectors, random.uniform(0.2, 1, 10_000), 0.49)
    spent = time.process_time() - begin
    print(f"\n10,000 tracks of {len(set(whose))} people: {len(set(groups))} groups in {spent:.1f} CPU s.")


def print_clips(clips):
    """Run the clips as one production, and compare with what was seen by eye."""
    with tempfile.TemporaryDirectory() as folder:
        for name in sorted({row[0] for row in SEEN}):
            shutil.copy(Path(clips) / name, folder)
        Path(folder, "kinoeye.toml").write_text('[face_vectors]\npurpose = "bench"\n', "utf-8")
        command = [sys.executable, "-m", "kinoeye", "run", folder, "--only", "companions,persons", "--jobs", "1"]
        subprocess.run(command, check=True, capture_output=True)
        film = kinoeye.open(folder)
        paths = {row["asset"]: row["path"] for row in film.read("assets").to_pylist()}
        tracks = {(row["asset"], row["track"]): row for row in film.read("face_tracks").to_pylist()}
        rows = [row | tracks[row["asset"], row["track"]] | {"person": row["person"], "path": paths[row["asset"]]}
                for row in film.read("appearances").to_pylist()]  # fmt: skip
    told = [(row, who) for row in rows if (who := _by_eye(row)) is not None]
    print("\n| clips | tracks labelled | people seen | purity | completeness | left unknown | no face, made a person |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, begins in (("tears_of_steel, demographics, head-pose", SIMPLE), ("all of them", ("",))):
        here = [(row, who) for row, who in told if row["path"].startswith(begins)]
        people = [(row["person"], who) for row, who in here if who != "nobody"]
        known = [(person, who) for person, who in people if person is not None]
        wrong = sum(row["person"] is not None for row, who in here if who == "nobody")
        ids = np.unique([person for person, _ in known], return_inverse=True)[1]
        _, pure, whole, _ = marks(ids, np.array([who for _, who in known]))
        print(f"| {name} | {len(here)} | {len({who for _, who in people})} | {pure:.3f} | {whole:.3f} "
              f"| {len(people) - len(known)} of {len(people)} | {wrong} |")  # fmt: skip
    print(f"\n{len(rows) - len(told)} tracks could not be told by eye. Purity and completeness are of the known ones.")


def _by_eye(row):
    """Return who was seen where a track is; None where nothing was noted."""
    near = [
        (abs(x - row["x"] - row["w"] / 2), who) for path, second, x, who in SEEN
        if path == row["path"] and row["start"] <= round(second * FLICKS_PER_SECOND) < row["end"]
    ]  # fmt: skip
    away, who = min(near, default=(1.0, None))
    return who if away < max(0.15, row["w"]) else None
