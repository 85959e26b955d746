"""Streams: the few decoded forms that every format narrows to, all made in one decode.

Arrays may be memory maps of files far larger than memory: go through them in blocks.
"""

import importlib
import mmap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.errors import MediaError
from kinoeye.screenplay.elements import Screenplay

THUMB_HEIGHT = 27
THUMB_WIDTH = 48
STILL_LONGEST = 640
CLOSE_LONGEST = 1280
SOUND_RATE_HZ = 16_000
_PLACES = 4  # of a file from which a sample comes
METERS_PER_SECOND = 10
METERS = ("weighted", "square", "mean", "product", "peak", "true_peak", "clips", "jump", "hole")


@dataclass(frozen=True)
class Pictures:
    """Every picture of a film, small: the stream `thumbs`.

    Parameters
    ----------
    frames : uint8 [n, 27, 48, 3], RGB
        As displayed (rotated, full picture squeezed into 16:9), BT.709/601 to full-range RGB.
    times : int64 [n + 1], flicks
        Start of each picture on the media's own clock, and the end of the last. Rises strictly.
    rate : Fraction
        Pictures a second as the container states them; a variable rate's average.
    """

    frames: npt.NDArray[np.uint8]
    times: npt.NDArray[np.int64]
    rate: Fraction

    def __len__(self) -> int:
        return len(self.frames)

    def part(self, first: int, end: int) -> npt.NDArray[np.uint8]:
        """Return pictures `first` to `end` (one past the last) as a copy; the file's pages do not stay in memory."""
        copy = np.array(self.frames[first:end])
        _let_go(self.frames)
        return copy

    def blocks(self, size: int, overlap: int = 0) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
        """Go through the pictures in blocks, each with up to `overlap` pictures of its neighbours on both sides.

        Yields
        ------
        first : int
            Number of the block's first picture, its overlap included.
        frames : uint8 [m, 27, 48, 3]
            A copy, so that memory stays bounded however long the film is.
        """
        for begin in range(0, len(self), size):
            first = max(0, begin - overlap)
            yield first, self.part(first, min(len(self), begin + size + overlap))


@dataclass(frozen=True)
class Stills:
    """A steady few pictures a second, as JPEG of at most 640 pixels: the stream `stills`.

    The stream `full_rate` has the same form: every picture of chosen ranges, at most 1280 pixels.

    Parameters
    ----------
    jpegs : sequence of bytes
    frames : int64 [m]
        Number of each still among the decoded pictures.
    times : int64 [m], flicks
    """

    jpegs: Sequence[bytes]
    frames: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.frames)

    def picture(self, number: int) -> npt.NDArray[np.uint8]:
        """Return one still, uint8 [height, width, 3], RGB."""
        return _decoded(self.jpegs[number], cv2.IMREAD_COLOR_RGB)

    def luma(self, number: int) -> npt.NDArray[np.uint8]:
        """Return one still's brightness, uint8 [height, width]."""
        return _decoded(self.jpegs[number], cv2.IMREAD_GRAYSCALE)


@dataclass(frozen=True)
class Sound:
    """The sound in one channel at 16 kHz: the stream `mono_16k`.

    Parameters
    ----------
    samples : int16 [n]
    start : int, flicks
        Media time of the first sample.
    """

    samples: npt.NDArray[np.int16]
    start: int
    rate_hz: int = SOUND_RATE_HZ

    def __len__(self) -> int:
        return len(self.samples)

    def blocks(self, size: int) -> Iterator[tuple[int, npt.NDArray[np.int16]]]:
        """Go through the samples in blocks of `size`: number of the first, and a copy."""
        for begin in range(0, len(self), size):
            yield begin, self.part(begin, begin + size)

    def part(self, begin: int, end: int) -> npt.NDArray[np.int16]:
        """Return a copy of a part of the samples, and let go of what was mapped for it."""
        copy = np.array(self.samples[begin:end])
        _let_go(self.samples)
        return copy


@dataclass(frozen=True)
class Meters:
    """What a loudness meter and a scope read off the sound, ten times a second: the stream `meters`.

    Full scale is 1. Each block has for each channel, in the order of `METERS`:

    - ``weighted``, ``square``: mean of the squares, K-weighted (ITU-R BS.1770) and as they are
    - ``mean``: of the samples; ``product``: of left times right, 0 in other channels
    - ``peak``, ``true_peak``: the largest sample, and the largest value between samples too
    - ``clips``: runs of three or more samples at full scale that begin there
    - ``jump``: how many times its neighbourhood's largest bend the largest bend is
    - ``hole``: seconds of the longest run of exact zeros within sound that ends there

    Parameters
    ----------
    values : float32 [n, channels, 9]
    start : int, flicks
        Media time of the first sample.
    count : int
        Samples in all; the last block may be shorter than the others.
    rate_hz : int
        The track's own.
    layout : tuple of str
        The channels' names: FL, FR, FC, LFE, BL, …
    """

    values: npt.NDArray[np.float32]
    start: int
    count: int
    rate_hz: int
    layout: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    def read(self, meter: str) -> npt.NDArray[np.float64]:
        """Return what one of `METERS` says, float64 [n, channels]."""
        return np.asarray(self.values[..., METERS.index(meter)], np.float64)


