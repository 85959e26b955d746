"""Log values: what stands in the cells of a viewing log, as times, lengths and numbers, a whole column at once.

What most rows have (numbers, ISO 8601) is read by Arrow for all rows together; what is left is read value by value,
each different one once. A cell that says nothing gives null; one that cannot be read gives null and is told.

Source: ISO 8601-1:2019 (times, durations).
"""

import datetime
import re
import zoneinfo
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.media.spools import shown
from kinoeye.timecode import FLICKS_PER_SECOND

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

NOT_THERE = np.int64(np.iinfo(np.int64).min)  # of int64 what null is of Arrow

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0}

_MANY = 4096  # rows from which on different ones are counted
_NOTHING = frozenset({"", "-", "null", "none", "nan", "n/a", "na", "undefined", "\\n", "not latest view"})
_ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)$"
_PLAIN = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_FORMATS = (
    "%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S", "%b %d, %Y, %I:%M:%S %p",
    "%b %d, %Y %H:%M:%S", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y年%m月%d日 %H:%M:%S", "%a %b %d %H:%M:%S %Y",
)  # fmt: skip
_SLASHED = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})(?:,?[ T](\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)
_FRACTION = re.compile(r"(\.\d{6})\d+")
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?", re.I)
_CLOCK = re.compile(r"(-?)(?:(\d+):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")
_WORDED = re.compile(
    r"(?:(\d+)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?)?"
)


def texts(column: Any) -> Any:
    """Return a column as texts without space around them; null where it says nothing."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type) or not (
        pa.types.is_string(column.type) or pa.types.is_integer(column.type) or pa.types.is_large_string(column.type)
    ):
        column = pa.array([None if each is None else shown(each) for each in column.to_pylist()], pa.string())
    column = column.cast(pa.string())
    if len(column) < _MANY:
        return _told(column)
    # Viewers, titles and events come again and again: each different one is looked at once.
    packed = column.dictionary_encode()
    if 4 * len(packed.dictionary) > len(column):
        return _told(column)
    return _told(packed.dictionary).take(packed.indices)


def _told(column: Any) -> Any:
    trimmed = pc.utf8_trim_whitespace(column)
    says_nothing = pc.is_in(pc.utf8_lower(trimmed), pa.array(sorted(_NOTHING)))
    return pc.if_else(says_nothing, pa.scalar(None, pa.string()), trimmed)


def numbers(column: Any) -> tuple[Floats, int]:
    """Return a column's numbers, NaN where there are none, and how many cells could not be read."""
    if _is_number(column.type):
        return _floats(column), 0
    told = texts(column)
    return _each(told, _by_arrow(told), _number)


def times(column: Any, *, zone: Any = None, day_first: bool = False) -> tuple[Whole, int]:
    """Return a column's times in ms since 1970 in UTC, `NOT_THERE` where there is none, and how many cannot be read.

    Parameters
    ----------
    column : pa.Array
        Numbers are seconds, ms, µs or ns since 1970, told by their size; texts ISO 8601, or a usual way to write days.
    zone : pa.Array, optional
        Each row's time zone, for times that name none: a name (Europe/Berlin) or an offset (+02:00).
    day_first : bool
        Whether 5/6/2020 is in June.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        whole = _whole(column.cast(pa.timestamp("us"), safe=False), 1000)
        is_local = pa.types.is_date(column.type) or column.type.tz is None
        return (whole if zone is None or not is_local else _shifted(whole, zone)), 0
    if _is_number(column.type):
        return _since_1970(_floats(column)), 0
    told = texts(column)
    out = np.full(len(told), NOT_THERE)
    is_number = _mask(pc.match_substring_regex(told, _NUMBER))
    is_day = _mask(pc.match_substring_regex(told, r"^(19|20)\d{6}$"))  # 20200512 is a day, not a second of 1970
    is_number &= ~is_day
    if is_number.any():
        out[is_number] = _since_1970(_floats(told.filter(pa.array(is_number)).cast(pa.float64())))
    left = ~is_number & _mask(told.is_valid())
    is_plain = np.zeros(len(told), bool)
    for pattern, kind in ((_ZONED, pa.timestamp("us", "UTC")), (_PLAIN, pa.timestamp("us"))):
        here = left & _mask(pc.match_substring_regex(told, pattern))
        if here.any():
            found = _cast(told.filter(pa.array(here)), kind)
            if found is not None:
                out[here] = found
                left &= ~here
                is_plain |= here if kind.tz is None else False
    bad = 0
    if left.any():
        rest = told.filter(pa.array(left))
        values, local, bad = _read_each(rest, day_first)
        out[left] = values
        is_plain[np.flatnonzero(left)[local]] = True
    return (out if zone is None else np.where(is_plain, _shifted(out, zone), out)), bad


def lengths(column: Any, unit: str) -> tuple[Floats, int]:
    """Return a column's lengths of time in seconds, NaN where there are none, and how many cells cannot be read.

    Parameters
    ----------
    column : pa.Array
        Numbers in `unit`; texts such as 1:02:03, PT1H2M3S, 1h 2m.
    unit : str
        Of `SECONDS`.
    """
    factor = SECONDS[unit]
    if _is_number(column.type):
        return _floats(column) * factor, 0
    if pa.types.is_time(column.type) or pa.types.is_duration(column.type):
        kind = pa.int64()
        return _floats(
            column.cast(pa.time64("us") if pa.types.is_time(column.type) else pa.duration("us")).cast(kind)
        ) / 1e6, 0
    told = texts(column)
    return _each(told, _by_arrow(told) * factor, _length)


def flicks_of(seconds: Floats) -> Whole:
    """Return seconds as flicks, to the nearest ms; `NOT_THERE` where there are none or more than 30 years."""
    is_there = np.isfinite(seconds) & (np.abs(seconds) < 1e9)
    rounded = np.rint(np.where(is_there, seconds, 0.0) * 1000).astype(np.int64)
    return np.where(is_there, rounded * (FLICKS_PER_SECOND // 1000), NOT_THERE)


def is_day_first(column: Any) -> bool:
    """Say whether days stand before months in a column of days such as 31/12/2020."""
    found = [match for each in texts(column).to_pylist() if each and (match := _SLASHED.match(each))]
    if any(match[2] == "." for match in found):
        return True
    return any(int(match[1]) > 12 for match in found) and not any(int(match[3]) > 12 for match in found)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _floats(column: Any) -> Floats:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    found = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(found, np.float64)


def _whole(column: Any, divisor: int) -> Whole:
    is_there = _mask(column.is_valid())
    values = np.asarray(column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), np.int64)
    return np.where(is_there, values // divisor, NOT_THERE)


def _mask(array: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False), bool)


def _by_arrow(told: Any) -> Floats:
    """Return the numbers among texts, all at once."""
    is_number = pc.match_substring_regex(told, _NUMBER)
    return _floats(pc.if_else(is_number.fill_null(False), told, pa.scalar(None, pa.string())).cast(pa.float64()))


def _each(told: Any, found: Floats, read: Callable[[str], float | None]) -> tuple[Floats, int]:
    """Read what is no plain number, each different text once."""
    left = np.isnan(found) & _mask(told.is_valid())
    if not left.any():
        return found, 0
    packed = told.filter(pa.array(left)).dictionary_encode()
    values = [read(each) for each in packed.dictionary.to_pylist()]
    own = np.array([np.nan if each is None else each for each in values], np.float64)[packed.indices.to_numpy()]
    found[left] = own
    return found, int(np.isnan(own).sum())


def _number(text: str) -> float | None:
    """Read a number that a person wrote: 3,5 or 4/5 stars or ★★★★."""
    text = text.strip("★☆* %")
    try:
        if "/" in text:
            part, whole = (float(each.replace(",", ".")) for each in text.split("/"))
            return 10.0 * part / whole if whole else None
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _length(text: str) -> float | None:
    if match := _CLOCK.fullmatch(text):
        sign, hours, minutes, seconds = match.groups()
        return (-1.0 if sign else 1.0) * (int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds))
    for pattern in (_ISO_DURATION, _WORDED):
        match = pattern.fullmatch(text.strip())
        if match and any(match.groups()):
            parts = [float(each or 0) for each in match.groups()]
            days = parts.pop(0) if len(parts) == 4 else 0.0
            return days * 86_400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
    return None


def _since_1970(values: Floats) -> Whole:
    """Return numbers as ms: seconds, ms, µs or ns by how large they are."""
    size = np.abs(values)
    factor = np.select([size < 3e10, size < 3e13, size < 3e16], [1e3, 1.0, 1e-3], 1e-6)
    is_there = np.isfinite(values) & (size < 3e19)
    return np.where(is_there, np.rint(np.where(is_there, values, 0) * factor).astype(np.int64), NOT_THERE)


def _cast(told: Any, kind: Any) -> Whole | None:
    try:
        return _whole(told.cast(kind), 1000)
    except pa.ArrowInvalid:
        return None


def _read_each(told: Any, day_first: bool) -> tuple[Whole, npt.NDArray[np.bool_], int]:
    packed = told.dictionary_encode()
    values, local = [], []
    for text in packed.dictionary.to_pylist():
        at = _time(text, day_first)
        values.append(NOT_THERE if at is None else _ms(at))
        local.append(at is not None and at.tzinfo is None)
    places = packed.indices.to_numpy()
    own = np.array(values, np.int64)[places]
    return own, np.array(local, bool)[places], int((own == NOT_THERE).sum())


def _ms(at: datetime.datetime) -> int:
    own = at if at.tzinfo is not None else at.replace(tzinfo=datetime.UTC)
    return int(own.timestamp() * 1000)


def _time(text: str, day_first: bool) -> datetime.datetime | None:
    text = _FRACTION.sub(r"\1", text.removesuffix(" UTC"))
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    if match := _SLASHED.fullmatch(text):
        return _slashed(match.groups(), day_first)
    for form in _FORMATS:
        try:
            return datetime.datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _slashed(parts: Sequence[str | None], day_first: bool) -> datetime.datetime | None:
    one, _, other, year, hour, minute, second, half = parts
    month, day = (int(other or 0), int(one or 0)) if day_first else (int(one or 0), int(other or 0))
    own = int(year or 0) + (2000 if len(year or "") == 2 else 0)
    at = int(hour or 0) % 12 + 12 * (half.lower() == "pm") if half else int(hour or 0)
    try:
        return datetime.datetime(own, month, day, at, int(minute or 0), int(second or 0))
    except ValueError:
        return None


def _shifted(local: Whole, zone: Any) -> Whole:
    """Return local times as UTC, by each row's zone; one that is not known counts as UTC."""
    packed = texts(zone).dictionary_encode()
    places = np.asarray(packed.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    out = local.copy()
    for number, name in enumerate(packed.dictionary.to_pylist()):
        here = np.flatnonzero((places == number) & (local != NOT_THERE))
        own = _zone(name)
        if own is None or not len(here):
            continue
        # An offset holds for whole hours: each different one is asked for once.
        hours, back = np.unique(local[here] // 3_600_000, return_inverse=True)
        shifts = [_offset_ms(int(hour), own) for hour in hours]
        out[here] = local[here] - np.array(shifts, np.int64)[back]
    return out


def _offset_ms(hour: int, zone: datetime.tzinfo) -> int:
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(hours=hour)
    offset = zone.utcoffset(at)
    return int(offset.total_seconds() * 1000) if offset is not None else 0


def _zone(name: str) -> datetime.tzinfo | None:
    match = re.fullmatch(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", name)
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes >= 24 * 60:
            return None
        return datetime.timezone(datetime.timedelta(minutes=minutes if match[1] == "+" else -minutes))
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
