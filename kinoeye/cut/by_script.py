"""Cut by script: the screenplay's lines in their order, each from the take that has it best.

Lines that follow each other in one take stay together with the pause between them. Between takes there is a cut, with
a little air on both sides; the picture may come later than the sound (a J-cut). Other takes of the same lines lie on
upper tracks, switched off. What was never shot is a marker.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.cut.choice import Candidate, Chosen, best
from kinoeye.errors import UseError
from kinoeye.export.build import conformed_rate, media_of, record_start_of
from kinoeye.export.timeline import Clip, Gap, Item, Marker, Media, Timeline, Track
from kinoeye.timecode import FLICKS_PER_SECOND, flicks_to_frame, frame_to_flicks, from_seconds

_COLOURS = {"covered": "green", "changed": "yellow", "partial": "orange"}
_LONGEST_PAUSE = 4 * FLICKS_PER_SECOND  # within a take; a longer one is no pause but a break
_SEEN = ("video", "sequence")


@dataclass(frozen=True)
class Wishes:
    """How a cut is made.

    Parameters
    ----------
    handle : 0..5, seconds
        Air before the first and after the last word of a piece, as far as nothing else is said there.
    split : 0..5, seconds
        By how much the picture comes later than the sound where the set-up changes.
    alternates : 0..8
        How many other takes lie on upper tracks.
    scenes : tuple of int
        Only these, by their place in the screenplay; all if empty.
    """

    handle: float = 0.3
    split: float = 0.0
    alternates: int = 2
    scenes: tuple[int, ...] = ()

    def checked(self) -> "Wishes":
        """Return the same.

        Raises
        ------
        UseError
            If a wish is outside its range.
        """
        for name, value, most in (
            ("handle", self.handle, 5),
            ("split", self.split, 5),
            ("alternates", self.alternates, 8),
        ):
            if not 0 <= value <= most:
                raise UseError(f"cut: {name} must lie in 0..{most}, got {value}")
        return self


@dataclass
class Piece:
    """Lines that stay together: in flicks on the recording's own clock, from its first picture."""

    chosen: list[Chosen]
    start: int = 0
    end: int = 0
    lines: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class ScriptCut:
    """A cut, and what stands behind it.

    Parameters
    ----------
    timeline : Timeline
    pieces : tuple of Piece
    missing : tuple of rows of `lines`
        Lines that no take has.
    """

    timeline: Timeline
    pieces: tuple[Piece, ...]
    missing: tuple[Mapping[str, Any], ...]


def by_script(
    tables: Mapping[str, pa.Table], wishes: Wishes | None = None, *, folder: Path | None = None,
    record_start: str = "01:00:00:00",
) -> ScriptCut:  # fmt: skip
    """Put together what was shot as the screenplay says.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`, `lines`, `takes` and `coverage`; `quality`, `sound_faults` and `words` where they are there.
    wishes : Wishes
    folder : Path or None
        In front of the paths that the timeline names.
    record_start : HH:MM:SS:FF

    Raises
    ------
    UseError
        If nothing was shot of the screenplay, or a wish is outside its range.
    """
    wishes = (wishes or Wishes()).checked()
    lines = _lines(tables, wishes)
    candidates = _candidates(tables)
    chosen = best([candidates.get(line["line"], []) for line in lines])
    if not any(chosen):
        raise UseError(
            "cut: must have takes in which the screenplay's lines are said, got none",
            remedy='Run `kinoeye run`, and look at `kinoeye sql DIR "SELECT * FROM coverage"`',
        )
    assets = {row["asset"]: row for row in tables["assets"].to_pylist()}
    rate = _rate([assets[each.candidate.asset] for each in chosen if each])
    pieces = _pieces(lines, chosen)
    _air(pieces, tables, assets, rate, wishes)
    missing = tuple(line for line, each in zip(lines, chosen, strict=True) if each is None)
    laid = _Laying(assets, rate, folder, candidates, wishes)
    timeline = laid.timeline(pieces, lines, chosen, record_start)
    return ScriptCut(timeline, tuple(pieces), missing)


def _lines(tables: Mapping[str, pa.Table], wishes: Wishes) -> list[dict[str, Any]]:
    """Return the spoken lines of the screenplay that was shot most, in order."""
    shot = Counter(tables["coverage"]["script"].to_pylist())
    script = shot.most_common(1)[0][0] if shot else None
    return [
        row
        for row in tables["lines"].to_pylist()
        if row["asset"] == script
        and row["kind"] == "dialogue"
        and (not wishes.scenes or row["scene_order"] in wishes.scenes)
    ]


