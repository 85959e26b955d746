"""Bench of the whole sound index: CPU and memory of every analysis of sound together, but for recognition.

    python bench/sound_index.py [../shared/data] [--minutes 10 60 180] [--json]

Ten minutes of turns of real clips, some of them in a room and in noise, every third with music under them, and between
them passages of music and of recorded noise, in stereo at 48 kHz as AAC, are repeated to the length that is asked for,
and go through `kinoeye run` with one worker and one thread, in processes of their own. Beside it, on the same file:
FFmpeg's ebur128, silencedetect and astats by one graph (loudness, true peak, silences, levels), and resemblyzer's way
of telling voices apart (16 windows of 1.6 s a second, all of the sound at once; the same net). CPU is that of all
processes, memory the most that the largest of them held.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
import numpy.typing as npt

from kinoeye.timecode import FLICKS_PER_SECOND

ANALYSES = (
    "levels",
    "speech",
    "sounds",
    "music",
    "speakers",
    "overlaps",
    "loudness",
    "programmes",
    "sound_faults",
    "rooms",
    "speaker_vectors",
    "voices",
)
PURPOSE = '[speaker_vectors]\npurpose = "to see what it costs"\n'
RATE_HZ = 48_000
UNIQUE_S = 600
LONGEST_AT_ONCE = 20  # minutes for the peer that holds all of the sound

Measured = dict[str, float]


def make(data: Path, target: Path) -> None:
    """Write ten minutes of conversations, music and noise, each at another place between the two loudspeakers."""
    output = av.open(str(target), "w")
    stream = output.add_stream("aac", rate=RATE_HZ, layout="stereo")
    stream.bit_rate = 192_000
    random, count = np.random.default_rng(3), 0
    for sound in _passages(data):
        left = random.uniform(0.3, 0.7)
        planes = np.stack([sound * left, sound * (1 - left)]).astype(np.float32) * 2
        for begin in range(0, min(len(sound), UNIQUE_S * RATE_HZ - count), 1024):
            frame = av.AudioFrame.from_ndarray(planes[:, begin : begin + 1024].copy(), "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE_HZ, count + begin
            output.mux(stream.encode(frame))
        count += len(sound)
    output.mux(stream.encode(None))
    output.close()


def _passages(data: Path) -> Iterator[npt.NDArray[np.float64]]:
    """Yield conversations, and after each a passage of music and one of noise; one channel at 48 kHz."""
    from conversations import NOISES, conversations  # the composing process alone needs them: memory is of the others
    from scipy import signal
    from sound_files import noise

    from kinoeye.treatments.sound.music import music
    from kinoeye.treatments.sound.playing import play
    from kinoeye.treatments.sound.sections import Section

    for number, (samples, _) in enumerate(conversations(data, -(-UNIQUE_S // 110), is_held_out=True)):
        talk = signal.resample_poly(samples / 32768, 3, 1)
        mood = Section(0, 70 * FLICKS_PER_SECOND, (number % 5 - 2) / 2, number % 4 / 3)
        tune = np.concatenate(list(play(music([mood], seed=number)))).mean(axis=1).astype(np.float64)
        tune *= talk.std() / tune.std()
        yield talk + (np.resize(tune, len(talk)) / 2 if number % 3 == 2 else 0)
        yield tune[: 25 * RATE_HZ]
        hiss = noise(data, NOISES[True][number % len(NOISES[True])], 15 * 16_000)
        yield signal.resample_poly(hiss, 3, 1) * talk.std() / 2


def repeat(source: Path, target: Path, times: int) -> None:
    """Copy a sound's packets so many times one after the other."""
    with av.open(str(target), "w") as output:
        shift, stream = 0, None
        for _ in range(times):
            with av.open(str(source)) as once:
                stream = stream or output.add_stream_from_template(once.streams.audio[0])
                for packet in once.demux(audio=0):
                    if packet.size:
                        packet.pts = packet.dts = shift
                        shift += 1024
                        packet.stream = stream
                        output.mux(packet)


