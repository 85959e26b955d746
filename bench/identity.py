"""Identity: how surely faces tell people apart, sharp and spoilt, beside dlib's own chain; and how they are grouped.

Verification: each of the London people neutral (as the portrait is, or spoilt alike) against all of them smiling and
spoilt. Nothing was chosen by London: limits come from the Canada set, its maker's own pictures and the composites.

    python bench/identity.py [FACES] [--clips FOLDER] [--dlib PYTHON --dlib-models FOLDER] [--only faces|groups|clips]

`--dlib` names the interpreter of an environment that has dlib (dlib-bin), `--dlib-models` the folder `models` of the
unpacked package face_recognition_models; without them that peer is left out. Costs are CPU milliseconds of one thread.
"""

import argparse
import csv
import subprocess
import tempfile
import time
from pathlib import Path

import cv2
import identity_clusters
import numpy as np
from identity_pictures import DAMAGES, found, framed, portrait, portraits

from kinoeye.analyses.people.appearances import appearances
from kinoeye.analysis import marked
from kinoeye.models import identity

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 20261121
LIMIT = marked(appearances).settings["nearness"]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faces", type=Path, nargs="?", default=SHARED / "faces")
    parser.add_argument("--clips", type=Path, default=SHARED / "film_clips")
    parser.add_argument("--dlib", default="")
    parser.add_argument("--dlib-models", default="")
    parser.add_argument("--tracks", type=int, default=2, help="of each portrait, for groups")
    parser.add_argument("--people", type=int, default=1000, help="at most so many of London, for faces")
    parser.add_argument("--only", choices=("faces", "groups", "clips"), default="")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    if given.only in {"", "faces"}:
        print_faces(given)
    if given.only in {"", "groups"}:
        print_groups(given)
    if given.only in {"", "clips"}:
        identity_clusters.print_clips(given.clips)


def print_faces(given):
    neutral, smiling = (portraits(given.faces / "london", f"{kind}/*.jpg") for kind in ("neutral", "smiling"))
    paths = [*neutral[: given.people], *smiling[: given.people]]
    random = np.random.default_rng(SEED)
    spoilt, faces = [], []
    for path in paths:
        picture = portrait(path)
        mesh = found([picture])[0].mesh
        copies = [framed(np.ascontiguousarray(damage(picture, mesh, random))) for damage in DAMAGES.values()]
        spoilt += copies
        faces += found(copies)
    who = np.array([path.name[:3] for path in paths])
    smiles = np.array([path.parent.name == "smiling" for path in paths])
    vectors = np.array([_vector(face) for face in faces]).reshape(len(paths), len(DAMAGES), -1)
    peer, spent, off = dlib_vectors(given, spoilt, [face.chip for face in faces[:: len(DAMAGES)] if face][:32])
    peer = peer.reshape(len(paths), len(DAMAGES), -1) if peer is not None else None
    print_verification(vectors, peer, who, smiles)
    print_people(vectors, who, smiles, given.faces / "london" / "london_info.csv")
    chips = [face.chip for face in faces if face][:64]
    print(f"\nKinoeye's vector: {_cost(lambda: identity.vectors(chips), len(chips)):.1f} ms a face (a lone one twice), "
          f"laying it {_cost(lambda: _lay(spoilt[0], faces[0].mesh), 20):.2f} ms.")  # fmt: skip
    if peer is not None:
        print(f"dlib: finding {spent[0] / len(spoilt) * 1000:.0f} ms a picture of 320 to 640 pixels, points and vector "
              f"{spent[1] / len(spoilt) * 1000:.0f} ms a face. Largest L2 difference of the converted net to dlib's, "
              f"over {off[1]} chips: {off[0]:.1e}.")  # fmt: skip


def _vector(face):
    if face is None:
        return np.full(identity.LENGTH, np.nan)
    return identity.evened(identity.vectors([face.chip, identity.mirrored(face.chip)]).mean(axis=0))


def _lay(picture, mesh):
    for _ in range(20):
        identity.chip(picture, mesh)


def _cost(do, count):
    do()
    begin = time.process_time()
    do()
    return (time.process_time() - begin) / count * 1000


def dlib_vectors(given, pictures, chips):
    """Return dlib's vectors of the pictures, its costs, and how far our converted net is from its own."""
    if not given.dlib:
        return None, None, None
    with tempfile.TemporaryDirectory() as folder:
        np.savez(f"{folder}/pictures.npz", **{f"{n:06d}": picture for n, picture in enumerate(pictures)})
        np.savez(f"{folder}/chips.npz", chips=np.array(chips))
        script = Path(__file__).with_name("identity_dlib.py")
        command = [given.dlib, str(script), f"{folder}/pictures.npz", given.dlib_models, f"{folder}/out.npz"]
        subprocess.run(command, check=True)
        with np.load(f"{folder}/out.npz") as out:
            off = np.linalg.norm(out["own"] - identity.vectors(chips), axis=1).max()
            return out["vectors"], out["spent"], (off, len(chips))


