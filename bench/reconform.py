"""Re-conform: cues that land on the right picture when a cut changes, ours beside plain comparisons of clips.

Three tables. Cuts made with known edits (trims, slips, moves of clips and scenes, inserts, removals, other takes,
retimes, repeated clips) at every rate, through the formats; the same edits made on real timelines; and films cut from
real clips, coded anew (other size, bars, noise, another rate), compared by picture and sound alone. Two peers:
difflib's SequenceMatcher on clips by name and source start, and clips paired by name and source range, the first that
is free, as scripts on the net do it; both give what matching clips give, shifted.

A picture that is used again elsewhere in the new cut may be taken for the one that moved or went: "the same picture,
elsewhere" counts these, which show what is wanted; "another picture" is plainly wrong.

    python bench/reconform.py [../shared/data] [--short] [--films]
"""

import argparse
import difflib
import random
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from reconform_films import films

from kinoeye.cut.reconform import change_list
from kinoeye.errors import KinoeyeError
from kinoeye.export.fates import of_moment
from kinoeye.export.formats import FORMATS, read
from kinoeye.export.timeline import Clip, Gap, Media, Timeline, Track
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

RATES = (("24", False), ("24000/1001", False), ("25", False), ("30000/1001", True), ("60000/1001", False))
KINDS = ("trim", "slip", "move", "scene", "insert", "remove", "take", "retime", "repeat")
HEAD = (
    "| rate | way | on the picture | the same picture, elsewhere | another picture | called gone, is there "
    "| left, is gone | CPU s a cut |\n|---|---|---|---|---|---|---|---|"
)
CUES, EDITS = 3, 12  # cues a clip, edits a cut


@dataclass(frozen=True)
class Piece:
    """A clip in a made cut; `born` names the clip of the old cut that it is, -1 a new one."""

    media: int
    start: int
    length: int
    born: int
    speed: Fraction = Fraction(1)
    head: int = 0  # pictures of the clip's own clock since its old first one


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--films", action="store_true", help="only the films")
    given = parser.parse_args()
    if not given.films:
        made_cuts(2 if given.short else 10)
        real_cuts(given.data / "timelines", 2 if given.short else 6)
    if (given.data / "film_clips").is_dir():
        films(given.data / "film_clips", is_short=given.short)


def made_cuts(seeds: int) -> None:
    """Print the table of made cuts."""
    print(HEAD)
    for text, drops in RATES:
        rate = Fraction(text)
        rows = defaultdict(list)
        for seed in range(seeds):
            draw = random.Random(f"{text} {seed}")
            old = made(draw)
            new = edited(old, draw)
            before, after = (timeline(pieces, rate, drops, name) for pieces, name in ((old, "old"), (new, "new")))
            chosen = FORMATS[seed % 5]
            after = chosen.read(chosen.write(after))[0]
            wanted = truth(old, new, draw)
            score(rows, before, after, (old, new), wanted)
        tell(f"{float(rate):.6g}{' DF' if drops else ''}", rows)