def _candidates(tables: Mapping[str, pa.Table]) -> dict[str, list[Candidate]]:
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    quality = _by_asset(tables.get("quality"))
    faults = _by_asset(tables.get("sound_faults"))
    found: dict[str, list[Candidate]] = defaultdict(list)
    for row in tables["coverage"].to_pylist():
        take = takes.get((row["asset"], row["take_order"]))
        if take is None or row["status"] not in _COLOURS:
            continue
        picture = [
            each["rating"] for each in quality.get(row["asset"], ()) if _meets(each, row) and each["rating"] is not None
        ]
        found[row["line"]].append(
            Candidate(
                row["asset"], row["take_order"], row["run"], _setup(take), row["line"], row["start"], row["end"],
                row["status"], row["kept"], min(picture, default=1.0), row["is_on_camera"],
                sum(_meets(each, row) for each in faults.get(row["asset"], ())),
                int(take["take"]) if take["take"].isdigit() else 0,
            )
        )  # fmt: skip
    return found


def _setup(take: Mapping[str, Any]) -> str:
    """Return what tells a set-up apart; a recording that nothing names is one of its own."""
    return f"{take['number']}/{take['setup']}" if take["number"] else f"{take['asset']}/{take['take_order']}"


def _by_asset(table: pa.Table | None) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist() if table is not None else []:
        found[row["asset"]].append(row)
    return found


def _meets(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["start"] < other["end"] and one["end"] > other["start"])


def _rate(rows: Sequence[Mapping[str, Any]]) -> Fraction:
    """Return the rate of most of what is used; of sound alone 25 pictures a second."""
    rates = Counter(conformed_rate(row)[0] for row in rows if row["kind"] in _SEEN)
    return rates.most_common(1)[0][0] if rates else Fraction(25)


def _pieces(lines: Sequence[Mapping[str, Any]], chosen: Sequence[Chosen | None]) -> list[Piece]:
    """Join lines that follow each other in one take."""
    pieces: list[Piece] = []
    last: Candidate | None = None
    for line, each in zip(lines, chosen, strict=True):
        if each is None:
            continue
        here = each.candidate
        goes_on = last is not None and last.pass_key == here.pass_key and 0 <= here.start - last.end <= _LONGEST_PAUSE
        if not goes_on:
            pieces.append(Piece([], here.start, here.end))
        pieces[-1].chosen.append(each)
        pieces[-1].lines.append(line)
        pieces[-1].end = here.end
        last = here
    return pieces