@dataclass(frozen=True)
class Text:
    """What stands in a text file: the stream `text`.

    Parameters
    ----------
    text : str
        Line ends are ``\\n``, no byte order mark.
    kind : str
        The asset's kind: screenplay, subtitles, timeline, records, text.
    """

    text: str
    kind: str


@dataclass(frozen=True)
class Records:
    """Rows of a file of records (titles, viewing logs), as they are given: the stream `records`.

    Nothing is read until it is asked for, block by block: there may be far more rows than memory holds.

    Parameters
    ----------
    rows : pyarrow.dataset.Dataset
        Columns in the file's order under unique names. Values of a text file (CSV, TSV) are strings as they stand
        there; those of a typed one (Parquet, Excel, SQL, JSON) have the types it gave them.
    headings : tuple of str
        What the file calls each column; empty where it has no heading line.
    form : str
        csv, tsv, json, parquet, excel or sql.
    notes : tuple of (what, how often or as what)
        What had to be put right while reading, and how often or as what: ``("short_rows", "3")``.
    spread : pa.Table, optional
        Rows from all over the file, where only its reader can find them.
    count : int, optional
        How many rows there are, where that was seen when the file was opened.
    """

    rows: Any
    headings: tuple[str, ...]
    form: str
    notes: tuple[tuple[str, str], ...] = ()
    spread: Any = None
    count: int | None = None

    def sample(self, count: int) -> Any:
        """Return about so many rows from all over the file, as a pyarrow Table; all of them where there are no more."""
        if self.spread is not None:
            return self.spread.slice(0, count)
        fragments = [part for whole in self.rows.get_fragments() for part in _parts(whole)]
        if len(fragments) <= 1:
            return _head(self.rows, count)
        chosen = fragments[:: max(1, len(fragments) // _PLACES)]
        each = -(-count // len(chosen))
        parts = [_head(part, each) for part in chosen]
        return pa.concat_tables(parts).slice(0, count)

    def count_rows(self) -> int:
        """Return how many rows there are; of text that was looked through when it was opened, without reading it."""
        return int(self.rows.count_rows()) if self.count is None else self.count

    @property
    def is_columnar(self) -> bool:
        """Whether one column is read without the others: Parquet files of the system's own."""
        form = getattr(getattr(self.rows, "format", None), "default_extname", "")
        files = [str(each) for each in getattr(self.rows, "files", ())]
        return form == "parquet" and bool(files) and all(Path(each).is_file() for each in files)

    def scanned(self, connection: Any) -> Any:
        """Return the rows as a relation of a DuckDB connection; Parquet is read by DuckDB itself, which is quicker."""
        if self.is_columnar:
            names = ", ".join(quoted(name) for name in self.rows.schema.names)
            return connection.read_parquet([str(each) for each in self.rows.files]).project(names)
        return connection.from_arrow(self.rows)

    def cut(self, connection: Any, types: Mapping[str, str]) -> Any:
        """Return regular separated text as a relation that DuckDB reads itself; None of anything else.

        Parameters
        ----------
        connection : duckdb.DuckDBPyConnection
        types : mapping of column to DOUBLE or DATE
            The others stay the text that they are. A cell of such a column that is neither empty (null then) nor of its
            type is a `duckdb.Error` when it is read, as is a row that DuckDB cuts otherwise.
        """
        form = getattr(self.rows, "format", None)
        names = self.rows.schema.names
        if not isinstance(form, arrow_datasets().CsvFileFormat) or len(names) < 2 or self.count is None:
            return None
        cells = ", ".join(
            quoted(name) if name in types else f"coalesce({quoted(name)}, '') AS {quoted(name)}" for name in names
        )
        columns = ", ".join(f"{_text(name)}: {_text(types.get(name, 'VARCHAR'))}" for name in names)
        files = ", ".join(_text(str(each)) for each in self.rows.files)
        quote = _text(form.parse_options.quote_char or "")
        skipped = form.default_fragment_scan_options.read_options.skip_rows
        return connection.sql(
            f"SELECT {cells} FROM read_csv([{files}], auto_detect=false, header=false, skip={skipped}, nullstr='', "  # noqa: S608
            f"delim={_text(form.parse_options.delimiter)}, quote={quote}, escape={quote}, columns={{{columns}}})"
        )


# What viewers do, as a log says it; their places in it are what stands in the stream `log`.
EVENTS = (
    "play", "pause", "seek", "stop", "heartbeat", "rebuffer", "quality", "rating", "search", "click", "impression",
    "watched",
)  # fmt: skip

LOG_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("viewer", pa.int64()),
        ("device", pa.int64()),
        ("title", pa.string()),
        ("at", pa.timestamp("ms", "UTC")),
        ("received", pa.timestamp("ms", "UTC")),
        ("event", pa.int8()),
        ("position", pa.int64()),
        ("target", pa.int64()),
        ("length", pa.int64()),
        ("whole", pa.int64()),
        ("value", pa.float64()),
        ("session", pa.int64()),
        ("bot", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Log:
    """Rows of a viewing log in one form, its viewers hashed at the door: the stream `log`.

    Times are UTC, positions and lengths flicks; viewers, devices and sessions are keyed hashes. Rows stand in the
    log's own order. Nothing is read until it is asked for.

    Parameters
    ----------
    rows : pyarrow.dataset.Dataset
        Of `LOG_SCHEMA`; `event` is a place in `EVENTS`, `whole` the title's length as the log says it.
    kind : str
        events, ratings, viewings, cmcd, netflix or youtube.
    faults : tuple of (reason, rows, first row)
        What could not be read.
    """

    rows: Any
    kind: str = "events"
    faults: tuple[tuple[str, int, int], ...] = ()

    def batches(self, columns: Sequence[str] | None = None, size: int = 1 << 20) -> Iterator[Any]:
        """Go through the rows, as pyarrow record batches of at most so many."""
        scanner = self.rows.scanner(columns=columns, batch_size=size, batch_readahead=1, fragment_readahead=1)
        yield from scanner.to_batches()


@dataclass(frozen=True)
class Stream:
    """What a stream is: its type, its version (part of every fingerprint) and its meaning."""

    type: type[Any]
    version: int
    meaning: str


STREAMS: dict[str, Stream] = {
    "thumbs": Stream(Pictures, 1, "every picture, uint8 [n, 27, 48, 3]"),
    "stills": Stream(Stills, 1, "a few pictures a second, JPEG, at most 640 px"),
    "full_rate": Stream(Stills, 1, "every picture of the ranges chosen in kinoeye.toml, JPEG, at most 1280 px"),
    "mono_16k": Stream(Sound, 2, "the sound, one channel, 16 kHz, int16"),
    "meters": Stream(Meters, 1, "what meters and scopes read off the sound, float32 [n, channels, 9], 10 a second"),
    "text": Stream(Text, 2, "what stands in a text file; of a screenplay that is none, its Fountain"),
    "records": Stream(Records, 1, "rows of a catalogue, as they are given"),
    "log": Stream(Log, 1, "what viewers did, in one form, viewers hashed"),
    "screenplay": Stream(Screenplay, 2, "a screenplay's title page and elements, whatever its form"),
}


def quoted(name: str) -> str:
    """Return a column's name as SQL writes it.

    >>> quoted("US Gross")
    '"US Gross"'
    """
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _head(part: Any, count: int) -> Any:
    """Return the first rows, without reading on behind them."""
    size = max(1, min(count, 65_536))
    return part.scanner(batch_size=size, batch_readahead=0, fragment_readahead=0).head(count)


def _parts(fragment: Any) -> list[Any]:
    """Return the row groups of a Parquet file, each as a fragment; another file as it is."""
    split = getattr(fragment, "split_by_row_group", None)
    return list(split()) if split is not None else [fragment]


def arrow_datasets() -> Any:
    """Return Arrow's datasets: two seconds to import, with pandas, and only records need them."""
    return importlib.import_module("pyarrow.dataset")


def _decoded(jpeg: bytes, mode: int) -> npt.NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), mode)
    if picture is None:
        raise MediaError("stills: a still must be a whole JPEG, got damaged bytes", remedy="Run again with --retry")
    return np.asarray(picture, np.uint8)


def _let_go(array: npt.NDArray[Any]) -> None:
    """Tell the system that the pages of a memory map may go; they count as resident until then."""
    base: Any = array
    while base is not None and not isinstance(base, mmap.mmap):
        base = getattr(base, "base", None)
    if base is not None and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)
