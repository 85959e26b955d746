"""Pieces of a folder as sound, kept beside them so that they are played once."""

import numpy as np
from sounds_train.songs import played

SECONDS = 30
LATER = 10  # seconds of a game's music that are left out: beginnings are often free


def heard(path, font):
    """Half a minute of a MIDI file as it sounds with a font, float [n], full scale 1."""
    kept = path.with_suffix(".npy")
    later = LATER if "-games-" in path.name else 0
    if not kept.exists():
        samples = played(path.read_bytes(), font, seconds=SECONDS + later)
        np.save(kept, np.int16(np.clip(samples, -1, 1) * 32767))
    return np.load(kept)[later * 16_000 :][: SECONDS * 16_000].astype(np.float64) / 32768
