"""Text on the screen: what is found on cards whose truth is known, and what it costs; prints Markdown tables.

The cards are shots drawn here, seeded: subtitles, titles, slates, running time code, credits (standing and rolling) and
shots without text, over backgrounds that move. The films are real clips; what stands on them was read by eye.

    python bench/texts.py [--rounds 5] [--films FOLDER] [--font FILE] [--chinese-font FILE]

Costs are CPU seconds of one thread, the median of the rounds.
"""

import argparse
import difflib
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
from PIL import Image, ImageDraw, ImageFont

from kinoeye.analyses.footage.texts import texts
from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.models import reader
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode

SEED = 11
STEP = 12  # pictures between stills: two a second at 24
PICTURE = FLICKS_PER_SECOND // 24
ALIKE = 0.9  # least likeness of two texts that count as the same reading

ENGLISH = (
    "We must leave tonight", "I never saw her again.", "Is it raining on the coast?", "Nobody told me about the train",
    "You were supposed to wait.", "The window was open all night", "Call me when you get there", "It was only a dream",
)  # fmt: skip
CHINESE = ("我们今晚必须离开", "窗外下着大雨", "你什么时候回来", "火车已经开走了", "没有人告诉过我", "这只是一个梦")
NAMES = (
    "Anna Klein",
    "Karl Gross",
    "Mei Lin",
    "Peter Novak",
    "Ruth Adler",
    "Omar Haddad",
    "Ivan Petrov",
    "Sofia Rossi",
)
JOBS = ("Directed by", "Written by", "Edited by", "Music by")

# What stands on the clips, read by eye. A running counter or time code: as it is when it is first seen.
BY_EYE: dict[str, tuple[str, ...]] = {
    "timecode_01h_42s.mp4": ("01:00:00:00",),
    "timecode_bars_16s.mp4": ("1024 x 768 25 fps Photo JPEG 75%", "00:00:00:00"),
    "smpte_2997_timecode_10s.mp4": ("0.000", "0.000", "00:00:00;00"),
    "big_buck_bunny_0_30.webm": ("THE PEACH OPEN MOVIE PROJECT", "PRESENTS", "Big Buck", "BUNNY"),
    **{f"intel_asl_{name}.mkv": ("MISFITS",) for name in ("again", "help", "no", "student", "yes", "bird", "book")},
}


@dataclass(frozen=True)
class Truth:
    """A line that was drawn."""

    text: str
    kind: str
    first: int
    last: int
    scene: str | None = None
    take: str | None = None
    is_brief: bool = False  # found or not, it is neither a miss nor false


@dataclass(frozen=True)
class Card:
    """A shot that was drawn, with its truth."""

    kind: str
    stills: Stills
    truths: tuple[Truth, ...]


Draw = Callable[[ImageDraw.ImageDraw, int], None]


def cards(count: int, fonts: dict[str, Path | None], rng: np.random.Generator) -> Iterator[Card]:
    """Draw `count` shots, kind after kind."""
    kinds = [
        "none",
        "none, busy",
        "subtitle",
        "subtitle, busy",
        "title",
        "slate",
        "timecode",
        "credits",
        "roll",
        "small",
    ]
    kinds += ["chinese"] if fonts["chinese"] else []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        stills = int(rng.integers(6, 14))
        draw, truths = _scene(kind, stills, fonts, rng)
        yield Card(kind, _film(stills, draw, rng, 200 if "busy" in kind else int(rng.choice([6, 20, 60]))), truths)


def _font(file: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(file), size) if file else ImageFont.load_default(size)


