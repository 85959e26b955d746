"""Words of other languages than English, laid by espeak-ng's pronunciations: starts against known ones, wrong texts.

    python bench/words_languages.py [--data ../shared/data]

Truth: espeak-ng says where each word that it speaks begins. That is kind to what is measured: it pronounces the words
as its own dictionary does, which is also what lays them; hurried, in another pitch and in noise at 20 dB they are no
longer alike. A second table is without noise. Real clips have no known times: of them the share of the text's words that were laid is printed. Peer in
the same run: words spread by their letters over the voiced time. Wrong texts are every other language's. Prints
Markdown.
"""

import argparse
import ctypes
import itertools
import sys
import time
from pathlib import Path

import numpy as np

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.speech import speech
from kinoeye.analyses.sound.words import words
from kinoeye.errors import MediaError
from kinoeye.models import espeak
from kinoeye.signals.languages import language_of
from kinoeye.signals.passages import matched
from kinoeye.signals.tongues import worded
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

sys.path.insert(0, str(Path(__file__).parent))

from words import decoded

SEED = 11
WITHIN = (0.05, 0.1, 0.2)
NOISES_DB = (20, None)  # none: digital silence between words
# ruff: noqa: E501
SAID = {  # ours; numbers and abbreviations as they are written
    "de": "Das alte Haus am Fluss stand seit vielen Jahren leer. Niemand wusste, wer dort früher gewohnt hatte. Im Jahr "
          "1984 kam ein Mann aus der Stadt und fragte nach dem Schlüssel. Er blieb nur drei Tage, dann war er fort.",
    "fr": "La vieille maison près de la rivière était vide depuis longtemps. Personne ne savait qui avait vécu là. En "
          "1984 un homme est venu de la ville et a demandé la clé. Il est resté trois jours, puis il est parti.",
    "es": "La vieja casa junto al río estaba vacía desde hacía muchos años. Nadie sabía quién había vivido allí. En "
          "1984 llegó un hombre de la ciudad y pidió la llave. Se quedó tres días y después se marchó sin decir nada.",
    "it": "La vecchia casa vicino al fiume era vuota da molti anni. Nessuno sapeva chi ci avesse abitato. Nel 1984 "
          "arrivò un uomo dalla città e chiese la chiave. Rimase soltanto tre giorni e poi se ne andò in silenzio.",
    "ru": "Старый дом у реки стоял пустым много лет. Никто не знал, кто там раньше жил. Однажды из города приехал "
          "человек и попросил ключ. Он остался только на три дня, а потом уехал и больше не вернулся.",
    "zh": "河边的老房子空了很多年。没有人知道以前谁住在那里。有一天，一个男人从城里来，要了钥匙。他只住了三天，然后就走了。",
    "pt": "A velha casa junto ao rio estava vazia há muitos anos. Ninguém sabia quem tinha vivido ali. Um dia chegou um "
          "homem da cidade e pediu a chave. Ficou apenas três dias e depois foi embora sem dizer nada.",
    "pl": "Stary dom nad rzeką stał pusty od wielu lat. Nikt nie wiedział, kto tam kiedyś mieszkał. Pewnego dnia "
          "przyjechał człowiek z miasta i poprosił o klucz. Został tylko trzy dni, a potem odszedł bez słowa.",
}  # fmt: skip
WAYS = ((1.0, 1.0), (1.2, 0.85))  # pace and pitch


class Engine(espeak._Engine):
    """espeak-ng, which also says where words begin."""

    def __init__(self) -> None:
        self.begins: list[tuple[int, int]] = []
        super().__init__()

    def _take(self, samples, count, events):
        number = 0
        while events[number].type:
            if events[number].type == 1:
                self.begins.append((events[number].text - 1, events[number].sample))
            number += 1
        return super()._take(samples, count, events)

    def told(self, text: str, pace: float, pitch: float) -> tuple[np.ndarray, list[tuple[int, float]]]:
        """Samples at 16 kHz, and of each word its place in the text and its begin in seconds."""
        self.blocks.clear()
        self.starts.clear()
        self.begins.clear()
        tone = round(float(np.interp(pitch, espeak.FACTORS, espeak.PITCHES)))
        self.library.espeak_SetParameter(1, round(espeak.WORDS_A_MINUTE * pace), 0)
        self.library.espeak_SetParameter(3, tone, 0)
        data = text.encode()
        self.library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, 1, None, None)
        samples = np.concatenate(self.blocks) / 32768
        count = len(samples) * 16_000 // self.rate_hz
        resampled = np.interp(np.arange(count) * self.rate_hz / 16_000, np.arange(len(samples)), samples)
        return resampled, [(place, sample / self.rate_hz) for place, sample in self.begins]


def laid(samples: np.ndarray, text: str) -> tuple[list[dict] | None, float]:
    """Rows of `words`, None if the text was refused; CPU seconds."""
    sound = Sound(samples.astype(np.int16), 0)
    begin = time.process_time()
    rows = [{"asset": "a", "source": "b", "paragraph": 0, "role": "transcript", "text": text}]
    try:
        found = words(sound, speech(sound), WORDINGS.from_rows(rows), road="text").to_pylist()
    except MediaError:
        found = None
    return found, time.process_time() - begin


