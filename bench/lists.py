"""Lists of a film beside the truth, beside a subtitle tool's, and how long documents of two hours take.

Usage: python bench/lists.py [FOLDER]. FOLDER is the sample production (`kinoeye demo FOLDER` makes it). The peers get
what a person would hand them: pysubs2 the sample's own subtitles, python-docx and reportlab the same rows.
"""

import io
import json
import random
import resource
import statistics
import sys
import time
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import docx
import pyarrow as pa
import pysubs2
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

import kinoeye
from kinoeye.export import listing_csv, listing_docx, listing_pdf
from kinoeye.export.listed import Listed
from kinoeye.export.listings import KINDS, listings
from kinoeye.export.tags import rows_of
from kinoeye.export.words import words
from kinoeye.sample.truth import MADE_BY
from kinoeye.signals.spoken import plain
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

RATES = (("23.976", "24000/1001", False), ("24", "24", False), ("25", "25", False), ("29.97", "30000/1001", False),
         ("29.97 drop frame", "30000/1001", True), ("59.94 drop frame", "60000/1001", True))  # fmt: skip
KIND = {kind.name: kind for kind in KINDS}


def cells(name, tables, **settings):
    """Return the rows of a list."""
    settings = {"title": "bench", "language": "en"} | settings
    return listings(KIND[name], tables, lambda _: None, **settings)


def scored(said, true, rate):
    """Return shares of the true lines with the right speaker, words, and times."""
    frame = FLICKS_PER_SECOND / rate
    right = {"speaker": 0, "words": 0, "in, 1 frame": 0, "out, 1 frame": 0, "in, 40 ms": 0, "out, 40 ms": 0}
    for line in true:
        near = max(said, key=lambda row: min(row[1], line["end"]) - max(row[0], line["start"]))
        start, end, who, text = near
        right["speaker"] += who.split(" (")[0] == line["speaker"]
        right["words"] += plain(text) == plain(line["words"])
        for name, least in (("1 frame", frame), ("40 ms", 0.04 * FLICKS_PER_SECOND)):
            right[f"in, {name}"] += abs(start - line["start"]) <= least
            right[f"out, {name}"] += abs(end - line["end"]) <= least
    return [f"{count} of {len(true)}" for count in right.values()] + [str(len(said))]


