"""Whole runs: a command that has nothing to do, a thousand assets, all analyses beside bare decoding, a two-hour film.

Usage: kinoeye bench run [--film FILE] [--hours 2] [--skip-long]

The long film is FILE repeated by copying its packets: real material, and nothing is encoded again. Its memory
is the sum over the run's processes of what is resident, looked at ten times a second; what they share counts twice.
"""

import argparse
import importlib.metadata
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.run.list import ANALYSES
from kinoeye.streams import STREAMS, Pictures, Sound, Stills
from kinoeye.tables import with_asset

REPEATS = 5
SHOTS_ONLY = ("shots",)
FOOTAGE = ("shots", "camera", "quality", "colours", "likenesses", "twins", "levels")
PROBES: dict[Path, Any] = {}
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "film_clips"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path, default=SHARED / "tears_of_steel_battle_70s.webm")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--skip-long", action="store_true")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, PyAV "
        f"{importlib.metadata.version('av')}; medians of {REPEATS} (least..greatest)\n"
    )
    print("| what | wall s | CPU s |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _row("`kinoeye --help`", lambda: _kinoeye("--help"))
        notes = _thousand(folder)
        _kinoeye("run", str(notes))
        _row("a run of 1,000 assets with nothing to do", lambda: _kinoeye("run", str(notes)))
        small = folder / "small"
        small.mkdir()
        shutil.copy(given.film, small)
        _kinoeye("run", str(small))
        _row("a run of one film with nothing to do", lambda: _kinoeye("run", str(small)))
        _beside_decoding(folder, given.film)
        if not given.skip_long:
            _long(folder, given.film, given.hours)


def _kinoeye(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "kinoeye", *arguments], check=True, capture_output=True)


def _spent(work: Callable[[], None]) -> tuple[float, float]:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - begin, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _row(name: str, work: Callable[[], None]) -> float:
    runs = [_spent(work) for _ in range(REPEATS)]
    cells = [f"{statistics.median(each):.2f} ({min(each):.2f}..{max(each):.2f})" for each in zip(*runs, strict=True)]
    print(f"| {name} | {cells[0]} | {cells[1]} |", flush=True)
    return statistics.median(cpu for _, cpu in runs)


def _thousand(folder: Path) -> Path:
    notes = folder / "notes"
    notes.mkdir()
    for number in range(1000):
        (notes / f"{number}.txt").write_text(f"Note number {number} about the storm.\n")
    return notes


def _beside_decoding(folder: Path, film: Path) -> None:
    """All analyses but texts, and texts, beside decoding the same film at 1080p and doing nothing with it.

    In this process, one thread, starting and probing apart; each round does all in turn.
    """
    large = folder / "large.mp4"
    _upscaled(film, large)
    ways = {"bare decode": (), "`shots`": SHOTS_ONLY, "all but `texts`": FOOTAGE, "all": (*FOOTAGE, "texts")}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    pictures = 0
    for _ in range(REPEATS):
        for name, wanted in ways.items():
            begin = time.process_time()
            pictures = _decoded(large) if not wanted else _analysed(large, wanted)
            spent[name].append(time.process_time() - begin)
    print(f"\n| 1080p H.264, {pictures} pictures | pictures a CPU second | of bare decode |\n| --- | --- | --- |")
    for name, each in spent.items():
        rates = sorted(pictures / seconds for seconds in each)
        ratios = sorted(bare / mine for bare, mine in zip(spent["bare decode"], each, strict=True))
        print(
            f"| {name} | {statistics.median(rates):.0f} ({rates[0]:.0f}..{rates[-1]:.0f}) "
            f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f}..{ratios[-1]:.2f}) |",
            flush=True,
        )


def _decoded(film: Path) -> int:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        return sum(1 for _ in container.decode(stream))


def _analysed(film: Path, wanted: tuple[str, ...]) -> int:
    """Read all streams that these analyses take, in one pass, and run them."""
    seen = PROBES.setdefault(film, probe(film))
    chosen = [each for each in ANALYSES if each.name in wanted]
    want = {name for each in chosen for name in each.inputs if name in STREAMS}
    blocks = list(read(film, seen, want=want))
    times = np.concatenate([block.times for block in blocks])
    stills = [still for block in blocks for still in block.stills]
    known: dict[str, Any] = {
        "thumbs": Pictures(
            np.concatenate([block.thumbs for block in blocks]),
            np.append(times, blocks[-1].end),
            seen.rate or Fraction(24),
        ),
        "stills": Stills(
            [still.jpeg for still in stills],
            np.array([still.frame for still in stills], np.int64),
            np.array([still.time for still in stills], np.int64),
        ),
        "mono_16k": Sound(np.concatenate([block.samples for block in blocks]), blocks[-1].samples_start),
    }
    for each in chosen:
        known[each.name] = with_asset(
            each.table.whole(each.function(*[known.get(name) for name in each.inputs])), "a" * 32
        )
    return len(times)


def _upscaled(film: Path, target: Path) -> None:
    with av.open(str(film)) as source, av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=24, options={"preset": "medium", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number, frame in enumerate(source.decode(video=0)):
            larger = frame.reformat(1920, 1080, "yuv420p", interpolation="BICUBIC")
            larger.pts, larger.time_base = number, Fraction(1, 24)
            out.mux(stream.encode(larger))
        out.mux(stream.encode(None))


def _long(folder: Path, film: Path, hours: float) -> None:
    production = folder / "long"
    production.mkdir()
    pictures = _repeated(film, production / "long.mkv", hours)
    process = subprocess.Popen(
        [sys.executable, "-m", "kinoeye", "run", str(production), "--json"],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    begin, peak = time.monotonic(), 0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.1)
    print(
        f"\n{hours:g} hours, {pictures} pictures: exit status {process.returncode}, "
        f"{time.monotonic() - begin:.0f} s, at most {peak / 1024:.0f} MB resident in all processes together"
    )


def _repeated(film: Path, target: Path, hours: float) -> int:
    pictures = 0
    with av.open(str(target), "w", format="matroska") as out:
        streams: dict[int, object] = {}
        shift = Fraction(0)
        while shift < hours * 3600:
            length = Fraction(0)
            with av.open(str(film)) as source:
                chosen = [source.streams.video[0], *source.streams.audio[:1]]
                for stream in chosen:
                    streams.setdefault(stream.index, out.add_stream_from_template(stream) if shift == 0 else None)
                for packet in source.demux(chosen):
                    if packet.dts is None:
                        continue
                    base = packet.time_base
                    end = (packet.pts + (packet.duration or 0)) * base
                    length = max(length, end)
                    packet.pts += int(shift / base)
                    packet.dts += int(shift / base)
                    pictures += packet.stream.type == "video"
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
            shift += length
    return pictures


def _resident(group: int) -> int:
    """Return the kB resident of a process and all that it started."""
    total, todo = 0, [group]
    while todo:
        pid = todo.pop()
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            todo += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return total


if __name__ == "__main__":
    main()
