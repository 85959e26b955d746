"""Log rows: rows of a log as it gives them, turned into rows of one form, a batch at once."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.headings import words_of
from kinoeye.media import logs_cmcd
from kinoeye.media.logs_layout import Layout
from kinoeye.media.logs_lines import Batch, Faults
from kinoeye.media.logs_names import LIKED, event_of
from kinoeye.media.logs_values import NOT_THERE, flicks_of, lengths, numbers, texts, times
from kinoeye.media.spools import typed
from kinoeye.media.viewers import Key
from kinoeye.streams import EVENTS, LOG_SCHEMA

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_BOTS = re.compile(
    r"bot\b|crawl|spider|slurp|headless|phantomjs|selenium|puppeteer|playwright|curl/|wget/|python-|aiohttp|httpx|"
    r"okhttp/\S+$|java/|go-http-client|libwww|scrapy|monitor|pingdom|uptime|synthetic|facebookexternalhit|preview",
    re.I,
)
_CODES = {event: code for code, event in enumerate(EVENTS)}
_WITHOUT_TITLE = np.array([each in {"search", "click", "impression"} for each in EVENTS])
_WITHOUT_TIME = np.array([each in {"rating", "watched"} for each in EVENTS])
_AUTOPLAYED = re.compile(r"autoplayed: user action: none", re.I)
_WATCHED = re.compile(r"^(watched|viewed|visited|searched for|观看了|搜索了)\s+", re.I)


class Reader:
    """Turns batches of rows as they are given into rows of one form."""

    def __init__(self, layout: Layout, key: Key, nobody: str, faults: Faults) -> None:
        self._layout, self._key, self._nobody, self._faults = layout, key, nobody, faults
        self._requests = logs_cmcd.Requests()

    def read(self, batch: Batch) -> pa.Table:
        """Return the rows that can be used, as `LOG_SCHEMA`."""
        if not len(batch.rows):
            return LOG_SCHEMA.empty_table()
        self._batch, self._rows = batch, batch.rows
        self._unread = np.zeros(len(batch.rows), bool)
        if self._layout.kind == "cmcd" and self._layout.form != "access":
            self._requested()
            self._unread = np.zeros(len(self._rows), bool)
        event, liked = self._events()
        at, received = self._times("at"), self._times("received")
        title = self._titles()
        viewer, device, bot = self._viewers()
        keep = self._kept(event, viewer, title, at)
        values = self._values(event, liked)
        position, target, length, whole = (self._lengths(role) for role in ("position", "target", "length", "whole"))
        if self._layout.kind == "netflix" and "position" in self._layout.columns:
            # Its bookmark is where watching ended.
            is_known = (position != NOT_THERE) & (length != NOT_THERE)
            position = np.where(is_known, np.maximum(0, position - length), NOT_THERE)
        out = [
            pa.array(self._rows), pa.array(viewer), _nullable(device, 0), title, _time(at), _time(received),
            pa.array(event), _nullable(position), _nullable(target), _nullable(length), _nullable(whole),
            pa.array(values, pa.float64(), from_pandas=True), _nullable(self._hashed("session"), 0), pa.array(bot),
        ]  # fmt: skip
        return pa.Table.from_arrays(out, schema=LOG_SCHEMA).filter(pa.array(keep))

    def _column(self, role: str) -> Any:
        name = self._layout.columns.get(role)
        if name is None or name not in self._batch.columns.schema.names:
            return None
        return self._batch.columns[name].combine_chunks()

    def _requested(self) -> None:
        """Read the CMCD of a column of queries or headers."""
        role = "cmcd_header" if "cmcd_header" in self._layout.columns else "query"
        found = []
        for text in texts(self._column(role)).to_pylist():
            told = logs_cmcd.pairs(text if role == "cmcd_header" or not text or text[0] in "/?h" else f"?{text}") if (
                text) else {}  # fmt: skip
            found.append(self._requests.event(told) if "sid" in told or "cid" in told else {})
        is_there = np.array([bool(each) for each in found])
        self._faults.add("no_cmcd", self._rows[~is_there])
        columns = self._batch.columns
        own = dict(self._layout.columns)
        for name in ("session", "title", "event", "position", "length", "rate", "bitrate"):
            columns = columns.append_column(f"cmcd {name}", pa.array([each.get(name) for each in found], pa.string()))
            own[name] = f"cmcd {name}"
        if "at" not in own:
            columns = columns.append_column("cmcd at", pa.array([each.get("at") for each in found], pa.string()))
            own["at"] = "cmcd at"
        units = {"position": "ms", "length": "ms", "bitrate": "kbit"}
        self._batch = Batch(self._rows[is_there], columns.filter(pa.array(is_there)))
        self._rows = self._batch.rows
        self._now = Layout(**{**vars(self._layout), "columns": own, "units": units})
        self._layout = self._now

    def _events(self) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
        """Return each row's event as a number of `EVENTS`, -1 where it has none that is known, and what likes say."""
        count, kind = len(self._rows), self._layout.kind
        liked = np.full(count, np.nan)
        if "event" not in self._layout.columns:
            own = "rating" if "rating" in self._layout.columns else "click" if kind == "remarks" else "watched"
            event = np.full(count, _CODES[own], np.int8)
            return self._autoplayed(event) if kind == "netflix" else event, liked
        packed = texts(self._column("event")).dictionary_encode()
        names = packed.dictionary.to_pylist()
        codes = np.array([*(_CODES.get(event_of(each), -1) for each in names), -1], np.int8)
        likes = np.array([*(LIKED.get(words_of(each), np.nan) for each in names), np.nan])
        places = packed.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
        return codes[places], likes[places]

    def _autoplayed(self, event: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """Take what Netflix played by itself for an impression."""
        name = next((each for each in self._batch.columns.schema.names if each.lower() == "attributes"), None)
        if name is not None:
            own = pc.match_substring_regex(texts(self._batch.columns[name]), _AUTOPLAYED.pattern, ignore_case=True)
            event[np.asarray(own.fill_null(False))] = _CODES["impression"]
        return event

    def _times(self, role: str) -> Whole:
        column = self._column(role)
        if column is None:
            return np.full(len(self._rows), NOT_THERE)
        if role == "at" and (clock := self._column("clock")) is not None:
            column = pc.binary_join_element_wise(texts(column), texts(clock), " ")
        found, bad = times(column, zone=self._column("zone"), day_first=self._layout.day_first)
        if bad:
            is_bad = (found == NOT_THERE) & np.asarray(texts(column).is_valid())
            self._faults.add("unreadable_time", self._rows[is_bad])
            self._unread = is_bad if role == "at" else self._unread
        return found

    def _titles(self) -> Any:
        column = self._column("title")
        if column is None:
            return pa.nulls(len(self._rows), pa.string())
        told = _valid(texts(column))
        if self._layout.kind == "youtube":
            packed = told.dictionary_encode()
            own = pa.array([_WATCHED.sub("", each) for each in packed.dictionary.to_pylist()], pa.string())
            return own.take(packed.indices)
        return told

    def _viewers(self) -> tuple[Whole, Whole, Mask]:
        """Return viewers, devices (0 where there is none) and whether a program says that it is one."""
        count = len(self._rows)
        agents = self._column("agent")
        bot = np.zeros(count, bool)
        if agents is not None:
            packed = texts(agents).dictionary_encode()
            own = np.array([*(bool(_BOTS.search(each)) for each in packed.dictionary.to_pylist()), False])
            bot = own[packed.indices.fill_null(len(own) - 1).to_numpy(zero_copy_only=False)]
        device = self._hashed("device")
        viewer = self._hashed("viewer")
        if "viewer" not in self._layout.columns or (self._layout.form == "access" and not viewer.all()):
            found = np.where(device != 0, device, self._by_address())
            found = np.where(found != 0, found, self._hashed("session"))
            viewer = np.where(viewer != 0, viewer, found)
        if not set(self._layout.columns) & {"viewer", "device", "address", "session"}:
            viewer = np.full(count, self._key.number(f"nobody {self._nobody}"))
        return viewer, device, bot

    def _by_address(self) -> Whole:
        """Name viewers by their address and program, where a log has nothing better."""
        address = self._column("address")
        if address is None:
            return np.zeros(len(self._rows), np.int64)
        agent = self._column("agent")
        if agent is not None:
            address = pc.binary_join_element_wise(texts(address), texts(agent).fill_null(""), "\n")
        return _numbered(texts(address), self._key)

    def _hashed(self, role: str) -> Whole:
        column = self._column(role)
        return np.zeros(len(self._rows), np.int64) if column is None else _numbered(texts(column), self._key)

    def _kept(self, event: npt.NDArray[np.int8], viewer: Whole, title: Any, at: Whole) -> Mask:
        """Say which rows can be used, and count the others, each under one reason."""
        keep = np.ones(len(self._rows), bool)
        has_title = np.asarray(title.is_valid())
        reasons = (
            ("unknown_event", event < 0),
            ("no_viewer", viewer == 0),
            ("no_title", ~has_title & ~_WITHOUT_TITLE[event]),
            ("no_time", (at == NOT_THERE) & ~_WITHOUT_TIME[event]),
        )
        for reason, wrong in reasons:
            self._faults.add(reason, self._rows[keep & wrong & ~(self._unread & (reason == "no_time"))])
            keep &= ~wrong
        return keep

    def _values(self, event: npt.NDArray[np.int8], liked: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        values = np.where(event == _CODES["rating"], liked, np.nan)
        for role, own, factor in (
            ("rating", "rating", 10.0 / self._layout.scale),
            ("rate", "play", 1.0),
            ("bitrate", "quality", 1e-3 if self._layout.units and self._layout.units.get("bitrate") == "bit" else 1.0),
        ):
            column = self._column(role)
            if column is None:
                continue
            found, bad = numbers(column)
            here = (event == _CODES[own]) & np.isfinite(found)
            if role == "rating":
                if bad:
                    told = np.asarray(texts(column).is_valid())
                    self._faults.add("unreadable_rating", self._rows[told & ~np.isfinite(found)])
                beyond = here & ((found < 0) | (found > self._layout.scale))
                self._faults.add("rating_beyond_scale", self._rows[beyond])
                here &= ~beyond
            values = np.where(here, found * factor, values)
        return values

    def _lengths(self, role: str) -> Whole:
        column = self._column(role)
        if column is None:
            return np.full(len(self._rows), NOT_THERE)
        found, bad = lengths(column, dict(self._layout.units).get(role, "s"))
        if bad:
            self._faults.add(
                f"unreadable_{role}", self._rows[~np.isfinite(found) & np.asarray(texts(column).is_valid())]
            )
        return flicks_of(found)


def _numbered(told: Any, key: Key) -> Whole:
    """Return texts as keyed numbers, 0 where there is none; each different one is hashed once."""
    packed = _valid(told).dictionary_encode()
    own = np.append(key.numbers(packed.dictionary.to_pylist()), 0)
    return np.asarray(own[packed.indices.fill_null(len(own) - 1).to_numpy(zero_copy_only=False)], np.int64)


def _valid(told: Any) -> Any:
    """Return texts of which every byte can be written; blocks were looked at already, other files were not."""
    try:
        told.validate(full=True)
    except pa.ArrowInvalid:
        raw = told.cast(pa.binary()).to_pylist()
        return typed([None if each is None else each.decode("utf-8", "replace") for each in raw])
    return told


def _nullable(values: Whole, nothing: int = int(NOT_THERE)) -> Any:
    return pa.array(values, pa.int64(), mask=values == nothing)


def _time(values: Whole) -> Any:
    return pa.array(values, pa.int64(), mask=values == NOT_THERE).cast(pa.timestamp("ms", "UTC"))
