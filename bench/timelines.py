"""Timelines: how many pictures and transitions survive a round trip, ours beside OpenTimelineIO's plain adapters.

Two tables. First every file of ../shared/data/timelines that a format allows, read, written and read again. Then one
generated shot list (cuts, dissolves, wipes, a film with time code and sound) at every rate, through our writers and
through the adapters: the adapters' file is read back by the adapter itself, so neither side judges the other's files.
The plain AAF adapter refuses transitions without effect metadata; the EDL adapter turns a wipe into a dissolve.

    python bench/timelines.py [FOLDER]
"""

import contextlib
import io
import logging
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pyarrow as pa

from kinoeye.errors import KinoeyeError
from kinoeye.export.aaf import BROKEN
from kinoeye.export.build import timelines
from kinoeye.export.formats import FORMATS, Format, read
from kinoeye.export.otio import from_otio, to_otio
from kinoeye.export.played import Loss, compare
from kinoeye.export.timeline import Timeline
from kinoeye.timecode import STANDARD_RATES, frame_to_flicks

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "timelines"
READABLE = {each.extension: each for each in FORMATS if each.read is not None}
ADAPTERS = {"otio": "otio_json", "edl": "cmx_3600", "fcpxml": "fcpx_xml", "xml": "fcp_xml", "aaf": "AAF"}
KINDS = ("start", "cut", "dissolve", "cut", "wipe", "cut", "dissolve", "cut")


def main() -> None:
    """Print both tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    if folder.is_dir():
        _files(folder)
    _rates()


def _files(folder: Path) -> None:
    print("| format | files | whole | pictures | lost | transitions | lost | refused | not written |")
    print("|---|---|---|---|---|---|---|---|---|")
    remarks = []
    begin = time.process_time()
    for extension, chosen in READABLE.items():
        counts = dict.fromkeys(("files", "whole", "pictures", "lost", "changes", "changes lost", "no", "mute"), 0)
        for path in sorted(folder.rglob(f"*.{extension}")):
            counts["files"] += 1
            try:
                found = read(path)
            except KinoeyeError as error:
                counts["no"] += 1
                remarks.append(f"{path.name}: refused: {error.message}")
                continue
            try:
                losses = [compare(each, _again(chosen, each)) for each in found]
            except KinoeyeError as error:
                counts["mute"] += 1
                remarks.append(f"{path.name}: not written: {error.message}")
                continue
            counts["whole"] += all(loss.is_none for loss in losses)
            counts["pictures"] += sum(loss.frames for loss in losses)
            counts["lost"] += sum(loss.frames_lost for loss in losses)
            counts["changes"] += sum(loss.transitions for loss in losses)
            counts["changes lost"] += sum(loss.transitions_lost for loss in losses)
        print(f"| {chosen.name} | " + " | ".join(f"{value:,}" for value in counts.values()) + " |")
    print(f"\nCPU seconds: {time.process_time() - begin:.1f}")
    for remark in remarks:
        print(f"- {remark}")


def _again(chosen: Format, timeline: Timeline) -> Timeline:
    assert chosen.read is not None
    (found,) = chosen.read(chosen.write(timeline))
    return found


def _rates() -> None:
    names = list(READABLE)
    print("\nGenerated shot list: pictures lost / transitions lost (of 3), ours · plain adapter\n")
    print("| rate | pictures | " + " | ".join(names) + " |")
    print("|---|---|" + "---|" * len(names))
    cases = [(rate, False) for rate in STANDARD_RATES if rate <= 60]
    cases += [(Fraction(30_000, 1001), True), (Fraction(60_000, 1001), True)]
    for rate, is_drop_frame in cases:
        (timeline,) = timelines(_tables(rate, is_drop_frame))
        cells = []
        for extension, chosen in READABLE.items():
            ours = compare(timeline, _again(chosen, timeline))
            cells.append(f"{_said(ours)} · {_peer(timeline, extension)}")
        pictures = compare(timeline, timeline).frames
        print(f"| {float(rate):.3f}{' DF' if is_drop_frame else ''} | {pictures:,} | " + " | ".join(cells) + " |")


def _said(loss: Loss) -> str:
    return f"{loss.frames_lost:,} / {loss.transitions_lost}"


def _peer(timeline: Timeline, extension: str) -> str:
    """Return what a plain adapter loses of the same timeline, given to it as plain OTIO."""
    plain = to_otio(timeline)
    plain.metadata.clear()
    for item in plain.find_children():
        item.metadata.clear()
        if isinstance(item, otio.schema.Transition) and item.transition_type != "SMPTE_Dissolve":
            item.transition_type = "SMPTE_Dissolve" if extension in {"aaf"} else item.transition_type
    write: Callable[[str], object] = lambda path: otio.adapters.write_to_file(  # noqa: E731
        plain, path, adapter_name=ADAPTERS[extension], **_arguments(extension, timeline)
    )
    try:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            path = str(Path(folder) / f"a.{extension}")
            write(path)
            options = {"rate": float(timeline.rate)} if extension == "edl" else {}
            found = otio.adapters.read_from_file(path, adapter_name=ADAPTERS[extension], **options)
    except BROKEN as error:
        return f"fails ({type(error).__name__})"
    if isinstance(found, otio.schema.SerializableCollection):
        found = next((each for each in found.find_children() if isinstance(each, otio.schema.Timeline)), None)
        if found is None:
            return "no timeline"
    try:
        return _said(compare(_anchored(timeline), _anchored(from_otio(found))))
    except KinoeyeError as error:
        return f"fails ({type(error).__name__})"


def _arguments(extension: str, timeline: Timeline) -> dict[str, object]:
    return {"edl": {"rate": float(timeline.rate), "style": "premiere"}, "aaf": {"use_empty_mob_ids": True}}.get(
        extension, {}
    )


def _anchored(timeline: Timeline) -> Timeline:
    """Return the pictures alone, from 0: adapters that forget the start or the sound are not judged by it."""
    return Timeline(timeline.name, timeline.rate, timeline.of("video"))


def _tables(rate: Fraction, is_drop_frame: bool) -> dict[str, pa.Table]:
    asset, rows, first = "a" * 32, [], 0
    for number, kind in enumerate(KINDS):
        length, half = 37 + 53 * number, 8 if kind in {"dissolve", "wipe"} else 0
        start, end = (frame_to_flicks(frame, rate) for frame in (first, first + length))
        rows.append({
            "asset": asset, "shot": number, "start": start, "end": end, "first_frame": first,
            "end_frame": first + length, "transition": kind,
            "transition_start": frame_to_flicks(first - half, rate), "score": 1.0,
        })  # fmt: skip
        first += length
    film = {
        "asset": asset, "path": "A001.mov", "kind": "video", "start": 0, "end": frame_to_flicks(first, rate),
        "rate_num": rate.numerator, "rate_den": rate.denominator, "is_variable_rate": False, "width": 1920,
        "height": 1080, "timecode": "01:00:00;00" if is_drop_frame else "01:00:00:00", "channels": 2, "tags": [],
    }  # fmt: skip
    return {"assets": pa.Table.from_pylist([film]), "shots": pa.Table.from_pylist(rows)}


if __name__ == "__main__":
    main()
