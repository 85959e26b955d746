"""Score: what a run found in the sample, held against what is really in it.

Rules, all picture numbers from 0:

- A cut is right at its exact picture. One found within a gradual, or a picture beside it, is neither right nor wrong.
- A gradual is right if its kind is, and the shot it brings in begins within it.
- A trap (flash, whip pan, a lamp put out) is right if no shot begins in it or one picture beside it.
- What is said of a shot (camera, light, place) is asked of the row that covers the true shot's middle.
- Words are right if at least five of six letters agree with what was read while they could be seen. Parts of known
  words, read while they move in or out, are neither right nor wrong.
- A tone is right within half a decibel; a line is heard if it is 10 dB above what lies between the lines of its file.
- A twin is right if it shares a group with another shot of its set-up.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from fractions import Fraction
from functools import partial
from statistics import median
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.sample import score_people
from kinoeye.sample.score_rows import Row, ScoredFilm
from kinoeye.timecode import Timecode

_LETTERS_THAT_AGREE = 5 / 6
_TONE_DB, _ABOVE_THE_AIR_DB = 0.5, 10.0
_SAID_OF_A_SHOT = (
    ("colours", "day or night", "hour", "time"),
    ("colours", "interior or exterior", "place", "place"),
)


def compare(truth: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> list[Row]:
    """Hold tables against the truth; a table that is not given is left out.

    Parameters
    ----------
    truth : mapping
        From `make.read_truth`.
    tables : mapping of name to pa.Table
        As stored, `asset` in front; `assets` must be among them.

    Raises
    ------
    UseError
        If `assets` is missing.
    """
    if "assets" not in tables:
        raise UseError("score: the table assets must be given, got " + (", ".join(sorted(tables)) or "none"))
    films = _beside(truth["files"], tables)
    sounds = _beside(truth["sounds"], tables)
    parts: tuple[tuple[str, Callable[[list[ScoredFilm]], list[Row]]], ...] = (
        ("shots", _shots),
        ("camera", _camera),
        ("colours", _colours),
        ("texts", _texts),
        ("levels", partial(_levels, sounds)),
        ("twins", partial(_twins, truth)),
        ("faces", score_people.faces),
        ("appearances", score_people.persons),
    )
    return [row for table, score in parts if table in tables for row in score(films)]


def _beside(files: Iterable[Mapping[str, Any]], tables: Mapping[str, pa.Table]) -> list[ScoredFilm]:
    assets = {path: row for row in tables["assets"].to_pylist() for path in (row["path"], *(row.get("paths") or ()))}
    by_asset: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, table in tables.items():
        if name != "assets" and "asset" in table.column_names:
            for row in table.to_pylist():
                by_asset.setdefault(row["asset"], {}).setdefault(name, []).append(row)
    return [
        ScoredFilm(
            file, str(asset.get("asset", "")), asset.get("start") or 0, by_asset.get(str(asset.get("asset")), {})
        )
        for file in files
        for asset in (assets.get(file["path"], {}),)
    ]


def _shots(films: list[ScoredFilm]) -> list[Row]:
    rows = [_cuts(films), *(_graduals(films, kind) for kind in ("dissolve", "fade", "wipe"))]
    traps = [(film, trap) for film in films for trap in film.truth["traps"] if film.rows.get("shots")]
    kept = sum(not any(_near(row["first_frame"], trap) for row in film.rows["shots"]) for film, trap in traps)
    true = sum(len(film.truth["traps"]) for film in films)
    return [*rows, Row("shots", "flash, whip pan, lamp: no cut", kept, true, kept)]


def _cuts(films: list[ScoredFilm]) -> Row:
    found = right = 0
    for film in films:
        cuts = [row["first_frame"] for row in film.rows.get("shots", []) if row["transition"] == "cut"]
        true = set(film.truth["cuts"])
        right += len(true.intersection(cuts))
        found += sum(cut in true or not any(_near(cut, row) for row in film.truth["graduals"]) for cut in cuts)
    return Row("shots", "cuts, to the picture", found, sum(len(film.truth["cuts"]) for film in films), right)


def _graduals(films: list[ScoredFilm], kind: str) -> Row:
    found = true = right = 0
    for film in films:
        begins = [row["first_frame"] for row in film.rows.get("shots", []) if row["transition"] == kind]
        spans = [row for row in film.truth["graduals"] if row["kind"] == kind]
        found, true = found + len(begins), true + len(spans)
        right += sum(any(_near(begin, span) for begin in begins) for span in spans)
    return Row("shots", f"{kind}s", found, true, right)


def _near(number: int, span: Mapping[str, int]) -> bool:
    return bool(span["first"] - 1 <= number <= span["last"] + 1)


def _camera(films: list[ScoredFilm]) -> list[Row]:
    asked = [
        (shot["camera"], film.said_of("camera", shot))
        for film in films
        for shot in film.truth["shots"]
        if shot["place"] and shot["camera"]["kind"] != "whip"
    ]
    found = [(true, row) for true, row in asked if row.get("move") not in {None, "unknown"}]
    right = sum((row["move"], row["direction"]) == (true["kind"], true["way"]) for true, row in found)
    return [Row("camera", "moves and their direction", len(found), len(asked), right)]


def _colours(films: list[ScoredFilm]) -> list[Row]:
    rows = []
    for table, what, key, column in _SAID_OF_A_SHOT:
        asked = [(s[key], film.said_of(table, s).get(column)) for film in films for s in film.truth["shots"] if s[key]]
        found = [(true, said) for true, said in asked if said not in {None, "unknown"}]
        rows.append(Row(table, what, len(found), len(asked), sum(true == said for true, said in found)))
    return rows


def _levels(sounds: list[ScoredFilm], films: list[ScoredFilm]) -> list[Row]:
    tones = [(sound, part) for sound in sounds for part in sound.truth["parts"] if part["kind"] == "tone"]
    found = [(_level(sound, part), part["level_dbfs"]) for sound, part in tones if sound.rows.get("levels")]
    right = sum(abs(level - true) <= _TONE_DB for level, true in found)
    lines = [(film, line) for film in films for line in film.truth["lines"]]
    heard = sum(_level(film, line) >= _air(film) + _ABOVE_THE_AIR_DB for film, line in lines if film.rows.get("levels"))
    return [
        Row("levels", "line-up tone, within half a dB", len(found), len(tones), right),
        Row("levels", "spoken lines, above the air", heard, len(lines), heard),
    ]


def _level(film: ScoredFilm, span: Mapping[str, int]) -> float:
    """Return the median level within a span of the file's own time, dBFS."""
    start, end = film.start + span["start"], film.start + span["end"]
    inside = [row["rms_dbfs"] for row in film.rows["levels"] if start <= row["start"] and row["end"] <= end]
    return float(median(inside or [-120.0]))


