"""Wordings: which text says what is spoken in which sound.

A text that lies beside a sound under its name (``take 3.wav`` and ``take 3.txt``, ``film.mp4`` and ``film.en.srt`` or
``film.en.sdh.srt``) is a transcript of it: what is said, in this order. Of several, the English one is taken, because
English is followed best, and one of forced cues, which has few of them, last. A screenplay may be spoken in every sound
of the production, in any order: it is a script. Of screenplays only the dialogue is taken.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.parts import spoken_parts
from kinoeye.tables import Table, flicks

WORDINGS = Table(
    "wordings",
    "One row a paragraph that is or may be spoken in a sound, in the order of its text.",
    (
        ("asset", pa.string(), "the sound, or the film with its sound"),
        ("source", pa.string(), "the asset whose text it is"),
        ("paragraph", pa.int32(), "its number in `paragraphs`"),
        ("role", pa.string(), "transcript: said in this sound, in this order; script: may be said, in any order"),
        ("text", pa.string(), "what is said, without names of speakers"),
        ("start", flicks(), "where its cue is shown, by the text's own clock; null where it has no times"),
        ("end", flicks(), "one past where its cue is shown; null where it has no times"),
    ),
)

# Which of several transcripts is taken, the most literal first.
_KINDS = ("text", "subtitles", "screenplay")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_MARKS = frozenset(("cc", "default", "forced", "hi", "sdh"))  # what players let stand behind a language
_SPEAKER = re.compile(r"^\s*(?:>>\s*)?[A-Z][\w .'’-]{0,30}:\s+")


@analysis(WORDINGS, version=3, scope="production")
def wordings(assets: pa.Table, paragraphs: pa.Table, script_parts: pa.Table) -> pa.Table:
    """Say which text belongs to which sound.

    Parameters
    ----------
    assets, paragraphs, script_parts : tables of all assets
    """
    rows = sorted(
        assets.select(["asset", "path", "paths", "kind", "channels"]).to_pylist(), key=lambda row: str(row["path"])
    )
    said: dict[str, list[dict[str, Any]]] = {}
    scripted = {row["asset"] for row in rows if row["kind"] == "screenplay"}
    told = paragraphs.select(["asset", "paragraph", "first_line", "text", "start", "end"]).to_pylist()
    for row in told:
        if row["asset"] not in scripted:
            said.setdefault(row["asset"], []).append({**row, "text": _without_names(row["text"])})
    for asset, speeches in spoken_parts(script_parts.to_pylist(), told).items():
        said[asset] = [
            {"paragraph": each.paragraph, "text": each.text, "start": None, "end": None} for each in speeches
        ]
    texts = [row for row in rows if row["kind"] in _KINDS and row["asset"] in said]
    scripts = [row for row in texts if row["kind"] == "screenplay"]
    found: list[dict[str, Any]] = []
    for sound in rows:
        if not sound["channels"]:
            continue
        beside = sorted((row for row in texts if _lies_beside(row, sound)), key=_order)
        chosen = [(row, "transcript") for row in beside[:1]]
        chosen += [(row, "script") for row in scripts if row not in beside[:1]]
        for row, role in chosen:
            found += [
                {"asset": sound["asset"], "source": row["asset"], "paragraph": each["paragraph"], "role": role,
                 "text": each["text"], "start": each["start"], "end": each["end"]}
                for each in said[row["asset"]] if each["text"]
            ]  # fmt: skip
    return WORDINGS.from_rows(found)


def _lies_beside(text: Mapping[str, Any], sound: Mapping[str, Any]) -> bool:
    """Say whether a copy of a text lies beside a copy of a sound, under its name."""
    texts, sounds = ([PurePosixPath(path) for path in row["paths"] or [row["path"]]] for row in (text, sound))
    return any(one.parent == other.parent and other.stem in set(_stems(one)) for one in texts for other in sounds)


def _stems(path: PurePosixPath) -> Iterator[str]:
    """Yield the name without its ending, and without a language and its marks before that."""
    yield path.stem
    stem, language, _ = _parted(path)
    if language:
        yield stem


def _parted(path: PurePosixPath) -> tuple[str, str, frozenset[str]]:
    """Return a name without its ending, the language behind it and the language's marks; empty where there is none."""
    stem, _, last = path.stem.rpartition(".")
    marks = []
    while last.lower() in _MARKS and _LANGUAGE.fullmatch(stem.rpartition(".")[2]) and "." in stem:
        marks.append(last.lower())
        stem, _, last = stem.rpartition(".")
    is_language = bool(stem) and _LANGUAGE.fullmatch(last) is not None
    return (stem, last, frozenset(marks)) if is_language else (path.stem, "", frozenset())


def _order(row: Mapping[str, Any]) -> tuple[bool, bool, int, str]:
    _, language, marks = _parted(PurePosixPath(row["path"]))
    is_foreign = bool(language) and not language.startswith("en")
    return is_foreign, "forced" in marks, _KINDS.index(row["kind"]), str(row["path"])


def _without_names(text: str) -> str:
    """Return what is said of a transcript's paragraph: without names before a colon."""
    return "\n".join(_SPEAKER.sub("", line) for line in text.split("\n")).strip()
