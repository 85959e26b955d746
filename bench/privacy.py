"""Privacy of what leaves the house: how far private counts lie from the truth, and what an attacker learns from them.

Usage: python bench/privacy.py [--rounds N]. Data: MovieLens latest-small where ../shared/data is there.

The attacker knows all rows but one viewer's, and that viewer's rows too; all that is asked is whether they are in. The
best place to cut the answer is chosen on one half of the rounds; on the other half the odds it wins are bounded from
below (Clopper & Pearson, 95 %). The bound must lie below epsilon. Peers: counts as they are, counts rounded to tens,
counts under five left out, and diffprivlib where it is installed.
"""

import argparse
import csv
import importlib
import math
import statistics
from pathlib import Path

import numpy as np
from scipy import stats

from kinoeye.signals.anonymity import uniqueness, withheld
from kinoeye.signals.private_counts import bounded, counted

DATA = Path(__file__).parents[2] / "shared" / "data" / "metadata" / "ml-latest-small" / "ratings.csv"
GROUPS = 30
MOST = 3


def made(seed=0, viewers=400):
    """Return viewers and groups of a small house, in which three titles were seen by five each."""
    draw = np.random.default_rng(seed)
    who = np.repeat(np.arange(1, viewers), 4)
    what = draw.zipf(1.6, len(who)) % (GROUPS - 3)
    few = np.repeat(np.arange(GROUPS - 3, GROUPS), 5)
    return np.r_[who, 1000 + np.arange(len(few))], np.r_[what, few]


def plain(viewers, groups):
    return np.bincount(np.unique(np.column_stack([viewers, groups]), axis=0)[:, 1], minlength=GROUPS)


def private(epsilon):
    return lambda v, g: np.array(list(counted(v, g, range(GROUPS), epsilon=epsilon, most=MOST)[0].values()))


def rounded(viewers, groups):
    return np.round(plain(viewers, groups) / 10) * 10


def suppressed(viewers, groups):
    counts = plain(viewers, groups)
    apart = withheld(counts)
    return np.where(apart, counts[apart].sum(), counts)


def other(epsilon):
    """Return diffprivlib's geometric mechanism over the same bounded counts; None if it is not installed."""
    for _ in range(2):  # its models do not load with today's scikit-learn; its mechanisms do, the second time
        try:
            mechanisms = importlib.import_module("diffprivlib.mechanisms")
            break
        except ImportError:
            mechanisms = None
    if mechanisms is None:
        return None
    noise = mechanisms.Geometric(epsilon=epsilon / MOST, sensitivity=1)

    def ask(viewers, groups):
        counts = np.bincount(bounded(viewers, groups, MOST)[1], minlength=GROUPS)
        return np.array([max(0, noise.randomise(int(each))) for each in counts])

    return ask


def attacked(ask, rounds):
    """Return the least epsilon that the attacker's odds prove, and how often the guess was right."""
    who, what = made()
    mine = np.array([GROUPS - 1, GROUPS - 2, GROUPS - 3])
    more = np.r_[who, np.zeros(3, np.int64)], np.r_[what, mine]
    bare, full = plain(who, what)[mine], plain(*more)[mine]

    def weighed(answer):
        """Return how much nearer an answer lies to what it would be with the viewer: what Laplace noise is told by."""
        return float((np.abs(answer[mine] - bare) - np.abs(answer[mine] - full)).sum())

    without = np.array([weighed(ask(who, what)) for _ in range(rounds)])
    inside = np.array([weighed(ask(*more)) for _ in range(rounds)])
    half = rounds // 2
    places = [(cut, side) for cut in np.unique(np.r_[without[:half], inside[:half]]) for side in (1, -1)]
    best = max(places, key=lambda place: proved(inside[:half], without[:half], *place))
    cut = np.median(np.r_[inside[:half], without[:half]])
    right = max(np.mean(inside[half:] >= cut) + np.mean(without[half:] < cut),
                np.mean(inside[half:] > cut) + np.mean(without[half:] <= cut)) / 2  # fmt: skip
    return proved(inside[half:], without[half:], *best), right


def proved(inside, without, cut, side):
    """Return the odds, as a logarithm, that a cut wins at least (95 %)."""
    first, second = (inside >= cut, without >= cut) if side > 0 else (without <= cut, inside <= cut)
    n, hits, falses = len(first), int(first.sum()), int(second.sum())
    low = stats.beta.ppf(0.025, hits, n - hits + 1) if hits else 0.0
    high = stats.beta.ppf(0.975, falses + 1, n - falses) if falses < n else 1.0
    return math.log(low / high) if low > 0 else -math.inf


def off(ask, rounds=60):
    who, what = made()
    truth = plain(who, what)
    return statistics.median(float(np.abs(ask(who, what) - truth).mean()) for _ in range(rounds))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=4000)
    rounds = parser.parse_args().rounds
    print("| counts of 30 titles, 400 viewers | epsilon proved by the attack | guess right | mean error, viewers |")
    print("| --- | --- | --- | --- |")
    rows = [("as they are", plain, 1000), ("rounded to tens", rounded, 1000), ("under five left out", suppressed, 1000)]
    for epsilon in (0.5, 1.0, 2.0, 4.0):
        rows.append((f"Kinoeye, epsilon {epsilon:g}", private(epsilon), rounds))
        if (ask := other(epsilon)) is not None:
            rows.append((f"diffprivlib, epsilon {epsilon:g}", ask, rounds))
    for name, ask, count in rows:
        bound, right = attacked(ask, count)
        print(f"| {name} | {bound:.2f} | {right:.3f} | {off(ask):.2f} |", flush=True)
    if DATA.is_file():
        with DATA.open() as file:
            said = [(int(row["userId"]), int(row["movieId"]), float(row["rating"])) for row in csv.DictReader(file)]
        viewers, films, ratings = (np.array(each) for each in zip(*said, strict=True))
        print("\n| known films | unique, films alone | with the rating |\n| --- | --- | --- |")
        for known in (2, 4, 8):
            alone = uniqueness(viewers, films, known=known).share
            rated = uniqueness(viewers, films * 20 + (ratings * 2).astype(np.int64), known=known).share
            print(f"| {known} | {alone:.3f} | {rated:.3f} |")


if __name__ == "__main__":
    main()
