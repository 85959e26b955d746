"""Music: CPU seconds and memory of music and ambience by rule, and whether the moods can be told apart in the sound.

There is no peer: no other tool makes music for a film's mood by rule. A piece of each mood is played for 30 seconds,
and its level and the centre of its spectrum are measured, so that a part that does not play shows.

    python bench/music.py
"""

import resource
import statistics
import time
from collections.abc import Iterable

import numpy as np

from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.ambience import PLACES, ambience
from kinoeye.treatments.sound.curves import WORDS
from kinoeye.treatments.sound.music import music
from kinoeye.treatments.sound.playing import RATE_HZ, play
from kinoeye.treatments.sound.sections import Section, sections

SEEDS = 5
SECONDS = 30


def main() -> None:
    """Print the tables."""
    _moods()
    _costs()


def _moods() -> None:
    print("| mood | mode | tempo asked | level dBFS | centre Hz | CPU s a second |")
    print("| --- | --- | --- | --- | --- | --- |")
    for word, (valence, arousal) in WORDS.items():
        rows = [_heard(valence, arousal, seed) for seed in range(SEEDS)]
        piece = music([Section(0, SECONDS * FLICKS_PER_SECOND, valence, arousal)]).passages[0]
        level, centre, cost = (statistics.median(row[number] for row in rows) for number in range(3))
        print(f"| {word} | {piece.mode} | {piece.tempo:.0f} | {level:.1f} | {centre:.0f} "
              f"| {cost:.3f} |")  # fmt: skip


def _heard(valence: float, arousal: float, seed: int) -> tuple[float, float, float]:
    piece = music([Section(0, SECONDS * FLICKS_PER_SECOND, valence, arousal)], seed=seed)
    begin = time.process_time()
    sound = np.concatenate(list(play(piece, seed=seed))).mean(axis=1)
    cost = (time.process_time() - begin) / SECONDS
    power = np.abs(np.fft.rfft(sound)) ** 2
    centre = float((power * np.fft.rfftfreq(len(sound), 1 / RATE_HZ)).sum() / power.sum())
    return 20 * float(np.log10(sound.std())), centre, cost


def _costs() -> None:
    print("\n| what | minutes | CPU s a second | resident at most, MB |")
    print("| --- | --- | --- | --- |")
    for minutes in (2, 20):
        moments = [Section(n * 10 * FLICKS_PER_SECOND, (n + 1) * 10 * FLICKS_PER_SECOND, (n % 7) / 3 - 1, (n % 5) / 4)
                   for n in range(minutes * 6)]  # fmt: skip
        piece = music(sections(moments, start=0, end=minutes * 60 * FLICKS_PER_SECOND))
        _cost("music", minutes, play(piece))
    for name in PLACES:
        _cost(f"ambience: {name}", 2, ambience(name, 2 * 60 * RATE_HZ))


def _cost(what: str, minutes: int, blocks: Iterable[object]) -> None:
    begin = time.process_time()
    for _ in blocks:
        pass
    seconds = time.process_time() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {what} | {minutes} | {seconds / minutes / 60:.3f} | {most:.0f} |")


if __name__ == "__main__":
    main()
