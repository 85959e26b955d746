"""Cut by script: the screenplay's lines in their order, each from the take that has it best.

Lines that follow each other in one take stay together with the pause between them. Between takes there is a cut, with
a little air on both sides; the picture may come later than the sound (a J-cut). Other takes of the same lines lie on
upper tracks, switched off. What was never shot is a marker.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.cut.alternates import alternates
from kinoeye.cut.angles import Angles, angles
from kinoeye.cut.candidates import candidates
from kinoeye.cut.choice import Candidate, Chosen, best, is_other_angle
from kinoeye.cut.laying import Laying, Stretch, rate_of
from kinoeye.cut.partners import partners
from kinoeye.cut.rows import Row, by_asset
from kinoeye.errors import UseError
from kinoeye.export.drafts import current_rows, left_out
from kinoeye.export.timeline import Marker, Timeline, picture
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks, from_seconds

_COLOURS = {"covered": "green", "changed": "yellow", "partial": "orange", "unheard": "orange"}
_MISHEARD = FLICKS_PER_SECOND  # a line's first or last words that were not told may take so long
_LONGEST_PAUSE = 4 * FLICKS_PER_SECOND  # within a take; a longer one is no pause but a break


@dataclass(frozen=True)
class Wishes:
    """How a cut is made.

    Parameters
    ----------
    handle : 0..5, seconds
        Air before the first and after the last word of a piece, as far as nothing else is said there.
    split : -5..5, seconds
        By how much the picture comes later than the sound where the set-up changes (a J-cut); below 0 earlier, while
        the sound before goes on (an L-cut).
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
        for name, value, least, most in (
            ("handle", self.handle, 0, 5),
            ("split", self.split, -5, 5),
            ("alternates", self.alternates, 0, 8),
        ):
            if not least <= value <= most:
                raise UseError(f"cut: {name} must lie in {least}..{most}, got {value}")
        return self


@dataclass
class Piece:
    """Lines that stay together: in flicks on the recording's own clock, from its first picture.

    With `is_angle` it goes on from the piece before it, as another camera saw the same performance.
    """

    chosen: list[Chosen]
    start: int = 0
    end: int = 0
    lines: list[Row] = field(default_factory=list)
    is_angle: bool = False


@dataclass(frozen=True)
class ScriptCut:
    """A cut, and what stands behind it.

    Parameters
    ----------
    timeline : Timeline
    pieces : tuple of Piece
    missing : tuple of rows of `lines`
        Lines that no take has.
    older : tuple of (str, str)
        Drafts that are left out, each with the one that counts in its place: paths.
    """

    timeline: Timeline
    pieces: tuple[Piece, ...]
    missing: tuple[Mapping[str, Any], ...]
    older: tuple[tuple[str, str], ...] = ()


