"""Bench of screenplays: what comes back of a script that was printed as PDF or saved as Final Draft, and how fast.

    python bench/screenplays.py [--data ../shared/data/screenplays] [--pages 500] [--seed 1]

The truth is the Fountain text. It is printed by Kinoeye and by screenplain, whose layout is other people's; what is
read of the PDF is held against the text, word by word: is a word's element of the right kind, and element by element:
are the words the same. The peer reads the text that pypdf lays out, as Fountain. Two scripts were not seen while the
reader was written: the sample production's, and the made one. Speed beside pdfminer.six and pypdf, which only take the
text out.
"""

import argparse
import difflib
import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pdfminer.high_level
import pypdf
import screenplain.export.pdf
import screenplain.parsers.fountain
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kinoeye.export import script_pdf
from kinoeye.media import pdf
from kinoeye.media.documents import read_screenplay
from kinoeye.screenplay import fdx, fdx_write, fountain, paper
from kinoeye.screenplay.layout import pages

UNPRINTED = {"note", "boneyard", "section", "synopsis", "page_break"}
NAMES = ("ANNA", "BEN", "DR. O'NEIL", "CLARA", "OLD MAN", "GUARD #2", "MARIE-LOUISE")
PLACES = ("KITCHEN", "ROOF", "HARBOUR - PIER 4", "STATION HALL", "DR. O'NEIL'S CAR", "WOOD")
WORDS = (
    "the a letter window rain it she he they never came back to under old house and but nobody says where light"
    " stays on until morning door opens slowly again water stone city runs quiet hand looks at for of with no one two"
    " three left"
)


def made(count, seed):
    """Return a script of about so many pages."""
    rng, vocabulary = random.Random(seed), WORDS.split()

    def sentence(least, most):
        words = " ".join(rng.choice(vocabulary) for _ in range(rng.randint(least, most)))
        return words[0].upper() + words[1:] + rng.choice(("...", ".", ".", ".", "?", "!"))

    parts = ["Title: A MADE SCRIPT\nCredit: written by\nAuthor: Nobody\nDraft date: 2026-11-28\n\nFADE IN:"]
    for scene in range(1, 1 + round(count * 1.6)):
        number = f" #{scene}#" if seed % 2 else ""
        parts.append(
            f"{rng.choice(('INT.', 'EXT.', 'INT./EXT.'))} {rng.choice(PLACES)} - {rng.choice(('DAY', 'NIGHT'))}{number}"
        )
        for _ in range(rng.randint(2, 9)):
            kind = rng.random()
            if kind < 0.35:
                parts.append(" ".join(sentence(4, 14) for _ in range(rng.randint(1, 5))))
            elif kind < 0.9:
                aside = f"({sentence(1, 4)[:-1].lower()})\n" if rng.random() < 0.2 else ""
                over = rng.choice(("", "", "", " (V.O.)", " (O.S.)"))
                parts.append(
                    f"{rng.choice(NAMES)}{over}\n{aside}{' '.join(sentence(2, 12) for _ in range(rng.randint(1, 6)))}"
                )
            elif kind < 0.95:
                parts.append(f"ANNA\n{sentence(2, 6)}\n\nBEN ^\n{sentence(2, 6)}")
            else:
                parts.append(f"> {sentence(1, 3)[:-1].upper()} <")
        if rng.random() < 0.3:
            parts.append(rng.choice(("CUT TO:", "SMASH CUT TO:", "DISSOLVE TO:")))
    return "\n\n".join(parts) + "\n"


def otherwise(text, face, size, left, leading):
    """Print in another face, size and margins, with what productions add: headers, footers, CONTINUED, asterisks."""
    script = fountain.read(text)
    held = io.BytesIO()
    canvas = Canvas(held, A4)
    width, height = A4
    for page in pages(script):
        canvas.setFont(face, size)
        canvas.drawString(left, height - 34, "MADE SCRIPT - Pink Revision 3/4/2026")
        canvas.drawRightString(width - 40, height - 34, f"{page.number}.")
        canvas.drawCentredString(width / 2, 24, "Property of Nobody Pictures")
        if page.number > 1:
            canvas.drawString(left, height - 50, "CONTINUED:")
        last = max(line.row for line in page.lines)
        canvas.drawRightString(width - 60, height - 62 - leading * (last + 2.5), "(CONTINUED)")
        for line in page.lines:
            y = height - 62 - leading * (line.row + 1)
            canvas.drawString(left + 0.6 * size * line.column, y, line.text)
            if line.row % 7 == 3:
                canvas.drawString(width - 24, y, "*")
        canvas.showPage()
    canvas.save()
    return held.getvalue()


OTHERS = {
    "Courier 11, A4": ("Courier", 11, 80, 12.2),
    "Courier-Bold 12, A4": ("Courier-Bold", 12, 95, 12),
    "Helvetica 11, A4": ("Helvetica", 11, 90, 12.5),
}


def by_screenplain(text):
    script = screenplain.parsers.fountain.parse(io.StringIO(text))
    held = io.BytesIO()
    screenplain.export.pdf.to_pdf(script, held)
    return held.getvalue()


