"""Bench of lips: which of two visible faces speaks, in made scenes whose truth is known, and in a real clip.

    python bench/lips.py [../shared/data] [--choose] [--count 6]

Two heads of ICT-FaceKit are rendered as they listen and talk, turn and smile; their mouths follow the phones of flite
voices with a person's own strength, lag and blur. A fifth of the turns is of a voice outside the picture, a fifth is
dubbed: a head says another line than is heard. Points are those that the nets find in the rendered pictures. `--choose`
learns the weights on heads and voices for development and prints them. The real clip is `his_girl_friday_1940_6s.mp4`,
two women at a desk, who speaks when told by eye and subtitle.
"""

import argparse
import sys
from pathlib import Path

import av
import cv2
import numpy as np
from overlaps import learned
from sound_files import load, whole

sys.path.insert(0, str(Path(__file__).parent / "face_basis_train"))

from head import load as load_head
from render import draw, random_look, turn

from kinoeye.models import face_mesh, faces
from kinoeye.models.speech import speak
from kinoeye.models.spoken import Utterance
from kinoeye.signals.expressions import NAMES
from kinoeye.signals.lips import HOP_S, LEAST, levels, odds, openings, signs

RATE = 10  # pictures a second
SOUND = 16_000
RATES = (10, 5, 2)
TURNS = 8
VOICES = {False: ("flite:slt", "flite:kal16"), True: ("flite:awb", "flite:rms")}
LINES = (
    "The rain has been falling on this old window since we came back", "Nobody leaves the house before morning",
    "I never told you what happened that night on the bridge", "There is a letter for you on the table",
    "We could have gone to the sea, you and I, and never come home", "He keeps his money in a box under the stairs",
    "Who opened the door while I was away", "Bring me the map and put out the lamp", "It was a good plan until today",
    "My mother said that all of them would be here by five",
)  # fmt: skip
OPEN = {
    **dict.fromkeys(("aa", "ae", "ah", "ao", "aw", "ay"), 0.55), **dict.fromkeys(("eh", "er", "ey", "ow", "oy"), 0.4),
    **dict.fromkeys(("ax", "ih", "iy", "uh", "uw", "y", "w"), 0.2), **dict.fromkeys(("p", "b", "m"), 0.0),
    **dict.fromkeys(("f", "v"), 0.06), "pau": 0.02,
}  # fmt: skip
OTHERS = 0.15  # consonants made behind the teeth


