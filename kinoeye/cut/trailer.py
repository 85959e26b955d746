"""Trailer: what makes one want to see the rest: the characters, the question, the turns, and nothing of the end.

First come the story's beats (kinoeye.cut.story), each with the line that is said; the time that is left goes to what
stands out (kinoeye.cut.highlights). All is in running order, pieces get shorter towards the end, black for title cards
stands behind the opening and at the end, and music of the production lies under it. Unless spoilers are wished nothing
is shown of a film's last third, nor from its last big turn on: who did it stays in the cinema. A recording that is
known as a take is raw material and left out where a finished film is there.

Source: Kernan, "Coming Attractions: Reading American Movie Trailers", 2004; turns as kinoeye.signals.turns.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from kinoeye.cut.highlights import Highlights, Moment, is_title, peak_of, ranked, scored, stretch_of
from kinoeye.cut.laying import Laying, rate_of
from kinoeye.cut.partners import SEEN
from kinoeye.cut.rows import Row, by_asset
from kinoeye.cut.story import SPOILERS, Beat, screenplay_of, seen
from kinoeye.errors import UseError
from kinoeye.export.timeline import Gap, Item, Marker, Track
from kinoeye.timecode import flicks_to_frame, frame_to_flicks, from_seconds

_SHOWN = 2 / 3  # of a film that a trailer shows without spoilers
_LONGEST, _LAST = 4.5, 1.2  # seconds of the first piece and of the last
_LONGEST_LINE = 6.0  # seconds that a piece may take so that a line is whole
_AIR = 0.25  # seconds around a line
_APART = 1.0  # seconds between two pieces of a film
_CARD, _LAST_CARD = 1.0, 2.0  # seconds of black behind the opening, and at the end
_CARDS_FROM = 12.0  # seconds of a trailer that has room for cards
_MUSICAL, _SPOKEN = 0.6, 0.1  # of a sound that music fills at least, and speech at most, so that it is music


def trailer(
    tables: Mapping[str, pa.Table],
    seconds: float,
    *,
    has_spoilers: bool = False,
    assets: Collection[str] | None = None,
    folder: Path | None = None,
    record_start: str = "01:00:00:00",
) -> Highlights:
    """Make a trailer; parameters and errors as of `kinoeye.cut.highlights.highlights`, and:

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `lines` and `words` tell the story, `takes` what is raw material, `sounds` and `speech` what is music.
    has_spoilers : bool
        Whether the last third and the last turns may be shown.
    """
    if not 2 <= seconds <= 3600:
        raise UseError(f"cut: a trailer must last 2..3600 seconds, got {seconds:g}")
    films = _films(tables, assets)
    words = by_asset(tables.get("words"))
    told = {asset: seen(screenplay_of(tables, words[asset]), words[asset], film) for asset, film in films.items()}
    limits = {asset: _limit(film, told[asset], has_spoilers=has_spoilers) for asset, film in films.items()}
    shots = [
        row
        for row in tables["shots"].to_pylist()
        if row["asset"] in films and row["end"] <= limits[row["asset"]] and not is_title(row, tables)
    ]
    if not shots:
        raise UseError("cut: must have a film with shots, got none", remedy="Run `kinoeye run` first")
    laying = Laying(films, rate_of(list(films.values())), folder)
    cards = _CARD + _LAST_CARD if seconds >= _CARDS_FROM else 0.0
    room = from_seconds(seconds - cards)
    moments = _beats(told, limits, room)
    moments = _filled(moments, shots, tables, films, room)
    moments = _paced(moments, films)
    tracks = laying.tracks([stretch_of(each, laying, "cyan" if each.score < 1 else "yellow") for each in moments])
    if cards:
        tracks = [_carded(track, laying.rate) for track in tracks]
    tracks += _music(tables, laying, sum(item.duration for item in tracks[0].items))
    return Highlights(laying.timeline("Trailer", tracks, record_start), tuple(moments))


def _films(tables: Mapping[str, pa.Table], assets: Collection[str] | None) -> dict[str, Row]:
    """Return what a trailer is cut from: finished films; takes where there is nothing else, or they are named."""
    rows = [row for row in tables["assets"].to_pylist() if row["kind"] in SEEN]
    rows = sorted((row for row in rows if assets is None or row["asset"] in assets), key=lambda row: str(row["path"]))
    takes = set(tables["takes"]["asset"].to_pylist()) if "takes" in tables and assets is None else set()
    finished = [row for row in rows if row["asset"] not in takes]
    return {row["asset"]: row for row in finished or rows}


def _limit(film: Row, told: Sequence[Beat], *, has_spoilers: bool) -> int:
    """Return up to when a film may be shown."""
    start, end = film["start"] or 0, film["end"] or 0
    if has_spoilers:
        return int(end)
    return int(min([start + _SHOWN * (end - start), *(beat.time for beat in told if beat.name in SPOILERS)]))


def _beats(told: Mapping[str, Sequence[Beat]], limits: Mapping[str, int], room: int) -> list[Moment]:
    """Return the story's beats that are heard and may be shown, each once and whole, as far as there is room."""
    found: list[Moment] = []
    shown: set[str] = set()
    for asset, beats in told.items():
        for beat in beats:
            if beat.start is None or beat.end is None or beat.end > limits[asset] or beat.name in shown:
                continue
            start, end = beat.start - from_seconds(_AIR), beat.end + from_seconds(_AIR)
            end = min(end, start + from_seconds(_LONGEST_LINE), limits[asset])
            same = next((n for n, each in enumerate(found) if each.asset == asset and each.start < end
                         and start < each.end), None)  # fmt: skip
            if same is not None:
                shown.add(beat.name)
                found[same] = replace(found[same], why=f"{beat.name}, {found[same].why}")
            elif end - start <= room:
                shown.add(beat.name)
                found.append(Moment(asset, start, end, 1.0, beat.why))
                room -= end - start
    return found


