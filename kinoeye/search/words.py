"""The index of words: one embedded tantivy index in a folder, brought up to date table by table.

What is indexed is noted in the index itself, in one document that is written with the rows in one commit. So a killed
build leaves the state before it, and never rows without their note. Two processes may call at once: the second waits
for tantivy's writer lock (which ends with its process) and then finds nothing left to do.

Source: tantivy, ARCHITECTURE.md (segments, commit, meta.json written beside and renamed).
"""

import functools
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import tantivy

from kinoeye.errors import StoreError
from kinoeye.search import terms
from kinoeye.search.sources import Item, Source, source

VERSION = 3  # of fields and terms; another one is another folder

_NOTE = "note"  # key of the one document that says what is indexed
_HEAP = 128_000_000  # bytes for documents before they become a segment; tantivy's own default
_THREADS = 2
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
    """

    paths: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)


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
        offered = {f"{item.table}/{item.asset}": item for item in items if source(item.table) is not None}
        wanted = Note(
            {item.asset: item.path for item in offered.values() if item.asset},
            {key: item.fingerprint for key, item in offered.items()},
        )
        with self._said("writable", "Free room, or delete that folder: it is made again"):
            self._make_sure()
            if self.note == wanted:
                return Updated()
            writer = self._writer(patience_s)
            self._refresh()  # another process may have written while this one waited
            if self.note == wanted:
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
        rows = 0
        try:
            for key in {*stale, *fresh, _NOTE}:
                writer.delete_documents_by_term("key", key)
            for key in fresh:
                for document in _documents(key, offered[key]):
                    writer.add_document(document)
                    rows += 1
            note = json.dumps({"paths": wanted.paths, "tables": wanted.tables})
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
        index.register_tokenizer("words", terms.analyser())
        searcher = index.searcher()
        found = searcher.search(tantivy.Query.term_query(index.schema, "key", _NOTE), 1, count=False).hits
        note = json.loads(text_of(searcher.doc(found[0][1]))) if found else {"paths": {}, "tables": {}}
        self._index, self._stamp, self.note = index, stamp, Note(note["paths"], note["tables"])

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


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for name in ("table", "asset", "tags"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="words", index_option="position")
    builder.add_text_field("signs", tokenizer_name="words", index_option="position")
    builder.add_bytes_field("text", stored=True)  # only kept: a text field would index every line as one word
    for name in ("table_code", "asset_code"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_integer_field("start", stored=True, indexed=False, fast=True)
    builder.add_integer_field("end", stored=True, indexed=False, fast=True)
    return builder.build()


def _documents(key: str, item: Item) -> Iterator[Any]:
    entry = source(item.table)
    assert entry is not None  # only such are offered
    rows = item.read()
    if entry.text not in rows.schema.names:
        raise StoreError(f"search: {item.table} must have a column {entry.text}, got {rows.schema.names}")
    for row in _rows(rows, entry):
        text = row[entry.text]
        if not text:
            continue
        asset = row.get("asset") or item.asset
        document = tantivy.Document(key=key, table=item.table, asset=asset)
        document.add_unsigned("table_code", code(item.table))
        document.add_unsigned("asset_code", code(asset))
        document.add_bytes("text", text.encode())
        document.add_text("words", terms.segmented(text))
        if terms.has_han(text):
            document.add_text("signs", terms.spaced(text))
        for name in ("start", "end"):
            if (time_of := row.get(getattr(entry, name))) is not None:
                document.add_integer(name, time_of)
        for tag in entry.tags:
            if (value := row.get(tag)) not in (None, ""):
                document.add_text("tags", tag_term(tag, str(value)))
        yield document


@functools.lru_cache(maxsize=4096)
def code(name: str) -> int:
    """Return a name as a number of 64 bits: what a filter can compare without reading rows."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


def text_of(document: Any) -> str:
    """Return the text that a row was indexed with."""
    return bytes(document["text"][0]).decode()


def tag_term(tag: str, value: str) -> str:
    """Return a tag as the index holds it."""
    return f"{tag}={terms.folded(value)}"


def _rows(rows: pa.Table, entry: Source) -> Iterator[dict[str, Any]]:
    wanted = ("asset", entry.text, entry.start, entry.end, *entry.tags)
    narrow = rows.select([name for name in dict.fromkeys(wanted) if name in rows.schema.names])
    for batch in narrow.to_batches(max_chunksize=10_000):
        yield from batch.to_pylist()
