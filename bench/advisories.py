"""Advisories of dialogue beside a hand-made key and a word list.

Usage: python bench/advisories.py [development]. The key (advisories_key/) was written by someone who had seen neither
the list nor the code: rows with labels, rows without that hold the same words in another sense (traps), ordinary ones.
Every other row is development; the others were not looked at while the list was bettered. The peer is
better-profanity, which knows swear words in English alone.
"""

import random
import sys
import time
from pathlib import Path

from better_profanity import profanity

from kinoeye.models.advisories import KINDS, LEVELS, advise

KEY = Path(__file__).parent / "advisories_key" / "key.tsv"
Row = tuple[str, str, dict[str, str]]


def key(part: str) -> list[Row]:
    """Return text, language and the level of each kind, of the rows of one part."""
    rows = []
    for number, line in enumerate(KEY.read_text("utf-8").splitlines()[1:]):
        text, language, labels = [*line.split("\t"), ""][:3]
        if part == "all" or (number % 2 == 0) == (part == "development"):
            rows.append((text, language, dict(each.split(":") for each in labels.split(";") if each)))
    return rows


def told(text: str) -> dict[str, str]:
    """Return the strongest level of each kind that is told."""
    found: dict[str, str] = {}
    for each in advise(text):
        found[each.kind] = max(found.get(each.kind, "mild"), each.level, key=LEVELS.index)
    return found


def scores(pairs: list[tuple[bool, bool]]) -> tuple[int, float, float, float]:
    """Return how many are true, precision, recall and F1 of (true, told)."""
    right = sum(a and b for a, b in pairs)
    precision, recall = right / max(1, sum(b for _, b in pairs)), right / max(1, sum(a for a, _ in pairs))
    return sum(a for a, _ in pairs), precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def interval(pairs: list[tuple[bool, bool]]) -> str:
    """Return 95 % of F1 by drawing rows again."""
    draw = random.Random(1)
    drawn = sorted(scores(draw.choices(pairs, k=len(pairs)))[3] for _ in range(500))
    return f"{drawn[12]:.2f} to {drawn[487]:.2f}"


def main() -> None:
    """Print the tables."""
    part = sys.argv[1] if len(sys.argv) > 1 else "held out"
    rows = key(part)
    begin = time.process_time()
    answers = [told(text) for text, _, _ in rows]
    spent = time.process_time() - begin
    print(f"{part}: {len(rows)} rows, {1e3 * spent / len(rows):.2f} CPU ms a row")
    print("| kind | rows | precision | recall | F1 | 95 % |\n| --- | --- | --- | --- | --- | --- |")
    whole = []
    for kind in KINDS:
        pairs = [(kind in labels, kind in answer) for (_, _, labels), answer in zip(rows, answers, strict=True)]
        whole += pairs
        print("| {} | {} | {:.2f} | {:.2f} | {:.2f} | {} |".format(kind, *scores(pairs), interval(pairs)))
    print("| all | {} | {:.2f} | {:.2f} | {:.2f} | {} |".format(*scores(whole), interval(whole)))
    for language in ("en", "zh"):
        pairs = [
            (kind in labels, kind in answer)
            for (_, own, labels), answer in zip(rows, answers, strict=True) if own == language for kind in KINDS
        ]  # fmt: skip
        print("| all, {} | {} | {:.2f} | {:.2f} | {:.2f} | {} |".format(language, *scores(pairs), interval(pairs)))
    profanity.load_censor_words()
    english = [(text, labels, answer) for (text, own, labels), answer in zip(rows, answers, strict=True) if own == "en"]
    for name, pairs in (
        ("language or slur, English", [({"language", "discrimination"} & {*labels} != set(),
                                        {"language", "discrimination"} & {*answer} != set())
                                       for _, labels, answer in english]),
        ("the same, better-profanity", [({"language", "discrimination"} & {*labels} != set(),
                                         profanity.contains_profanity(text)) for text, labels, _ in english]),
    ):  # fmt: skip
        print("| {} | {} | {:.2f} | {:.2f} | {:.2f} | {} |".format(name, *scores(pairs), interval(pairs)))
    clean = [answer for (_, _, labels), answer in zip(rows, answers, strict=True) if not labels]
    levels = [
        answer[kind] == level for (_, _, labels), answer in zip(rows, answers, strict=True)
        for kind, level in labels.items() if kind in answer
    ]  # fmt: skip
    print(f"rows without a label: {sum(map(bool, clean))} of {len(clean)} told something; "
          f"level right where the kind is: {sum(levels)} of {len(levels)}")  # fmt: skip
    if part == "development":
        for (text, _, labels), answer in zip(rows, answers, strict=True):
            if {*labels} != {*answer}:
                print(f"{text} | {labels} | {[(e.kind, e.words, round(e.score, 2)) for e in advise(text)]}")


if __name__ == "__main__":
    main()
