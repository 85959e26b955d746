"""Material: recorded sounds in one channel at 16 kHz, and real ones whose class their file's name tells.

The real ones lie in packages of Debian 12, unpacked into one folder a package; `real.tsv` says which file is what.
"""

import csv
import hashlib
import re
from pathlib import Path

import av
import numpy as np

RATE = 16_000
AUDIO = {".wav", ".ogg", ".oga", ".flac", ".mp3", ".opus"}


def decoded(path, seconds=None):
    """Sound of a file as int16 [n] at 16 kHz."""
    resampler, parts, count = av.AudioResampler("s16", "mono", RATE), [np.zeros(0, np.int16)], 0
    with av.open(str(path), metadata_errors="ignore") as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            for out in resampler.resample(frame):
                parts.append(out.to_ndarray().reshape(-1))
                count += len(parts[-1])
            if seconds is not None and count > seconds * RATE:
                break
    samples = np.concatenate(parts)
    return samples if seconds is None else samples[: int(seconds * RATE)]


def real(folder, part):
    """Rows (class, package, path) of a part, which is learnt, development or measured; each recording once."""
    folder, rows = Path(folder), []
    known, seen = {}, set()
    with Path(__file__).with_name("real.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["part"] == part:
                package = folder / row["package"]
                if package not in known:
                    known[package] = sorted(p for p in package.rglob("*") if p.suffix.lower() in AUDIO)
                for path in known[package]:
                    if re.search(row["path"], f"/{path.relative_to(package).as_posix()}"):
                        content = hashlib.blake2b(path.read_bytes()).digest()
                        if content not in seen:
                            rows.append((row["class"], row["package"], path))
                        seen.add(content)
    return rows


def staged(samples, random, seconds=6.0):
    """A clip as it is judged: at a common level over a faint hiss; one shorter than a second is heard four times.

    Returns samples float [n], and the seconds between which the sound is heard.
    """
    sound = samples.astype(float) / 32768
    loud = np.flatnonzero(np.abs(sound) > 0.02 * max(np.abs(sound).max(), 1e-6))
    sound = sound[loud[0] : loud[-1] + 1] if len(loud) else sound
    if len(sound) < RATE:
        sound = np.tile(np.pad(sound, (0, RATE // 2)), 4)
    sound = sound[: int(seconds * RATE)] * 0.3 / max(np.abs(sound).max(), 1e-6)
    edge = RATE // 2
    return np.pad(sound, edge) + random.standard_normal(len(sound) + 2 * edge) * 1e-4, (0.5, 0.5 + len(sound) / RATE)
