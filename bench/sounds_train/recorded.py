"""Recorded sounds to learn from: files of packages with a free licence, and the effects of FluidR3, played.

    python recorded.py PACKAGES FONTS TARGET      # TARGET/CLASS-*.ogg, 16 kHz

PACKAGES is as material.py reads it (unpack.py first), `real.tsv` says what is learnt from; FONTS has FluidR3_GM.sf2 and
FluidR3_GS.sf2. Never part of a repository: the files keep their own authors and licences (README.md here).
"""

import argparse
from pathlib import Path

import numpy as np
from material import RATE, decoded, real
from songs import effect, played

# Class, font, bank and program: sounds of FluidR3 (MIT) that are of things, not of instruments.
EFFECTS = (
    ("bell", "GM", 8, 14), ("bell", "GS", 5, 124), ("bird", "GM", 0, 123), ("bird", "GS", 3, 123),
    ("dog", "GS", 1, 123), ("door", "GS", 2, 124), ("door", "GS", 3, 124), ("engine", "GM", 0, 125),
    ("engine", "GS", 1, 125), ("engine", "GS", 3, 125), ("engine", "GS", 6, 125), ("engine", "GS", 7, 125),
    ("explosion", "GS", 3, 127), ("footsteps", "GS", 5, 126), ("gunshot", "GM", 0, 127), ("gunshot", "GS", 1, 127),
    ("hooves", "GS", 2, 123), ("laughter", "GS", 1, 126), ("rain", "GS", 1, 122), ("scream", "GS", 2, 126),
    ("siren", "GS", 5, 125), ("telephone", "GM", 0, 124), ("telephone", "GS", 1, 124), ("thunder", "GS", 2, 122),
    ("water", "GM", 0, 122), ("water", "GS", 4, 122), ("water", "GS", 5, 122), ("wind", "GS", 3, 122),
    ("applause", "GM", 0, 126),
)  # fmt: skip
NOTES = (48, 55, 60, 64, 69)


def main():
    """Write them all."""
    import soundfile

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("packages", "fonts", "target"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    given.target.mkdir(exist_ok=True)

    def put(name, samples):
        highest = np.abs(samples).max(initial=0.0)
        loud = np.flatnonzero(np.abs(samples) > 0.01 * highest)
        if highest > 1e-4 and loud[-1] - loud[0] > RATE // 25:
            part = samples[loud[0] : loud[-1] + 1] / highest * 0.9
            soundfile.write(given.target / f"{name}.ogg", part, RATE, format="OGG", subtype="VORBIS")

    for kind, font, bank, program in EFFECTS:
        for note in NOTES:
            samples = played(effect(bank, program, note), given.fonts / f"FluidR3_{font}.sf2")
            put(f"{kind}-{font.lower()}{bank}-{program}-{note}", samples)
    for number, (kind, package, path) in enumerate(real(given.packages, "learnt")):
        named = "hit" if package == "sonic-pi-samples" else kind
        try:
            put(f"{named}-{package}-{number}", decoded(path, 20) / 32768)
        except (OSError, ValueError) as error:
            print(f"left out: {path.name}: {error}")


if __name__ == "__main__":
    main()