def _scene(
    kind: str, stills: int, fonts: dict[str, Path | None], rng: np.random.Generator
) -> tuple[Draw, tuple[Truth, ...]]:
    latin, han = fonts["latin"], fonts["chinese"]
    first, last = int(rng.integers(0, stills // 3)), int(rng.integers(stills - stills // 3, stills + 1))
    if kind == "small":
        text = str(rng.choice(ENGLISH))
        font = _font(latin, int(rng.integers(10, 14)))
        return _standing([(text, 150, 40, font)], first, last), (Truth(text, "other", first, last),)
    if kind in {"subtitle", "subtitle, busy", "chinese"}:
        text = str(rng.choice(CHINESE if kind == "chinese" else ENGLISH))
        font = _font(han if kind == "chinese" else latin, int(rng.integers(17, 26)))
        return _standing([(text, 320, 325, font)], first, last), (Truth(text, "subtitle", first, last),)
    if kind == "title":
        text = str(rng.choice(ENGLISH)).upper().rstrip(".?")
        font = _font(latin, int(rng.integers(28, 38)))
        return _standing([(text, 320, 180, font)], first, last), (Truth(text, "title", first, last),)
    if kind == "slate":
        return _slate(latin, max(2, last // 3), rng)
    if kind == "timecode":
        start = int(rng.integers(0, 24 * 3600 * 20))
        font = _font(latin, int(rng.integers(18, 30)))

        def burnt(draw: ImageDraw.ImageDraw, number: int) -> None:
            draw.text((320, 335), str(Timecode(start + number * STEP, Fraction(24))), "white", font, anchor="mm")

        return burnt, (Truth(str(Timecode(start, Fraction(24))), "timecode", 0, stills),)
    if kind in {"credits", "roll"}:
        return _credits(kind == "roll", latin, stills, rng)
    return lambda draw, number: None, ()


def _standing(lines: list[tuple[str, int, int, object]], first: int, last: int) -> Draw:
    def draw_lines(draw: ImageDraw.ImageDraw, number: int) -> None:
        if first <= number < last:
            for text, x, y, font in lines:
                draw.text((x, y), text, "white", font, anchor="mm", stroke_width=1, stroke_fill="black")  # type: ignore[arg-type]

    return draw_lines


def _slate(font: Path | None, last: int, rng: np.random.Generator) -> tuple[Draw, tuple[Truth, ...]]:
    scene, take = f"{rng.integers(1, 140)}{rng.choice(['', 'A', 'B'])}", str(rng.integers(1, 20))
    lines = [f"SCENE {scene}", f"TAKE {take}", f"ROLL A{rng.integers(1, 99):03d}", "PROD. NIGHT TRAIN"]
    left, top = int(rng.integers(60, 260)), int(rng.integers(40, 120))

    def board(draw: ImageDraw.ImageDraw, number: int) -> None:
        if number < last:
            draw.rectangle((left - 20, top - 25, left + 280, top + 200), "#181818")
            for place, text in enumerate(lines):
                draw.text((left, top + 50 * place), text, "#e8e8e8", _font(font, 26), anchor="lm")

    return board, tuple(Truth(text, "slate", 0, last, scene, take) for text in lines)


def _credits(rolls: bool, font: Path | None, stills: int, rng: np.random.Generator) -> tuple[Draw, tuple[Truth, ...]]:
    names = [str(name) for name in rng.permutation(NAMES)[:4]]
    lines = [line for pair in zip(JOBS, names, strict=True) for line in pair]
    lines = lines if rolls else lines[:4]
    speed = 24 if rolls else 0
    top = 300 if rolls else 110

    def draw_lines(draw: ImageDraw.ImageDraw, number: int) -> None:
        for place, text in enumerate(lines):
            draw.text((320, top + 42 * place - speed * number), text, "white", _font(font, 22), anchor="mm")

    def seen(place: int, margin: int) -> list[int]:
        return [n for n in range(stills) if margin < top + 42 * place - speed * n < 360 - margin]

    return draw_lines, tuple(
        Truth(text, "credit", seen(place, 0)[0], seen(place, 0)[-1] + 1, is_brief=len(seen(place, 20)) < 2)
        for place, text in enumerate(lines)
        if seen(place, 0)
    )


def _film(count: int, draw: Draw, rng: np.random.Generator, size: int) -> Stills:
    """Stills with a moving background, with `size` grains in its height, behind what is drawn."""
    field = rng.uniform(20, 140, (size, size * 2, 3)).astype(np.float32)
    field = cv2.GaussianBlur(cv2.resize(field, (960, 540), interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)
    pan = rng.integers(-20, 21, 2)
    jpegs = []
    for number in range(count):
        x, y = (int(v) for v in np.clip(np.array([160, 90]) + pan * number, 0, (320, 180)))
        image = Image.fromarray(field[y : y + 360, x : x + 640].clip(0, 255).astype(np.uint8))
        draw(ImageDraw.Draw(image), number)
        jpegs.append(cv2.imencode(".jpg", np.asarray(image)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes())
    frames = np.arange(count, dtype=np.int64) * STEP
    return Stills(jpegs, frames, frames * PICTURE)


def shots_at(frames: list[int], times: list[int]) -> pa.Table:
    """The table `shots` with these borders."""
    return pa.table(
        {"start": times[:-1], "end": times[1:], "first_frame": frames[:-1], "end_frame": frames[1:]},
        schema=pa.schema({name: pa.int64() for name in ("start", "end", "first_frame", "end_frame")}),
    )


def alike(first: str, second: str) -> bool:
    """Tell whether two readings are the same but for spaces, case and one letter in ten."""
    plain = [text.lower().replace(" ", "") for text in (first, second)]
    return difflib.SequenceMatcher(None, *plain).ratio() >= ALIKE


def on_cards(count: int, rounds: int, fonts: dict[str, Path | None]) -> None:
    """Print what is found on the cards."""
    drawn = list(cards(count, fonts, np.random.default_rng(SEED)))
    tally: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    costs: dict[str, list[float]] = defaultdict(list)
    for card in drawn:
        end = len(card.stills) * STEP
        shots = shots_at([0, end], [0, end * PICTURE])
        times = []
        for _ in range(rounds):
            begin = time.process_time()
            rows = texts(card.stills, shots).to_pylist()
            times.append(time.process_time() - begin)
        costs[card.kind].append(statistics.median(times))
        one = tally[card.kind]
        one["shots"] += 1
        one["rows"] += len(rows)
        left = list(rows)
        for truth in sorted(card.truths, key=lambda truth: truth.is_brief):
            row = next((row for row in left if alike(row["text"], truth.text)), None)
            if row is not None:
                left.remove(row)
            if truth.is_brief:
                one["rows"] -= row is not None
                continue
            one["lines"] += 1
            if row is None:
                continue
            one["found"] += 1
            one["kinds"] += row["kind"] == truth.kind
            one["fields"] += truth.kind != "slate" or (row["scene"], row["take"]) == (truth.scene, truth.take)
            one["exact"] += row["text"].replace(" ", "") == truth.text.replace(" ", "")
            wrong = abs(row["first_frame"] - truth.first * STEP) + abs(row["end_frame"] - truth.last * STEP)
            one["stills_off"] += wrong / STEP
    print(f"\n{len(drawn)} drawn shots, seed {SEED}\n")
    print("| shots with | shots | lines | false rows | recall | precision | read exactly | kind right | "
          "scene and take right | stills off | CPU ms a shot |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for kind, one in tally.items():
        _print_row(kind, one, costs[kind])
    whole: dict[str, float] = defaultdict(float)
    for one in tally.values():
        for name, value in one.items():
            whole[name] += value
    _print_row("all", whole, [cost for kind in costs.values() for cost in kind])


def _print_row(kind: str, one: dict[str, float], costs: list[float]) -> None:
    def share(part: str, of: str) -> str:
        return f"{one[part] / one[of]:.3f}" if one[of] else "-"

    fields = share("fields", "found") if kind in {"slate"} else "-"
    off = f"{one['stills_off'] / one['found']:.2f}" if one["found"] else "-"
    cells = [f"{one['shots']:.0f}", f"{one['lines']:.0f}", f"{one['rows'] - one['found']:.0f}", share("found", "lines")]
    cells += [share("found", "rows"), share("exact", "found"), share("kinds", "found"), fields, off]
    print(f"| {kind} | {' | '.join(cells)} | {statistics.mean(costs) * 1000:.0f} |")


def on_films(folder: Path, rounds: int) -> None:
    """Print what is found on real clips, and what it costs."""
    borders = json.loads((folder / "shot_boundaries_by_eye.json").read_text("utf-8"))
    print("\n| clip | shots | stills | looks | lines read | there | found | rows | CPU ms a shot |")
    print("|---|---|---|---|---|---|---|---|---|")
    whole: dict[str, float] = defaultdict(float)
    for file in sorted(folder.iterdir()):
        if file.suffix not in {".mp4", ".webm", ".mkv", ".gif"}:
            continue
        stills, end, count = _stills_of(file)
        cuts = [cut for cut in borders.get(file.name, {}).get("cuts", []) if cut < count]
        frames = [0, *cuts, count]
        times = np.interp(frames, [*stills.frames, count], [*stills.times, end]).astype(np.int64)
        shots = shots_at(frames, [int(each) for each in times])
        spent = []
        for _ in range(rounds):
            with counted() as counts:
                begin = time.process_time()
                rows = texts(stills, shots).to_pylist()
                spent.append(time.process_time() - begin)
        there, left = BY_EYE.get(file.name, ()), [row["text"] for row in rows]
        found = 0
        for text in there:
            match = next((each for each in left if alike(each, text)), None)
            if match is not None:
                left.remove(match)
                found += 1
        cost = statistics.median(spent)
        for name, value in (
            ("shots", len(shots)), ("stills", len(stills)), ("there", len(there)), ("found", found),
            ("rows", len(rows)), ("cost", cost), ("looks", counts["looks"]), ("lines", counts["lines"]),
        ):  # fmt: skip
            whole[name] += value
        print(
            f"| {file.name} | {len(shots)} | {len(stills)} | {counts['looks']} | {counts['lines']} | {len(there)} | "
            f"{found} | {len(rows)} | {cost / len(shots) * 1000:.0f} |",
            flush=True,
        )
    print(
        f"| all | {whole['shots']:.0f} | {whole['stills']:.0f} | {whole['looks']:.0f} | {whole['lines']:.0f} | "
        f"{whole['there']:.0f} | {whole['found']:.0f} | {whole['rows']:.0f} | "
        f"**{whole['cost'] / whole['shots'] * 1000:.0f}** |"
    )


class counted:  # noqa: N801 - used as a function
    """Count looks and lines read while it is open."""

    def __enter__(self) -> dict[str, int]:
        """Begin."""
        self._kept = reader.find, reader.read
        counts = {"looks": 0, "lines": 0}

        def find(picture: np.ndarray, *, longest: int) -> list[reader.Line]:
            counts["looks"] += 1
            return self._kept[0](picture, longest=longest)

        def read_lines(picture: np.ndarray, lines: list[np.ndarray]) -> list[reader.Line]:
            counts["lines"] += len(lines)
            return self._kept[1](picture, lines)

        reader.find, reader.read = find, read_lines  # type: ignore[assignment]
        return counts

    def __exit__(self, *_: object) -> None:
        """Put the reader back."""
        reader.find, reader.read = self._kept


def _stills_of(file: Path) -> tuple[Stills, int, int]:
    """Return the stills as a run makes them, the end of the film, and the number of pictures."""
    stills, end, count = [], 0, 0
    for block in read(file, probe(file), want=("stills", "thumbs")):
        stills += block.stills
        end = max(end, block.end)
        count += len(block.times)
    frames = np.array([still.frame for still in stills], np.int64)
    times = np.array([still.time for still in stills], np.int64)
    return Stills([still.jpeg for still in stills], frames, times), end, count


def main() -> None:
    """Draw, read, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=220)
    parser.add_argument("--rounds", type=int, default=5)
    beside = Path(__file__).resolve().parents[2] / "shared/data/film_clips"
    parser.add_argument("--films", type=Path, default=beside)
    parser.add_argument("--font", type=Path, default=None)
    parser.add_argument("--chinese-font", type=Path, default=None)
    given = parser.parse_args()
    empty = np.full((64, 64, 3), 90, np.uint8)
    reader.read(empty, [np.array([(0, 0), (60, 0), (60, 20), (0, 20)], np.float32)])
    reader.find(empty)  # loading is no cost of a shot
    on_cards(given.cards, given.rounds, {"latin": given.font, "chinese": given.chinese_font})
    if given.films.is_dir():
        on_films(given.films, given.rounds)


if __name__ == "__main__":
    main()
