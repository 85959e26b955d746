"""Speaker names: which character and which person every speaker is, and what speaks for it.

Whoever says a character's lines is likely that character: words that were laid over the sound lead to the cue of the
screenplay, or to the name before the colon of a transcript or a subtitle. Whose lips move with the sound is likely the
person who speaks. Whose name stands on the screen while one speaker talks is likely that one. What somebody says of a
moment holds above all. Where a file itself does not tell, what is known of the same voice in other files counts too;
only there, for two voices that are alike may have been taken for one. Without `voices`, each file stands for itself.

A character and a person are two things: Anna is the role, Jane the actress. Unknown stays unknown.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.cues import RUN, Cues, Line, line_of, lines_of, plain_name
from kinoeye.signals.naming import SAID, Piece, judged
from kinoeye.signals.parts import spoken_parts
from kinoeye.tables import Table, Typed, score
from kinoeye.timecode import FLICKS_PER_SECOND, to_seconds

_EVIDENCE = pa.list_(
    pa.struct([("of", pa.string()), ("kind", pa.string()), ("name", pa.string()), ("lines", pa.int32()),
               ("seconds", pa.float64()), ("is_for", pa.bool_())])
)  # fmt: skip

SPEAKER_NAMES = Table(
    "speaker_names",
    "One row for every speaker of every asset, and who that is, as far as it is known.",
    (
        ("asset", pa.string(), "the asset's content hash, 32 hex digits"),
        ("speaker", pa.int32(), "number of the speaker in its asset"),
        (
            "voice",
            pa.string(),
            "the voice, whose other files count where this one does not tell; null where voices are not told apart",
        ),
        ("character", pa.string(), "the character's name, as the text or someone writes it; null where not known"),
        ("character_score", score(), "how sure the character is, 1 where someone said so; null without"),
        ("person", pa.string(), "the person's id in `persons`; null where not known"),
        ("person_name", pa.string(), "what the person is called; null where not known"),
        ("person_score", score(), "how sure the person is, 1 where someone said so; null without"),
        (
            "evidence",
            Typed(_EVIDENCE, "pieces"),
            "for and against: of (character or person), kind (said, screenplay, transcript, lips, title, voice), name, "
            "lines or turns or titles, seconds of speech, and whether it speaks for the name that was chosen",
        ),
    ),
)

_ELSEWHERE, _SAID_ELSEWHERE = 2.0, 3.0  # pieces that another file's name is worth, and one that someone said
_LEAST_ELSEWHERE = 0.6  # sure
_LEAST_SURE = 0.5  # of a title that is taken for a name
_NAME = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}")
_SHOWN = frozenset({"title", "other"})  # not signs in the scene, nor credits, which run over anybody's words
_NO_NAME = re.compile(
    r"\b(?:an?|and|at|by|chapter|days?|end|episode|for|from|hours?|in|later|morning|night|of|on|part|presents|road|scene"
    r"|street|the|to|years?)\b",
    re.IGNORECASE,
)
_LOWER = 0.5  # a lower third stands below the middle
_MOST_TITLE = 15 * FLICKS_PER_SECOND  # what stands longer is a watermark
_ALONE = 0.8  # of a title's spoken time belong to one speaker

Row = dict[str, Any]
Key = tuple[str, int]
Found = list[tuple[str, Piece, str]]  # character or person, the piece, the name as it is written


@analysis(SPEAKER_NAMES, version=2, scope="production")
def speaker_names(
    speakers: pa.Table,
    assets: pa.Table,
    words: pa.Table | None = None,
    paragraphs: pa.Table | None = None,
    voices: pa.Table | None = None,
    lips: pa.Table | None = None,
    appearances: pa.Table | None = None,
    persons: pa.Table | None = None,
    texts: pa.Table | None = None,
    script_parts: pa.Table | None = None,
    *,
    least: float = 0.6,
) -> pa.Table:
    """Say which character and which person every speaker is.

    Parameters
    ----------
    speakers, assets : tables of all assets
    words, paragraphs, voices, lips, appearances, persons, texts, script_parts : tables of all assets, or None
    least : 0..1
        A name less sure than this is not told; its evidence is.

    Raises
    ------
    SettingError
        If `least` is outside its range.
    """
    if not 0 <= least <= 1:
        raise SettingError(f"speaker_names: least must lie in 0..1, got {least}")
    turns: dict[str, list[Row]] = defaultdict(list)
    for row in speakers.to_pylist():
        turns[row["asset"]].append(row)
    people = {row["person"]: row for row in _rows(persons)}
    found: dict[Key, Found] = defaultdict(list)
    _said(found, turns, people)
    _lines(found, turns, _texts(assets, paragraphs, script_parts), _by_asset(words))
    _lips(found, _rows(lips), _rows(appearances), people)
    _titles(found, turns, _by_asset(texts), people)
    voice_of = {(row["asset"], row["speaker"]): row["voice"] for row in _rows(voices)}
    keys = sorted({(asset, row["speaker"]) for asset, rows in turns.items() for row in rows})
    elsewhere = {key: _elsewhere(key, found, voice_of) for key in keys}
    return SPEAKER_NAMES.from_rows(
        {"asset": key[0], "speaker": key[1], "voice": voice_of.get(key)}
        | _judged(_completed(found[key], elsewhere[key], least), people, least)
        for key in keys
    )


def _rows(table: pa.Table | None) -> list[Row]:
    return list(table.to_pylist()) if table is not None else []


def _by_asset(table: pa.Table | None) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(table):
        rows[row["asset"]].append(row)
    return rows


def _said(found: dict[Key, Found], turns: Mapping[str, Sequence[Row]], people: Mapping[str, Row]) -> None:
    """Take what someone said of a moment."""
    named = {plain_name(row["name"]): person for person, row in people.items() if row["name"]}
    for asset, rows in turns.items():
        for row in rows:
            seconds = to_seconds(row["end"] - row["start"])
            if row["said"]:
                piece = Piece(SAID, plain_name(row["said"]), 1.0, seconds)
                found[asset, row["speaker"]].append(("character", piece, row["said"]))
            if said := row["said_person"]:
                who = said if said in people else named.get(plain_name(said), plain_name(said))
                found[asset, row["speaker"]].append(("person", Piece(SAID, who, 1.0, seconds), said))


def _texts(assets: pa.Table, paragraphs: pa.Table | None, script_parts: pa.Table | None) -> dict[str, Cues]:
    """Return the lines that have a name, by text: of screenplays by their parts, of others by names before a colon."""
    kinds = dict(zip(assets["asset"].to_pylist(), assets["kind"].to_pylist(), strict=True))
    rows = _rows(paragraphs)
    lines: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        if kinds.get(row["asset"]) != "screenplay":
            lines[row["asset"]] += lines_of(row["text"], row["paragraph"])
    for asset, said in spoken_parts(_rows(script_parts), rows).items():
        lines[asset] += [line for each in said if each.who for line in line_of(each.who, each.text, each.paragraph)]
    return {asset: Cues(found) for asset, found in lines.items() if found}


def _lines(
    found: dict[Key, Found],
    turns: Mapping[str, Sequence[Row]],
    texts: Mapping[str, Cues],
    words: Mapping[str, Sequence[Row]],
) -> None:
    """Take whose lines each turn says."""
    for asset, rows in turns.items():
        said = sorted((word for word in words.get(asset, ()) if word["source"] in texts), key=_middle)
        for turn in rows:
            own = said[bisect_left(said, turn["start"], key=_middle) : bisect_left(said, turn["end"], key=_middle)]
            for source in dict.fromkeys(word["source"] for word in own):
                here = [word for word in own if word["source"] == source]
                kind = "screenplay" if all(word["paragraph"] is None for word in here) else "transcript"
                for line, credit, seconds in _credits(texts[source], here):
                    piece = Piece(kind, plain_name(line.name), credit, seconds)
                    found[asset, turn["speaker"]].append(("character", piece, line.name))


def _middle(row: Row) -> int:
    return int(row["start"] + row["end"]) // 2


def _credits(cues: Cues, words: Sequence[Row]) -> list[tuple[Line, float, float]]:
    """Return the lines that words are credited to, how much each counts, and how long it is said."""
    places = {place for place in {word["paragraph"] for word in words} if place is not None}
    near = Cues([line for line in cues.lines if line.paragraph in places]) if places else cues
    by_line: dict[int, list[Row]] = defaultdict(list)
    is_one = bool(places) and len({line.name for line in near.lines}) == 1
    for number, word in zip(near.credited([word["text"] for word in words]), words, strict=True):
        if number >= 0 or is_one:
            by_line[max(number, 0)].append(word)
    return [
        (near.lines[number], min(1.0, len(said) / RUN), to_seconds(sum(word["end"] - word["start"] for word in said)))
        for number, said in sorted(by_line.items())
    ]  # fmt: skip


def _lips(found: dict[Key, Found], lips: Iterable[Row], appearances: Iterable[Row], people: Mapping[str, Row]) -> None:
    """Take whose lips move with the sound."""
    shown = {(row["asset"], row["track"]): row["person"] for row in appearances}
    for row in lips:
        person = str(shown.get((row["asset"], row["track"])))
        if person in people:
            piece = Piece("lips", person, row["evidence"], to_seconds(row["end"] - row["start"]))
            found[row["asset"], row["speaker"]].append(("person", piece, people[person]["name"] or person))


def _titles(
    found: dict[Key, Found],
    turns: Mapping[str, Sequence[Row]],
    texts: Mapping[str, Sequence[Row]],
    people: Mapping[str, Row],
) -> None:
    """Take the names that stand on the screen while one speaker talks."""
    named = {plain_name(row["name"]): person for person, row in people.items() if row["name"]}
    for asset, rows in texts.items():
        for text in rows:
            name = " ".join(text["text"].split())
            is_known = plain_name(name) in named
            if text["kind"] not in _SHOWN or text["score"] < _LEAST_SURE or not (is_known or _is_title(text, name)):
                continue
            heard: dict[int, int] = defaultdict(int)
            for turn in turns.get(asset, ()):
                heard[turn["speaker"]] += max(0, min(turn["end"], text["end"]) - max(turn["start"], text["start"]))
            whole = sum(heard.values())
            if whole < FLICKS_PER_SECOND or max(heard.values()) < _ALONE * whole:
                continue
            speaker = max(sorted(heard), key=lambda each: heard[each])
            who = named.get(plain_name(name), plain_name(name))
            piece = Piece("title", who, 1.0, to_seconds(heard[speaker]))
            found[asset, speaker].append(("person", piece, name))


def _is_title(text: Row, name: str) -> bool:
    """Say whether a text can be a lower third: a name of two words or more, low in the picture, for a few seconds."""
    is_low = text["y"] is not None and text["y"] >= _LOWER
    is_name = _NAME.fullmatch(name.title() if name.isupper() else name) is not None
    is_name = is_name and not _NO_NAME.search(name)
    return bool(is_low and is_name and text["end"] - text["start"] <= _MOST_TITLE)


def _elsewhere(key: Key, found: Mapping[Key, Found], voice_of: Mapping[Key, str | None]) -> Found:
    """Return what the same voice's other speakers are taken for: a piece for the character, one for the person."""
    voice = voice_of.get(key)
    others = [
        each for other, pieces in found.items() if voice and other != key and voice_of.get(other) == voice
        for each in pieces
    ]  # fmt: skip
    pieces: Found = []
    for of in ("character", "person"):
        own = [(piece, written) for each, piece, written in others if each == of]
        name, sure = judged(piece for piece, _ in own)
        if name is not None and sure >= _LEAST_ELSEWHERE:
            weight = (_SAID_ELSEWHERE if any(piece.kind == SAID for piece, _ in own) else _ELSEWHERE) * sure
            seconds = sum(piece.seconds for piece, _ in own if piece.name == name)
            written = next(text for piece, text in own if piece.name == name)
            pieces.append((of, Piece("voice", name, weight, seconds), written))
    return pieces


