"""What a worker does: look at a file, decode a segment, join segments, run an analysis.

Each function takes plain values, opens the index for itself, and keeps what it made before it answers.
"""

import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import PREVIOUS, Analysis
from kinoeye.media import logs
from kinoeye.media.assets import ASSETS, row_of
from kinoeye.media.damages import Damage
from kinoeye.media.documents import MOST_BYTES, read_screenplay, read_text, text_beside
from kinoeye.media.probe import Probe, probe
from kinoeye.media.read import Block, read
from kinoeye.media.records import read_records, write_parquet
from kinoeye.media.seeing import EVERYTHING, Seeing, muted
from kinoeye.media.segments import Segment
from kinoeye.media.sequences import probe_sequence, read_sequence
from kinoeye.models import registry
from kinoeye.run.handed import rows_for
from kinoeye.run.list import ANALYSES, TABLES
from kinoeye.run.memory import peak_mb
from kinoeye.run.plan import MOVING, PROBE_VERSION, SEEN, WRITTEN
from kinoeye.run.scan import Found, shown
from kinoeye.run.settings import MediaSettings
from kinoeye.run.viewer_keys import key_of
from kinoeye.screenplay.elements import to_json
from kinoeye.store.decisions import Decision, Told
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.store.stored import of_asset, stored
from kinoeye.store.streams import Manifest, PartWriter
from kinoeye.streams import METERS, SOUND_RATE_HZ, STREAMS
from kinoeye.tables import Stored, Table
from kinoeye.timecode import FLICKS_PER_SECOND, clock

# A segment has about so many pictures: long enough to be worth a worker, short enough to lose little when killed.
_SEGMENT_PICTURES = 2_500

# What the meters of a track are of in which nothing could be decoded.
NO_SOUND: dict[str, Any] = {"start": 0, "count": 0, "rate_hz": SOUND_RATE_HZ, "layout": []}

# So many damages of one file are told; a scratched tape repeats itself.
_DAMAGES = 20


def look(folder: str, url: str, found: Found, fingerprint: str, media: MediaSettings) -> tuple[dict[str, Any], Any]:
    """Say what a file is: keep its row of `assets`, and return it with what decoding needs."""
    begin = time.process_time()
    index = Index(url, TABLES)
    looked = _probe(Path(folder), found, media)
    row = {
        **row_of(looked, "log" if _is_log(Path(folder), found) else found.kind),
        "asset": found.asset,
        "path": shown(found.paths[0]),
        "paths": [shown(path) for path in found.paths],
        "size_bytes": found.size_bytes,
    }
    spent = round(time.process_time() - begin, 4)
    rows = ASSETS.from_rows([row])
    row = rows.to_pylist()[0]
    peak = round(peak_mb(), 1)
    provenance = Provenance(fingerprint, PROBE_VERSION, cpu_seconds=spent, peak_mb=peak, about=row)
    index.results.write(ASSETS, found.asset, rows, provenance)
    return row, looked


def decode(
    folder: str,
    url: str,
    found: Found,
    staging: str,
    number: int,
    streams: Sequence[str],
    probed: Probe | None,
    segment: Segment | None,
    seeing: Seeing,
    threads: int,
) -> dict[str, Any]:
    """Decode one segment, keep its part of each stream, and return what is known of it.

    Returns
    -------
    dict
        ``pictures``, ``first`` and ``end`` (flicks; None without pictures), ``samples_start`` (None without sound),
        ``sounded`` (of the meters), ``damages`` (messages), ``kind`` of a text.
    """
    path = Path(folder) / found.paths[0]
    index = Index(url, TABLES)
    if probed is None or segment is None:
        return index.streams.write_part(
            found.asset, staging, number, streams,
            lambda writer: _written(path, found, index, streams, writer, seeing.forgotten),
        )  # fmt: skip
    blocks = _blocks(Path(folder), found, probed, segment, streams, seeing, threads)
    return index.streams.write_part(
        found.asset, staging, number, streams,
        lambda writer: _pieces(blocks, streams, writer, probed.damages if number == 0 else (), seeing),
    )  # fmt: skip