def mouth_of(spoken, count, random):
    """Return how far the jaw is open in each picture of a line."""
    fine = np.full(count * 100 // RATE + 1, OPEN["pau"])
    for phone in spoken.phones:
        fine[phone.start * 100 // SOUND : phone.end * 100 // SOUND] = OPEN.get(phone.name, OTHERS)
    window = np.hanning(int(random.integers(7, 15)) + 2)
    lag = int(random.integers(-3, 6))  # hundredths
    fine = np.roll(np.convolve(fine, window / window.sum(), "same"), lag) * random.uniform(0.5, 1.1)
    return fine[(np.arange(count) * 100 / RATE).astype(int)]


def listening(count, random):
    """Return the jaw and the smile of one who listens; some chew, gape or smile."""
    jaw, smile = np.full(count, random.uniform(0, 0.04)), np.full(count, random.uniform(0, 0.3))
    kind = random.random()
    if kind < 0.15:
        jaw += 0.08 * (1 + np.sin(np.arange(count) * random.uniform(0.5, 1.2)))
    elif kind < 0.3:
        jaw[count // 3 : count // 3 + RATE // 2] += 0.3
    elif kind < 0.5:
        smile += np.linspace(0, random.uniform(0.2, 0.6), count)
    return jaw, smile


def scene(head, random, *, is_held_out):
    """Return the sound, the turns (start, end, who; or outside, dubbed), and what both heads' mouths seem to do."""
    said = speak(
        [Utterance(str(line), random.choice(VOICES[is_held_out])) for line in random.permutation(LINES)[:TURNS]]
    )
    sound, turns, jaws, smiles = [], [], ([], []), ([], [])
    at = 0
    for number, spoken in enumerate(said):
        count = int(np.ceil(len(spoken.samples) / SOUND * RATE)) + 3
        kind, speaker = random.random(), number % 2
        for who in (0, 1):
            jaw, smile = listening(count, random)
            if who == speaker and kind < 0.6:
                jaw = mouth_of(spoken, count, random)
            elif who == speaker and kind < 0.8:
                jaw = mouth_of(said[(number + 3) % TURNS], count, random)
            jaws[who].append(jaw)
            smiles[who].append(smile)
        who = speaker if kind < 0.6 else "dubbed" if kind < 0.8 else "outside"
        turns.append((at / RATE, at / RATE + len(spoken.samples) / SOUND, who))
        whole = np.zeros(count * SOUND // RATE, np.float32)
        whole[: len(spoken.samples)] = spoken.samples[: len(whole)]
        sound.append(whole)
        at += count
    weights = []
    for who in (0, 1):
        rows = np.zeros((at, len(NAMES)))
        rows[:, NAMES.index("jawOpen")] = np.concatenate(jaws[who])
        for side in ("Left", "Right"):
            rows[:, NAMES.index(f"mouthSmile{side}")] = np.concatenate(smiles[who])
        weights.append(rows)
    noise = random.normal(0, 30, sum(map(len, sound)))
    samples = (np.concatenate(sound) * 20_000 + noise).clip(-32768, 32767).astype(np.int16)
    return samples, turns, [opened(head, rows, random) for rows in weights]


def opened(head, weights, random):
    """Render a head picture by picture, and return what its mouth seems to do; nan where no mesh is found."""
    person, look = head.person(random), random_look(head, random)
    angles, drift = random.normal(0, (14, 6, 3)), random.normal(0, (0.5, 0.4, 0.2), (len(weights), 3)).cumsum(axis=0)
    drift = np.clip(drift, -12, 12)
    found, gaps = None, np.full(len(weights), np.nan)
    for number, row in enumerate(weights):
        seen = type(look)(**{**vars(look), "turn": turn(*(angles + drift[number]))})
        picture = draw(head, person + np.tensordot(row.clip(0, 1), head.shapes, 1), seen, random)
        if found is None or number % 5 == 0:
            found = next(iter(faces.find(picture)), None)
        if found is not None:
            mesh = face_mesh.look(picture, found.box, found.points).points
            gaps[number] = openings(np.asarray(mesh)[None], 1.0)[0]
    return gaps


def looked_at(samples, turns, gaps, rate):
    """Yield for each turn its truth and the signs of both faces, at so many pictures a second."""
    loud = levels(samples, SOUND)
    every = RATE // rate
    for start, end, who in turns:
        shown = np.arange(int(start * RATE), int(end * RATE))
        shown = shown[shown % every == 0]
        both = []
        for each in gaps:
            kept = shown[~np.isnan(each[np.minimum(shown, len(each) - 1)])]
            if len(kept) >= LEAST:
                at = np.interp(kept / RATE, (np.arange(len(loud)) + 0.5) * HOP_S, loud)
                both.append(signs(each[kept], at, len(kept) / rate))
            else:
                both.append(None)
        yield who, both


def report(scenes):
    print("| pictures a second | way | right face, of those who speak | wrong face | named: outside | named: dubbed |")
    print("|" + " --- |" * 6)
    for rate in RATES:
        rows = [each for one in scenes for each in looked_at(*one, rate)]
        found = {"Kinoeye": told(rows, lambda each: odds(*each), 0.0)}
        found["most moved, always one"] = told(rows, lambda each: each[0], -1.0)
        tried = [told(rows, lambda each: each[0], least) for least in np.linspace(0, 0.1, 51)]
        found["most moved, above its best threshold"] = max(tried, key=lambda c: c[0] - c[1] - c[3] - c[5])
        found["most together, always one"] = told(rows, lambda each: each[1], -99.0)
        for way, (right, wrong, on, outside, all_outside, dubbed, all_dubbed) in found.items():
            last = f"{outside} of {all_outside} | {dubbed} of {all_dubbed}"
            print(f"| {rate} | {way} | {right} of {on} | {wrong} | {last} |")


def told(rows, score, least):
    """Return how many are right, wrong and all of those who are seen to speak; named and all outside, and dubbed."""
    counts = np.zeros(7, int)
    for who, both in rows:
        values = [score(each) if each is not None else -100.0 for each in both]
        best = int(np.argmax(values)) if max(values) > least else None
        if who == "outside":
            counts[3:5] += best is not None, 1
        elif who == "dubbed":
            counts[5:7] += best is not None, 1
        else:
            counts[:3] += best == who, best not in {who, None}, 1
    return counts.tolist()


def real(clip):
    """Return sound, turns and both mouths of two women at a desk: the right one asks, the left one answers."""
    samples = whole(load(clip))
    gaps = [np.full(62, np.nan), np.full(62, np.nan)]
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            number = round(frame.time * RATE)
            if number < 62 and abs(frame.time - number / RATE) < 0.017:
                picture = frame.to_ndarray(format="rgb24")
                for found in faces.find(picture):
                    mesh = face_mesh.look(picture, found.box, found.points).points
                    side = int(mesh[:, 0].mean() > 0.55)
                    gaps[side][number] = openings(np.asarray(mesh)[None], picture.shape[1] / picture.shape[0])[0]
    return samples, [(1.0, 2.9, 1), (3.0, 4.2, 0), (4.3, 6.0, 0)], gaps


def choose(scenes):
    rows, flags = [], []
    for rate in RATES:
        for who, both in (each for one in scenes for each in looked_at(*one, rate)):
            for number, each in enumerate(both):
                if each is not None:
                    rows.append((np.log(max(each[0], 1e-4)), each[1]))
                    flags.append(number == who)
    bias, weights = learned(np.array(rows), np.array(flags))
    print(f"nobody's bias: {bias:.3f}, of log moves {weights[0]:.3f}, of together {weights[1]:.3f}; "
          f"_MOVES = {np.exp(-bias / weights[0]):.4f} with _BIAS = 0")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--count", type=int, default=6)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    head = load_head(options.data / "vfx/ict_facekit")
    held = not options.choose
    scenes = [scene(head, np.random.default_rng((5, held, n)), is_held_out=held) for n in range(options.count)]
    if options.choose:
        choose(scenes)
    report(scenes)
    if held:
        print("\nThe real clip:\n")
        report([real(options.data / "film_clips" / "his_girl_friday_1940_6s.mp4")])


if __name__ == "__main__":
    main()
