"""The index of words: one embedded tantivy index in a folder, brought up to date table by table.

What is indexed is noted in the index itself, in one document that is written with the rows in one commit. So a killed
build leaves the state before it, and never rows without their note. Two processes may call at once: the second waits
for tantivy's writer lock (which ends with its process) and then finds nothing left to do.

Source: tantivy, ARCHITECTURE.md (segments, commit, meta.json written beside and renamed).
"""

import functools
import hashlib
import itertools
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import tantivy

from kinoeye.errors import StoreError
from kinoeye.search import lengths, pairs, terms
from kinoeye.search.sources import Item, source

VERSION = 5  # of fields and terms; another one is another folder

_NOTE = "note"  # key of the one document that says what is indexed
_HEAP = 128_000_000  # bytes for documents before they become a segment; tantivy's own default
_THREADS = 2
_BLOCK = 10_000  # rows that are sorted and held at a time
_WAIT_S = 0.05
_LAST_BYTES = (1337).to_bytes(4, "little")  # of every segment file: tantivy, directory/footer.rs
_ABANDONED_S = 3600  # a new index that nobody has touched for so long was left by a killed process


@dataclass(frozen=True)
class Note:
    """What is indexed.

    Parameters
    ----------
    paths : dict of asset to path
    tables : dict of ``table/asset`` to fingerprint
    common : frozenset of str
        Terms whose pairs are indexed; chosen when the first rows are written, and kept as long as there are any.
    """

    paths: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    common: frozenset[str] = frozenset()

    def tells(self, other: "Note") -> bool:
        """Whether both speak of the same assets and tables."""
        return self.paths == other.paths and self.tables == other.tables


@dataclass(frozen=True)
class Updated:
    """What an update did: tables of assets indexed anew, taken out, and rows written."""

    indexed: int = 0
    removed: int = 0
    rows: int = 0