def sample(folder):
    """Print how right the dialogue list and the shot list of the sample are."""
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["made_by"] == MADE_BY
    production = kinoeye.open(folder)
    tables = production.index.all()
    film = truth["files"][0]
    asset, rate = production.asset(film["path"]), Fraction(*film["rate"])
    mine = listed(tables, asset)
    said = [(each.start, each.end, each.who, each.text) for each in mine.said]
    before = [(row["start"], row["end"], row["character"] or "", row["text"])
              for row in rows_of(tables, "utterances", asset)]  # fmt: skip
    subtitles = pysubs2.load(str(next((folder / "subtitles").glob("*.srt"))))
    peer = [(each.start * FLICKS_PER_SECOND // 1000, each.end * FLICKS_PER_SECOND // 1000, each.name, each.plaintext)
            for each in subtitles]  # fmt: skip
    print("| | speaker | words | in, 1 frame | out, 1 frame | in, 40 ms | out, 40 ms | rows |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, rows in (("Kinoeye", said), ("by voices alone", before), ("pysubs2, the subtitles as a list", peer)):
        print(f"| {name} | {' | '.join(scored(rows, film['lines'], rate))} |")
    shots = [entry.cells for each in cells("shot-list", tables, is_chosen=True) for entry in each.entries
             if each.path == film["path"]]  # fmt: skip
    exact = sum(
        (each["time_in"], each["time_out"]) == (label(true["first_frame"], 24), label(true["end_frame"], 24))
        for each, true in zip(shots, film["shots"], strict=False)
    )
    print(f"\nShots with exact in and out: {exact} of {len(film['shots'])}; rows: {len(shots)}\n")


def listed(tables, asset):
    """Return a film as its lists look at it."""
    film = next(row for row in tables["assets"].to_pylist() if row["asset"] == asset)
    return Listed(tables, film, words("en"), lambda _: None)


def label(frame, nominal, dropped=False):
    """Count labels one by one, as the standard says it, with nothing of the product's arithmetic."""
    skip = 2 * nominal // 30 if dropped else 0
    minutes, rest = 0, frame
    while True:
        length = nominal * 60 - (skip if minutes % 10 else 0)
        if rest < length:
            break
        rest, minutes = rest - length, minutes + 1
    rest += skip if dropped and minutes % 10 else 0
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // nominal:02d}{';' if dropped else ':'}{rest % nominal:02d}"


def film_of(rate, dropped, shots=1500, lines=2000, hours=2):
    """Return the tables of a made film: shots, words of lines, texts."""
    draw = random.Random(1)
    frames = round(hours * 3600 * rate)
    edges = [0, *sorted(draw.sample(range(1, frames), shots - 1)), frames]
    start = {"asset": "a", "path": "film.mov", "kind": "video", "start": 0, "end": frame_to_flicks(frames, rate),
             "rate_num": rate.numerator, "rate_den": rate.denominator, "is_variable_rate": False, "tags": [],
             "timecode": "00:00:00;00" if dropped else "00:00:00:00"}  # fmt: skip
    rows = [{"asset": "a", "shot": n, "transition": "cut", "start": frame_to_flicks(a, rate),
             "end": frame_to_flicks(b, rate), "first_frame": a, "end_frame": b}
            for n, (a, b) in enumerate(pairwise(edges))]  # fmt: skip
    bag = [
        f"{a}{b}"
        for a in ["ba", "ke", "di", "lo", "mu", "sa", "te", "ri", "no", "vu"]
        for b in ["n", "l", "r", "s", "t", "m"]
    ]
    written, words = [], []
    second = FLICKS_PER_SECOND
    for number in range(lines):
        text = [draw.choice(bag) for _ in range(draw.randint(2, 12))]
        written.append({"asset": "s", "line": f"l{number}", "scene": f"x{number // 20}", "kind": "dialogue",
                        "scene_order": number // 20, "who": f"ROLE {draw.randint(1, 20)}", "extensions": [],
                        "parentheticals": [], "text": " ".join(text).capitalize() + "."})  # fmt: skip
        at = round((number + 0.1) * hours * 3600 / lines * second)
        for place, word in enumerate(text):
            words.append({"asset": "a", "start": at + place * second // 4, "end": at + (place + 1) * second // 4,
                          "text": word, "written": word, "language": "en", "is_in_text": True,
                          "score": 0.9})  # fmt: skip
    scenes = [{"asset": "s", "scene": f"x{n}", "number": str(n + 1), "heading": f"INT. ROOM {n} - DAY"}
              for n in range(lines // 20)]  # fmt: skip
    sizes = [{"asset": "a", "shot": n, "start": 0, "end": 1, "scale": draw.choice(["long", "medium", "close-up"]),
              "group": "single"} for n in range(shots)]  # fmt: skip
    made = {"assets": [start], "shots": rows, "words": words, "lines": written, "scenes": scenes, "framing": sizes}
    return {name: pa.Table.from_pylist(each) for name, each in made.items()}


def exactness():
    """Print how many time codes of two hours are right at each rate."""
    print("| rate | Kinoeye | pysubs2: milliseconds, then pictures |")
    print("| --- | --- | --- |")
    for name, text, dropped in RATES:
        rate = Fraction(text)
        tables = film_of(rate, dropped, lines=1)
        shots = tables["shots"].to_pylist()
        nominal = round(rate)
        told = cells("shot-list", tables)[0].entries
        mine = sum((each.cells["time_in"], each.cells["time_out"])
                   == (label(shot["first_frame"], nominal, dropped), label(shot["end_frame"], nominal, dropped))
                   for each, shot in zip(told, shots, strict=True))  # fmt: skip
        peer = 0
        for shot in shots:
            ms = [round(shot[key] * 1000 / FLICKS_PER_SECOND) for key in ("start", "end")]
            frames = [pysubs2.time.ms_to_frames(each, float(rate)) for each in ms]
            # It counts pictures and writes no time code; its user labels them without dropped labels.
            peer += all(label(frame, nominal) == label(shot[key], nominal, dropped)
                        for frame, key in zip(frames, ("first_frame", "end_frame"), strict=True))  # fmt: skip
        print(f"| {name} | {mine} of {len(shots)} | {peer} of {len(shots)} |")
    print()


def timed(call, rounds=3):
    """Return the result, and CPU seconds: median and range."""
    spent, result = [], None
    for _ in range(rounds):
        begin = time.process_time()
        result = call()
        spent.append(time.process_time() - begin)
    return result, f"{statistics.median(spent):.2f} ({min(spent):.2f} to {max(spent):.2f})"


def speed():
    """Print what documents of a film of two hours cost."""
    tables = film_of(Fraction(24), False)
    print("| list | rows | rows made, CPU s | CSV | PDF | DOCX | pages | MB of PDF, DOCX |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in ("dialogue-list", "continuity", "as-broadcast", "shot-list"):
        (made,), making = timed(lambda name=name: cells(name, tables))
        _, csv = timed(lambda made=made: listing_csv.write([made]))
        paper, pdf = timed(lambda made=made: listing_pdf.write(made))
        word, office = timed(lambda made=made: listing_docx.write(made))
        pages = paper.count(b"/Type /Page\n") or paper.count(b"/Type /Page ")
        print(f"| {name} | {len(made.entries)} | {making} | {csv} | {pdf} | {office} | {pages} | "
              f"{len(paper) / 1e6:.2f}, {len(word) / 1e6:.2f} |")  # fmt: skip
    print(f"\nPeak memory of all that: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    (made,) = cells("continuity", tables)
    rows = [[entry.cells.get(column.key, "") for column in made.on_paper] for entry in made.entries]
    for count in (200, 400):
        _, word = timed(lambda count=count: plain_docx(rows[:count]), 1)
        print(f"\npython-docx, a cell at a time, {count} rows: {word} s")
    _, paper = timed(lambda: plain_pdf(rows), 1)
    print(f"\nreportlab's LongTable of paragraphs, {len(rows)} rows: {paper} s")


def plain_docx(rows):
    """Write rows as python-docx's documentation does."""
    paper = docx.Document()
    table = paper.add_table(len(rows), len(rows[0]))
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(place, column).text = text
    paper.save(io.BytesIO())


def plain_pdf(rows):
    """Write rows as reportlab's manual does."""
    style = getSampleStyleSheet()["BodyText"]
    style.fontSize = 8
    table = LongTable([[Paragraph(text, style) for text in row] for row in rows], repeatRows=1)
    SimpleDocTemplate(io.BytesIO(), pagesize=landscape(A4)).build([table])


if __name__ == "__main__":
    sample(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
    exactness()
    speed()