def decode_whole(
    decoding: tuple[Any, ...], fingerprints: Mapping[str, str], row: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Decode what is one segment, and make its streams at once; arguments as of `decode` and `join`."""
    begin = time.process_time()
    facts = decode(*decoding)
    _, url, found, staging = decoding[:4]
    return join(url, found.asset, staging, fingerprints, [facts], row, time.process_time() - begin, peak_mb())


def join(
    url: str,
    asset: str,
    staging: str,
    fingerprints: Mapping[str, str],
    facts: Sequence[Mapping[str, Any]],
    row: Mapping[str, Any],
    cpu_seconds: float,
    peak: float,
) -> tuple[dict[str, Any], list[str]]:
    """Join segments into streams, correct the asset's row by what was decoded, and return it with the damages."""
    index = Index(url, TABLES)
    counts = [int(each["pictures"]) for each in facts]
    before = [0, *itertools.accumulate(counts)][: len(counts)]
    seen = [each for each in facts if each["pictures"]]
    heard = [each for each in facts if each["samples_start"] is not None]
    about = {
        "thumbs": {"rate": f"{row['rate_num'] or 24}/{row['rate_den'] or 1}", "end": seen[-1]["end"] if seen else 0},
        "stills": {},
        "full_rate": {},
        "mono_16k": {"start": heard[0]["samples_start"] if heard else 0},
        "meters": next((each["sounded"] for each in facts if each.get("sounded")), NO_SOUND),
        "text": {"kind": row["kind"]},
        "screenplay": {},
        "records": next((each["records"] for each in facts if each.get("records")), {}),
        "log": next((each["log"] for each in facts if each.get("log")), {}),
    }
    share = 1 / max(1, len(fingerprints))
    index.streams.join(asset, staging, before, [
        Manifest(stream, fingerprint, {}, about[stream], round(cpu_seconds * share, 4), round(peak, 1))
        for stream, fingerprint in fingerprints.items()
    ])  # fmt: skip
    new = dict(row)
    if seen:
        new |= {"pictures": sum(counts), "start": seen[0]["first"], "end": seen[-1]["end"]}
    if new != row:
        provenance = replace(index.results.provenance("assets", asset), about=new)
        index.results.write(ASSETS, asset, ASSETS.from_rows([new]), provenance)
    return new, list(dict.fromkeys(damage for each in facts for damage in each["damages"]))[:_DAMAGES]


def streams_of(row: Mapping[str, Any], seeing: Seeing = EVERYTHING) -> frozenset[str]:
    """Return the streams that an asset can give, by its row in `assets` and how it is looked at."""
    if row["kind"] == "log":
        # Neither its text nor its rows as they stand: they name viewers.
        return frozenset({"log"})
    if row["kind"] == "records":
        # A catalogue larger than any text is read as rows alone.
        return frozenset({"records", "text"} if row["size_bytes"] <= MOST_BYTES else {"records"})
    if row["kind"] in WRITTEN:
        return frozenset({"text", "screenplay"} if row["kind"] == "screenplay" else {"text"})
    streams = set()
    if row["kind"] in SEEN and row["pictures"]:
        streams |= {"thumbs", "stills"} | ({"full_rate"} if seeing.ranges else set())
    if row["channels"]:
        streams |= {"mono_16k", "meters"}
    return frozenset(streams)


def parts_for(row: Mapping[str, Any], workers: int) -> int:
    """Return into how many segments a film is cut."""
    if row["kind"] not in MOVING or not row["pictures"]:
        return 1
    whole = max(1, round(row["pictures"] / _SEGMENT_PICTURES))
    return max(whole, workers) if row["pictures"] >= _SEGMENT_PICTURES // 4 else 1


def analyse(
    url: str, name: str, asset: str, fingerprint: str, settings: Mapping[str, Any], said: Sequence[Decision]
) -> int:
    """Run an analysis of one asset, keep its rows, and return how many there are."""
    index = Index(url, TABLES, decisions=Told(said))
    analysis = _analysis(name)
    of_all = {each.name for each in ANALYSES if each.scope == "production"}
    inputs: list[Any] = []
    with _scratch() as scratch:
        for each, needed in analysis.inputs.items():
            if each in of_all:
                inputs.append(_handed(index, analysis, each, asset, scratch))
                continue
            is_there = (asset, each) in _streams_there(index, asset) if each in STREAMS else _has(index, each, asset)
            if not is_there and not needed:
                inputs.append(None)
            elif each in STREAMS:
                inputs.append(index.streams.read(asset, each))
            elif analysis.takes(each, Stored):
                inputs.append(stored(index, each, [asset], scratch()))
            else:
                inputs.append(index.read(each, asset))
        return _made(index, analysis, asset, fingerprint, inputs, settings)


def analyse_production(
    url: str,
    name: str,
    assets: Mapping[str, Sequence[str]],
    fingerprint: str,
    settings: Mapping[str, Any],
    said: Sequence[Decision],
) -> int:
    """Run an analysis of all assets' tables, keep its rows, and return how many there are."""
    index = Index(url, TABLES, decisions=Told(said))
    analysis = _analysis(name)
    inputs: list[Any] = []
    with _scratch() as scratch:
        for table in analysis.inputs:
            name = analysis.name if table == PREVIOUS else table
            there = [PRODUCTION] if table == PREVIOUS else assets[table]
            if analysis.takes(table, Stored):
                inputs.append(stored(index, name, there, scratch()))
            else:
                rows = [index.read(name, each) for each in there]
                inputs.append(pa.concat_tables([index.schemas[name].stored_schema.empty_table(), *rows]))
        return _made(index, analysis, PRODUCTION, fingerprint, inputs, settings)


@contextmanager
def _scratch() -> Iterator[Callable[[], Path]]:
    """Give what makes a folder when it is first asked for, which is gone when the block ends."""
    with ExitStack() as stack:
        yield cache(lambda: Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kinoeye-"))))


def _handed(index: Index, analysis: Analysis, table: str, asset: str, scratch: Callable[[], Path]) -> Any:
    if not analysis.takes(table, Stored):
        return rows_for(index, table, asset)
    return of_asset(stored(index, table, [PRODUCTION], scratch()), asset, scratch())


def _made(
    index: Index,
    analysis: Analysis,
    asset: str,
    fingerprint: str,
    inputs: Sequence[Any],
    settings: Mapping[str, Any],
) -> int:
    begin = time.process_time()
    rows = analysis.function(*inputs, **settings)
    spent = time.process_time() - begin
    models = [registry.model(each) for each in analysis.weights(registry.identity)]
    table = analysis.table
    assert isinstance(table, Table)

    def provenance() -> Provenance:
        """Say what it cost; of rows that come part by part, writing them is counted too."""
        return Provenance(
            fingerprint,
            analysis.version,
            ", ".join(each.name for each in models),
            ", ".join(sorted({each.licence for each in models})),
            round(spent if isinstance(rows, pa.Table) else time.process_time() - begin, 4),
            round(peak_mb(), 1),
        )

    return index.results.write(table, asset, rows, provenance).rows


def _analysis(name: str) -> Analysis:
    return next(each for each in ANALYSES if each.name == name)


def _has(index: Index, table: str, asset: str) -> bool:
    return index.files.exists(index.results.path(table, asset))


def _streams_there(index: Index, asset: str) -> set[tuple[str, str]]:
    return {(asset, stream) for stream in STREAMS if index.streams.manifest(asset, stream) is not None}


def _is_log(folder: Path, found: Found) -> bool:
    return found.kind in {"records", "text"} and logs.is_log(folder / found.paths[0])


def _written(
    path: Path, found: Found, index: Index, streams: Sequence[str], writer: PartWriter, forgotten: frozenset[str]
) -> dict[str, Any]:
    """Write the streams of what is no film."""
    if "log" not in streams:
        return _text(path, streams, writer)
    told: list[logs.Read] = []
    key = key_of(index.files)
    writer.write("log", "rows", lambda file: told.append(logs.write_log(path, key, found.asset, file, forgotten)))
    facts: dict[str, Any] = {"pictures": 0, "first": None, "end": None, "samples_start": None, "damages": []}
    return facts | {"log": {"kind": told[0].kind, "columns": told[0].columns, "faults": told[0].faults}}


def _text(path: Path, streams: Sequence[str], writer: PartWriter) -> dict[str, Any]:
    script = read_screenplay(path) if "screenplay" in streams else None
    if "text" in streams:
        text = text_beside(path, script) if script is not None else read_text(path)
        writer.append("text", text=np.frombuffer(text.text.encode(), np.uint8))
    if script is not None:
        writer.append("screenplay", json=np.frombuffer(to_json(script), np.uint8))
    facts: dict[str, Any] = {"pictures": 0, "first": None, "end": None, "samples_start": None, "damages": []}
    if "records" in streams:
        records = read_records(path)
        writer.write("records", "rows", partial(write_parquet, records))
        facts["records"] = {"headings": records.headings, "form": records.form, "notes": records.notes}
    return facts


def _pieces(
    blocks: Iterable[Block], streams: Sequence[str], writer: PartWriter, damages: Sequence[Damage], seeing: Seeing
) -> dict[str, Any]:
    """Write what comes out of the decoder, block by block, without what must not be heard."""
    taken = 0  # samples so far
    facts: dict[str, Any] = {"pictures": 0, "first": None, "end": None, "samples_start": None}
    facts["damages"] = [_said(damage) for damage in damages]
    for block in blocks:
        if len(block.times):
            facts["first"] = int(block.times[0]) if facts["first"] is None else facts["first"]
            facts["end"] = block.end
            facts["pictures"] += len(block.times)
        if "thumbs" in streams:
            writer.append("thumbs", frames=block.thumbs, times=block.times)
        for stream, stills in (("stills", block.stills), ("full_rate", block.full_rate)):
            if stream in streams and stills:
                jpegs = [still.jpeg for still in stills]
                writer.append(stream, jpegs=np.frombuffer(b"".join(jpegs), np.uint8),
                              sizes=np.array([len(jpeg) for jpeg in jpegs]),
                              frames=np.array([still.frame for still in stills]),
                              times=np.array([still.time for still in stills]))  # fmt: skip
        if "mono_16k" in streams and len(block.samples):
            facts["samples_start"] = block.samples_start
            since = block.samples_start + taken * (FLICKS_PER_SECOND // SOUND_RATE_HZ)
            writer.append("mono_16k", samples=muted(block.samples, since, SOUND_RATE_HZ, seeing.mutes))
            taken += len(block.samples)
        if "meters" in streams and block.sounded.rate_hz:
            facts["sounded"] = {"start": block.samples_start, **asdict(block.sounded)}
            writer.append("meters", values=block.meters.reshape(-1, len(METERS)))
        facts["damages"] += [_said(damage) for damage in block.damages]
    return facts


def _said(damage: Damage) -> str:
    return f"{damage.message} (near {clock(damage.time)})" if damage.time is not None else damage.message


def _probe(folder: Path, found: Found, media: MediaSettings) -> Probe | None:
    if found.kind in WRITTEN:
        return None
    if found.kind == "sequence":
        members = [folder / member for member in found.members]
        return probe_sequence(members, media.sequence_rate)
    return probe(folder / found.paths[0])


def _blocks(
    folder: Path,
    found: Found,
    probed: Probe,
    segment: Segment,
    streams: Sequence[str],
    seeing: Seeing,
    threads: int,
) -> Iterable[Block]:
    if found.kind == "sequence":
        members = [folder / member for member in found.members]
        return read_sequence(members, probed, streams, seeing=seeing)
    return read(folder / found.paths[0], probed, segment, streams, seeing=seeing, threads=threads)