class WordIndex:
    """The index of words in one folder.

    Parameters
    ----------
    folder : Path
        Made when something is indexed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"words-{VERSION}"
        self._index: Any = None
        self._short: dict[float, Any] = {}
        self._stamp: tuple[int, int] = (0, 0)
        self.note = Note()

    @property
    def index(self) -> Any:
        """The tantivy index, as it was last committed by anyone.

        Raises
        ------
        StoreError
            If there is none, or it is damaged.
        """
        if not (self._folder / "meta.json").is_file():
            raise StoreError(
                f"search: an index must be at {self._folder}, got none", remedy="Make it with: kinoeye run"
            )
        with self._said("whole", "Make it again: delete that folder, then kinoeye run"):
            self._refresh()
        return self._index

    def short(self, share: float) -> Any:
        """Return the query for the shortest rows, at least this share (0..1) of all, as last committed."""
        index = self.index
        if share not in self._short:
            self._short[share] = lengths.shortest(index.searcher(), index.schema, share)
        return self._short[share]

    def update(self, items: Iterable[Item], *, patience_s: float = 60.0) -> Updated:
        """Bring the index up to date: index what has another fingerprint, take out what is not among `items`.

        Parameters
        ----------
        items : iterable of Item
            Everything that there is, changed or not; tables that are not searched are passed over.
        patience_s : seconds
            How long to wait for another process that writes.

        Raises
        ------
        StoreError
            If the folder cannot be written, or another process keeps it.
        """
        items = list(items)
        offered = {f"{item.table}/{item.asset}": item for item in items if source(item.table) is not None}
        wanted = Note(
            {item.asset: item.path for item in items if item.asset},
            {key: item.fingerprint for key, item in offered.items()},
        )
        with self._said("writable", "Free room, or delete that folder: it is made again"):
            self._make_sure()
            if self.note.tells(wanted):
                return Updated()
            writer = self._writer(patience_s)
            self._refresh()  # another process may have written while this one waited
            if self.note.tells(wanted):
                writer.rollback()
                return Updated()
            done = self._write(writer, offered, wanted)
            writer.wait_merging_threads()
            self._refresh()
        return done

    @contextmanager
    def _said(self, must_be: str, remedy: str) -> Iterator[None]:
        """Say in our own words what tantivy or the disk refuses."""
        try:
            yield
        except (ValueError, OSError) as error:
            message = f"search: the index at {self._folder} must be {must_be}, got {error}"
            raise StoreError(message, remedy=remedy) from error

    def _write(self, writer: Any, offered: Mapping[str, Item], wanted: Note) -> Updated:
        stale = [key for key, fingerprint in self.note.tables.items() if wanted.tables.get(key) != fingerprint]
        fresh = [key for key, fingerprint in wanted.tables.items() if self.note.tables.get(key) != fingerprint]
        stale_all = not set(self.note.tables) - set(stale)
        rows = 0
        try:
            for key in {*stale, *fresh, _NOTE}:
                writer.delete_documents_by_term("key", key)
            rows_of = itertools.chain.from_iterable(_rows(key, offered[key]) for key in fresh)
            first = list(itertools.islice(rows_of, pairs.SAMPLE)) if stale_all else []
            common = pairs.commonest([row.words for row in first]) if stale_all else self.note.common
            for row in itertools.chain(first, rows_of):
                writer.add_document(_document(row, common))
                rows += 1
            note = json.dumps({"paths": wanted.paths, "tables": wanted.tables, "common": sorted(common)})
            document = tantivy.Document(key=_NOTE)
            document.add_bytes("text", note.encode())
            writer.add_document(document)
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        return Updated(len(fresh), len(set(stale) - set(fresh)), rows)

    def _make_sure(self) -> None:
        """Open the index; make an empty one where there is none or a damaged one."""
        if (self._folder / "meta.json").is_file():
            try:
                _check_whole(self._folder)
                self._refresh()
                return
            except (ValueError, OSError):
                self._index, self._stamp, self.note = None, (0, 0), Note()
                broken = self._folder.with_name(f"{self._folder.name}.{uuid.uuid4().hex}.broken")
                self._folder.rename(broken)
                shutil.rmtree(broken, ignore_errors=True)
        self._sweep()
        new = self._folder.with_name(f"{self._folder.name}.{uuid.uuid4().hex}.new")
        new.mkdir(parents=True)
        tantivy.Index(_schema(), path=str(new))
        with suppress(OSError):  # another process was first: its index is as good
            new.rename(self._folder)
        shutil.rmtree(new, ignore_errors=True)
        self._index, self._stamp = None, (0, 0)
        self._refresh()

    def _sweep(self) -> None:
        for left in self._folder.parent.glob(f"{self._folder.name}.*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(left, ignore_errors=True)

    def _refresh(self) -> None:
        """Read again if anyone has committed since."""
        meta = (self._folder / "meta.json").stat()
        stamp = (meta.st_mtime_ns, meta.st_ino)
        if self._index is not None and stamp == self._stamp:
            return
        index = tantivy.Index.open(str(self._folder))
        index.register_tokenizer("spaces", _spaces())
        searcher = index.searcher()
        found = searcher.search(tantivy.Query.term_query(index.schema, "key", _NOTE), 1, count=False).hits
        note = json.loads(text_of(searcher.doc(found[0][1]))) if found else {"paths": {}, "tables": {}, "common": ()}
        self.note = Note(note["paths"], note["tables"], frozenset(note["common"]))
        self._index, self._short, self._stamp = index, {}, stamp

    def _writer(self, patience_s: float) -> Any:
        until = time.monotonic() + patience_s
        while True:
            try:
                return self._index.writer(heap_size=_HEAP, num_threads=min(_THREADS, os.cpu_count() or 1))
            except ValueError as error:
                if "Lock" not in str(error):
                    raise
                if time.monotonic() >= until:
                    raise StoreError(
                        f"search: the index at {self._folder} must be free, got another process that writes",
                        remedy="Wait for it, or stop it",
                    ) from error
            time.sleep(_WAIT_S)


def _check_whole(folder: Path) -> None:
    """Refuse a folder in which a file was cut off or replaced: tantivy would not say it but break off."""
    for segment in json.loads((folder / "meta.json").read_text("utf-8"))["segments"]:
        for file in folder.glob(f"{segment['segment_id'].replace('-', '')}.*"):
            with file.open("rb") as opened:
                opened.seek(-len(_LAST_BYTES), os.SEEK_END)
                if opened.read() != _LAST_BYTES:
                    raise ValueError(f"{file.name} is cut off")


@functools.cache
def _spaces() -> Any:
    """Return what takes apart terms that are already made: they are made once, here, and read three times."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for name in ("table", "asset", "tags"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="spaces", index_option="position")
    builder.add_text_field("signs", tokenizer_name="spaces", index_option="position")
    builder.add_text_field("pairs", tokenizer_name="spaces", index_option="basic")
    builder.add_text_field("length", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("text", stored=True)  # only kept: a text field would index every line as one word
    for name in ("table_code", "asset_code"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_integer_field("start", stored=True, indexed=False, fast=True)
    builder.add_integer_field("end", stored=True, indexed=False, fast=True)
    return builder.build()


class _Row(NamedTuple):
    """One row, taken apart."""

    key: str
    table: str
    asset: str
    text: str
    words: str
    start: int | None
    end: int | None
    tags: list[str]


def _rows(key: str, item: Item) -> Iterator[_Row]:
    """Go through the rows of an item that have words; of each block the short ones first, to be skipped together."""
    entry = source(item.table)
    assert entry is not None  # only such are offered
    table = item.read()
    if entry.text not in table.schema.names:
        raise StoreError(f"search: {item.table} must have a column {entry.text}, got {table.schema.names}")
    for batch in table.to_batches(max_chunksize=_BLOCK):
        texts, assets, starts, ends = (_column(batch, name) for name in (entry.text, "asset", entry.start, entry.end))
        tags = [(name, _column(batch, name)) for name in entry.tags if name in batch.schema.names]
        rows = [
            _Row(
                key,
                item.table,
                assets[number] or item.asset,
                text,
                " ".join(terms.terms(text)),
                starts[number],
                ends[number],
                [tag_term(name, str(values[number])) for name, values in tags if values[number] not in (None, "")],
            )
            for number, text in enumerate(texts)
            if text
        ]
        yield from sorted(rows, key=lambda row: row.words.count(" "))


def _column(batch: pa.RecordBatch, name: str) -> list[Any]:
    return list(batch.column(name).to_pylist()) if name in batch.schema.names else [None] * batch.num_rows


def _document(row: _Row, common: frozenset[str]) -> Any:
    document = tantivy.Document(key=row.key, table=row.table, asset=row.asset)
    document.add_unsigned("table_code", code(row.table))
    document.add_unsigned("asset_code", code(row.asset))
    document.add_bytes("text", row.text.encode())
    document.add_text("words", row.words)
    found = row.words.split()
    document.add_text("length", lengths.term(len(found)))
    if joined := pairs.joined(found, common):
        document.add_text("pairs", " ".join(joined))
    if terms.has_han(row.text):
        document.add_text("signs", " ".join(terms.signs(row.text)))
    if row.start is not None:
        document.add_integer("start", row.start)
    if row.end is not None:
        document.add_integer("end", row.end)
    for tag in row.tags:
        document.add_text("tags", tag)
    return document


@functools.lru_cache(maxsize=4096)
def code(name: str) -> int:
    """Return a name as a number of 64 bits: what a filter can compare without reading rows."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


def text_of(document: Any) -> str:
    """Return the text that a row was indexed with."""
    return bytes(document["text"][0]).decode()


@functools.lru_cache(maxsize=4096)
def tag_term(tag: str, value: str) -> str:
    """Return a tag as the index holds it."""
    return f"{tag}={terms.folded(value)}"
