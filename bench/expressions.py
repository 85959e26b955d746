"""How exactly expressions are solved, and how well a smile is told from a neutral face.

Coefficients: points of ICT-FaceKit heads with known weights (1 to 8 movements of 51), random person, noise of 0.5 % of
the distance between the irises, random turn (yaw 30, pitch 20, roll 20 degrees), scale and place. Kinoeye's solver with
its own priors against ridge regression, whose strength is the best on a training part; no person and no seed is in both
parts. Faces: the London set, of which nothing was trained or chosen; the peers get their best threshold on the very
pictures they are measured with.

    python bench/expressions.py [--data ../shared/data]
"""

import argparse
import csv
import functools
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent / "face_basis_train"))

from head import Head, load
from render import turn
from trembling import again

from kinoeye.analyses.people.expressions import expressions
from kinoeye.analyses.people.face_tracks import face_tracks
from kinoeye.analyses.people.faces import faces
from kinoeye.models import emotions
from kinoeye.models.nets import net
from kinoeye.signals.expressions import Basis, placed, read
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

Array = np.ndarray
NOISE = 0.005
TRAIN, TEST = (range(100, 120), 1), (range(200, 240), 2)  # people, seed
FACES = 20  # of each person
ROUNDS = 3
STRENGTHS = 10.0 ** np.arange(-6, 3, 0.5)
PICTURES = (("neutral", "03"), ("smiling", "08"))
HOWS = {
    "alone": "each picture alone",
    "together": "both pictures as one appearance",
    "filmed": "an appearance of 4 neutral looks and 2 smiling ones, retaken",
}
FILMED = (0, 0, 1, 0, 1, 0)  # which picture is looked at, each time as another camera and codec would
LIPS, IRISES = (61, 291), (468, 473)


def points_of(head: Head) -> tuple[Array, float]:
    """Return the corners of the head nearest to the 478 points of the face basis, and the distance of its irises."""
    mean = np.asarray(net("face-basis").run({})[0], np.float64)
    unseen = {"LacrimalFluid", "EyeOcclusion", "EyeBlend", "EyeLashes", "Teeth", "GumsTongue", "BackHead"}
    corners: dict[str, set[int]] = {"Face": set(), "Eye": set()}
    for face, material in zip(head.faces, head.materials, strict=True):
        if material not in unseen:
            corners["Face" if material == "Face" else "Eye"].update(face)
    apart = 2 * head.neutral[[corner for corner in corners["Eye"] if head.neutral[corner, 0] > 0], 0].mean()
    middle = head.neutral[head.landmarks[36:48]].mean(0)
    laid = mean * apart + middle - mean[list(IRISES)].mean(0) * apart
    chosen = np.zeros(len(mean), np.int64)
    for _ in range(5):
        for part, numbers in (("Face", range(468)), ("Eye", range(468, 478))):
            among = np.array(sorted(corners[part]))
            away = np.linalg.norm(head.neutral[among][None] - laid[list(numbers)][:, None], axis=2)
            chosen[list(numbers)] = among[away.argmin(1)]
        laid = placed(mean[None], head.neutral[chosen], np.ones(len(mean)))[0]
    return chosen, float(np.linalg.norm(head.neutral[chosen[IRISES[0]]] - head.neutral[chosen[IRISES[1]]]))


def cases(head: Head, chosen: Array, unit: float, part: tuple[range, int]) -> list[tuple[Array, Array, Array]]:
    """Return a person's neutral points, points and weights, for every person of a part."""
    people, seed = part
    answer = []
    for person in people:
        random = np.random.default_rng((seed, person))
        rest = head.person(random)[chosen] / unit
        seen, weights = [], np.zeros((FACES, 52))
        for row in weights:
            movements = random.choice(51, random.integers(1, 9), replace=False)
            row[movements] = random.uniform(0, 1, len(movements))
            face = rest + np.tensordot(row, head.shapes[:, chosen], 1) / unit
            face = face + random.normal(0, NOISE, face.shape)
            pose = turn(random.uniform(-30, 30), random.uniform(-20, 20), random.uniform(-20, 20))
            seen.append(random.uniform(0.02, 0.3) * face @ pose.T + random.normal(0, 1, 3))
        answer.append((rest, np.array(seen), weights))
    return answer