def evenly(text: str, samples: np.ndarray, begins: list[int]) -> list[float]:
    """The peer: where letters stand in the text is where they stand in the voiced time."""
    sound = Sound(samples.astype(np.int16), 0)
    spans = [(row["start"], row["end"]) for row in speech(sound).to_pylist()]
    voiced = np.concatenate([np.arange(a, b, FLICKS_PER_SECOND // 100) for a, b in spans]) / FLICKS_PER_SECOND
    letters = np.cumsum([0] + [each.isalnum() for each in text])
    return [float(voiced[min(len(voiced) - 1, int(letters[at] / letters[-1] * len(voiced)))]) for at in begins]


def measured(engine: Engine, language: str, noise_db: float | None) -> tuple[list[str], list[tuple[str, np.ndarray]]]:
    """A row of the table, and the clips."""
    rng = np.random.default_rng(SEED)
    engine.choose("cmn" if language == "zh" else language)
    text = SAID[language]
    errors, peers, sure, clips = [], [], [], []
    count, spent, seconds, right = 0, 0.0, 0.0, []
    for pace, pitch in WAYS:
        clean, begins = engine.told(text, pace, pitch)
        level = np.sqrt(np.mean(clean**2)) * (0 if noise_db is None else 10 ** (-noise_db / 20))
        samples = (clean + rng.normal(0, level, len(clean))) * 0.5 * 32767 / np.abs(clean).max()
        clips.append((language, samples))
        rows, cpu = laid(samples, text)
        spent, seconds = spent + cpu, seconds + len(samples) / 16_000
        truth = dict(begins)
        tokens, at = [], 0
        for token in worded(text, language):
            at = text.index(token.written, at)
            tokens.append((token.word, at))
            at += len(token.written)
        known = [number for number, (_, at) in enumerate(tokens) if at in truth]
        count += len(known)
        peer = evenly(text, samples, [at for _, at in tokens])
        peers += [abs(peer[number] - truth[tokens[number][1]]) for number in known]
        rows = [row for row in rows or [] if row["is_in_text"]]
        for number, place in matched([word for word, _ in tokens], [row["text"] for row in rows]):
            if number in known:
                error = abs(rows[place]["start"] / FLICKS_PER_SECOND - truth[tokens[number][1]])
                errors.append(error)
                sure.append(rows[place]["score"])
                right.append(error <= WITHIN[1])
    shares = [f"{100 * np.sum(np.array(errors) <= limit) / count:.0f}" for limit in WITHIN]
    naive = [f"{100 * np.mean(np.array(peers) <= limit):.0f}" for limit in WITHIN]
    spread = f"{1000 * np.median(errors):.0f} ({1000 * np.quantile(errors, 0.9):.0f})" if errors else "–"
    row = [language, str(count), f"{100 * len(errors) / count:.0f}", " / ".join(shares), spread, " / ".join(naive),
           f"{np.mean(sure):.2f}" if sure else "–", f"{100 * np.mean(right):.0f}" if right else "–",
           f"{spent / seconds:.2f}"]  # fmt: skip
    return row, clips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args().data / "speech"
    engine, clips = Engine(), []
    for noise_db in NOISES_DB:
        print(
            f"\nNoise: {noise_db} dB\n\n"
            "| language | words | laid, % | start within 50 / 100 / 200 ms, % of all | median (9 of 10), ms "
            "| spread by letters, % | mean score | of laid within 100 ms, % | CPU s a second |\n" + "|---" * 9 + "|"
        )
        for language in SAID:
            row, found = measured(engine, language, noise_db)
            clips += found if noise_db is not None else []
            print("| " + " | ".join(row) + " |", flush=True)

    told = sum(language_of(text) == language for language, text in SAID.items())
    print(f"\nLanguage told right: {told} of {len(SAID)} texts.")
    clips = list(clips[:: len(WAYS)])
    for name, language in (("ljspeech/LJ001-0005.flac", "en"), ("mls_es_13697_11991_000000.opus", "es")):
        if (data / name).exists():
            clips.append((language, decoded(data / name)))
    refused, sure, pairs = 0, 0, 0
    for (spoken_in, samples), (written_in, text) in itertools.product(clips, SAID.items()):
        if spoken_in != written_in:
            rows, _ = laid(samples, text)
            pairs += 1
            refused += rows is None
            sure += any(row["score"] >= 0.5 for row in rows or [])
    print(f"Texts of another language: {refused} of {pairs} refused; with any word of score 0.5 or more: {sure}.")
    real(data)


def real(data: Path) -> None:
    """What is laid of the real clips."""
    import csv

    for row in csv.DictReader((data / "transcripts.tsv").open(encoding="utf-8"), delimiter="\t"):
        if row["file"] in {"sr_chinese.flac", "mls_es_13697_11991_000000.opus"}:
            rows, _ = laid(decoded(data / row["file"]), row["text"])
            said = worded(row["text"], row["lang"])
            in_text = sum(each["is_in_text"] for each in rows or [])
            print(f"Real clip, {row['lang']} ({row['reference_kind']} text): {in_text} of {len(said)} words laid.")


if __name__ == "__main__":
    main()