def ffmpeg(path: Path) -> None:
    """Let FFmpeg's meters hear a file."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        chain = [graph.add_abuffer(template=stream), graph.add("ebur128", "metadata=1:peak=true"),
                 graph.add("silencedetect", "noise=-50dB:d=0.3"), graph.add("astats", "metadata=1:reset=0"),
                 graph.add("abuffersink")]  # fmt: skip
        for first, second in pairwise(chain):
            first.link_to(second)
        graph.configure()
        for frame in container.decode(stream):
            graph.push(frame)
            _drained(graph)
        graph.push(None)
        _drained(graph)


def _drained(graph: av.filter.Graph) -> None:
    while True:
        try:
            graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return


def resemblyzer(path: Path) -> None:
    """Make a vector of every sixteenth of a second, as the demo of diarisation does."""
    from sound_files import load

    from kinoeye.models.mel import mels
    from kinoeye.models.nets import net
    from kinoeye.models.speaker import _BANDS, _raised

    powers = mels(_raised(load(path).astype(np.float32)), _BANDS)
    begins = range(0, len(powers) - 160, round(100 / 16))
    for at in range(0, len(begins), 64):
        net("speaker").run({"mels": np.stack([powers[each : each + 160] for each in begins[at : at + 64]])})


def measured(command: Sequence[str]) -> Measured:
    """Run a process, and return what it and its children took."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return {"cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}


def run(source: Path, folder: Path, minutes: int) -> list[dict[str, Any]]:
    """Index a file of so many minutes, and let the peers hear it."""
    folder.mkdir()
    (folder / "kinoeye.toml").write_text(PURPOSE)
    path = folder / "talk.m4a"
    repeat(source, path, max(1, minutes * 60 // UNIQUE_S))
    seconds = minutes * 60
    rows = [_row(minutes, "kinoeye run", measured(["-m", "kinoeye", "run", str(folder), "--jobs", "1", "--only",
                                                  ",".join(ANALYSES)]), seconds)]  # fmt: skip
    told = subprocess.run([sys.executable, "-m", "kinoeye", "cost", str(folder), "--json"],
                          capture_output=True, check=True)  # fmt: skip
    rows += [
        _row(minutes, f"- {each['analysis']}", {"cpu_s": each["cpu_seconds"], "peak_mb": each["peak_mb"]}, seconds)
        for each in json.loads(told.stdout)
    ]
    # A worker that is ended counts in nobody's children: what it told of itself is added.
    rows[0]["peak MB"] = max(row["peak MB"] for row in rows)
    rows.append(_row(minutes, "FFmpeg's three meters", measured([__file__, "--ffmpeg", str(path)]), seconds))
    if minutes <= LONGEST_AT_ONCE:
        rows.append(_row(minutes, "resemblyzer's way", measured([__file__, "--resemblyzer", str(path)]), seconds))
    return rows


def _row(minutes: int, name: str, used: Measured, seconds: float) -> dict[str, Any]:
    return {"minutes": minutes, "": name, "CPU ms a second": round(1000 * used["cpu_s"] / seconds, 2),
            "CPU s": round(used["cpu_s"], 1), "peak MB": round(used["peak_mb"])}  # fmt: skip


def main() -> None:
    """Run it all, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60, 180])
    parser.add_argument("--json", action="store_true")
    for part in ("make", "ffmpeg", "resemblyzer"):
        parser.add_argument(f"--{part}", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        return make(options.data, options.make)
    if options.ffmpeg:
        return ffmpeg(options.ffmpeg)
    if options.resemblyzer:
        return resemblyzer(options.resemblyzer)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "ten.m4a"
        measured([__file__, str(options.data), "--make", str(source)])
        for minutes in options.minutes:
            rows += run(source, Path(folder) / str(minutes), minutes)
    if options.json:
        print(json.dumps(rows, indent=2))
        return None
    print("| " + " | ".join(rows[0]) + " |\n|" + " --- |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    return None


if __name__ == "__main__":
    main()
