"""Bench of `shots` against its peers: cuts found by eye, spliced films, traps, speed.

    python bench/shots.py ../shared/data/film_clips --peers FOLDER --seeds 5 --transitions 420 --films FILM ...

The rules. A reported boundary that lies inside a true gradual is neither right nor wrong as a cut. Every other is right
if a true cut, not yet taken, lies within the tolerance. A true gradual is found if a reported gradual overlaps it, or,
for detectors that report no graduals, a boundary inside it; a reported gradual that overlaps none is false. A trap is
hit by a boundary in it that is no true cut. `--peers` is a site-packages folder that has the extra `bench`, if this
environment has not.
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
TOLERANCES = (0, 1)


def score(film, found):
    """Return counts of one film: hits, misses and false ones of cuts, graduals and kinds, hits on traps."""
    counts = Counter()
    free = [b for b in found.boundaries if not any(first <= b <= end for first, end, _ in film.graduals)]
    for tolerance in TOLERANCES:
        hits = matched(film.cuts, free, tolerance)
        counts.update({f"cut hit {tolerance}": hits, f"cut all {tolerance}": len(film.cuts) + len(free)})
    if found.graduals:
        right = [[k for a, b, k in found.graduals if a < end and b > first] for first, end, _ in film.graduals]
        false = sum(not any(a < end and b > first for first, end, _ in film.graduals) for a, b, _ in found.graduals)
    else:
        right = [[""] for first, end, _ in film.graduals if any(first <= b <= end for b in found.boundaries)]
        false = 0
    kinds = [kind for _, _, kind in film.graduals]
    counts["gradual hit"] = sum(map(bool, right))
    counts["gradual missed"] = len(film.graduals) - counts["gradual hit"]
    counts["gradual false"] = false
    counts["kind right"] = sum(kind in names for kind, names in zip(kinds, right, strict=False) if names != [""])
    counts["traps"] = sum(first < b < last and b not in film.cuts for first, last in film.traps for b in free)
    counts["pictures"] = len(film.frames)
    return counts


def matched(true, found, tolerance):
    """Return how many true cuts have a found one of their own within the tolerance."""
    left, hits = sorted(found), 0
    for cut in sorted(true):
        near = [b for b in left if abs(b - cut) <= tolerance]
        if near:
            left.remove(min(near, key=lambda b: abs(b - cut)))
            hits += 1
    return hits


def f1(counts, tolerance):
    """F1 of cuts."""
    return 2 * counts[f"cut hit {tolerance}"] / max(1, counts[f"cut all {tolerance}"])


def gradual_f1(counts):
    """F1 of graduals."""
    hit = counts["gradual hit"]
    return 2 * hit / max(1, 2 * hit + counts["gradual missed"] + counts["gradual false"])


def run_all(detectors, films, *, verbose=False):
    """Run every detector over the films; return counts and CPU seconds of each."""
    totals = {name: Counter() for name in detectors}
    for film in films:
        for name, detect in detectors.items():
            found = detect(film.frames)
            counts = score(film, found)
            totals[name].update(counts)
            totals[name]["cpu"] += found.cpu_seconds
            if verbose:
                graduals = [(first, end) for first, end, _ in film.graduals]
                free = [b for b in found.boundaries if not any(a <= b <= e for a, e in graduals)]
                missed = sorted(set(film.cuts) - set(found.boundaries))
                false = sorted(set(free) - set(film.cuts))
                if missed or false or counts["traps"]:
                    print(f"- {film.name}: {name} missed {missed}, false {false}, traps hit {counts['traps']}")
    return totals


def spread(values):
    """Median and range."""
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def table(title, heads, rows):
    """Print a Markdown table."""
    print(f"\n### {title}\n")
    for row in (heads, ["---"] * len(heads), *rows):
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    sys.stdout.flush()


def eye_bench(detectors, folder):
    """Cuts found by eye."""
    from shots_films import by_eye

    totals = run_all(detectors, by_eye(folder), verbose=True)
    rows = [
        [name, f"{f1(c, 0):.3f}", f"{f1(c, 1):.3f}", f"{c['gradual hit']} of {c['gradual hit'] + c['gradual missed']}",
         c["gradual false"], c["traps"], f"{c['pictures'] / c['cpu']:.0f}"]
        for name, c in totals.items()
    ]  # fmt: skip
    table(
        "Cuts found by eye", ["", "F1@0", "F1@1", "graduals", "false graduals", "traps hit", "pictures per CPU s"], rows
    )


def splice_bench(detectors, folder, seeds, transitions):
    """Spliced films."""
    from shots_films import single_shots, spliced

    shots = single_shots(folder)
    print(f"\n{len(shots)} shots, {sum(map(len, shots))} pictures to splice", flush=True)
    runs = [run_all(detectors, spliced(shots, seed, transitions)) for seed in range(1, seeds + 1)]
    rows = []
    for name in detectors:
        of = [run[name] for run in runs]
        typed = sum(c["kind right"] for c in of) / max(1, sum(c["gradual hit"] for c in of))
        rows.append(
            [
                name,
                spread([f1(c, 0) for c in of]),
                spread([f1(c, 1) for c in of]),
                spread([gradual_f1(c) for c in of]),
                f"{typed:.2f}" if typed else "",
                f"{statistics.median(c['pictures'] / c['cpu'] for c in of):.0f}",
            ]
        )
    count = seeds * transitions
    table(
        f"Spliced films: {count} transitions, {seeds} seeds, median (range)",
        ["", "cuts F1@0", "cuts F1@1", "graduals F1", "kind right", "pictures per CPU s"],
        rows,
    )


def decode_only(file, threads):
    """CPU seconds and pictures of bare decoding."""
    import av

    begin, count = time.process_time(), 0
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = threads
        for _ in container.decode(stream):
            count += 1
    return count / (time.process_time() - begin)


def kinoeye_whole(file, threads):
    """Decode, thumbs and `shots`."""
    import numpy as np
    from shots_detectors import pictures_of

    from kinoeye.analyses.footage.shots import shots
    from kinoeye.media.probe import probe
    from kinoeye.media.read import read

    begin = time.process_time()
    blocks = [block.thumbs for block in read(file, probe(file), want=("thumbs",), threads=threads)]
    thumbs = np.concatenate(blocks)
    shots(pictures_of(thumbs))
    return len(thumbs) / (time.process_time() - begin)


def scenedetect_whole(file, threads):
    """PySceneDetect's own `detect`."""
    import scenedetect

    del threads
    begin = time.process_time()
    scenes = scenedetect.detect(str(file), scenedetect.ContentDetector(), start_in_scene=True)
    return scenes[-1][1].frame_num / (time.process_time() - begin)


