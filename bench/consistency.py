"""Bench of consistency notes: faults planted by rule into public-domain screenplays, and notes on the unchanged ones.

    python bench/consistency.py [--data ../shared/data/screenplays] [--seeds 10]

A fault is found if there is a note of its kind about its subject that the unchanged script has not. Where a script has
no place for a kind (nobody speaks in two scenes), it is not planted.
"""

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from kinoeye.run import drafting

SCRIPTS = ("public_domain/ASCENT_TO_GURU_PEAK.fountain", "public_domain/Cyber_Bob_ep00001.fountain",
           "fountain_reference/Brick_And_Steel.txt")  # fmt: skip


def main(args=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/screenplays"))
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args(args)
    if not given.data.is_dir():
        sys.exit(f"bench: {given.data} must be the folder of screenplays, got none")
    planted, found, pages, false, others = Counter(), Counter(), 0, Counter(), 0
    for name in SCRIPTS:
        text = (given.data / name).read_text(encoding="utf-8").replace("\r\n", "\n")
        lines, before = _noted(text)
        pages += max(row["page"] for row in lines)
        false.update(kind for kind, _ in before)
        for kind, plant in PLANTS.items():
            for seed in range(given.seeds):
                made = plant(lines, random.Random(f"{kind}{seed}"))
                if made is None:
                    continue
                changes, subject = made
                after = set(_noted(_changed(lines, changes))[1]) - set(before)
                hit = any(what == kind.partition(" ")[0] and subject in about.upper() for what, about in after)
                planted[kind] += 1
                found[kind] += hit
                others += len(after) - hit
    print("| kind | planted | found |\n| --- | --- | --- |")
    for kind in PLANTS:
        print(f"| {kind} | {planted[kind]} | {found[kind]} |")
    print(f"\nother new notes beside the planted: {others} of {sum(planted.values())} scripts")
    print(f"unchanged: {sum(false.values())} notes on {pages} pages: {dict(false)}")


def _noted(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.fountain"
        path.write_text(text, encoding="utf-8")
        tables = drafting.script_notes(path)
    return tables["lines"].to_pylist(), [
        (row["kind"], row["subject"]) for row in tables["consistency_notes"].to_pylist()
    ]


def _changed(lines, changes):
    """Rewrite a script from its lines: each change is (number, place, what), place before, after or instead."""
    said = dict.fromkeys(range(len(lines)), "")
    for number, row in enumerate(lines):
        body = row["text"].strip()
        said[number] = f"{row['who']}\n{body}" if row["who"] else f".{body}" if _is_forced(row) else body
    for number, place, what in changes:
        if place == "instead":
            said[number] = what
        else:
            said[number] = f"{what}\n\n{said[number]}" if place == "before" else f"{said[number]}\n\n{what}"
    return "\n\n".join(said.values()) + "\n"


def _is_forced(row):
    return row["kind"] == "heading" and not re.match(r"(?i)(int|ext|i/e|est)\b", row["text"])


def _spoken(lines):
    return [number for number, row in enumerate(lines) if row["who"] and len(row["who"]) >= 3]


def _swapped(word, chance):
    at = chance.choice([at for at in range(1, len(word) - 2) if word[at] != word[at + 1]])
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _cue(lines, chance):
    often = Counter(row["who"] for row in lines)
    fit = [n for n in _spoken(lines) if often[lines[n]["who"]] >= 3 and len(lines[n]["who"]) >= 5]
    if not fit:
        return None
    at = chance.choice(fit)
    wrong = _swapped(lines[at]["who"], chance)
    return [(at, "instead", f"{wrong}\n{lines[at]['text']}")], wrong


def _place(lines, chance):
    fit = [n for n, row in enumerate(lines) if row["kind"] == "heading" and re.search(r"[A-Z]{6}", row["text"])]
    if not fit:
        return None
    at = chance.choice(fit)
    word = max(re.findall(r"[A-Z]+", lines[at]["text"]), key=len)
    wrong = _swapped(word, chance)
    again = f"{lines[at]['text']}\n\nRain."
    end = len(lines) - 1
    # The right one must stand three times; none of these scripts has a place so often.
    return [(end, "after", again), (end, "after", again), (end, "after", again.replace(word, wrong))], wrong


def _two_places(lines, chance):
    at = chance.choice(_spoken(lines))
    end = max(n for n, row in enumerate(lines) if row["scene_order"] == lines[at]["scene_order"])
    return [(end, "after", f"INT. LIGHTHOUSE - SAME TIME\n\n{lines[at]['who']}\nHello.")], lines[at]["who"]


def _time_jump(lines, chance):
    fit = [n for n, row in enumerate(lines) if row["kind"] == "heading" and re.search(r"(DAY|NIGHT)$", row["text"])]
    at = chance.choice(fit)
    end = max(n for n, row in enumerate(lines) if row["scene_order"] == lines[at]["scene_order"])
    other = "NIGHT" if lines[at]["text"].endswith("DAY") else "DAY"
    return [(end, "after", f"INT. LIGHTHOUSE - {other} - CONTINUOUS\n\nRain.")], other


def _after_exit(lines, chance):
    at = chance.choice(_spoken(lines))
    return [(at, "before", f"{lines[at]['who'].title()} leaves.")], lines[at]["who"]


def _before_entering(lines, chance):
    """Plant only where nothing has shown the speaker in the scene: who was there may have gone out."""
    fit = []
    for at in _spoken(lines):
        here = [row for row in lines[:at] if row["scene_order"] == lines[at]["scene_order"]]
        if not any(lines[at]["who"] == row["who"] or lines[at]["who"] in row["text"].upper() for row in here):
            fit.append(at)
    if not fit:
        return None
    at = chance.choice(fit)
    return [(at, "after", f"{lines[at]['who'].title()} enters.")], lines[at]["who"]


def _after_death(lines, chance):
    fit = [n for n in _spoken(lines) if any(lines[m]["who"] == lines[n]["who"] and lines[m]["scene_order"]
           > lines[n]["scene_order"] for m in _spoken(lines))]  # fmt: skip
    if not fit:
        return None
    at = chance.choice(fit)
    return [(at, "after", f"{lines[at]['who'].title()} dies.")], lines[at]["who"]


def _age(lines, chance):
    one, other = sorted(chance.sample(range(len(lines)), 2))
    who = lines[chance.choice(_spoken(lines))]["who"]
    return [(one, "after", f"{who}, 31, waits."), (other, "after", f"{who} (52) waits.")], who


def _numbers(lines, wrong):
    heads = [n for n, row in enumerate(lines) if row["kind"] == "heading"]
    return [(n, "instead", f"{'.' if _is_forced(lines[n]) else ''}{lines[n]['text']} #{wrong(at + 1)}#")
            for at, n in enumerate(heads)]  # fmt: skip


def _doubled(lines, chance):
    at = chance.randrange(2, 1 + sum(row["kind"] == "heading" for row in lines))
    return _numbers(lines, lambda number: number - (number >= at)), str(at - 1)


def _missing(lines, chance):
    at = chance.randrange(2, 1 + sum(row["kind"] == "heading" for row in lines))
    return _numbers(lines, lambda number: number + (number >= at)), str(at)


def _lost(lines, chance):
    last = max(row["scene_order"] for row in lines)
    fit = [n for n in _spoken(lines) if any(lines[m]["who"] == lines[n]["who"] and lines[m]["scene_order"]
           > lines[n]["scene_order"] for m in _spoken(lines)) and lines[n]["scene_order"] <= last - 2]  # fmt: skip
    thing = chance.choice(("revolver", "knife", "letter"))
    if not fit:
        return None
    at = chance.choice(fit)
    return [(at, "after", f"{lines[at]['who'].title()} pockets a {thing}.")], thing.upper()


def _unannounced(lines, chance):
    at, thing = chance.choice(_spoken(lines)), chance.choice(("revolver", "knife", "letter"))
    return [(at, "after", f"{lines[at]['who'].title()} grabs the {thing}.")], thing.upper()


PLANTS = {
    "name_spelling": _cue, "place_spelling": _place, "two_places": _two_places, "time_jump": _time_jump,
    "after_exit": _after_exit, "before_entering": _before_entering, "after_death": _after_death, "age": _age,
    "number_doubled": _doubled, "number_missing": _missing, "prop_lost": _lost,
    "prop_unannounced": _unannounced,
}  # fmt: skip


if __name__ == "__main__":
    main()
