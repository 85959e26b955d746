"""Cut by script: the screenplay's lines in their order, each from the take that has it best.

Lines that follow each other in one take stay together with the pause between them. Between takes there is a cut, with
a little air on both sides; the picture may come later than the sound (a J-cut). Other takes of the same lines lie on
upper tracks, switched off. What was never shot is a marker.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.cut.choice import Candidate, Chosen, best
from kinoeye.cut.laying import SEEN, Laying, Stretch, rate_of
from kinoeye.errors import UseError
from kinoeye.export.timeline import Gap, Item, Marker, Timeline, Track
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

_COLOURS = {"covered": "green", "changed": "yellow", "partial": "orange"}
_LONGEST_PAUSE = 4 * FLICKS_PER_SECOND  # within a take; a longer one is no pause but a break


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
    laying = Laying(assets, rate_of([assets[each.candidate.asset] for each in chosen if each]), folder)
    pieces = _pieces(lines, chosen)
    _air(pieces, tables, laying, wishes)
    stretches = [_stretch(piece, assets[piece.chosen[0].candidate.asset]["start"] or 0) for piece in pieces]
    tracks = [*laying.tracks(stretches, wishes.split), *_upper(pieces, candidates, laying, wishes.alternates)]
    timeline = laying.timeline("Cut by script", tracks, record_start, _missing(pieces, lines, chosen))
    missing = tuple(line for line, each in zip(lines, chosen, strict=True) if each is None)
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
    seen = {row["asset"] for row in tables["assets"].to_pylist() if row["kind"] in SEEN}
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
                int(take["take"]) if take["take"].isdigit() else 0, row["asset"] in seen,
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


def _air(pieces: Sequence[Piece], tables: Mapping[str, pa.Table], laying: Laying, wishes: Wishes) -> None:
    """Widen pieces up to half the pause to what else is said there, within the take, to whole pictures."""
    words = _by_asset(tables.get("words"))
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    handle = from_seconds(wishes.handle)
    for piece in pieces:
        here = piece.chosen[0].candidate
        take, said = takes[here.asset, here.take_order], words.get(here.asset, [])
        before = max((row["end"] for row in said if row["end"] <= piece.start), default=take["action_start"])
        after = min((row["start"] for row in said if row["start"] >= piece.end), default=take["end"])
        first = max(piece.start - handle, take["action_start"], piece.start - (piece.start - before) // 2)
        last = min(piece.end + handle, take["end"], piece.end + (after - piece.end) // 2)
        piece.start, piece.end = laying.snapped(here.asset, min(first, piece.start), max(last, piece.end))


def _stretch(piece: Piece, zero: int) -> Stretch:
    """Return a piece with a marker for each line: who says what, how it is said, and why it was chosen."""
    markers = tuple(
        Marker(
            each.candidate.start - zero, f"{line['who']}: {line['text']}"[:80],
            f"{each.candidate.status}; {each.why}", _COLOURS[each.candidate.status],
        )
        for line, each in zip(piece.lines, piece.chosen, strict=True)
    )  # fmt: skip
    first = piece.chosen[0].candidate
    return Stretch(first.asset, piece.start, piece.end, first.setup, markers)


def _upper(
    pieces: Sequence[Piece], candidates: Mapping[str, Sequence[Candidate]], laying: Laying, most: int
) -> list[Track]:
    """Return the other takes of the same lines, the best nearest to the picture, switched off."""
    rows = [_others(piece, candidates, laying) for piece in pieces]
    tracks = []
    for layer in range(min(most, max(map(len, rows), default=0))):
        items: list[Item] = []
        for piece, others in zip(pieces, rows, strict=True):
            length, used = piece.end - piece.start, 0
            if layer < len(others):
                used = min(length, others[layer].duration)
                items.append(laying.clip(replace(others[layer], end=others[layer].start + used), is_enabled=False))
            if length > used:
                items.append(Gap(length - used))
        tracks.append(Track("video", tuple(items), f"Alternate {layer + 1}"))
    return tracks


def _others(piece: Piece, candidates: Mapping[str, Sequence[Candidate]], laying: Laying) -> list[Stretch]:
    """Return other times through all lines of a piece."""
    spans: dict[tuple[str, int, int], list[Candidate]] = defaultdict(list)
    for line in piece.lines:
        for each in candidates.get(line["line"], ()):
            if each.pass_key != piece.chosen[0].candidate.pass_key and laying.is_seen(each.asset):
                spans[each.pass_key].append(each)
    whole = [each for each in spans.values() if len(each) == len(piece.lines)]
    whole.sort(key=lambda members: (-sum(one.kept for one in members), members[0].pass_key))
    return [
        Stretch(
            members[0].asset,
            *laying.snapped(members[0].asset, min(one.start for one in members), max(one.end for one in members)),
            members[0].setup,
        )
        for members in whole
    ]


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