def _air(
    pieces: Sequence[Piece], tables: Mapping[str, pa.Table], assets: Mapping[str, Mapping[str, Any]], rate: Fraction,
    wishes: Wishes,
) -> None:  # fmt: skip
    """Widen pieces up to half the pause to what else is said there, within the take, to whole pictures."""
    words = _by_asset(tables.get("words"))
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    handle = from_seconds(wishes.handle)
    for piece in pieces:
        here = piece.chosen[0].candidate
        take, zero = takes[here.asset, here.take_order], assets[here.asset]["start"] or 0
        said = words.get(here.asset, [])
        before = max((row["end"] for row in said if row["end"] <= piece.start), default=take["action_start"])
        after = min((row["start"] for row in said if row["start"] >= piece.end), default=take["end"])
        first = max(piece.start - handle, take["action_start"], piece.start - (piece.start - before) // 2)
        last = min(piece.end + handle, take["end"], piece.end + (after - piece.end) // 2)
        begin = flicks_to_frame(max(0, min(first, piece.start) - zero), rate)
        end = -(-(max(last, piece.end) - zero) // frame_to_flicks(1, rate))
        whole = flicks_to_frame((assets[here.asset]["end"] or 0) - zero, rate)
        piece.start, piece.end = frame_to_flicks(begin, rate), frame_to_flicks(max(begin + 1, min(end, whole)), rate)


@dataclass(frozen=True)
class _Laying:
    """What pieces are laid on tracks with."""

    assets: Mapping[str, Mapping[str, Any]]
    rate: Fraction
    folder: Path | None
    candidates: Mapping[str, Sequence[Candidate]]
    wishes: Wishes

    def timeline(
        self, pieces: Sequence[Piece], lines: Sequence[Mapping[str, Any]], chosen: Sequence[Chosen | None], begin: str
    ) -> Timeline:
        """Lay pieces one after the other."""
        start = record_start_of(begin, self.rate, False)
        tracks = [*self._main(pieces), *self._upper(pieces)]
        row = next((row for row in self.assets.values() if row["kind"] in _SEEN), {})
        return Timeline(
            "Cut by script", self.rate, tuple(tracks), start.flicks(), start.is_drop_frame,
            _missing(pieces, lines, chosen), width=row.get("width") or 0, height=row.get("height") or 0,
        )  # fmt: skip

    def _media(self, asset: str) -> Media:
        return media_of(self.assets[asset], self.rate, self.folder, [])

    def _main(self, pieces: Sequence[Piece]) -> list[Track]:
        """Return the picture and the sound; where the set-up changes the picture may come later."""
        splits = [self._split(before, after) for before, after in pairwise(pieces)]
        seen: list[Item] = []
        heard: list[Item] = []
        for number, piece in enumerate(pieces):
            late = splits[number - 1] if number else 0
            longer = splits[number] if number < len(splits) else 0
            media = self._media(piece.chosen[0].candidate.asset)
            length = piece.end - piece.start
            heard.append(Clip(media.name, media.start + piece.start, length, media))
            if self.assets[piece.chosen[0].candidate.asset]["kind"] in _SEEN:
                clip = Clip(media.name, media.start + piece.start + late, length - late + longer, media)
                seen.append(_marked(clip, piece, media, self.assets[piece.chosen[0].candidate.asset]["start"] or 0))
            else:
                seen.append(Gap(length - late + longer))
        return [Track("video", tuple(seen), "Cut"), Track("audio", tuple(heard), "Sound")]

    def _split(self, before: Piece, after: Piece) -> int:
        """Return by how much the picture of the second piece comes late: as far as the first one's goes on."""
        wish = flicks_to_frame(from_seconds(self.wishes.split), self.rate)
        one, other = before.chosen[-1].candidate, after.chosen[0].candidate
        if not wish or one.setup == other.setup:
            return 0
        row = self.assets[one.asset]
        room = flicks_to_frame(max(0, (row["end"] or 0) - (row["start"] or 0) - before.end), self.rate)
        most = flicks_to_frame(after.end - after.start, self.rate) // 2
        return frame_to_flicks(max(0, min(wish, room, most)), self.rate)

    def _upper(self, pieces: Sequence[Piece]) -> list[Track]:
        """Return the other takes of the same lines, the best nearest to the picture, switched off."""
        rows = [self._others(piece) for piece in pieces]
        tracks = []
        for layer in range(min(self.wishes.alternates, max(map(len, rows), default=0))):
            items: list[Item] = []
            for piece, others in zip(pieces, rows, strict=True):
                length, used = piece.end - piece.start, 0
                if layer < len(others):
                    asset, first, last = others[layer]
                    media = self._media(asset)
                    used = min(length, last - first)
                    items.append(Clip(media.name, media.start + first, used, media, is_enabled=False))
                if length > used:
                    items.append(Gap(length - used))
            tracks.append(Track("video", tuple(items), f"Alternate {layer + 1}"))
        return tracks

    def _others(self, piece: Piece) -> list[tuple[str, int, int]]:
        """Return other times through all lines of a piece: recording, and where, to whole pictures."""
        spans: dict[tuple[str, int, int], list[Candidate]] = defaultdict(list)
        for line in piece.lines:
            for each in self.candidates.get(line["line"], ()):
                if each.pass_key != piece.chosen[0].candidate.pass_key and self.assets[each.asset]["kind"] in _SEEN:
                    spans[each.pass_key].append(each)
        whole = [each for each in spans.values() if len(each) == len(piece.lines)]
        found = []
        for members in sorted(whole, key=lambda members: (-sum(one.kept for one in members), members[0].pass_key)):
            zero = self.assets[members[0].asset]["start"] or 0
            first = flicks_to_frame(min(one.start for one in members) - zero, self.rate)
            last = flicks_to_frame(max(one.end for one in members) - zero, self.rate) + 1
            found.append((members[0].asset, frame_to_flicks(first, self.rate), frame_to_flicks(last, self.rate)))
        return found


def _marked(clip: Clip, piece: Piece, media: Media, zero: int) -> Clip:
    """Mark each line in a clip: who says what, how it is said, and why it was chosen."""
    markers = tuple(
        Marker(
            max(clip.start, media.start + each.candidate.start - zero), f"{line['who']}: {line['text']}"[:80],
            f"{each.candidate.status}; {each.why}", _COLOURS[each.candidate.status],
        )
        for line, each in zip(piece.lines, piece.chosen, strict=True)
    )  # fmt: skip
    return Clip(clip.name, clip.start, clip.duration, clip.media, markers=markers)


def _missing(
    pieces: Sequence[Piece], lines: Sequence[Mapping[str, Any]], chosen: Sequence[Chosen | None]
) -> tuple[Marker, ...]:
    """Mark what was never shot, where it would stand."""
    ends: dict[str, int] = {}
    time = 0
    for piece in pieces:
        time += piece.end - piece.start
        ends |= {line["line"]: time for line in piece.lines}
    markers, at = [], 0
    for line, each in zip(lines, chosen, strict=True):
        at = ends.get(line["line"], at)
        if each is None:
            markers.append(
                Marker(
                    max(0, min(at, time - 1)),
                    f"Missing: {line['who']}: {line['text']}"[:80],
                    "no take has this line",
                    "red",
                )
            )
    return tuple(markers)