def by_pypdf(data):
    reader = pypdf.PdfReader(io.BytesIO(data))
    text = "\n\n".join(page.extract_text(extraction_mode="layout") for page in reader.pages)
    return fountain.read(text)


def told(script):
    return [
        (each.kind, each.text.split()) for each in script.elements if each.kind not in UNPRINTED and each.text.split()
    ]


def compared(truth, found):
    """Return the shares of words whose element has the right kind, and of elements with the same kind and words."""
    mine = [(word, kind) for kind, words in truth for word in words]
    other = [(word, kind) for kind, words in found for word in words]
    words = difflib.SequenceMatcher(None, [w for w, _ in mine], [w for w, _ in other], autojunk=False)
    right = sum(
        mine[block.a + n][1] == other[block.b + n][1]
        for block in words.get_matching_blocks()
        for n in range(block.size)
    )  # fmt: skip
    keys = [[(kind, " ".join(words)) for kind, words in each] for each in (truth, found)]
    same = difflib.SequenceMatcher(None, *keys, autojunk=False)
    return 100 * right / len(mine), 100 * sum(block.size for block in same.get_matching_blocks()) / len(truth)


def seconds(work, times=3):
    spent = []
    for _ in range(times):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return statistics.median(spent), max(spent) - min(spent)


def quality(scripts):
    print(
        "| script | printed by | pages | read by | words in the right kind, % | elements the same, % | CPU ms a page |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, text in scripts.items():
        truth = told(fountain.read(text))
        prints = {"Kinoeye": script_pdf.write(fountain.read(text)), "screenplain": by_screenplain(text)}
        if name.startswith("made"):
            prints |= {printer: otherwise(text, *how) for printer, how in OTHERS.items()}
        for printer, printed in prints.items():
            count = len(pypdf.PdfReader(io.BytesIO(printed)).pages)
            for reader, read in (("Kinoeye", lambda data: paper.read(pdf.lines(data))), ("pypdf, Fountain", by_pypdf)):
                spent, _ = seconds(lambda read=read, printed=printed: read(printed))
                kinds, same = compared(truth, told(read(printed)))
                each = 1000 * spent / count
                print(f"| {name} | {printer} | {count} | {reader} | {kinds:.1f} | {same:.1f} | {each:.1f} |")


def final_draft(scripts):
    for name, text in scripts.items():
        script = fountain.read(text).without_source()
        back = fdx.read(fdx_write.write(script)).without_source()
        print(f"Final Draft and back, {name}: {'the same' if back == script else 'not the same'}")


def takers(data, count):
    print("| takes the text out | CPU ms a page | spread |\n| --- | --- | --- |")
    for name, work in (
        ("Kinoeye (PDFium), with places and fonts", lambda: pdf.lines(data)),
        ("pypdf", lambda: [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]),
        ("pdfminer.six", lambda: pdfminer.high_level.extract_text(io.BytesIO(data))),
    ):
        spent, spread = seconds(work)
        print(f"| {name} | {1000 * spent / count:.1f} | {1000 * spread / count:.1f} |")


def long_script(count, seed):
    """Measure a long script in each form, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        script = fountain.read(made(count, seed))
        files = {
            "fountain": made(count, seed).encode(),
            "fdx": fdx_write.write(script),
            "pdf": script_pdf.write(script),
        }
        count = len(pypdf.PdfReader(io.BytesIO(files["pdf"])).pages)
        print(f"| {count} pages as | MB | CPU seconds to read | peak MB |\n| --- | --- | --- | --- |")
        for form, data in files.items():
            path = Path(folder) / f"long.{form}"
            path.write_bytes(data)
            told = subprocess.run(
                [sys.executable, __file__, "--read", path], capture_output=True, text=True, check=True
            )
            spent, before, peak = told.stdout.split()
            print(f"| {form} | {len(data) / 1e6:.1f} | {spent} | {peak} (before: {before}) |")


def read_one(path):
    before = peak_mb()
    begin = time.process_time()
    read_screenplay(Path(path))
    print(f"{time.process_time() - begin:.2f}", before, peak_mb())


def peak_mb():
    """Return this process' most memory; what it had before its program was loaded does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "screenplays")
    options.add_argument("--pages", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--read", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.read:
        read_one(given.read)
        return
    sample = Path(__file__).parents[1] / "kinoeye" / "sample" / "roof_tone.fountain"
    scripts = {"the sample's": sample.read_text("utf-8"), "made, numbered": made(20, given.seed | 1),
               "made, not numbered": made(20, (given.seed | 1) + 1)}  # fmt: skip
    for path in (
        *sorted(given.data.glob("public_domain/*.fountain")),
        given.data / "fountain_reference" / "Brick_And_Steel.txt",
    ):
        if path.is_file():
            scripts[f"{path.stem} (seen)"] = path.read_bytes().decode("utf-8")
    quality(scripts)
    print()
    final_draft(scripts)
    print()
    data = script_pdf.write(fountain.read(made(60, given.seed)))
    takers(data, len(pypdf.PdfReader(io.BytesIO(data)).pages))
    print()
    long_script(given.pages, given.seed)


if __name__ == "__main__":
    main()