def _completed(own: Found, others: Found, least: float) -> Found:
    """Return a speaker's own evidence, and what other files say where it does not tell."""
    settled = {
        of for of in ("character", "person") if judged(piece for each, piece, _ in own if each == of)[1] >= least
    }  # fmt: skip
    return [*own, *(each for each in others if each[0] not in settled)]


def _judged(pieces: Found, people: Mapping[str, Row], least: float) -> Row:
    """Return who a voice is, and all that speaks for it and against it."""
    row: Row = {"evidence": []}
    for of in ("character", "person"):
        own = [(piece, written) for each, piece, written in pieces if each == of]
        name, sure = judged(piece for piece, _ in own)
        written = {piece.name: text for piece, text in reversed(own)} | {
            piece.name: text for piece, text in own if piece.kind == SAID
        }
        row["evidence"] += _told(of, [piece for piece, _ in own], written, name)
        if name is None or sure < least:
            continue
        row[f"{of}_score"] = sure
        if of == "character":
            row["character"] = written[name]
        else:
            row["person"] = name if name in people else None
            row["person_name"] = people[name]["name"] if name in people else written[name]
    return row


def _told(of: str, pieces: Sequence[Piece], written: Mapping[str, str], chosen: str | None) -> list[Row]:
    summed: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for piece in pieces:
        summed[piece.kind, piece.name][0] += 1
        summed[piece.kind, piece.name][1] += piece.seconds
    return [
        {"of": of, "kind": kind, "name": written[name], "lines": int(count), "seconds": round(seconds, 2),
         "is_for": name == chosen}
        for (kind, name), (count, seconds) in sorted(summed.items(), key=lambda item: (-item[1][1], item[0]))
    ]  # fmt: skip
