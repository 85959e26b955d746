"""Make pieces of known tempo, key and beats, as MIDI files with a table of what is true of them.

    PYTHONPATH=bench python bench/tempo_train/material.py OUT [--moods] [--mma DIR] [--scores]
        [--games DIR --games-held DIR]

Five kinds, each with a half to learn on and a half held out, which have no file, style or seed in common:

- moods: pieces by rule (kinoeye music) in every mood; seeds from 1000 to learn on, from 0 held out.
- plain: one note a beat, nothing else, so that what is simple is learnt too; to learn on only.
- styles: accompaniment by MMA's library in a random key, with a tune by chance; `stdlib` to learn on, the styles after
  keyboards and drum machines (casio, kara, pflib, yamaha, zoom, alexis) held out.
- games: people's MIDI files from games, where one tempo lasts; those of `--games` to learn on, of `--games-held` not.
- scores: Bach's chorales and old fiddlers' tunes out of music21's corpus: chorales whose number is even and Ryan's
  collection to learn on, odd chorales and O'Neill's held out. Needs music21; only the key is true of them.

`truth.tsv` has file, kind, half, tempo (0 where none is known), key ("" likewise), beats in a bar (0 likewise).
The first beat is at 0.
"""

import argparse
import csv
import os
import re
import struct
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sounds_train import songs

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
SECONDS = 34
MAJOR = {"lydian", "ionian", "mixolydian"}
LEARN, HELD = "learn", "held"
# What a style's name says of its pace; else a middle one.
PACES = ((r"slow|ballad|lullaby|hymn|serenade|spiritual|blues68|softshoe|desert", 58, 88),
         (r"fast|quick|polka|punk|dnb|bebop|samba|merengue|dixie|charleston|march|twist|gypsy|ska|jive", 125, 190),
         (r"techno|trance|house|dance|rave|disco", 118, 145), (r"waltz|34", 85, 170), (r"ambient|trip|hip", 65, 100),
         (r"swing|jazz|boogie|boggie|bigband|foxtrot", 105, 185), (r"", 80, 140))  # fmt: skip
NOT_STYLES = re.compile(r"metronome|none|count|intro|ending|68|128|54|thr")
# Triads and sevenths of a key, and what follows what: degree to likely next ones.
MAJOR_CHORDS = {1: "", 2: "m", 3: "m", 4: "", 5: "7", 6: "m"}
MINOR_CHORDS = {1: "m", 3: "", 4: "m", 5: "7", 6: "", 7: ""}
MAJOR_NEXT = {
    1: (4, 5, 6, 2, 3, 1, 4),
    2: (5, 5, 5, 4),
    3: (6, 4, 2),
    4: (5, 1, 2, 5),
    5: (1, 1, 6, 4),
    6: (2, 4, 5, 3),
}
MINOR_NEXT = {1: (4, 5, 6, 7, 3, 1), 3: (6, 4, 7), 4: (5, 1, 7, 5), 5: (1, 1, 6), 6: (7, 4, 3, 5), 7: (3, 1, 6)}
STEPS = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
TUNES = ("Piano1", "Flute", "Clarinet", "Violin", "NylonGuitar", "AltoSax", "Trumpet", "Vibraphone", "Accordion",
         "Oboe", "Strings", "Whistle", "JazzGuitar", "Recorder")  # fmt: skip


def styles(mma, half, count, random):
    """One piece a style, in turn; name, tempo, key, beats in a bar, MIDI bytes."""
    library = mma / "share" / "mma" / "lib"
    folders = ["stdlib"] if half == LEARN else ["casio", "kara", "pflib", "yamaha", "zoom", "alexis"]
    files = sorted(path for folder in folders for path in (library / folder).glob("*.mma"))
    files = [path for path in files if not NOT_STYLES.search(path.stem)]
    made = 0
    while made < count:
        path = files[made % len(files)]
        grooves = re.findall(r"^\s*DefGroove\s+(\S+)", path.read_text("latin-1"), re.I | re.M)
        grooves = [name for name in grooves if not re.search(r"intro|end|fill|tag|68", name, re.I)]
        made += 1
        if not grooves:
            continue
        low, high = next((low, high) for pattern, low, high in PACES if re.search(pattern, path.stem))
        tempo = int(random.uniform(low, high))  # MMA leaves out what follows the point
        tonic, mode = int(random.integers(12)), "major" if random.random() < 0.55 else "minor"
        groove = f"{path.parent.name}/{path.stem}:{random.choice(grooves)}"
        text = f"Tempo {tempo}\nGroove {groove}\n" + _song(random, tonic, mode, tempo)
        found = _by_mma(mma, text) or _by_mma(mma, re.sub(r" {.*}|Begin Solo[^$]*?End\n", "", text))  # a waltz: no tune
        if found:
            bytes_, beats = found
            yield f"{path.stem}-{made}", tempo, f"{NAMES[tonic]} {mode}", beats, bytes_