def print_verification(vectors, peer, who, smiles):
    print(f"\n{len(set(who))} people; all figures in %; limit {LIMIT}, as tracks are grouped by.\n")
    print("| portrait | EER, one spoilt | EER, both | not found | FRR at the limit | FAR at the limit | dlib: EER, one "
          "| dlib: EER, both | dlib: not found |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for number, name in enumerate(DAMAGES):
        one, both = (distances(vectors, who, smiles, first, number) for first in (0, number))
        cells = [100 * eer(*one), 100 * eer(*both), 100 * np.isnan(vectors[:, number, 0]).mean(),
                 100 * (both[0] >= LIMIT).mean(), 100 * (both[1] < LIMIT).mean()]  # fmt: skip
        if peer is not None:
            cells += [100 * eer(*distances(peer, who, smiles, first, number)) for first in (0, number)]
            cells.append(100 * np.isnan(peer[:, number, 0]).mean())
        print(f"| {name} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |" + " |" * (8 - len(cells)))


def distances(vectors, who, smiles, first, second):
    """Return distances of one person's pictures, and of two people's: neutral with damage `first` to smiling."""
    apart = np.linalg.norm(vectors[~smiles, None, first] - vectors[smiles][None, :, second], axis=-1)
    same = who[~smiles][:, None] == who[smiles]
    known = ~np.isnan(apart)
    return apart[same & known], apart[~same & known]


def eer(same, other):
    """Return the equal error rate, 0..1."""
    limits = np.unique(np.concatenate([same, other]))
    refused = 1 - np.searchsorted(np.sort(same), limits, side="right") / len(same)
    taken = np.searchsorted(np.sort(other), limits, side="right") / len(other)
    best = np.argmin(np.abs(refused - taken))
    return (refused[best] + taken[best]) / 2


def print_people(vectors, who, smiles, table):
    """Print errors by gender, ethnicity and age, over all damages, both pictures spoilt alike."""
    with table.open(encoding="utf-8") as file:
        rows = {row["face_id"]: row for row in csv.DictReader(file)}
    ages = np.array([float(rows[each]["face_age"].replace("NA", "nan")) for each in who])
    thirds = np.nanquantile(ages, [1 / 3, 2 / 3])
    groups = {"everyone": np.ones(len(who), bool)}
    groups |= {kind: np.array([rows[each]["face_gender"] == kind for each in who]) for kind in ("female", "male")}
    kinds = sorted({rows[each]["face_eth"] for each in who})
    groups |= {kind: np.array([rows[each]["face_eth"] == kind for each in who]) for kind in kinds}
    groups |= {f"up to {thirds[0]:.0f} years": ages <= thirds[0], f"above {thirds[1]:.0f} years": ages > thirds[1],
               "between": (ages > thirds[0]) & (ages <= thirds[1])}  # fmt: skip
    print("\n| people | how many | FRR at the limit | FAR at the limit, within the group | accuracy | EER |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, mask in groups.items():
        if len(set(who[mask])) < 3:
            continue
        pairs = [distances(vectors[mask], who[mask], smiles[mask], n, n) for n in range(len(DAMAGES))]
        same, other = (np.concatenate([pair[side] for pair in pairs]) for side in range(2))
        refused, taken = (same >= LIMIT).mean(), (other < LIMIT).mean()
        print(f"| {name} | {len(set(who[mask]))} | {100 * refused:.2f} | {100 * taken:.2f} "
              f"| {100 - 50 * (refused + taken):.2f} | {100 * eer(same, other):.2f} |")  # fmt: skip


def print_groups(given):
    canada = portraits(given.faces, "canada/*.jpg")
    own = portraits(given.faces, "lisa/*.jpg", "zoom/*.jpg")
    london = portraits(given.faces / "london", "neutral/*.jpg", "smiling/*.jpg")
    names = [path.name for path in canada] + ["maker"] * len(own)
    chosen_on = identity_clusters.made_tracks(canada + own, names, 2 * given.tracks, 1)
    measured_on = identity_clusters.made_tracks(london, [path.name[:3] for path in london], given.tracks, 2)
    identity_clusters.print_ways(chosen_on, measured_on)
    identity_clusters.print_scale()


if __name__ == "__main__":
    main()
