"""Bench of ideas: how well held-out pages are told, how fast an idea is made, and how much of it is copied.

    python bench/ideas.py [--data ../shared/data/screenplays] [--ideas 40] [--minutes 0]

Each fifth of the pages is held out in turn. All models know the same words: those that stand twice or more in the
other pages; the rest is one unknown word. The peer is NLTK's interpolated Kneser-Ney of the same order on the same
rows, with its own discount (0.1) and with the usual one (0.75). With --minutes the transformer is trained as long each
time (extra `train`) and takes its row.
"""

import argparse
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from nltk.lm import KneserNeyInterpolated, Vocabulary
from nltk.util import everygrams

from kinoeye.learn.language import Language, Row
from kinoeye.learn.transformer import encoded, train
from kinoeye.models import transformer
from kinoeye.run import drafting
from kinoeye.run.ideas import desk
from kinoeye.run.settings import IdeaSettings

SCRIPTS = ("public_domain/ASCENT_TO_GURU_PEAK.fountain", "public_domain/Cyber_Bob_ep00001.fountain",
           "fountain_reference/Brick_And_Steel.txt")  # fmt: skip
ORDER, HELD_OUT = 4, 5


def main(args=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/screenplays"))
    parser.add_argument("--ideas", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=0.0)
    given = parser.parse_args(args)
    if not given.data.is_dir():
        sys.exit(f"bench: {given.data} must be the folder of screenplays, got none")
    desks = [desk(drafting.script_story(given.data / name), IdeaSettings()) for name in SCRIPTS]
    told(desks, given.minutes)
    made(desks, given.ideas)


def told(desks, minutes):
    """Print the perplexity per word of held-out pages, each fifth of the pages in turn."""
    found = {}
    for fold in range(HELD_OUT):
        learnt, held = [], []
        for each in desks:
            pages = [(passage.page, row) for passage, row in zip(each.passages, each.writer.rows, strict=True)]
            learnt.append([row for page, row in pages if row.words and page % HELD_OUT != fold])
            held.append([row for page, row in pages if row.words and page % HELD_OUT == fold])
        rows, unseen = [row for text in learnt for row in text], [row for text in held for row in text]
        vocabulary = set(Language(rows, least=2).vocabulary)
        out = [word not in vocabulary for row in unseen for word in row.words]
        words = sum(len(row.words) for row in rows)
        print(f"{words} words learnt from, {len(out)} held out, {sum(out) / len(out):.1%} of them unknown")
        for name, perplexity, spent in _all(learnt, held, rows, unseen, minutes):
            found.setdefault(name, []).append((perplexity, spent))
    print("\n| model | perplexity, median of five (range) | CPU seconds to learn |\n| --- | --- | --- |")
    for name, values in found.items():
        perplexities, spent = zip(*values, strict=True)
        span = f"{min(perplexities):.1f} to {max(perplexities):.1f}"
        print(f"| {name} | {statistics.median(perplexities):.1f} ({span}) | {statistics.median(spent):.2f} |")


def _all(learnt, held, rows, unseen, minutes):
    for name, without in (("Kinoeye, by kind and speaker", False), ("Kinoeye, all lines alike", True)):
        begun = time.process_time()
        model = Language([Row(row.words) if without else row for row in rows], order=ORDER, least=2)
        spent = time.process_time() - begun
        yield name, model.perplexity(unseen), spent
    for discount in (0.1, 0.75):
        begun = time.process_time()
        peer = _peer(rows, discount)
        spent = time.process_time() - begun
        yield f"NLTK, discount {discount}", _peer_perplexity(peer, unseen), spent
    if minutes:
        yield _transformer(learnt, held, minutes)


def _padded(words):
    return ["<s>"] * (ORDER - 1) + list(words) + ["</s>"]


def _peer(rows, discount):
    texts = [_padded(row.words) for row in rows]
    vocabulary = Vocabulary((word for text in texts for word in text), unk_cutoff=2)
    model = KneserNeyInterpolated(ORDER, discount=discount, vocabulary=vocabulary)
    model.fit([everygrams(vocabulary.lookup(text), max_len=ORDER) for text in texts])
    return model


def _peer_perplexity(model, rows):
    total, count = 0.0, 0
    for row in rows:
        words = model.vocab.lookup(_padded(row.words))
        for at in range(ORDER - 1, len(words)):
            total -= math.log(model.score(words[at], words[at - ORDER + 1 : at]))
            count += 1
    return math.exp(total / count)


def _transformer(learnt, held, minutes):
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        trained = train(learnt, Path(folder) / "ideas.npz", seconds=60 * minutes)
        spent = time.process_time() - begun
        net = transformer.learnt(Path(folder) / "ideas.npz")
        total, count = 0.0, 0
        for numbers, told_ones in encoded(held, net.vocabulary):
            for at, is_told in enumerate(told_ones):
                if is_told:
                    total -= math.log(net.following(numbers[:at])[numbers[at]])
                    count += 1
        print(f"transformer: {trained.step} steps, {'no better' if trained.is_done else 'time was up'}")
        return "Kinoeye's transformer", math.exp(total / count), spent


def made(desks, count):
    """Print how fast continuations are made and how much of them is copied, with and without the limit."""
    print("\n| longest run allowed | CPU ms an idea | longest run, median | longest | triples that stand there, % |")
    print("| --- | --- | --- | --- | --- |")
    for most in (4, 6, None):
        spent, runs, shares = [], [], []
        for each in desks:
            model = each.writer.n_grams()
            for seed in range(count):
                begun = time.process_time()
                random = np.random.default_rng(seed)
                written = each.writer.go_on(model, each.place(), random, most_copied=most)
                spent.append(time.process_time() - begun)
                found = each.writer.sources.copied([word for line in written for word in line.words])
                if written:
                    runs.append(found.run)
                    shares.append(found.share)
        share = 100 * statistics.mean(shares) if shares else 0
        longest = f"{statistics.median(runs):g} | {max(runs)}" if runs else "no idea |"
        print(f"| {most or 'any'} | {1000 * statistics.median(spent):.0f} | {longest} | {share:.0f} |")


if __name__ == "__main__":
    main()