def by_script(
    tables: Mapping[str, pa.Table], wishes: Wishes | None = None, *, folder: Path | None = None,
    record_start: str = "01:00:00:00",
) -> ScriptCut:  # fmt: skip
    """Put together what was shot as the screenplay says.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`, `lines`, `takes` and `coverage`; `words`, `syncs` and what `candidates` takes where they are there.
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
    assets = {row["asset"]: row for row in tables["assets"].to_pylist()}
    known = partners(assets, tables.get("syncs"))
    seen = angles(assets, tables.get("syncs"), known)
    found = candidates(tables, lines, known, seen)
    chosen = best([found.get(line["line"], []) for line in lines])
    if not any(chosen):
        raise UseError(
            "cut: must have takes in which the screenplay's lines are said, got none",
            remedy='Run `kinoeye run`, and look at `kinoeye sql DIR "SELECT * FROM coverage"`',
        )
    laying = Laying(assets, rate_of([assets[each.candidate.asset] for each in chosen if each]), folder, known)
    pieces = _pieces(lines, chosen)
    _air(pieces, tables, found, laying, wishes)
    _met(pieces, seen, laying)
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    stretches = [_stretch(piece, laying, takes) for piece in pieces]
    tracks = [*laying.tracks(stretches, wishes.split), *alternates(pieces, found, laying, seen, wishes.alternates)]
    timeline = laying.timeline("Cut by script", tracks, record_start, _missing(pieces, lines, chosen))
    missing = tuple(line for line, each in zip(lines, chosen, strict=True) if each is None)
    return ScriptCut(timeline, tuple(pieces), missing, tuple(left_out(tables)))


def _lines(tables: Mapping[str, pa.Table], wishes: Wishes) -> list[dict[str, Any]]:
    """Return the spoken lines of the screenplay that was shot most, in order."""
    shot = Counter(tables["coverage"]["script"].to_pylist())
    script = shot.most_common(1)[0][0] if shot else None
    return [
        row
        for row in current_rows(tables, "lines")
        if row["asset"] == script
        and row["kind"] == "dialogue"
        and (not wishes.scenes or row["scene_order"] in wishes.scenes)
    ]


def _pieces(lines: Sequence[Row], chosen: Sequence[Chosen | None]) -> list[Piece]:
    """Join lines that follow each other in one take."""
    pieces: list[Piece] = []
    last: Candidate | None = None
    for line, each in zip(lines, chosen, strict=True):
        if each is None:
            continue
        here = each.candidate
        goes_on = last is not None and last.pass_key == here.pass_key and 0 <= here.start - last.end <= _LONGEST_PAUSE
        if not goes_on:
            is_angle = last is not None and is_other_angle(last, here) and here.since - last.until <= _LONGEST_PAUSE
            pieces.append(Piece([], here.start, here.end, is_angle=is_angle))
        pieces[-1].chosen.append(each)
        pieces[-1].lines.append(line)
        pieces[-1].end = here.end
        last = here
    return pieces


def _air(
    pieces: Sequence[Piece],
    tables: Mapping[str, pa.Table],
    found: Mapping[str, Sequence[Candidate]],
    laying: Laying,
    wishes: Wishes,
) -> None:
    """Widen pieces up to half the pause to what else is said there, within the take, to whole pictures."""
    words, speech = by_asset(tables.get("words")), by_asset(tables.get("speech"))
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    handle = from_seconds(wishes.handle)
    for piece in pieces:
        here = piece.chosen[0].candidate
        take, said = takes[here.asset, here.take_order], _spans(words, here.asset, laying)
        _widen(piece, _spans(speech, here.asset, laying), _taken(found, piece))
        before = max((end for _, end in said if end <= piece.start), default=take["action_start"])
        after = min((start for start, _ in said if start >= piece.end), default=take["end"])
        first = max(piece.start - handle, take["action_start"], piece.start - (piece.start - before) // 2)
        last = min(piece.end + handle, take["end"], piece.end + (after - piece.end) // 2)
        piece.start, piece.end = laying.snapped(here.asset, min(first, piece.start), max(last, piece.end))


def _met(pieces: Sequence[Piece], seen: Angles, laying: Laying) -> None:
    """Cut from one camera to another of the same moment where the second one begins: no time is lost, none twice."""
    for before, after in pairwise(pieces):
        if after.is_angle:
            old, new = (each.chosen[0].candidate.asset for each in (before, after))
            zero, begin = (laying.assets[each]["start"] or 0 for each in (old, new))
            spoken = before.chosen[-1].candidate.end - zero
            moment = seen.moved(new, old, after.start + begin) - zero
            late = frame_to_flicks(max(0, picture(spoken - moment, laying.rate)), laying.rate)
            after.start += late  # where the air before the next line reaches into the last one
            whole = (laying.assets[old]["end"] or 0) - zero  # a camera may have stopped before the other one
            before.end = frame_to_flicks(picture(min(moment + late, whole), laying.rate), laying.rate)


def _taken(found: Mapping[str, Sequence[Candidate]], piece: Piece) -> list[tuple[int, int]]:
    """Return where else lines are said in the recording of a piece."""
    asset = piece.chosen[0].candidate.asset
    every = [(each.start, each.end) for options in found.values() for each in options if each.asset == asset]
    return [(start, end) for start, end in every if end <= piece.start or start >= piece.end]


def _widen(piece: Piece, speech: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> None:
    """Give a piece whose edge was misheard the speech that it begins or ends in, as far as that is no other line's."""
    is_open, is_close = (each.candidate.status != "covered" for each in (piece.chosen[0], piece.chosen[-1]))
    for start, end in speech:
        if is_open and start < piece.start < end and piece.start - start <= _MISHEARD:
            piece.start = max([start, *(last for _, last in others if last <= piece.start)])
        if is_close and start < piece.end < end and end - piece.end <= _MISHEARD:
            piece.end = min([end, *(first for first, _ in others if first >= piece.end)])


def _spans(words: Mapping[str, Sequence[Mapping[str, Any]]], asset: str, laying: Laying) -> list[tuple[int, int]]:
    """Return where words are said in a recording, by its own clock: as its separate sound has them, if there is one."""
    partner = laying.partners.get(asset)
    if partner is None or not words.get(partner.asset):
        return [(row["start"], row["end"]) for row in words.get(asset, ())]
    return [(partner.seen(row["start"]), partner.seen(row["end"])) for row in words[partner.asset]]


def _stretch(piece: Piece, laying: Laying, takes: Mapping[tuple[str, int], Mapping[str, Any]]) -> Stretch:
    """Return a piece with a marker for each line: who says what, how it is said, and why it was chosen."""
    first = piece.chosen[0].candidate
    zero, take = laying.assets[first.asset]["start"] or 0, takes[first.asset, first.take_order]
    markers = tuple(
        Marker(
            each.candidate.start - zero, f"{line['who']}: {line['text']}"[:80],
            f"{each.candidate.status}; {each.why}", _COLOURS[each.candidate.status],
        )
        for line, each in zip(piece.lines, piece.chosen, strict=True)
    )  # fmt: skip
    opened, closed = (max(0, take[edge] - zero) for edge in ("action_start", "end"))
    return Stretch(first.asset, piece.start, piece.end, first.setup, markers, min(opened, piece.start), closed)


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
