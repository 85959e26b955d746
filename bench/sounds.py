"""Bench of sounds: real recordings that the net was not taught with, called by their kinds, beside two peers.

    python bench/sounds.py PACKAGES [--choose] [--ina "PYTHON SCRIPT"] [--heard DATA]

PACKAGES is a folder with packages of Debian 12 unpacked, one folder each, as bench/sounds_train/real.tsv names them
(and sounds_train/unpack.py run over it): from some the net learnt, some are for development (`--choose` shows limits on
them), others to measure with. A clip is told as a kind if the analysis' limits tell it anywhere in it; `other` are
recordings of none of the kinds. Speech, music and other sound are compared with inaSpeechSegmenter (`--ina` is a Python
that has it, and bench/sounds_ina.py). `--heard` shows what the analysis tells of films and of speech (../shared/data),
where nothing, or nearly nothing, of these kinds is. CPU seconds of one thread.
"""

import argparse
import collections
import json
import shlex
import subprocess
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
from sounds_train.material import RATE, decoded, real, staged

from kinoeye.analyses.sound.sounds import LIMITS, LONG, SHORT, STEADY, sounds
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.models.sounds import GROUPS, KINDS, odds
from kinoeye.signals.spans import smoothed
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

PRECISE = 0.8  # of what is told must be right when a limit is chosen, all kinds weighed alike
LEAST = 3  # clips of its own by which a kind's limit can be chosen
ALLOWED = 0.02  # of the clips of other kinds may be told as it, where its own are fewer


def clips(folder, part, seconds=8):
    """Rows (kind, package, samples int16) of all clips that can be read."""
    for kind, package, path in real(folder, part):
        try:
            samples = decoded(path, seconds)
        except (OSError, ValueError):
            continue
        if len(samples) >= RATE // 40 and np.abs(samples.astype(int)).max() > 30:
            yield kind, package, np.int16(staged(samples, np.random.default_rng(0))[0] * 32767)


def tops(samples):
    """The highest log-odds of every kind anywhere in a clip, over a second for steady kinds."""
    heard = odds([samples])
    return np.array([smoothed(heard[:, n], LONG if kind in STEADY else SHORT).max() for n, kind in enumerate(KINDS)])


def members(kind):
    """The kinds of clip that are rightly told as this one."""
    return GROUPS.get(kind, (kind,))


def judge(kinds, is_told, kind):
    """Share of the kind's own clips that are told as it, and how many are right of those told, kinds weighed alike."""
    own = np.isin(kinds, members(kind))
    right = np.mean([is_told[kinds == name].mean() for name in members(kind) if (kinds == name).any()])
    wrong = sum(is_told[kinds == other].mean() for other in set(kinds[~own]))
    weight = sum((kinds == name).any() for name in members(kind))
    return is_told[own].mean(), right * weight / max(right * weight + wrong, 1e-9)


def choose(rows):
    """Print a limit for every kind: as low as may be while clips of other kinds are seldom told as it."""
    kinds = np.array([kind for kind, _, _ in rows])
    scores = np.array([tops(samples) for _, _, samples in rows])
    print("| kind | clips | limit | told of its own | precision | of others |\n| --- | --- | --- | --- | --- | --- |")
    for number, kind in enumerate(KINDS):
        own = np.isin(kinds, members(kind))
        others = np.sort(scores[~own, number])
        limit = max(0.0, float(others[-1 - int(ALLOWED * len(others))]) + 0.05)
        if own.sum() >= LEAST:
            steps = np.arange(0, scores[:, number].max() + 0.1, 0.1)
            precise = [step for step in steps if judge(kinds, scores[:, number] > step, kind)[1] >= PRECISE]
            limit = precise[0] if precise else np.inf
        told, precision = judge(kinds, scores[:, number] > limit, kind) if own.any() else (0.0, 0.0)
        print(f"| {kind} | {own.sum()} | {limit:.1f} | {told:.2f} | {precision:.2f} | {np.mean(others > limit):.3f} |")


