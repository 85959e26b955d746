"""Learn how English letters sound from the dictionary in the pocketsphinx package, and say how well.

    python bench/letters_train/train.py [--write]

Every letter is laid over 0 to 2 phones by expectation and maximisation; a tree of contexts is made of what each letter
gave (see kinoeye.models.letters.py). One word in ten is held out: the accuracy on these is printed. With `--write` the
tree of the other nine is written to kinoeye/models/weights/letters.txt.xz, and its hash to SHA256SUMS.
"""

import argparse
import hashlib
import lzma
import math
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pocketsphinx

from kinoeye.models.letters import EDGE, LETTERS, contexts, sounded

SEED = 7
ROUNDS = 4
EM_WORDS = 25_000  # enough for the few hundred chances of a letter's phones
WEIGHTS = Path(__file__).parents[2] / "kinoeye" / "models" / "weights"
FILE = "letters.txt.xz"


def dictionary() -> dict[str, list[str]]:
    """Words of letters alone with their first pronunciation."""
    lines = (Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict").read_text("utf-8").splitlines()
    entries = (line.split() for line in lines)
    return {word: phones for word, *phones in entries if re.fullmatch(f"[{LETTERS}]+", word)}


def laid(
    word: str, phones: list[str], chances: dict[tuple[str, tuple[str, ...]], float]
) -> list[tuple[str, ...]] | None:
    """Lay the letters of a word over its phones in the likeliest way; None if it has too many phones."""
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for letter in word:
        here: dict[int, tuple[float, int]] = {}
        for at, (cost, _) in best[-1].items():
            for count in range(3):
                if at + count <= len(phones):
                    price = cost - math.log(chances.get((letter, tuple(phones[at : at + count])), 1e-6))
                    if at + count not in here or price < here[at + count][0]:
                        here[at + count] = (price, at)
        best.append(here)
    if len(phones) not in best[-1]:
        return None
    parts, end = [], len(phones)
    for here in best[:0:-1]:
        begin = here[end][1]
        parts.append(tuple(phones[begin:end]))
        end = begin
    return parts[::-1]


def learned(words: dict[str, list[str]]) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return the chance of each letter's phones."""
    chances: dict[tuple[str, tuple[str, ...]], float] = defaultdict(float)
    for word, phones in words.items():
        for place, letter in enumerate(word):  # at first: whatever lies near the diagonal
            at = place * len(phones) // len(word)
            for count in range(3):
                chances[letter, tuple(phones[at : at + count])] += 0.3 if count == 2 else 1.0
    for _ in range(ROUNDS):
        total: Counter[str] = Counter()
        for (letter, _), count in chances.items():
            total[letter] += count
        shares = {key: count / total[key[0]] for key, count in chances.items()}
        chances = defaultdict(float)
        for word, phones in words.items():
            for letter, part in zip(word, laid(word, phones, shares) or (), strict=False):
                chances[letter, part] += 1.0
    total = Counter()
    for (letter, _), count in chances.items():
        total[letter] += count
    return {key: count / total[key[0]] for key, count in chances.items()}


def tree(words: dict[str, list[str]], chances: dict[tuple[str, tuple[str, ...]], float]) -> dict[str, tuple[str, ...]]:
    """Return the contexts whose phones are other than those of the shorter context."""
    counts: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for word, phones in words.items():
        before = EDGE
        for place, part in enumerate(laid(word, phones, chances) or ()):
            for context in contexts(word, place, before):
                counts[context][part] += 1
            before = part[-1] if part else before
    likeliest = {
        context: min(count.items(), key=lambda item: (-item[1], item[0]))[0] for context, count in counts.items()
    }
    kept: dict[str, tuple[str, ...]] = {}
    for context in sorted(likeliest, key=len):
        shorter, found = context, None
        while found is None and " " in shorter:
            shorter = shorter.rpartition(" ")[0]
            found = kept.get(shorter)
        if found != likeliest[context]:
            kept[context] = likeliest[context]
    return kept


def main() -> None:
    """Learn, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    words = dictionary()
    names = sorted(words)
    order = np.random.default_rng(SEED).permutation(len(names))
    held_out = [names[n] for n in order[: len(names) // 10]]
    known = {names[n]: words[names[n]] for n in order[len(names) // 10 :]}
    chances = learned(dict(list(known.items())[:EM_WORDS]))
    made = tree(known, chances)
    wrong, total, whole = 0, 0, 0
    for word in held_out:
        said = sounded(word, made)
        wrong += distance(said, words[word])
        total += len(words[word])
        whole += said == words[word]
    print(f"{len(known)} words learned, {len(made)} contexts; held out: {len(held_out)} words, whole word right "
          f"{whole / len(held_out):.3f}, phone error rate {wrong / total:.3f}")  # fmt: skip
    if arguments.write:
        text = "".join(f"{context}\t{' '.join(made[context])}\n" for context in sorted(made))
        data = lzma.compress(text.encode("ascii"), preset=9 | lzma.PRESET_EXTREME)
        (WEIGHTS / FILE).write_bytes(data)
        sums = [line for line in (WEIGHTS / "SHA256SUMS").read_text().splitlines() if not line.endswith(f"  {FILE}")]
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {FILE}")
        (WEIGHTS / "SHA256SUMS").write_text("\n".join(sorted(sums, key=lambda line: line[66:])) + "\n")
        print(f"{FILE}: {len(data)} bytes")


def distance(one: list[str], other: list[str]) -> int:
    """Return how many phones must be put in, left out or replaced."""
    row = list(range(len(other) + 1))
    for number, phone in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, against in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (phone != against))
    return row[-1]


if __name__ == "__main__":
    main()