def _song(random, tonic, mode, tempo):
    """Chords of phrases of eight bars that end with a cadence, and a tune over them more often than not."""
    following, kinds = (MAJOR_NEXT, MAJOR_CHORDS) if mode == "major" else (MINOR_NEXT, MINOR_CHORDS)
    bars = int(np.ceil(SECONDS * tempo / 180)) + 1
    phrases = [_phrase(random, following) for _ in range(int(random.integers(1, 3)))]
    colour = random.random() < 0.4  # sevenths everywhere
    has_tune = random.random() < 0.6
    lines = [f"Begin Solo\n Voice {random.choice(TUNES)}\n Octave 5\n Articulate 90\nEnd"] if has_tune else []
    step = 7
    for bar in range(bars):
        degree = phrases[(bar // 8) % len(phrases)][bar % 8]
        root = (tonic + STEPS[mode][degree - 1]) % 12
        kind = kinds[degree]
        if colour and kind != "7":
            kind = "m7" if kind == "m" else "M7"
        line = f"{NAMES[root]}{kind}"
        if has_tune:
            melody, step = _melody(random, tonic, mode, degree, step)
            line += " {" + melody + "}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _phrase(random, following):
    while True:
        chords = [1 if random.random() < 0.8 else int(random.choice(list(following)))]
        while len(chords) < 6:
            chords.append(int(random.choice(following[chords[-1]])))
        return [*chords, 5, 1]


def _melody(random, tonic, mode, degree, step):
    """A bar of four beats (a waltz takes what fits) as MMA writes it, and where it ended."""
    lengths = [("4", "4", "4", "4"), ("2", "4", "4"), ("4", "8", "8", "4", "4"), ("4.", "8", "2"), ("8",) * 8][
        random.choice(5, p=[0.3, 0.2, 0.25, 0.15, 0.1])
    ]
    notes = []
    for number, length in enumerate(lengths):
        step = int(np.clip(step + random.integers(-2, 3), 2, 13))
        if number == 0:
            while (step - (degree - 1)) % 7 not in (0, 2, 4):
                step += 1
        octave, place = divmod(step, 7)
        pitch = tonic + STEPS[mode][place] + 12 * (octave - 1)
        sign = "+" * (pitch // 12) if pitch >= 0 else "-" * -(pitch // 12)
        name = ("c", "c#", "d", "e&", "e", "f", "f#", "g", "a&", "a", "b&", "b")[pitch % 12]
        notes.append(f"{length}{name}{sign};")
    return "".join(notes), step


def _by_mma(mma, text):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.mma"), Path(folder, "a.mid")
        source.write_text(text)
        command = [sys.executable, str(mma / "bin" / "mma"), str(source), "-f", str(target)]
        where = {**os.environ, "PYTHONPATH": str(mma / "share" / "mma")}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=where, timeout=60)
        if not target.exists():
            print(done.stdout[-200:], file=sys.stderr)
            return None
        data = target.read_bytes()
    sign = re.search(rb"\xff\x58\x04(.)(.)", data, re.S)
    beats, unit = (sign[1][0], 2 ** sign[2][0]) if sign else (4, 4)
    return (data, beats) if unit == 4 and beats in (2, 3, 4) else None


def moods(half, count):
    """Pieces by kinoeye's rules."""
    from kinoeye.signals.harmony import NAMES as TONICS
    from kinoeye.timecode import FLICKS_PER_SECOND
    from kinoeye.treatments.sound.curves import WORDS
    from kinoeye.treatments.sound.midi import midi
    from kinoeye.treatments.sound.music import music
    from kinoeye.treatments.sound.sections import Section

    words = list(WORDS.values())
    first = 1000 if half == LEARN else 0
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        section = Section(0, 30 * FLICKS_PER_SECOND, *words[number % len(words)])
        piece = music([section], seed=number, tempo=float(random.uniform(60, 160)), key=TONICS[random.integers(12)])
        passage = piece.passages[0]
        key = f"{TONICS[piece.tonic]} {'major' if passage.mode in MAJOR else 'minor'}"
        yield f"mood-{number}", passage.tempo, key, 4, midi(piece, title="piece")


def plain(count, random):
    """One note a beat, by an instrument drawn by chance or drums."""
    for number in range(count):
        tempo, program = round(float(random.uniform(65, 175)), 1), int(random.choice([0, 11, 13, 24, 33, 45, 46, 115]))
        channel, notes = (9, (36, 38, 42, 76)) if random.random() < 0.3 else (0, tuple(random.integers(45, 76, 3)))
        events = [(0, bytes([0xC0 | channel, program]))]
        for beat in range(round(SECONDS * tempo / 60)):
            pitch = int(notes[beat % len(notes) if number % 2 else 0])
            events.append((480 * beat, bytes([0x90 | channel, pitch, 100])))
            events.append((480 * beat + 200, bytes([0x80 | channel, pitch, 0])))
        head = b"MThd" + struct.pack(">IHHH", 6, 1, 2, 480)
        first = [(0, b"\xff\x51\x03" + int(60e6 / tempo).to_bytes(3, "big"))]
        yield f"plain-{number}", tempo, "", 0, head + songs._track(first) + songs._track(events)


def games(folder):
    """MIDI files with one tempo throughout, whose notes lie on its beats."""
    for path in sorted(folder.rglob("*.mid")):
        data = path.read_bytes()
        tempi = {int.from_bytes(each, "big") for each in re.findall(rb"\xff\x51\x03(...)", data, re.S)}
        if len(tempi) != 1:
            continue
        sign = re.search(rb"\xff\x58\x04(.)(.)", data, re.S)
        if sign and 2 ** sign[2][0] != 4:
            continue
        share = _on_grid(data)
        if share >= 0.8:
            yield path.stem, 60e6 / tempi.pop(), "", 0, data


def _on_grid(data):
    """The share of notes that begin within a sixtieth of a beat of a twelfth or a sixteenth of a bar."""
    ticks = struct.unpack(">H", data[12:14])[0]
    starts, place = [], 14
    while data[place : place + 4] == b"MTrk":
        end = place + 8 + int.from_bytes(data[place + 4 : place + 8], "big")
        starts += _starts(data[place + 8 : end])
        place = end
    beats = np.array(starts) / ticks
    off = np.minimum(abs(beats * 4 - np.round(beats * 4)) / 4, abs(beats * 3 - np.round(beats * 3)) / 3)
    return float((off < 1 / 60).mean()) if len(beats) else 0.0


def _starts(track):
    """The ticks at which notes begin."""
    at, place, status, starts = 0, 0, 0, []

    def number():
        nonlocal place
        value = 0
        while True:
            byte = track[place]
            place += 1
            value = value << 7 | byte & 127
            if byte < 128:
                return value

    while place < len(track):
        at += number()
        if track[place] >= 128:
            status = track[place]
            place += 1
        if status == 0xFF:
            place += 1
            length = number()  # it moves the place
            place += length
        elif status in (0xF0, 0xF7):
            length = number()
            place += length
        else:
            if status & 0xF0 == 0x90 and track[place + 1]:
                starts.append(at)
            place += 1 if status & 0xF0 in (0xC0, 0xD0) else 2
    return starts


def scores(half, count, random):
    """Chorales and tunes with their keys, played by instruments drawn by chance."""
    from music21 import converter, corpus, instrument, tempo
    from music21.exceptions21 import Music21Exception

    chorales = [path for path in corpus.getComposer("bach") if re.search(r"bwv\d+(\.\d+)?\.mxl$", str(path))]
    chorales = chorales[half != LEARN :: 2]
    tunes = corpus.getComposer("ryansMammoth") if half == LEARN else corpus.getComposer("oneills1850")
    done = 0
    for number in range(10 * count):
        source = chorales if number % 2 else tunes
        path = source[int(random.integers(len(source)))]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                score = converter.parse(str(path), **_one_of(path, random))
        except Music21Exception as error:
            print(path, error, file=sys.stderr)
            continue
        key = _signed(score, number % 2)
        if not key:
            continue
        for part in score.parts if number % 2 else [score]:
            for old in list(part.recurse().getElementsByClass(instrument.Instrument)):
                old.activeSite.remove(old)
            one = instrument.instrumentFromMidiProgram(
                int(random.choice([0, 4, 6, 11, 19, 24, 40, 48, 52, 60, 68, 73]))
            )
            part.insert(0, one)
        for old in list(score.recurse().getElementsByClass(tempo.MetronomeMark)):
            old.activeSite.remove(old)
        score.insert(
            0, tempo.MetronomeMark(number=int(random.uniform(70, 100) if number % 2 else random.uniform(100, 180)))
        )
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, "a.mid")
            try:
                score.write("midi", str(target))
            except Music21Exception as error:
                print(path, error, file=sys.stderr)
                continue
            data = target.read_bytes()
        done += 1
        yield f"{Path(path).stem}-{number}", 0.0, key, 0, data
        if done >= count:
            return


def _one_of(path, random):
    """Which tune of a book."""
    if path.suffix != ".abc":
        return {}
    numbers = re.findall(r"^X:\s*(\d+)", path.read_text("latin-1"), re.M)
    return {"number": int(random.choice(numbers))} if len(numbers) > 1 else {}


def _signed(score, is_chorale):
    """The key that the score names: mode and tonic as written; a chorale's where its last bass note is the tonic."""
    from music21 import key as keys

    found = list(score.recurse().getElementsByClass(keys.KeySignature))
    named = [each for each in found if isinstance(each, keys.Key) and each.mode in ("major", "minor")]
    if is_chorale:
        last = list(score.parts[-1].recurse().notes)[-1]
        root = (last.pitch if last.isNote else last.root()).ps % 12
        for sharps in {each.sharps for each in found}:
            for mode in ("major", "minor"):
                each = keys.KeySignature(sharps).asKey(mode)
                if each.tonic.ps % 12 == root and len({one.sharps for one in found}) == 1:
                    return f"{NAMES[int(root)]} {mode}"
        return ""
    return f"{NAMES[int(named[0].tonic.ps % 12)]} {named[0].mode}" if len(named) == len(found) == 1 else ""


def main():
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--mma", type=Path, help="the folder with bin/mma and share/mma")
    parser.add_argument("--games", type=Path)
    parser.add_argument("--games-held", type=Path)
    parser.add_argument("--scores", action="store_true")
    parser.add_argument("--half", choices=(LEARN, HELD), help="only that one")
    parser.add_argument("--moods", action="store_true")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with (given.out / "truth.tsv").open("a", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        for half, seed in ((LEARN, 1), (HELD, 2)):
            if given.half not in (None, half):
                continue
            random = np.random.default_rng(seed)
            sources = {}
            if given.moods:
                sources["moods"] = moods(half, 150 if half == LEARN else 48)
                sources["plain"] = plain(24 if half == LEARN else 0, random)
            if given.mma:
                sources["styles"] = styles(given.mma, half, 240 if half == LEARN else 160, random)
            if folder := (given.games if half == LEARN else given.games_held):
                sources["games"] = games(folder)
            if given.scores:
                sources["scores"] = scores(half, 120 if half == LEARN else 80, random)
            for kind, pieces in sources.items():
                for name, tempo, key, beats, data in pieces:
                    path = f"{half}-{kind}-{name}.mid"
                    (given.out / path).write_bytes(data)
                    table.writerow((path, kind, half, f"{tempo:.3f}", key, beats))
                    file.flush()


if __name__ == "__main__":
    main()
