"""Score of a cut: a rough cut of the rushes, held against the one that should be (kinoeye.sample.ideal).

Rules:

- A line is right if its piece of the cut shows an ideal pass of it, and is not cut to by a jump: from another take of
  the same set-up, or from elsewhere in the same take.
- It is whole if all of its words lie in the piece; what is missing at the edges is counted in time.
- It is clean if nothing else that is said lies in its part of the piece.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinoeye.sample.ideal import is_first

_SLACK = 705_600_000 // 50  # flicks: 20 ms, within which two times are the same


@dataclass(frozen=True)
class Placed:
    """A line as it lies in a cut.

    Parameters
    ----------
    line : int
        Number of the screenplay's line.
    path : str
        The camera's file.
    at, until : int, flicks
        Where the line is said in it, as the cut has it.
    start, end : int, flicks
        The piece that it lies in, from the file's first picture.
    """

    line: int
    path: str
    at: int
    until: int
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """What a line of a cut is worth.

    Parameters
    ----------
    line : int
    is_ideal : bool
        It shows an ideal pass.
    is_jump : bool
        It is cut to by a jump.
    is_in_order : bool
        It stands behind all earlier lines.
    cut_off, strange : int, flicks
        What is missing of its words; what else is said in its piece.
    shown : str
        Scene, set-up and take, and what is wrong with the pass that is shown.
    """

    line: int
    is_ideal: bool
    is_jump: bool
    is_in_order: bool
    cut_off: int
    strange: int
    shown: str

    @property
    def is_right(self) -> bool:
        """Whether an editor would have it so."""
        return self.is_ideal and not self.is_jump

    @property
    def is_whole(self) -> bool:
        """Whether all of it is heard, behind what comes before."""
        return self.is_in_order and self.cut_off <= _SLACK


def verdicts(truth: Mapping[str, Any], cut: Sequence[Placed]) -> list[Verdict]:
    """Hold a cut against the truth of its rushes; a line that is not in the cut has no verdict.

    Parameters
    ----------
    truth : mapping
        As `rushes_make` writes it.
    cut : sequence of Placed
        In running order.
    """
    files = {file["path"]: file for file in truth["files"]}
    ideal = {row["line"]: {tuple(each) for each in row["passes"]} for row in truth["ideal"]}
    found: list[Verdict] = []
    highest = 0
    before: tuple[Placed, Mapping[str, Any]] | None = None
    for each in cut:
        file = files.get(each.path)
        said = _pass_of(each, file)
        if file is None or said is None:
            found.append(
                Verdict(each.line, False, False, each.line > highest, each.until - each.at, 0, "not said there")
            )
            before = None
        else:
            found.append(Verdict(
                each.line, (each.path, said["pass"]) in ideal[each.line], _jumps(before, each, file),
                each.line > highest, _cut_off(each, said), _strange(each, file, cut), _shown(file, said),
            ))  # fmt: skip
            before = each, file
        highest = max(highest, each.line)
    return found


def placed(cut: Any, paths: Mapping[str, str], numbers: Mapping[str, int]) -> list[Placed]:
    """Return the lines of a cut as they lie in it.

    Parameters
    ----------
    cut : kinoeye.cut.by_script.ScriptCut
    paths : mapping of an asset to its path
    numbers : mapping of a line's name to its number in the screenplay
    """
    return [
        Placed(numbers[line["line"]], paths[each.candidate.asset], each.candidate.start, each.candidate.end,
               piece.start, piece.end)
        for piece in cut.pieces
        for line, each in zip(piece.lines, piece.chosen, strict=True)
    ]  # fmt: skip


def told(truth: Mapping[str, Any], found: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return a row a line of the screenplay: what the cut shows of it, what would be right, and whether it is."""
    names = {file["path"]: f"{file['scene']}{file['setup']}-{file['take']}" for file in truth["files"]}
    verdict = {each.line: each for each in found}
    rows = []
    for row, line in zip(truth["ideal"], truth["screenplay"]["lines"], strict=True):
        each = verdict.get(row["line"])
        rows.append({
            "line": row["line"], "who": line["speaker"], "words": line["words"],
            "in the cut": "missing" if each is None else each.shown + (", jumps" if each.is_jump else ""),
            "ideal": ", ".join(dict.fromkeys(names[path] for path, _ in row["passes"])),
            "right": each is not None and each.is_right,
        })  # fmt: skip
    return rows


def _pass_of(each: Placed, file: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the pass of the line that is said most where the cut has it."""
    near = [
        (min(said["end"], each.until) - max(said["start"], each.at), said)
        for said in (file["passes"] if file else ())
        if said["line"] == each.line
    ]
    best = max(near, key=lambda one: one[0], default=(0, None))
    return best[1] if best[0] > 0 else None


def _jumps(before: tuple[Placed, Mapping[str, Any]] | None, each: Placed, file: Mapping[str, Any]) -> bool:
    """Say whether a cut to this line jumps; from scene to scene nothing does."""
    if before is None or is_first(each.line) or (before[0].path, before[0].start) == (each.path, each.start):
        return False
    last = before[1]
    return bool((last["scene"], last["setup"]) == (file["scene"], file["setup"]))


def _cut_off(each: Placed, said: Mapping[str, Any]) -> int:
    """Return how much of a pass lies outside of the piece."""
    return int(max(0, each.start - said["start"]) + max(0, said["end"] - each.end))


def _strange(each: Placed, file: Mapping[str, Any], cut: Sequence[Placed]) -> int:
    """Return how much else is said in the piece than the lines that the cut has there."""
    meant = [one for one in cut if (one.path, one.start, one.end) == (each.path, each.start, each.end)]
    if meant[0] is not each:
        return 0  # once a piece
    wanted = [_pass_of(one, file) for one in meant]
    said = [one for one in file["passes"] if one not in wanted] + list(file["asides"])
    return int(sum(max(0, min(one["end"], each.end) - max(one["start"], each.start)) for one in said))


def _shown(file: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    wrong = [*said["faults"], *([] if said["is_seen"] else ["off camera"])]
    name = f"{file['scene']}{file['setup']}-{file['take']}"
    return f"{name}: {', '.join(wrong)}" if wrong else name
