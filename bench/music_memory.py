"""Bench of what `music` holds in memory, by how long the sound is: alone in a process, on a file that is mapped.

    python bench/music_memory.py [--minutes 10 60 180]

A composed piece of a minute is repeated; of each 100 s music is told for 30 and speech for the rest.
"""

import argparse
import multiprocessing
import tempfile
import time
from pathlib import Path

import numpy as np

from kinoeye.analyses.sound.music import music
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds
from kinoeye.treatments.sound.music import music as composed
from kinoeye.treatments.sound.playing import RATE_HZ, play
from kinoeye.treatments.sound.sections import Section

PIECE_S, EACH_S, MUSIC_S = 60, 100, 30


def write(path, minutes):
    """Write so many minutes of music, as the store keeps sound."""
    piece = composed([Section(0, PIECE_S * FLICKS_PER_SECOND, 0.6, 0.6)], seed=4)
    sound = np.concatenate(list(play(piece, seed=4))).mean(axis=1)[: PIECE_S * RATE_HZ : RATE_HZ // SOUND_RATE_HZ]
    once = np.int16(16000 * sound / np.abs(sound).max())
    np.save(path, np.tile(once, minutes * 60 // PIECE_S))


def held():
    """Memory of this process in MB: the most so far, and now."""
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return [int(told[name].split()[0]) / 1024 for name in ("VmHWM", "VmRSS")]


def measure(path, minutes):
    """Print a row."""
    begins = range(0, minutes * 60, EACH_S)
    spans = [{"start": from_seconds(at), "end": from_seconds(at + MUSIC_S), "score": 0.9} for at in begins]
    speech = [{"start": from_seconds(at + MUSIC_S), "end": from_seconds(at + EACH_S), "score": 0.9} for at in begins]
    tables = SOUNDS.from_rows([span | {"kind": "music"} for span in spans]), SPEECH.from_rows(speech)
    sound = Sound(np.load(path, mmap_mode="r"), 0)
    before, begin = held()[1], time.process_time()
    count = len(music(sound, *tables))
    spent = 1000 * (time.process_time() - begin) / (60 * minutes)
    print(f"| {minutes} | {count} | {before:.0f} | {held()[0]:.0f} | {held()[1]:.0f} | {spent:.2f} |", flush=True)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60, 180])
    print("| minutes | passages | MB before | MB at most | MB after | CPU ms a second |\n|" + " --- |" * 6, flush=True)
    spawn = multiprocessing.get_context("spawn")
    for minutes in parser.parse_args().minutes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sound.npy"
            for work in (write, measure):
                process = spawn.Process(target=work, args=(path, minutes))
                process.start()
                process.join()


if __name__ == "__main__":
    main()
