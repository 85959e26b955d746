"""Elements: how well a breakdown is made, against a key marked by hand, beside a rule and a list of words.

Usage: python bench/elements.py [DATA] [--misses]

DATA is the folder of screenplays; ../shared/data/screenplays if not given. The key says how it was marked.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.elements import elements
from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.script_parts import script_parts
from kinoeye.media.assets import ASSETS
from kinoeye.models.breakdown import EVENTS, loaded
from kinoeye.models.tagging import CATEGORIES
from kinoeye.models.tokens import is_chinese, lemmas, tokens
from kinoeye.screenplay import fountain
from kinoeye.tables import with_asset

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared" / "data" / "screenplays"
SCRIPTS = {
    "brick": "fountain_reference/Brick_And_Steel.txt",
    "ascent": "public_domain/ASCENT_TO_GURU_PEAK.fountain",
    "cyber": "public_domain/Cyber_Bob_ep00001.fountain",
    "roof": HERE.parent / "kinoeye" / "sample" / "roof_tone.fountain",
    "courtyard": HERE / "elements_key" / "courtyard.fountain",
}
PARTS = {
    "development (English)": ("brick", "roof"),
    "held out (English)": ("ascent", "cyber"),
    "own text (Chinese)": ("courtyard",),
}
Found = set[tuple[str, int, str, str]]  # script, scene, category, element


def main() -> None:
    """Print precision, recall and F1 of each way, part by part and category by category."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--misses", action="store_true", help="print what was missed and what was too much")
    parser.add_argument("--part", default="", help="only the parts whose name begins so")
    options = parser.parse_args()
    key = read_key(HERE / "elements_key" / "key.txt")
    for part, scripts in PARTS.items():
        there = {name: options.data / SCRIPTS[name] for name in scripts if (options.data / SCRIPTS[name]).is_file()}
        if not there or not part.startswith(options.part):
            continue
        rows, spoken = tables({name: path.read_text("utf-8") for name, path in there.items()})
        wanted = [each for each in key if each[0] in there]
        for way, answer in WAYS.items():
            found = answer(rows, spoken)
            report(f"{part}: {way}", wanted, found, is_long=way == "Kinoeye", is_told=options.misses)


def read_key(path: Path) -> list[tuple[str, int, str, frozenset[str]]]:
    """Return the key: script, scene, category, and ways in which the element may be called."""
    key = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            head, listed = line.split(": ", 1)
            script, scene, category = head.split(" / ")
            key += [(script, int(scene), category, frozenset(each.split("|"))) for each in listed.split(", ")]
    return key


def tables(texts: dict[str, str]) -> tuple[pa.Table, pa.Table]:
    """Return `lines` and `characters` of screenplays."""
    assets = ASSETS.from_rows([{"asset": name, "path": name, "kind": "screenplay"} for name in texts])
    parts = pa.concat_tables([with_asset(script_parts(fountain.read(text)), name) for name, text in texts.items()])
    named = lines(assets, parts, LINES.schema.empty_table())
    return named, characters(named)


def kinoeye(rows: pa.Table, spoken: pa.Table) -> Found:
    """Answer by the analysis."""
    found = elements(rows, spoken).to_pylist()
    return {(row["asset"], row["scene_order"], row["category"], row["element"].lower()) for row in found}


def listed(rows: pa.Table, spoken: pa.Table) -> Found:
    """Answer by the lexicon alone, the first category of each word, and cast by the same rule."""
    found = {each for each in kinoeye(rows, spoken) if each[2] == "cast"}
    for row in rows.to_pylist():
        if row["kind"] == "action":
            lexicon = loaded()["zh" if is_chinese(row["text"]) else "en"].lexicon
            words = tokens(row["text"])
            for at, word in enumerate(words):
                phrase, kinds, _ = lexicon.phrase(words, at)
                element, kinds = (phrase, kinds) if phrase else lexicon.known(word)
                kept = [each for each in kinds if each in CATEGORIES][:1]
                found |= {(row["asset"], row["scene_order"], each, element.lower()) for each in kept}
    return found


def capitals(rows: pa.Table, spoken: pa.Table) -> Found:
    """Answer as simple tools do: cues are cast, other words in capitals within action are props."""
    names = {name.lower() for row in spoken.to_pylist() for name in (row["character"], *row["aliases"])}
    found: Found = set()
    for row in rows.to_pylist():
        if row["kind"] == "dialogue":
            found.add((row["asset"], row["scene_order"], "cast", row["who"].lower()))
        if row["kind"] == "action":
            for word in tokens(row["text"]):
                if word.text.isalpha() and word.text.isupper() and len(word.text) > 2:
                    is_name = any(word.text.lower() in name.split() for name in names)
                    kind = "cast" if is_name else "props"
                    name = next((each for each in names if word.text.lower() in each.split()), word.text.lower())
                    found.add((row["asset"], row["scene_order"], kind, name))
    return found


WAYS: dict[str, Callable[[pa.Table, pa.Table], Found]] = {
    "Kinoeye": kinoeye,
    "lexicon alone": listed,
    "capitals": capitals,
}


def report(
    title: str, wanted: list[tuple[str, int, str, frozenset[str]]], found: Found, *, is_long: bool, is_told: bool
) -> None:
    """Print a table; an element is found where its last word, or any word of an event, is that of the key."""
    left = sorted(found)
    hits: dict[str, int] = defaultdict(int)
    misses = []
    for script, scene, category, calls in wanted:
        fits = [each for each in left if each[:3] == (script, scene, category) and is_same(each[3], calls, category)]
        if fits:
            hits[category] += 1
            left = [each for each in left if each not in fits]
        else:
            misses.append((script, scene, category, "|".join(sorted(calls))))
    extra: dict[str, int] = defaultdict(int)
    for each in left:
        extra[each[2]] += 1
    total: dict[str, int] = defaultdict(int)
    for each in wanted:
        total[each[2]] += 1
    print(f"\n{title}\n  {'category':14}{'key':>5}{'found':>7}{'P':>7}{'R':>7}{'F1':>7}")
    names = sorted({*total, *extra}) if is_long else []
    everything = sum(hits.values()), sum(extra.values()), sum(total.values())
    for name, (hit, more, all_) in [(each, (hits[each], extra[each], total[each])) for each in names] + [
        ("all", everything),
        ("all but cast", tuple(a - b for a, b in zip(everything, (hits["cast"], extra["cast"], total["cast"]),
                                                     strict=True))),
    ]:  # fmt: skip
        precision, recall = hit / max(1, hit + more), hit / max(1, all_)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"  {name:14}{all_:5}{hit + more:7}{precision:7.2f}{recall:7.2f}{f1:7.2f}")
    if is_told and is_long:
        for each in misses:
            print("  missed", *each)
        for each in left:
            print("  too much", *each)


def is_same(element: str, calls: frozenset[str], category: str) -> bool:
    """Say whether an answer names an element of the key."""
    forms = {form for word in element.split() for form in lemmas(word)}
    for call in calls:
        words = call.split()
        if element == call or (element.endswith(call) and not element.isascii()):
            return True
        if category in EVENTS and any({*lemmas(word)} & forms for word in words):
            return True
        if category == "cast" and element in (call, f"{call}s"):
            return True
        last = element.rsplit(maxsplit=1)[-1]
        if category != "cast" and element.isascii() and {*lemmas(words[-1])} & {*lemmas(last)}:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
