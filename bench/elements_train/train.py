"""Learn which words name something that a department has to bring, by sentences written for that purpose.

Usage: python bench/elements_train/train.py OUT.json.xz [--seed 1]

Sentences come from the two lists beside this file and from patterns filled with the words of the lexicon. Words
are shown a second time without their forms, so that what stands around them is learnt as well. Nothing of the key in
bench/elements_key is read.
"""

import argparse
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from kinoeye.models.tagging import CATEGORIES, FUNCTION, NONE, VERBS, Lexicon, features
from kinoeye.models.tokens import tokens

HERE = Path(__file__).parent
LANGUAGES = {
    "en": ("english.txt", ("sentences_en.txt", "sentences_none_en.txt")),
    "zh": ("chinese.txt", ("sentences_zh.txt",)),
}
COPIES = 2  # of a word of the lexicon in patterns
WRITTEN = 15.0  # times as much as a filled pattern counts a written sentence
MASKED = 0.1  # share of the words in patterns of which a copy is taken for words that nobody has seen
SMALLEST = 0.03  # a weight below this is not kept
_MARK = re.compile(r"\[(\w+):([^\]]+)\]")
_WHO = ("He", "She", "Anna", "Tom", "They", "Iris", "MARCUS", "Her mother", "Old Viktor", "DR. HALE")
_ADJECTIVES = ("old", "small", "broken", "heavy", "red", "shiny", "cheap", "wooden", "dusty", "huge", "white", "worn")
_PATTERNS = {
    "props": (
        "{who} picks up {a} and looks at it.",
        "{who} pulls out {a}.",
        "{who} puts {the} on the [set_dressing:table].",
        "{who} takes {the} from the [set_dressing:shelf] and hands it to her.",
        "{A} lies on the floor.",
        "{who} drops {the}.",
        "{who} opens the [set_dressing:drawer] and finds {a}.",
        "There are {plural} all over the [set_dressing:bed].",
        "{who} walks in with {a} in his hand.",
        "{who} holds {the} up to the light.",
        "Drinking {the}, he waits.",
        "{who} stands there, {a} in both hands.",
        "{PLURAL} everywhere.",
    ),
    "set_dressing": (
        "{A} stands in the corner.",
        "{who} sits beside {a}.",
        "Against the wall {a}.",
        "The room has {a} and {a}.",
        "{who} looks at {the}.",
        "A [set_dressing:picture] hangs above {the}.",
        "{who} walks past {a}.",
        "There is {a} by the window.",
        "{The} slides open.",
        "{who} leans against {the}.",
        "Rows of {plural}.",
        "{who} stops in front of {a}, which reads:",
    ),
    "vehicles": (
        "{A} pulls up outside.",
        "{who} gets into {a}.",
        "{who} drives {a} down the road.",
        "{The} stops.",
        "{who} climbs out of {the}.",
        "Two {plural} pass.",
        "{who} waits behind {the}.",
        "{A} is parked across the street.",
        "{who} jumps on {a} and rides off.",
    ),
    "animals": (
        "{A} crosses the yard.",
        "{who} strokes {the}.",
        "{The} looks up at her.",
        "Three {plural} run by.",
        "{who} feeds {the}.",
        "{A} lands beside her.",
        "{PLURAL} in the distance.",
        "{who} follows {the}.",
    ),
    "wardrobe": (
        "{who} wears {a}.",
        "{who} takes off {the}.",
        "{who} is in {a} and {a}.",
        "{who} puts on {a}.",
        "A [extras:girl] in {a} waits.",
        "ROSA, forty, {a}, enters.",
        "{who}, twenty, {a}, sits down.",
        "{who} adjusts {the}.",
        "{who} hangs {the} on the [set_dressing:door].",
    ),
    "makeup": (
        "{who} has {a} on the cheek.",
        "There is {plain} on his face.",
        "KARL, fifty, {plain}, coughs.",
        "{who} touches {the} on her arm.",
        "His face is covered in {plain}.",
    ),
    "extras": (
        "{A} walks by.",
        "{PLURAL} fill the street.",
        "{The} nods and leaves.",
        "A dozen {plural} wait in line.",
        "{who} pushes through {the}.",
        "Two {plural} watch from the [set_dressing:door].",
        "{A} brings the [props:menu].",
    ),
    "stunts": (
        "{who} {verbs} him against the wall.",
        "{who} {verbs} over the fence.",
        "{who} {verbs}.",
        "The [extras:stranger] {verbs} and lies still.",
        "They {verb} across the roof.",
        "{who} {VERBS} him.",
    ),
    "sfx": (
        "{Plain} fills the room.",
        "{Plain} outside.",
        "{who} walks through {plain}.",
        "The barn {verbs}.",
        "A sudden {plain}.",
        "{Plain} everywhere.",
        "{Plain} and [sfx:wind].",
    ),
    "vfx": (
        "{A} appears above the roof.",
        "{who} {verbs} in front of them.",
        "{The} glows.",
        "{A} floats over the water.",
        "The [set_dressing:screen] shows {a}.",
        "Out of the sky comes {a}.",
        "The door {verbs}.",
    ),
    "sound": (
        "We hear {a}.",
        "{A} from the next room.",
        "{The} grows louder.",
        "The sound of {a}.",
        "{CAPS}!",
        "The engine {verbs}.",
        "A distant {plain}.",
        "{Plain}, off.",
        "A great {CAPS} sounds.",
    ),
    "music": (
        "{Plain} plays in the background.",
        "{who} listens to {the}.",
        "{Plain} starts.",
        "From the bar comes {plain}.",
        "{who} turns off {the}.",
        "The [set_dressing:radio] plays {a}.",
    ),
    "equipment": (
        "{CAPS}: the city at night.",
        "We follow her by {plain}.",
        "{Plain} over the harbour.",
        "Seen from {a}.",
    ),
    NONE: (
        "{who} looks at {the}.",
        "{who} walks toward {the}.",
        "{The} is empty.",
        "{who} thinks of {the}.",
        "It is {plain}.",
        "{who} turns to {the}.",
        "In {the} nobody speaks.",
        "{who} waits for {a}.",
        "A mountain of {plain} and {plain}.",
        "{who} stops at the edge of {the}.",
        "From {the} comes no answer.",
    ),
    **dict.fromkeys(VERBS, ("{who} {verbs} it.", "{who} {verbs} and waits.", "They {verb} in silence.")),
}
_HAN_PATTERNS = {
    "props": (
        "他从[props:包]里拿出一个{}。",
        "[set_dressing:桌]上放着{}。",
        "她把{}递给他。",
        "老王手里拿着{}。",
        "他捡起地上的{}，看了看。",
    ),
    "set_dressing": ("屋里有一个{}。", "墙边摆着{}。", "她站在{}旁边。", "{}前面空无一人。"),
    "vehicles": ("一辆{}停在门口。", "他开着{}走了。", "她从{}上下来。", "{}驶过。"),
    "animals": ("一只{}跑过来。", "她抱着{}。", "{}叫了一声。", "远处有几只{}。"),
    "wardrobe": ("他穿着{}。", "一个戴{}的[extras:女人]。", "李梅（三十岁，{}）走进来。", "她脱下{}。"),
    "makeup": ("他脸上有{}。", "她的{}很明显。", "王五（四十岁，{}）坐下。"),
    "extras": ("几个{}走过。", "{}围上来。", "一个{}看着他。", "门口站着{}。"),
    "stunts": ("两人{}起来。", "他{}在地上。", "她被他{}。"),
    "sfx": ("外面{}。", "{}越来越大。", "忽然{}。"),
    "vfx": ("空中出现{}。", "她慢慢{}。", "一道{}。", "[set_dressing:屏幕]上是{}。"),
    "sound": ("远处传来{}。", "{}响起。", "一阵{}。"),
    "music": ("屋里放着{}。", "{}响起。", "远处传来{}。"),
    "equipment": ("{}：大海。", "用{}拍摄。"),
    NONE: ("他看着{}。", "{}很安静。", "她走到{}。", "他的{}在动。"),
    **dict.fromkeys(VERBS, ("他{}它。", "她{}了。")),
}


