"""Bench of decoding: pictures a CPU second of bare decode, and of reading with all or some streams.

    python bench/decode.py FILM ... [--upscale FILM] [--repeats 5]

`--upscale` encodes the film anew as 1080p H.264 (x264 medium, CRF 20) in a temporary folder and measures
that, too. Runs are interleaved, medians and spreads given; CPU time of the whole process, one thread.
"""

import argparse
import statistics
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2

from kinoeye.media.probe import probe
from kinoeye.media.read import read

HOW = {
    "bare decode": None,
    "bare, loop filter as read": None,
    "thumbs": ("thumbs",),
    "thumbs + stills": ("thumbs", "stills"),
    "thumbs + stills + sound": ("thumbs", "stills", "mono_16k"),
    "thumbs + stills + sound + meters": ("thumbs", "stills", "mono_16k", "meters"),
}


def bare(path, options):
    """Decode all pictures and forget them."""
    with av.open(str(path)) as container:
        film = container.streams.video[0]
        film.codec_context.thread_count = 1
        film.codec_context.options = options
        return sum(1 for _ in container.decode(film))


def ours(path, seen, want):
    """Read, as a run does after the probe."""
    return sum(len(block.times) for block in read(path, seen, want=want))


def upscaled(path, folder, pictures=480):
    """Encode the begin of a film as 1080p H.264."""
    target = Path(folder) / f"{path.stem}_1080p.mp4"
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        film = out.add_stream("libx264", rate=24, options={"preset": "medium", "crf": "20"})
        film.width, film.height, film.pix_fmt = 1920, 1080, "yuv420p"
        for number, frame in enumerate(source.decode(video=0)):
            if number == pictures:
                break
            larger = frame.reformat(1920, 1080, "yuv420p", interpolation="LANCZOS")
            larger.pts, larger.time_base = number, Fraction(1, 24)
            out.mux(film.encode(larger))
        out.mux(film.encode(None))
    return target


def measured(path, repeats):
    """Return pictures a CPU second by road, one figure a repeat, and the probe's CPU milliseconds."""
    rates = {name: [] for name in HOW}
    probes = []
    for _ in range(repeats):
        begin = time.process_time()
        seen = probe(path)
        probes.append(1000 * (time.process_time() - begin))
        for name, want in HOW.items():
            begin = time.process_time()
            if want is None:
                count = bare(path, {"skip_loop_filter": "bidir"} if "filter" in name else {})
            else:
                count = ours(path, seen, want)
            rates[name].append(count / (time.process_time() - begin))
    return rates, statistics.median(probes)


def main():
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("films", nargs="*", type=Path)
    parser.add_argument("--upscale", type=Path, action="append", default=[])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    print("| film | probe, ms | " + " | ".join(HOW) + " |")
    print("|---|---|" + "---|" * len(HOW))
    with tempfile.TemporaryDirectory() as folder:
        for path in [*arguments.films, *(upscaled(film, folder) for film in arguments.upscale)]:
            rates, probed = measured(path, arguments.repeats)
            base = statistics.median(rates["bare decode"])
            cells = []
            for values in rates.values():
                middle = statistics.median(values)
                cells.append(f"{middle:.0f} ({min(values):.0f}-{max(values):.0f}) x{middle / base:.2f}")
            print(f"| {path.name} | {probed:.1f} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
