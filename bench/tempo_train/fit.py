"""Learn what speaks for a tempo and for a key from pieces to learn on, and print it as the signals' files have it.

    PYTHONPATH=bench python bench/tempo_train/fit.py FONT.sf2 [FONT.sf2 ...] FOLDER [FOLDER ...]

A folder is what `material.py` made; pieces take turns at the sound fonts. Beside the weights stands how many pieces
were right of fifths that were left out of the learning, and of each kind when it was left out whole.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from played import heard
from scipy.optimize import minimize

from kinoeye.models.mel import RATE_HZ
from kinoeye.signals import keys, onsets, tempo
from kinoeye.signals.harmony import NAMES

TEMPO_L2, KEY_L2 = 3.0, 0.05


def fitted(evidence, right, l2):
    """Weights by which the right of several is likeliest: evidence [n, several, k], right [n, several] of bool."""
    scale = evidence.reshape(-1, evidence.shape[-1]).std(0) + 1e-9 if l2 > 1 else np.ones(evidence.shape[-1])
    flat = (evidence / scale).reshape(-1, evidence.shape[-1])

    def loss(weights):
        fit = (flat @ weights).reshape(right.shape)
        odds = np.exp(fit - fit.max(1, keepdims=True))
        odds /= odds.sum(1, keepdims=True)
        share = (odds * right).sum(1, keepdims=True) + 1e-9
        slope = (odds - odds * right / share).ravel() @ flat
        return -np.log(share).sum() + l2 * (weights**2).sum(), slope + 2 * l2 * weights

    start = np.zeros(evidence.shape[-1])
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / scale


def left_out(name, evidence, right, kinds, l2, good):
    """Print how many are right of those that were not learnt from."""
    folds = np.random.default_rng(0).integers(0, 5, len(kinds))
    said = np.zeros(len(kinds), int)
    for fold in range(5):
        weights = fitted(evidence[folds != fold], right[folds != fold], l2)
        said[folds == fold] = (evidence[folds == fold] @ weights).argmax(1)
    done = good(said)
    print(name, len(kinds), "right", round(float(done.mean()), 3), flush=True)
    for kind in sorted(set(kinds)):
        some = kinds == kind
        line = f"  {kind} {some.sum()} right {done[some].mean():.3f}"
        if not some.all():
            other = np.zeros(len(kinds), int)
            other[some] = (evidence[some] @ fitted(evidence[~some], right[~some], l2)).argmax(1)
            line += f", the kind left out {good(other)[some].mean():.3f}"
        print(line, flush=True)
    return fitted(evidence, right, l2)


def main():
    """Print the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    given = parser.parse_args().paths
    fonts = [path for path in given if path.suffix.lower() == ".sf2"]
    tempi, keyed = [], []
    for folder in (path for path in given if path.is_dir()):
        rows = csv.reader((folder / "truth.tsv").read_text().splitlines(), delimiter="\t")
        for number, (name, kind, half, true, key, _) in enumerate(rows):
            if half != "learn":
                continue
            samples = heard(folder / name, fonts[number % len(fonts)])
            if float(true):
                strength = onsets.onsets(onsets.spectra(samples, RATE_HZ), RATE_HZ)
                near = np.abs(np.log(tempo.TEMPI / float(true))) < 0.03
                tempi.append((tempo.evidence(strength), near, kind))
            if key:
                tonic, mode = key.split()
                right = np.arange(24) == NAMES.index(tonic) + 12 * (mode == "minor")
                keyed.append((keys.evidence(keys.triads(samples, RATE_HZ)), right, kind))
    for name, rows, l2 in (("tempo", tempi, TEMPO_L2), ("key", keyed, KEY_L2)):
        evidence, right, kinds = (np.array(column) for column in zip(*rows, strict=True))
        weights = left_out(name, evidence, right, kinds, l2, lambda said, right=right: right[range(len(said)), said])
        print(name, len(weights), "weights:", ", ".join(f"{each:.2f}" for each in weights))


if __name__ == "__main__":
    main()