def ridge(basis: Basis, rest: Array, points: Array, strength: float, *, bounded: int, by_turns: int) -> Array:
    """Solve by ridge regression; bounded: cut to 0..1; by turns: pose and weights in turns, as Kinoeye does."""
    moves = basis.shapes.reshape(52, -1)
    inverse = np.linalg.inv(moves @ moves.T + strength * np.eye(52))
    found = np.zeros((len(points), 52))
    for step in range(ROUNDS if by_turns else 1):
        target = rest + np.tensordot(found, basis.shapes, 1)
        laid = placed(points, target, np.ones(len(rest)) if step else basis.rigid)
        found = (laid - rest).reshape(len(points), -1) @ moves.T @ inverse
        found = found.clip(0, 1) if bounded else found
    return found


def error(solve: Callable[[Array, Array], Array], part: list[tuple[Array, Array, Array]]) -> float:
    """Return the mean absolute error over the 51 movements that the kit has."""
    return float(np.mean([np.abs(solve(rest, points) - weights)[:, :51].mean() for rest, points, weights in part]))


def on_coefficients(folder: Path) -> None:
    """Print the solver's error beside that of ridge regression."""
    head = load(folder)
    chosen, unit = points_of(head)
    shape = (len(chosen), 3)
    basis = Basis(head.neutral[chosen] / unit, head.shapes[:, chosen] / unit, np.full(shape, NOISE),
                  np.zeros((0, *shape)), head.people[:, chosen] / unit)  # fmt: skip
    train, test = (cases(head, chosen, unit, part) for part in (TRAIN, TEST))
    nothing = error(lambda rest, points: np.zeros((len(points), 52)), test)
    print(f"{len(TEST[0]) * FACES} faces of {len(TEST[0])} people; all nought would err by {nothing:.4f}\n")
    print("| neutral face | ridge | ridge, 0..1 | the same, pose by turns | Kinoeye | of ridge | of the best ridge |")
    print("|---|---|---|---|---|---|---|")
    for known in (True, False):
        kinds = [{"bounded": bounded, "by_turns": turns} for bounded, turns in ((0, 0), (1, 0), (1, 1))]
        rows = [best_ridge(basis, known, kind, train, test) for kind in kinds]
        own = error(functools.partial(ours, basis, known), test)
        cells = [*(f"{each:.4f}" for each in (*rows, own)), f"{own / rows[0]:.2f}", f"**{own / min(rows):.2f}**"]
        print(f"| {'known' if known else 'unknown'} | {' | '.join(cells)} |", flush=True)


def best_ridge(basis: Basis, known: bool, kind: dict[str, int], train: list, test: list) -> float:
    """Return the test error of ridge regression with the strength that is best on the training part."""

    def solve(strength: float, rest: Array, points: Array) -> Array:
        return ridge(basis, rest if known else basis.mean, points, strength, **kind)

    best = min(STRENGTHS, key=lambda each: error(functools.partial(solve, each), train))
    return error(functools.partial(solve, best), test)


def ours(basis: Basis, known: bool, rest: Array, points: Array) -> Array:
    """Solve as Kinoeye does."""
    return read(points, basis, neutral=rest if known else None, doubt=0.0 if known else 1.0).strengths


def shown(pictures: list[bytes]) -> list[dict[str, float]]:
    """Return what the faces of one appearance show, one a picture."""
    step = FLICKS_PER_SECOND // 2
    frames = np.arange(len(pictures), dtype=np.int64) * 12
    stills = Stills(pictures, frames, frames // 12 * step)
    shots = one_shot(len(pictures) * step, len(pictures) * 12)
    found = faces(stills, shots)
    rows = expressions(found, face_tracks(found, stills, shots), stills).to_pylist()
    largest = {row["frame"]: row for row in rows}
    return [largest[int(frame)] for frame in frames]


def retaken(picture: bytes, random: np.random.Generator) -> bytes:
    """Return a picture as another camera and another codec might have it."""
    seen = again(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR), random)
    return cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


def one_shot(end: int, end_frame: int) -> pa.Table:
    """Return the table of a film without cuts."""
    return pa.table({"shot": pa.array([0], pa.int32()), "start": [0], "end": [end], "first_frame": [0],
                     "end_frame": [end_frame]})  # fmt: skip


def peer_measures(picture: bytes) -> tuple[float, float]:
    """Return the net's happy score and the mouth's width over the eyes' distance."""
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR_RGB)
    stills = Stills([picture], np.zeros(1, np.int64), np.zeros(1, np.int64))
    mesh = np.array(faces(stills, one_shot(1, 1))["mesh"][0].as_py(), np.float32).reshape(-1, 3)[:, :2]
    mesh *= np.array(decoded.shape[1::-1], np.float32)
    luma = cv2.cvtColor(decoded, cv2.COLOR_RGB2GRAY)
    happy = emotions.seen([emotions.crop(luma, mesh[IRISES[0]], mesh[IRISES[1]])])[0, emotions.SEEN.index("happiness")]
    wide, apart = (np.linalg.norm(mesh[first] - mesh[second]) for first, second in (LIPS, IRISES))
    return float(happy), float(wide / apart)