def speed_bench(files, repeats):
    """Whole films from the file on, interleaved."""
    ways = {"bare decode": decode_only, "Kinoeye": kinoeye_whole, "PySceneDetect Content": scenedetect_whole}
    for file in files:
        figures = {name: [] for name in ways}
        for _ in range(repeats):
            for name, way in ways.items():
                figures[name].append(way(file, 1))
        bare = statistics.median(figures["bare decode"])
        rows = [
            [name, f"{statistics.median(v):.0f} ({min(v):.0f} to {max(v):.0f})", f"{statistics.median(v) / bare:.2f}"]
            for name, v in figures.items()
        ]
        table(f"From the file on: {file.name}", ["", "pictures per CPU s", "of bare decode"], rows)


def main():
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "clips", type=Path, help="folder of clips; with shot_boundaries_by_eye.json for the first table"
    )
    parser.add_argument("--peers", help="site-packages folder of the peers")
    parser.add_argument("--only", nargs="*", default=[], help="detectors, by the beginnings of their names")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--transitions", type=int, default=420, help="a seed")
    parser.add_argument("--films", type=Path, nargs="*", default=[], help="films for the speed from the file on")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    if given.peers:
        sys.path.append(given.peers)
    from shots_detectors import detectors

    chosen = detectors(given.only)
    if (given.clips / "shot_boundaries_by_eye.json").is_file():
        eye_bench(chosen, given.clips)
    if given.seeds:
        splice_bench(chosen, given.clips, given.seeds, given.transitions)
    speed_bench(given.films, given.repeats)


if __name__ == "__main__":
    main()