def _air(film: ScoredFilm) -> float:
    """Return the median level of what lies between the lines, dBFS."""
    spans = [(film.start + line["start"], film.start + line["end"]) for line in film.truth["lines"]]
    quiet = [
        row["rms_dbfs"]
        for row in film.rows["levels"]
        if not any(row["start"] < end and start < row["end"] for start, end in spans)
    ]
    return float(median(quiet or [-120.0]))


def _twins(truth: Mapping[str, Any], films: list[ScoredFilm]) -> list[Row]:
    """Count shots that have a twin; a found shot is the true one that its middle lies in."""
    setup = {(shot["path"], shot["shot"]): row["setup"] for row in truth["twins"] for shot in row["shots"]}
    groups: dict[str, set[tuple[str, int]]] = {}
    for film in films:
        for row in film.rows.get("twins", []):
            groups.setdefault(row["group"], set()).add((film.truth["path"], _true_shot(film, row["shot"])))
    found = {shot for group in groups.values() for shot in group}
    right = {
        one
        for group in groups.values()
        for one in group
        if any(one != other and setup.get(one, "one") == setup.get(other, "other") for other in group)
    }
    return [Row("twins", "shots with a twin of their set-up", len(found), len(setup), len(right))]


def _true_shot(film: ScoredFilm, number: int) -> int:
    row = next(row for row in film.rows["shots"] if row["shot"] == number)
    middle = (row["first_frame"] + row["end_frame"]) // 2
    return next((s["shot"] for s in film.truth["shots"] if s["first_frame"] <= middle < s["end_frame"]), -1)


def _texts(films: list[ScoredFilm]) -> list[Row]:
    return [_words(films), _slates(films), _timecodes(films)]


def _words(films: list[ScoredFilm]) -> Row:
    true = right = found = 0
    for film in films:
        captions = [text for text in film.truth["texts"] if text["kind"] not in {"slate", "timecode"}]
        seen = [row for row in film.rows.get("texts", []) if row["kind"] not in {"slate", "timecode"}]
        true += sum(len(text["words"]) for text in captions)
        pairs = [(words, text) for text in captions for words in text["words"]]
        hits = sum(_is_read(words, seen, text) for words, text in pairs)
        known = "|".join(_letters(words) for text in film.truth["texts"] for words in text["words"])
        strange = [row for row in seen if _letters(row["text"]) not in known]
        right += hits
        found += hits + sum(not any(_is_read(words, [row], text) for words, text in pairs) for row in strange)
    return Row("texts", "title, lower third, credits: lines", found, true, right)


def _is_read(words: str, rows: Iterable[Mapping[str, Any]], span: Mapping[str, int]) -> bool:
    wanted = _letters(words)
    for row in rows:
        said = _letters(row["text"])
        is_there = row["first_frame"] <= span["last"] and row["end_frame"] > span["first"]
        if is_there and SequenceMatcher(None, wanted, said, autojunk=False).ratio() >= _LETTERS_THAT_AGREE:
            return True
    return False


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _slates(films: list[ScoredFilm]) -> Row:
    true = right = found = 0
    for film in films:
        for shot in film.truth["shots"]:
            if not shot["slate"]:
                continue
            true += 1
            wanted = (str(shot["slate"]["scene"]), str(shot["slate"]["take"]))
            rows = film.rows.get("texts", [])
            read = {
                (row["scene"], row["take"])
                for row in rows
                if (row["scene"] or row["take"]) and shot["first_frame"] <= row["first_frame"] < shot["end_frame"]
            }
            found += bool(read)
            right += wanted in read
    return Row("texts", "slates: scene and take", found, true, right)


def _timecodes(films: list[ScoredFilm]) -> Row:
    true = right = found = 0
    for film in films:
        rows = [row for row in film.rows.get("texts", []) if row["timecode"]]
        burnt = any(text["kind"] == "timecode" for text in film.truth["texts"])
        true, found = true + burnt, found + bool(rows)
        if burnt and rows:
            first = Timecode.parse(film.truth["timecode"], Fraction(*film.truth["rate"]))
            wanted = [str(Timecode(first.frame + row["first_frame"], first.rate, first.is_drop_frame)) for row in rows]
            right += sum(row["timecode"] == label for row, label in zip(rows, wanted, strict=True)) * 2 > len(rows)
    return Row("texts", "burnt-in time code", found, true, right)
