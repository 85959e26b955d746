"""Bench of the rough cut: the sample's rushes, run from nothing and cut by the screenplay, held against the ideal.

    python bench/rough_cut.py [--choose] [--seeds 11 12] [--folder DIR] [--lines]

What goes wrong in which take is drawn from a seed; which take should be in the cut follows from what was planted
(kinoeye.sample.ideal). Each seed is cut with the screenplay alone to go by, and once more with a transcript beside
each sound. `--choose` takes the seeds that settings may be chosen on, else the others. Peers are given what nobody has,
the true place of every line in every take: the last take of the widest set-up, the first take that has the line whole,
and any take at random. Prints Markdown; `--lines` each line that is not right.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import kinoeye
from kinoeye.cut.by_script import Wishes
from kinoeye.errors import UseError
from kinoeye.sample.make import read_truth
from kinoeye.sample.rushes_make import make_rushes
from kinoeye.sample.score_cut import Placed, placed, verdicts
from kinoeye.sample.story import lines
from kinoeye.timecode import FLICKS_PER_SECOND

CHOOSE, HELD_OUT = (1, 2, 3), (11, 12)
TABLES = ("coverage", "quality", "sound_faults", "syncs", "rooms", "loudness", "arcs", "persons", "speaker_names")
BROKEN = {"flubbed", "laughed", "ran out"}


def transcribed(folder, truth):
    """Put beside each sound what was said in it."""
    for file in truth["files"]:
        said = sorted([*file["passes"], *file["asides"]], key=lambda each: each["start"])
        text = "\n\n".join(each["said"] for each in said) + "\n"
        for path in (file["path"], file["recorder"]):
            (folder / path).with_suffix(".txt").write_text(text)


def cut_of(production):
    """The cut, as the score takes it; an empty one where nothing can be cut."""
    try:
        made = production.cut(Wishes(alternates=0))
    except UseError:
        return []
    paths = {row["asset"]: row["path"] for row in production.read("assets").to_pylist()}
    dialogue = [row["line"] for row in production.read("lines").to_pylist() if row["kind"] == "dialogue"]
    return placed(made, paths, {line: number for number, line in enumerate(dialogue, 1)})


def whole(each):
    """A pass as a peer would lay it, its words to the flick."""
    return lambda file: Placed(each["line"], file["path"], each["start"], each["end"], each["start"], each["end"])


def passes(truth, line):
    """Every time that a line is said, in the order of shooting, with its file."""
    return [(file, each) for file in truth["files"] for each in file["passes"] if each["line"] == line]


def peers(truth, seed):
    """What others would take for each line."""
    draw = random.Random(seed)
    ways = {"last take, widest": [], "first complete take": [], "any take": []}
    for line in sorted(lines()):
        every = passes(truth, line)
        wide = [one for one in every if not one[0]["setup"]] or every
        complete = [one for one in every if not BROKEN & set(one[1]["faults"])] or every
        last = [one for one in wide if one[0]["path"] == wide[-1][0]["path"]] if wide else []
        for name, options in (("last take, widest", last[-1:]), ("first complete take", complete[:1]),
                              ("any take", [draw.choice(every)] if every else [])):  # fmt: skip
            ways[name] += [whole(each)(file) for file, each in options]
    return {name: joined(cut) for name, cut in ways.items()}


def joined(cut):
    """Lines that follow each other in one file lie in one piece, as an editor would leave them."""
    pieces = []
    for each in cut:
        last = pieces[-1][-1] if pieces else None
        if last and last.path == each.path and 0 <= each.start - last.end < 4 * FLICKS_PER_SECOND:
            pieces[-1].append(each)
        else:
            pieces.append([each])
    return [
        Placed(each.line, each.path, each.at, each.until, piece[0].start, piece[-1].end)
        for piece in pieces
        for each in piece
    ]


class Count:
    """Verdicts of all seeds."""

    def __init__(self):
        self.lines, self.found, self.shares, self.wrong = 0, [], [], []

    def add(self, truth, cut):
        """Hold a cut against the truth."""
        found = verdicts(truth, cut)
        self.lines += len(lines())
        self.found += found
        self.shares.append(100 * sum(each.is_right for each in found) / len(lines()))
        told = {each.line for each in found}
        self.wrong += [(truth["what"], each.line, "jump" if each.is_ideal else each.shown)
                       for each in found if not each.is_right]  # fmt: skip
        self.wrong += [(truth["what"], line, "missing") for line in lines() if line not in told]

    def cells(self):
        """A row of the table."""
        right = 100 * sum(each.is_right for each in self.found) / self.lines
        ideal = 100 * sum(each.is_ideal for each in self.found) / self.lines
        whole_lines = 100 * sum(each.is_whole for each in self.found) / self.lines
        ordered = 100 * sum(each.is_in_order for each in self.found) / self.lines
        off = [1000 * each.cut_off / FLICKS_PER_SECOND for each in self.found if each.cut_off]
        strange = sum(each.strange for each in self.found) / FLICKS_PER_SECOND
        edges = f"{len(off)} ({max(off, default=0):.0f})"
        spread = f"{min(self.shares):.0f} to {max(self.shares):.0f}"
        return f"{right:.1f} ({spread}) | {ideal:.1f} | {ordered:.1f} | {whole_lines:.1f} | {edges} | {strange:.1f}"


def synced(production, truth):
    """Pairs of picture and sound: right, wrong, in all, and the largest error in milliseconds."""
    files = {file["path"]: file for file in truth["files"]}
    right, wrong, errors = 0, 0, [0.0]
    for row in production.syncs():
        file = files.get(row["path"])
        if file is None or row["other_path"] != file["recorder"]:
            wrong += 1
            continue
        want = file["offset"] + row["start"] * (1 + file["drift_ppm"] / 1e6)
        errors.append(1000 * abs(row["start"] + row["offset"] - want) / FLICKS_PER_SECOND)
        right += 1
    return right, wrong, len(files), max(errors)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="*")
    parser.add_argument("--folder", type=Path, help="where productions lie, and stay; none are made again")
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()
    counts = {}
    sync, seconds = [], []
    with tempfile.TemporaryDirectory() as made:
        for seed in options.seeds or (CHOOSE if options.choose else HELD_OUT):
            begin = time.process_time()
            folder = make_rushes((options.folder or Path(made)) / f"s{seed}", seed)
            truth, production = read_truth(folder), kinoeye.open(folder)
            production.run(only=TABLES)
            counts.setdefault("kinoeye, screenplay alone", Count()).add(truth, cut_of(production))
            sync.append(synced(production, truth))
            told = folder.with_name(f"s{seed} told")
            if not told.exists():
                shutil.copytree(folder, told)
                transcribed(told, truth)
            production = kinoeye.open(told)
            production.run(only=TABLES)
            counts.setdefault("kinoeye, transcripts", Count()).add(truth, cut_of(production))
            for name, cut in peers(truth, seed).items():
                counts.setdefault(name, Count()).add(truth, cut)
            seconds.append(time.process_time() - begin)
    print(
        "| cut | as the ideal, % (by seed) | ideal take | in order | whole | lines cut into (most, ms) | else said, s |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, count in counts.items():
        print(f"| {name} | {count.cells()} |")
    right, wrong, every, _ = (sum(each) for each in zip(*sync, strict=True))
    print(f"\nPicture and sound: {right} of {every} pairs, {wrong} wrong, at most {max(e[3] for e in sync):.2f} ms "
          f"off; {statistics.median(seconds):.0f} CPU s a seed in this process")  # fmt: skip
    if options.lines:
        for name in list(counts)[:2]:
            print(f"\n{name}: not right")
            for each, times in sorted(Counter(counts[name].wrong).items()):
                print(f"  {each} {times if times > 1 else ''}")


if __name__ == "__main__":
    main()