def best_share(values: Array, is_smile: Array) -> float:
    """Return the share right at the threshold that is best for these very values."""
    return max(float(((values > each) == is_smile).mean()) for each in values)


def on_faces(folder: Path) -> None:
    """Print how well a smile is told from a neutral face, by group."""
    with (folder / "london_info.csv").open() as file:
        info = {row["face_id"]: row for row in csv.DictReader(file)}
    people = sorted(name for name in info if (folder / f"neutral/{name}_03.jpg").is_file())
    random = np.random.default_rng(1)
    right = {how: np.zeros((len(people), 2), bool) for how in HOWS}
    first_choice = np.zeros((len(people), 2), bool)
    peers, chosen, begin, count = [], [], time.process_time(), 0
    for number, name in enumerate(people):
        both = [
            (folder / f"{kind}/{name}_{shot}.jpg").read_bytes() for kind, shot in (("neutral", "03"), ("smiling", "08"))
        ]
        order = random.permutation(2)
        together = shown([both[each] for each in order])
        smiling, neutral = (together[int(np.flatnonzero(order == each)[0])]["happiness"] for each in (1, 0))
        chosen.append(smiling > neutral)
        for place, each in enumerate(order):
            for how, row in (("alone", shown([both[each]])[0]), ("together", together[place])):
                right[how][number, each] = (row["happiness"] > row["neutral"]) == bool(each)
                count += 1
        played = shown([retaken(both[each], random) for each in FILMED])
        count += len(FILMED)
        for each in range(2):
            row = played[FILMED.index(each)]
            right["filmed"][number, each] = (row["happiness"] > row["neutral"]) == bool(each)
            first_choice[number, each] = row["emotion"] == ("neutral", "happiness")[each]
    cost = (time.process_time() - begin) / count * 1000
    for name in people:
        peers += [(*peer_measures((folder / f"{kind}.jpg").read_bytes()), kind.startswith("smiling"))
                  for kind in (f"neutral/{name}_03", f"smiling/{name}_08")]  # fmt: skip
    happy, mouth, is_smile = (np.array(each) for each in zip(*peers, strict=True))
    print(f"\n{len(people)} people, neutral and smiling; {cost:.0f} CPU ms a face with finding it\n")
    print("| how | right | of neutral | of smiling |\n|---|---|---|---|")
    for how, answers in right.items():
        print(f"| Kinoeye, {HOWS[how]} | "
              f"**{answers.mean():.3f}** | {answers[:, 0].mean():.3f} | {answers[:, 1].mean():.3f} |")  # fmt: skip
    print(f"| the last, among all eight scores | {first_choice.mean():.3f} | {first_choice[:, 0].mean():.3f} | "
          f"{first_choice[:, 1].mean():.3f} |")  # fmt: skip
    print(f"| Kinoeye, which of a person's two pictures smiles more | **{np.mean(chosen):.3f}** | | |")
    print(f"| fer's happy score, its best threshold | {best_share(happy, is_smile):.3f} | | |")
    print(f"| mouth width over eye distance, its best threshold | {best_share(mouth, is_smile):.3f} | | |")
    ages = np.array([float(info[name]["face_age"].replace("NA", "nan")) for name in people])
    thirds = np.digitize(ages, np.nanquantile(ages, [1 / 3, 2 / 3]))
    groups = {f"gender {info[name]['face_gender']}" for name in people} | {
        f"{info[name]['face_eth']}" for name in people
    }
    print("\n| group | people | alone | together | beside the mean | filmed | beside the mean |")
    print("|---|---|---|---|---|---|---|")
    listed = [(group, np.array([group in {f"gender {info[name]['face_gender']}", info[name]["face_eth"]}
                                for name in people])) for group in sorted(groups)]  # fmt: skip
    listed += [(f"age third {each + 1}", (thirds == each) & ~np.isnan(ages)) for each in range(3)]
    for group, own in listed:
        alone, together, filmed = (right[how][own].mean() for how in HOWS)
        beside = [100 * (each - right[how].mean()) for how, each in (("together", together), ("filmed", filmed))]
        print(f"| {group} | {own.sum()} | {alone:.3f} | {together:.3f} | {beside[0]:+.1f} points | {filmed:.3f} | "
              f"{beside[1]:+.1f} points |")  # fmt: skip


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared/data")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    on_coefficients(given.data / "vfx/ict_facekit")
    on_faces(given.data / "faces/london")


if __name__ == "__main__":
    main()
