"""Change list: what changed from one cut to the next, as CSV, JSON and a change EDL, and what must be done again.

The change EDL builds the new cut from the old one: its source is the finished old cut, so that picture or mix made for
that follow in any editing system; what is new in it comes from the new cut itself.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from kinoeye.export.changes import CARRYING, Change, ChangeList, Cut, Follow, Side, lasting
from kinoeye.export.fates import Item, uncovered
from kinoeye.export.markers import cell
from kinoeye.export.timeline import Clip, Media, Timeline, Track
from kinoeye.export.timeline import Item as TimelineItem
from kinoeye.export.words import words
from kinoeye.timecode import FLICKS_PER_SECOND, flicks_to_frame

COLUMNS = (
    "number", "change", "old in", "old out", "new in", "new out", "pictures", "shift", "clip", "was", "source in",
    "speed", "note",
)  # fmt: skip
REDO_COLUMNS = ("what", "file", "number", "text", "old in", "old out", "new in", "new out", "verdict", "why")


def say_in(language: str) -> Callable[..., str]:
    """Return what says the messages of a change list in a language.

    Raises
    ------
    UseError
        If there are none in it.
    """
    said = words(language).sections["reconform"]

    def say(key: str, /, **values: object) -> str:
        return said[key].format(**values)

    return say


def rows(changes: ChangeList, follow: Follow = "picture", language: str = "en") -> list[dict[str, Any]]:
    """Return a change a row, times as time codes of their cuts, lengths and shifts in pictures."""
    say = say_in(language)
    found: list[dict[str, Any]] = []
    for number, each in enumerate(changes.changes(follow), 1):
        shown, was = each.new or each.old, each.old
        assert shown is not None
        cut = changes.new if each.new else changes.old
        other = was.name if was and each.new and was.name != each.new.name else ""
        found.append({
            "number": number, "change": say(each.what), **_codes(changes.old, each.old, "old"),
            **_codes(changes.new, each.new, "new"), "pictures": _pictures(cut, shown),
            "shift": _shift(changes, each), "clip": shown.name or say("nothing"), "was": other,
            "source in": _source(cut, shown), "speed": _speed(each), "note": ", ".join(map(say, each.notes)),
        })  # fmt: skip
    return found


def change_csv(changes: ChangeList, follow: Follow = "picture") -> bytes:
    """Return the change list as CSV, safe for spreadsheets, UTF-8 with a mark that they know it by."""
    return _csv(COLUMNS, rows(changes, follow))


def redo_rows(changes: ChangeList, items: Sequence[Item], language: str = "en") -> list[dict[str, Any]]:
    """Return what must be looked at or done again, with reasons: what was carried, then what is new in the cut."""
    say = say_in(language)
    found: list[dict[str, Any]] = []
    for each in items:
        if each.fate.verdict == "moved":
            continue
        places = each.fate.spans or ((None, None),)
        why = "; ".join(say(f"why_{reason.key}", pictures=reason.pictures) for reason in each.fate.reasons)
        found += [
            {"what": say(f"kind_{each.kind}"), "file": each.file, "number": each.number, "text": each.text,
             "old in": changes.old.label(each.start), "old out": changes.old.label(each.end),
             "new in": "" if low is None else changes.new.label(low),
             "new out": "" if high is None else changes.new.label(high),
             "verdict": say(f"verdict_{each.fate.verdict}"), "why": why}
            for low, high in places
        ]  # fmt: skip
    for change, (low, high) in uncovered(changes):
        found.append({
            "what": say("kind_new"), "file": "", "number": None, "text": change.new.name if change.new else "",
            "old in": "", "old out": "", "new in": changes.new.label(low), "new out": changes.new.label(high),
            "verdict": say("verdict_new"), "why": say(f"why_{change.what}_new"),
        })  # fmt: skip
    for edge in changes.edges:
        found.append({
            "what": say("kind_transition"), "file": "", "number": None,
            "text": _edge(changes, edge.before, edge.after, say),
            "old in": changes.old.label(edge.old), "old out": "", "new in": changes.new.label(edge.new), "new out": "",
            "verdict": say("verdict_look"), "why": say("why_transition"),
        })  # fmt: skip
    return found


def redo_csv(changes: ChangeList, items: Sequence[Item]) -> bytes:
    """Return what must be looked at or done again as CSV."""
    return _csv(REDO_COLUMNS, redo_rows(changes, items))


def facts(changes: ChangeList, items: Sequence[Item]) -> dict[str, Any]:
    """Return the change list as values for JSON, exact in flicks."""
    return {
        "old": _cut(changes.old), "new": _cut(changes.new), "notes": list(changes.notes),
        "is_same": changes.is_same,
        "flicks": {each: lasting(changes.picture, each) for each in sorted({c.what for c in changes.picture})},
        "picture": [_fact(each) for each in changes.picture], "sound": [_fact(each) for each in changes.sound],
        "transitions": [{"old": each.old, "new": each.new, "before": each.before, "after": each.after}
                        for each in changes.edges],
        "items": [{"file": each.file, "kind": each.kind, "number": each.number, "text": each.text,
                   "old": [each.start, each.end], "new": [list(span) for span in each.fate.spans],
                   "verdict": each.fate.verdict, "reasons": [vars(reason) for reason in each.fate.reasons]}
                  for each in items],
    }  # fmt: skip


def change_json(changes: ChangeList, items: Sequence[Item]) -> bytes:
    """Return the change list as JSON."""
    return (json.dumps(facts(changes, items), ensure_ascii=False, indent=1) + "\n").encode()


def change_timeline(changes: ChangeList) -> Timeline:
    """Return the new cut built from the old one: of reel OLD what is still there, of reel NEW what is new."""
    medias = [
        Media(cut.name or name, "", name, cut.rate, cut.start, cut.duration, cut.is_drop_frame)
        for name, cut in (("OLD", changes.old), ("NEW", changes.new))
    ]
    items: list[TimelineItem] = []
    for each in sorted(
        (each for each in changes.picture if each.new), key=lambda each: each.new.start if each.new else 0
    ):
        assert each.new is not None
        if each.what in CARRYING and each.old is not None:
            source = each.old.start if not each.is_reversed else each.old.end
            speed = 1 / each.ratio if each.what == "retimed" else Fraction(1)
            items.append(
                Clip(each.new.name or "OLD", changes.old.start + source, each.new.duration, medias[0], speed=speed)
            )
        else:
            items.append(Clip(each.new.name or "NEW", changes.new.start + each.new.start, each.new.duration, medias[1]))
    return Timeline(
        f"Change from {changes.old.name} to {changes.new.name}", changes.new.rate, (Track("video", tuple(items)),),
        changes.new.start, changes.new.is_drop_frame,
    )  # fmt: skip


def _csv(columns: Sequence[str], found: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in found:
        writer.writerow([cell(value) if isinstance(value := row[name], str) else value for name in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _codes(cut: Cut, side: Side | None, name: str) -> dict[str, str]:
    if side is None:
        return {f"{name} in": "", f"{name} out": ""}
    return {f"{name} in": cut.label(side.start), f"{name} out": cut.label(side.end)}


def _pictures(cut: Cut, side: Side) -> int:
    return cut.picture(side.end) - cut.picture(side.start)


def _shift(changes: ChangeList, each: Change) -> str:
    """Return by how much a change comes later, in pictures of the new cut, with its sign."""
    if each.old is None or each.new is None:
        return ""
    return f"{round((each.new.start - each.old.start) * changes.new.rate / FLICKS_PER_SECOND):+d}"


def _source(cut: Cut, side: Side) -> str:
    if side.source is None or side.source < 0:
        return ""
    return Cut("", cut.rate, 0, cut.is_drop_frame).label(side.source)


def _speed(each: Change) -> str:
    sides = [side.speed for side in (each.old, each.new) if side is not None]
    if all(speed == 1 for speed in sides):
        return ""
    return " > ".join(f"{float(100 * speed):.6g} %" for speed in dict.fromkeys(sides))


def _edge(
    changes: ChangeList, before: tuple[str, int] | None, after: tuple[str, int] | None, say: Callable[..., str]
) -> str:
    told = []
    for cut, each in ((changes.old, before), (changes.new, after)):
        told.append(say("cut") if each is None else f"{say(each[0])} {flicks_to_frame(each[1], cut.rate)}")
    return " > ".join(told)


def _cut(cut: Cut) -> dict[str, Any]:
    return {"name": cut.name, "rate": str(cut.rate), "start": cut.start, "is_drop_frame": cut.is_drop_frame,
            "duration": cut.duration}  # fmt: skip


def _fact(each: Change) -> dict[str, Any]:
    sides = {name: None if side is None else {"start": side.start, "end": side.end, "name": side.name,
                                             "source": side.source, "speed": str(side.speed)}
             for name, side in (("old", each.old), ("new", each.new))}  # fmt: skip
    return {"what": each.what, **sides, "is_reversed": each.is_reversed, "notes": list(each.notes)}
