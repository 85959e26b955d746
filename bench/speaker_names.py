"""Bench of speakers' names: a made production, six characters in three scenes, read out by six voices.

    python bench/speaker_names.py [--lines 24] [--seed 1]

The screenplay is read out by `kinoeye voice`, which says who speaks when; the production that is then run holds the
sound and a screenplay in which a share of the cues names somebody else. Shares of what is spoken: named right, named
wrong, not named. Peers: the order of the screenplay alone (the n-th turn is the n-th cue's), and each scene for itself,
without voices told across files.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

import kinoeye
from kinoeye.analyses.sound.speaker_names import speaker_names
from kinoeye.timecode import FLICKS_PER_SECOND

CAST = ("ANNA", "BEN", "CLARA", "DAVID", "EVE", "FRANK")
SCENES = 3
WRONG = (0.0, 0.1, 0.25)
WHO = ("the old captain", "my sister", "that doctor", "the girl from the harbour", "your brother",
       "the baker", "a man in a grey coat", "the teacher", "our neighbour", "the driver", "his mother",
       "the whole village")  # fmt: skip
DID = ("has left", "never found", "was looking for", "hid", "sold", "carried", "burned", "painted", "opened", "wanted",
       "forgot", "took away")  # fmt: skip
WHAT = ("the letter", "a box of matches", "the silver watch", "some bread", "the red umbrella", "the last page",
        "two tickets", "a broken lamp", "the money", "the keys", "an empty bottle", "the photograph")  # fmt: skip
WHERE = ("on the bridge", "before the storm", "behind the church", "in the winter", "under the stairs",
         "at the station", "last night", "near the river", "without a word", "when the lights went out",
         "in the garden", "after dinner")  # fmt: skip


def scenes_of(random, lines):
    """Return for each scene its lines: who, and what."""
    order = random.permutation(len(WHO) * len(DID) * len(WHAT) * len(WHERE))
    said, found = iter(order.tolist()), []
    for _ in range(SCENES):
        scene, last = [], None
        for _ in range(lines):
            who = random.choice([each for each in CAST if each != last])
            number, words = next(said), []
            for part in (WHO, DID, WHAT, WHERE):
                number, place = divmod(number, len(part))
                words.append(part[place])
            scene.append((str(who), f"{' '.join(words).capitalize()}."))
            last = who
        found.append(scene)
    return found


def written(scenes, random=None, wrong=0.0):
    """Return a screenplay; of a share of the cues the name is another's."""
    parts = []
    for number, scene in enumerate(scenes):
        parts.append(f"INT. ROOM {number + 1} - DAY")
        for who, what in scene:
            if random is not None and random.random() < wrong:
                who = random.choice([each for each in CAST if each != who])
            parts.append(f"{who}\n{what}")
    return "\n\n".join(parts) + "\n"


def read_out(folder, scenes):
    """Return for each scene its sound and who speaks when."""
    (folder / "read.fountain").write_text(written(scenes))
    tool = [sys.executable, "-m", "kinoeye"]
    subprocess.run([*tool, "run", folder, "--only", "paragraphs"], check=True, capture_output=True)
    found = []
    for number in range(1, SCENES + 1):
        told = [*tool, "voice", folder, "read.fountain", "--no-narrator", "--scene", str(number)]
        subprocess.run(told, check=True, capture_output=True)
        sound = folder / "out" / f"read.scene-{number}.voice.wav"
        found.append((sound, json.loads(sound.with_suffix(".wav.json").read_text())["spoken"]))
    return found


def shares(truth, named):
    """Return right, wrong and not named as shares of what is spoken, by 10 ms."""
    counts = np.zeros(3)
    for spoken, rows in zip(truth, named, strict=True):
        for line in spoken:
            for at in range(line["start"], line["end"], FLICKS_PER_SECOND // 100):
                who = next((name for start, end, name in rows if start <= at < end), None)
                counts[0 if who == line["who"] else 2 if who is None else 1] += 1
    return 100 * counts / counts.sum()


def by_order(turns, scene):
    """Return each turn with the name of the cue that has its place in the screenplay."""
    return [(turn["start"], turn["end"], scene[min(n, len(scene) - 1)]) for n, turn in enumerate(turns)]


def named_by(turns, names):
    known = {row["speaker"]: row["character"] for row in names}
    return [(turn["start"], turn["end"], known.get(turn["speaker"])) for turn in turns]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=24, help="of a scene")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    scenes = scenes_of(np.random.default_rng(options.seed), options.lines)
    print("| wrong cues | way | right % | wrong % | not named % |\n|" + " --- |" * 5)
    with tempfile.TemporaryDirectory() as made:
        sounds = read_out(Path(made), scenes)
        folder = Path(made) / "film"
        (folder / "takes").mkdir(parents=True)
        for number, (sound, _) in enumerate(sounds):
            (folder / "takes" / f"{number}.wav").write_bytes(sound.read_bytes())
        (folder / "kinoeye.toml").write_text('[speaker_vectors]\npurpose = "bench"\n[words]\nadlibs = false\n')
        for wrong in WRONG:
            random = np.random.default_rng((options.seed, round(100 * wrong)))
            text = written(scenes, random, wrong)
            (folder / "script.fountain").write_text(text)
            begin = time.monotonic()
            production = kinoeye.open(folder)
            production.run(only=["speaker_names"], jobs=1)
            told = report(production, text, [spoken for _, spoken in sounds], wrong)
            print(f"\n{told} ({time.monotonic() - begin:.0f} s)\n" if not wrong else "", end="")


def report(production, text, truth, wrong):
    index = production.index
    assets = [production.asset(f"takes/{number}.wav") for number in range(SCENES)]
    turns = [index.read("speakers", asset).to_pylist() for asset in assets]
    names = index.read("speaker_names").to_pylist()
    tables = {name: index.read(name) for name in ("speakers", "assets", "words", "paragraphs")}
    alone = speaker_names(*tables.values(), script_parts=index.read("script_parts")).to_pylist()
    parts = text.split("INT. ROOM")[1:]
    cues = [[block.split("\n")[0] for block in part.split("\n\n")[1:] if block.strip()] for part in parts]
    for way, rows in (
        ("Kinoeye", [named_by(turns[n], [r for r in names if r["asset"] == a]) for n, a in enumerate(assets)]),
        ("each file alone", [named_by(turns[n], [r for r in alone if r["asset"] == a]) for n, a in enumerate(assets)]),
        ("order of the screenplay", [by_order(turns[n], cues[n]) for n in range(SCENES)]),
    ):
        print(f"| {wrong:.0%} | {way} | " + " | ".join(f"{each:.1f}" for each in shares(truth, rows)) + " |")
    voices = {row["voice"] for row in index.read("voices").to_pylist()} - {None}
    words = pa.compute.sum(index.read("words")["is_in_text"]).as_py()
    return (
        f"{len(voices)} voices, {[len({t['speaker'] for t in each}) for each in turns]} speakers, {words} words in text"
    )


if __name__ == "__main__":
    main()