def _filled(
    moments: Sequence[Moment], shots: Sequence[Row], tables: Mapping[str, pa.Table], films: Mapping[str, Row], room: int
) -> list[Moment]:
    """Fill the time that is left with what stands out, around its loudest part, in running order."""
    found, left = list(moments), room - sum(each.end - each.start for each in moments)
    length, apart = from_seconds((_LONGEST + _LAST) / 2), from_seconds(_APART)
    loudness = by_asset(tables.get("loudness"))
    for shot, score, why in scored(shots, ranked(shots, tables)):
        long = min(shot["end"] - shot["start"], length, left)
        if long < from_seconds(_LAST):
            continue
        start = min(max(shot["start"], peak_of(shot, loudness) - long // 2), shot["end"] - long)
        near = (each for each in found if each.asset == shot["asset"])
        if all(each.end + apart <= start or start + long + apart <= each.start for each in near):
            found.append(Moment(shot["asset"], start, start + long, score, why))
            left -= long
    order = {asset: place for place, asset in enumerate(films)}
    return sorted(found, key=lambda each: (order[each.asset], each.start))


def _paced(moments: Sequence[Moment], films: Mapping[str, Row]) -> list[Moment]:
    """Shorten what has no line to hold, the more the nearer to the end."""
    paced = []
    for number, each in enumerate(moments):
        share = number / max(1, len(moments) - 1)
        longest = from_seconds(_LONGEST + (_LAST - _LONGEST) * share)
        start, end = max(each.start, films[each.asset]["start"] or 0), each.end
        if each.score < 1.0 and end - start > longest:
            middle = (start + end) // 2
            start, end = middle - longest // 2, middle - longest // 2 + longest
        paced.append(replace(each, start=start, end=end))
    return paced


def _carded(track: Track, rate: Fraction) -> Track:
    """Put black for title cards behind the opening and at the end."""
    one, last = (frame_to_flicks(flicks_to_frame(from_seconds(each), rate), rate) for each in (_CARD, _LAST_CARD))
    name = track.kind == "video"
    cards = [
        Gap(long, markers=(Marker(0, "Title card", why, "purple"),) if name else ())
        for long, why in ((one, "who brings it, or what it is about"), (last, "its title, and when it is out"))
    ]
    items: list[Item] = list(track.items)
    opening = min(1, len(items) - 1)
    return replace(track, items=(*items[: opening + 1], cards[0], *items[opening + 1 :], cards[1]))


def _music(tables: Mapping[str, pa.Table], laying: Laying, duration: int) -> list[Track]:
    """Return music of the production as a track of its own: the longest sound that is music; none if there is none."""
    heard, spoken = by_asset(tables.get("sounds")), by_asset(tables.get("speech"))
    best: tuple[int, Row] | None = None
    for row in tables["assets"].to_pylist():
        long = (row["end"] or 0) - (row["start"] or 0)
        if row["kind"] != "sound" or long <= 0:
            continue
        music = sum(each["end"] - each["start"] for each in heard.get(row["asset"], ()) if each["kind"] == "music")
        speech = sum(each["end"] - each["start"] for each in spoken.get(row["asset"], ()))
        if music >= _MUSICAL * long and speech <= _SPOKEN * long and (best is None or long > best[0]):
            best = long, row
    if best is None:
        return []
    long = frame_to_flicks(flicks_to_frame(min(best[0], duration), laying.rate), laying.rate)
    clip = laying.sound(best[1], 0, long)
    rest = duration - clip.duration
    return [Track("audio", (clip, Gap(rest)) if rest else (clip,), "Music")]