def main() -> None:
    """Learn both languages and write one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    facts = {language: learnt(language, random.Random(options.seed)) for language in LANGUAGES}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    options.out.write_bytes(lzma.compress(text.encode(), preset=9))
    print(f"{options.out}: {options.out.stat().st_size} bytes")


def learnt(language: str, chance: random.Random) -> dict[str, object]:
    """Return lexicon, classes and weights of a language."""
    words, sentences = LANGUAGES[language]
    kinds = read_lexicon(HERE / words)
    lexicon = Lexicon({word: tuple(each) for word, each in kinds.items()})
    texts = [
        line for name in sentences for line in (HERE / name).read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    fill = filled if language == "en" else filled_chinese
    made = [sentence for word, each in kinds.items() for sentence in fill(word, each[0], chance, kinds)]
    rows: list[tuple[dict[str, float], str, float]] = []
    for sentence, weight, masked in [(each, WRITTEN, 1.0) for each in texts] + [(each, 1.0, MASKED) for each in made]:
        rows += [(row, label, weight) for row, label in labelled(sentence, lexicon, chance, masked)]
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([row for row, _, _ in rows])
    labels = [label for _, label, _ in rows]
    model = LogisticRegression(C=0.3, max_iter=400, tol=1e-3)
    model.fit(matrix, labels, sample_weight=[weight for _, _, weight in rows])
    print(language, len(texts), "written,", len(made), "filled,", len(rows), "words,", Counter(labels).most_common())
    kept = {
        name: [round(100 * float(value)) for value in model.coef_[:, number]]
        for name, number in vectors.vocabulary_.items()
        if np.abs(model.coef_[:, number]).max() >= SMALLEST
    }
    return {"lexicon": kinds, "classes": model.classes_.tolist(), "weights": kept}


def read_lexicon(path: Path) -> dict[str, list[str]]:
    """Return the categories of each word, in the order of the list."""
    kinds: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, words = line.split(": ", 1)
            assert kind in {*CATEGORIES, NONE, *VERBS}, kind
            for word in words.split(", "):
                kinds.setdefault(word, []).append(kind)
    return kinds


def labelled(
    sentence: str, lexicon: Lexicon, chance: random.Random, masked: float
) -> Iterator[tuple[dict[str, float], str]]:
    """Yield features and label of each word; a named phrase has its label at its last word, its others have none."""
    plain, spans, at = "", [], 0
    for mark in _MARK.finditer(sentence):
        plain += sentence[at : mark.start()]
        spans.append((len(plain), len(plain) + len(mark[2]), mark[1]))
        plain += mark[2]
        at = mark.end()
    plain += sentence[at:]
    words = tokens(plain)
    for number, word in enumerate(words):
        if not word.text[:1].isalpha() or word.text.lower() in FUNCTION:
            continue
        span = next((each for each in spans if each[0] < word.end and word.start < each[1]), None)
        if span and word.end < span[1]:
            continue
        label = span[2] if span else NONE
        yield dict.fromkeys(features(words, number, lexicon), 1.0), label
        if chance.random() < masked:
            yield dict.fromkeys(features(words, number, lexicon, is_masked=True), 1.0), label


def filled(word: str, kind: str, chance: random.Random, kinds: dict[str, list[str]]) -> Iterator[str]:
    """Yield patterns of a category with a word in it."""
    del kinds
    patterns = _PATTERNS[kind]
    verbal = [each for each in patterns if "{verb" in each.lower()]
    nominal = [each for each in patterns if each not in verbal]
    for _ in range(COPIES):
        pattern = chance.choice((verbal if chance.random() < 0.5 or kind in ("stunts", *VERBS) else nominal)
                                if verbal else nominal)  # fmt: skip
        adjective = f"{chance.choice(_ADJECTIVES)} " if chance.random() < 0.3 else ""
        yield pattern.format_map(_forms(word, kind, adjective, chance))


def _forms(word: str, kind: str, adjective: str, chance: random.Random) -> dict[str, str]:
    def marked(text: str) -> str:
        return f"[{kind}:{text}]" if kind in CATEGORIES else text

    first, _, rest = word.partition(" ")
    verbs = f"{first}{'es' if first.endswith(('s', 'sh', 'ch', 'x', 'z')) else 's'} {rest}".strip()
    plural = word if word.endswith("s") else word[:-1] + "ies" if word.endswith("y") else word + "s"
    article = "an" if (adjective or word)[0] in "aeiou" else "a"
    the = chance.choice(("the", "his", "her"))
    noun = marked(adjective + word)
    return {
        "who": chance.choice(_WHO), "a": f"{article} {noun}", "A": f"{article.title()} {noun}", "the": f"{the} {noun}",
        "The": f"{the.title()} {noun}", "plural": marked(adjective + plural), "plain": noun,
        "PLURAL": marked((adjective + plural).capitalize()), "Plain": marked((adjective + word).capitalize()),
        "CAPS": marked(word.upper()), "verb": marked(word), "verbs": marked(verbs), "VERBS": marked(verbs.upper()),
    }  # fmt: skip


def filled_chinese(word: str, kind: str, chance: random.Random, kinds: dict[str, list[str]]) -> Iterator[str]:
    """Yield patterns of a category with a Chinese word in it."""
    del kinds
    marked = f"[{kind}:{word}]" if kind in CATEGORIES else word
    for _ in range(COPIES):
        yield chance.choice(_HAN_PATTERNS[kind]).format(marked)


if __name__ == "__main__":
    main()