def measure(rows):
    """Print how many clips of each kind are told as it, and how many of others are."""
    begin = time.process_time()
    scores = np.array([tops(samples) for _, _, samples in rows])
    cost = (time.process_time() - begin) / sum(len(samples) / RATE for _, _, samples in rows)
    kinds = np.array([kind for kind, _, _ in rows])
    told = scores > np.array([LIMITS.get(kind, np.inf) for kind in KINDS])
    print(
        "| kind | clips | packages | told as it | precision, kinds weighed alike | most often told instead |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    for number, kind in enumerate(KINDS):
        own = np.isin(kinds, members(kind))
        if not own.any():
            continue
        share, precision = judge(kinds, told[:, number], kind)
        packages = len({package for name, package, _ in rows if name in members(kind)})
        instead = collections.Counter(
            KINDS[m] for row in told[own & ~told[:, number]] for m in np.flatnonzero(row)
        ).most_common(3)
        others = ", ".join(f"{name} {count}" for name, count in instead)
        print(
            f"| {kind}{'' if kind in LIMITS else ' (not told)'} | {own.sum()} | {packages} | {share:.2f} "
            f"| {precision:.2f} | {others} |"
        )
    other = kinds == "other"
    print(
        f"\n{np.mean(~told.any(1)):.2f} of all clips are told as nothing, {np.mean(~told[other].any(1)):.2f} of the "
        f"{other.sum()} other ones; {told.sum(1).mean():.2f} kinds a clip; {cost:.4f} CPU s a second"
    )
    return scores


def heard_in(data):
    """Print what the analysis tells of whole films and of speech, seconds of each kind."""
    films = [path for path in sorted((data / "film_clips").iterdir()) if path.suffix in {".mp4", ".webm"}]
    speech = sorted((data / "speech").glob("*/*.flac"))
    print("| sound | seconds | told |\n| --- | --- | --- |")
    for name, paths in [*((path.name, [path]) for path in films), (f"{len(speech)} clips of speech", speech)]:
        seconds, told = 0.0, collections.Counter()
        for path in paths:
            try:
                samples = decoded(path)
            except (OSError, ValueError, IndexError):
                continue
            seconds += len(samples) / RATE
            for row in sounds(Sound(samples, 0), SPEECH.empty()).to_pylist():
                told[row["kind"]] += (row["end"] - row["start"]) / FLICKS_PER_SECOND
        if seconds:
            found = ", ".join(f"{kind} {long:.1f}" for kind, long in told.most_common())
            print(f"| {name} | {seconds:.0f} | {found} |")


def three(rows, scores, ina):
    """Print speech, music and the rest, every clip called one of them, beside the peer."""
    truth = [kind if kind in {"speech", "music"} else "noise" for kind, _, _ in rows]
    ways = {"Kinoeye": [_first(row) for row in scores]}
    if ina:
        ways["inaSpeechSegmenter 0.6.8 (smn)"] = by_ina(rows, ina)
    print(
        "\n| way | speech right | music right | other sound right | mean | nothing said | CPU s a second |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    for way, said in ways.items():
        cost = said.pop() if way != "Kinoeye" else None
        right = [
            np.mean([s == t for s, t in zip(said, truth, strict=True) if t == name])
            for name in ("speech", "music", "noise")
        ]
        none = np.mean([s == "" for s in said])
        print(
            f"| {way} | "
            + " | ".join(f"{r:.3f}" for r in right)
            + f" | {np.mean(right):.3f} | {none:.3f} | {'above' if cost is None else f'{cost:.4f}'} |"
        )


def _first(row):
    """What is likeliest: speech, music, or any other."""
    first = KINDS[int(np.argmax(row[: len(KINDS) - len(GROUPS)]))]
    return first if first in {"speech", "music"} else "noise"


def by_ina(rows, command):
    """The peer's answer for each clip, the kind that it tells longest, and its cost at the end."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, _, samples) in enumerate(rows):
            with wave.open(f"{folder}/{number:05d}.wav", "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(samples.tobytes())
        done = subprocess.run([*shlex.split(command), folder], capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout.splitlines()[-1])
    return [answers["said"][f"{number:05d}.wav"] for number in range(len(rows))] + [answers["cost"]]


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--ina", default="")
    parser.add_argument("--heard", type=Path)
    given = parser.parse_args()
    if given.heard:
        heard_in(given.heard)
        return
    rows = list(clips(given.packages, "development" if given.choose else "measured"))
    if given.choose:
        choose(rows)
    else:
        three(rows, measure(rows), given.ina)


if __name__ == "__main__":
    main()