def real_cuts(folder: Path, seeds: int) -> None:
    """Print the table of real timelines with edits made on them."""
    rows = defaultdict(list)
    used = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".otio", ".edl", ".fcpxml", ".xml", ".aaf"}:
            continue
        try:
            found = read(path)
        except KinoeyeError:
            continue
        for each in found[:1]:
            pieces, medias = taken(each)
            if len(pieces) < 4:
                continue
            used += 1
            for seed in range(seeds):
                draw = random.Random(f"{path.name} {seed}")
                new = edited(pieces, draw, edits=max(2, min(EDITS, len(pieces) // 3)), medias=len(medias))
                before, after = (timeline(p, each.rate, each.is_drop_frame, n, medias)
                                 for p, n in ((pieces, "old"), (new, "new")))  # fmt: skip
                wanted = truth(pieces, new, draw)
                score(rows, before, after, (pieces, new), wanted)
    print(f"\n{used} real timelines\n")
    print(HEAD)
    tell("all", rows)


def made(draw: random.Random, clips: int = 60) -> list[Piece]:
    """Return a cut: scenes intercut from a few takes each, with some inserts that come again."""
    pieces: list[Piece] = []
    place = defaultdict(int)
    while len(pieces) < clips:
        takes = draw.sample(range(12), draw.randint(1, 3))
        for _ in range(draw.randint(3, 7)):
            media = draw.choice(takes)
            length = draw.randint(18, 140)
            start = 1000 + place[media]
            place[media] += length + draw.randint(-10, 60)
            pieces.append(Piece(media, max(900, start), length, len(pieces)))
        if draw.random() < 0.4:
            pieces.append(Piece(20, 500, 40, len(pieces)))  # the clock on the wall, again
    return pieces


def edited(old: list[Piece], draw: random.Random, edits: int = EDITS, medias: int = 12) -> list[Piece]:
    """Return a cut after some edits."""
    new = list(old)
    for number in range(edits):
        kind = draw.choice(KINDS)
        at = draw.randrange(len(new))
        each = new[at]
        by = draw.randint(1, 12)
        if kind == "trim" and each.length > 3 * by:
            is_head = draw.random() < 0.5
            new[at] = replace(each, length=each.length - by, start=each.start + (by * each.speed.numerator
                              // each.speed.denominator if is_head else 0),
                              head=each.head + (by if is_head else 0)) if each.speed == 1 else each  # fmt: skip
        elif kind == "slip" and each.speed == 1:
            new[at] = replace(each, start=each.start + by, head=each.head + by)
        elif kind == "move" and len(new) > 4:
            new.insert(draw.randrange(len(new) - 1), new.pop(at))
        elif kind == "scene" and len(new) > 12:
            size = draw.randint(3, 6)
            scene = new[at : at + size]
            del new[at : at + size]
            place = draw.randrange(len(new))
            new[place:place] = scene
        elif kind == "insert":
            new.insert(at, Piece(100 + number, 200, draw.randint(10, 90), -1))
        elif kind == "remove" and len(new) > 6:
            del new[at]
        elif kind == "take":
            new[at] = Piece(200 + number, 300, each.length, -1)
        elif kind == "retime" and each.speed == 1 and each.length > 8:
            new[at] = replace(each, speed=Fraction(1, 2), length=2 * each.length)
        elif kind == "repeat" and each.born >= 0:
            new.insert(draw.randrange(len(new)), replace(each, born=-2))
    return new


def taken(found: Timeline) -> tuple[list[Piece], list[Media]]:
    """Return the clips of a real timeline's first track of picture as pieces, and their media."""
    medias: list[Media] = []
    pieces: list[Piece] = []
    for track in found.of("video")[:1]:
        for _, item in track.placed():
            if not isinstance(item, Clip) or item.speed != 1 or not item.duration:
                continue
            media = item.media or Media(item.name)
            if media not in medias:
                medias.append(media)
            start, length = (round(each * found.rate / FLICKS_PER_SECOND) for each in (item.start, item.duration))
            if length:
                pieces.append(Piece(medias.index(media), start, length, len(pieces)))
    return pieces, medias


def timeline(
    pieces: list[Piece], rate: Fraction, drops: bool, name: str, medias: list[Media] | None = None
) -> Timeline:
    """Return a cut as a timeline of one track."""
    one = FLICKS_PER_SECOND / rate
    items = []
    for each in pieces:
        if medias and each.media < len(medias):
            media = medias[each.media]
        else:
            media = Media(f"T{each.media:03d}.mov", f"/rushes/T{each.media:03d}.mov", f"T{each.media:03d}", rate, 0,
                          frame_to_flicks(200_000, rate))  # fmt: skip
        items.append(Clip(media.name, round(each.start * one), round(each.length * one), media, speed=each.speed))
    start = frame_to_flicks(107892 if drops else round(3600 * rate), rate)
    return Timeline(name, rate, (Track("video", tuple(items)),), start, drops)


def truth(old: list[Piece], new: list[Piece], draw: random.Random) -> list[tuple[int, int | None]]:
    """Return pictures of the old cut, and where each is in the new one; None where it is gone."""
    begins, at = {}, 0
    for each in new:
        if each.born >= 0:
            begins[each.born] = (at, each)
        at += each.length
    found, at = [], 0
    for each in old:
        for _ in range(CUES):
            picture = draw.randrange(each.length)
            where = None
            if each.born in begins:
                begin, now = begins[each.born]
                inside = (picture - now.head) * (1 if now.speed == 1 else 2)
                if 0 <= inside < now.length:
                    where = begin + inside
            found.append((at + picture, where))
        at += each.length
    return found


def shown(pieces: list[Piece]) -> list[tuple[int, int]]:
    """Return media and source picture of every picture of a cut."""
    return [(each.media, each.start + int(number * each.speed)) for each in pieces for number in range(each.length)]


def score(rows: dict, before: Timeline, after: Timeline, pieces: tuple[list[Piece], list[Piece]],
          wanted: list[tuple[int, int | None]]) -> None:  # fmt: skip
    """Add what each way says of the wanted pictures."""
    old, new = map(shown, pieces)
    for name, way in (("Kinoeye", ours), ("SequenceMatcher", by_difflib), ("clips by name and source", by_name)):
        begin = time.process_time()
        found = way(before, after, [picture for picture, _ in wanted])
        spent = time.process_time() - begin
        right = twin = wrong = lost = kept = 0
        for place, (picture, truly) in zip(found, wanted, strict=True):
            right += truly is not None and place == truly
            lost += truly is not None and place is None
            if place is not None and place != truly:
                is_same = 0 <= place < len(new) and new[place] == old[picture]
                twin, wrong = twin + is_same, wrong + (not is_same)
                kept += truly is None and not is_same
        there = sum(truly is not None for _, truly in wanted)
        rows[name].append((right, twin, wrong, lost, kept, there, len(wanted) - there, spent))


def tell(rate: str, rows: dict) -> None:
    """Print a row a way."""
    for name, found in rows.items():
        right, twin, wrong, lost, kept, there, gone = (sum(each[n] for each in found) for n in range(7))
        shares = sorted(each[0] / max(1, each[5]) for each in found)
        there = max(1, there)
        print(f"| {rate} | {name} | {100 * right / there:.2f} % ({100 * shares[0]:.1f} to {100 * shares[-1]:.1f}) "
              f"| {twin} | {wrong} | {lost} of {there} | {kept} of {gone} "
              f"| {statistics.median(each[7] for each in found):.3f} |")  # fmt: skip


def ours(before: Timeline, after: Timeline, pictures: list[int]) -> list[int | None]:
    """Return where Kinoeye puts pictures."""
    changes = change_list(before, after)
    found = []
    for each in pictures:
        fate = of_moment(changes, frame_to_flicks(each, before.rate))
        found.append(changes.new.picture(fate.spans[0][0]) if fate.spans and fate.verdict != "redo" else None)
    return found


def by_difflib(before: Timeline, after: Timeline, pictures: list[int]) -> list[int | None]:
    """Return where difflib on clips (name, source start, length) puts pictures."""
    old, new = clips(before), clips(after)
    matcher = difflib.SequenceMatcher(None, [e[2:] for e in old], [e[2:] for e in new], autojunk=False)
    shifts = {}
    for one, other, size in matcher.get_matching_blocks():
        for step in range(size):
            shifts[one + step] = new[other + step][0] - old[one + step][0]
    return [put(old, shifts, each) for each in pictures]


def by_name(before: Timeline, after: Timeline, pictures: list[int]) -> list[int | None]:
    """Return where clips paired by name and overlapping source, the first that is free, put pictures."""
    old, new = clips(before), clips(after)
    free = set(range(len(new)))
    shifts = {}
    for number, (begin, length, name, start, _) in enumerate(old):
        for other in sorted(free):
            there, size, its, source, _ = new[other]
            if its == name and source < start + length and start < source + size:
                shifts[number] = there - begin + start - source
                free.discard(other)
                break
    return [put(old, shifts, each) for each in pictures]


def put(old: list[tuple], shifts: dict[int, int], picture: int) -> int | None:
    """Return a picture shifted with its clip."""
    number = next(n for n, (begin, length, *_) in enumerate(old) if begin <= picture < begin + length)
    return picture + shifts[number] if number in shifts else None


def clips(found: Timeline) -> list[tuple]:
    """Return begin, length, name, source start and length of the clips, in pictures."""
    rows = []
    for time_at, item in found.tracks[0].placed():
        if isinstance(item, Clip | Gap):
            begin, length = (round(each * found.rate / FLICKS_PER_SECOND) for each in (time_at, item.duration))
            name = (item.media.name if item.media else item.name) if isinstance(item, Clip) else ""
            start = round(item.start * found.rate / FLICKS_PER_SECOND) if isinstance(item, Clip) else 0
            rows.append((begin, length, name, start, length))
    return rows


if __name__ == "__main__":
    main()
