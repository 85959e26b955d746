"""Consistency notes: where a screenplay does not agree with itself, as far as that can be told from what it says.

Misspelt names and places, somebody in two places at once, who speaks without being there or after having died, times of
day that jump within one action, numbers of scenes, ages, and telling props out of nowhere or lost. What a rule cannot
tell for sure enough, it leaves: no note is no praise. In languages other than English and Chinese only cues, headings
and numbers are looked at.

Source: what script supervisors look for before a shoot, as Miller, "Script Supervising and Film Continuity", has it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import ModelError, SettingError
from kinoeye.models.breakdown import MODELS, loaded
from kinoeye.models.espeak import phonemes
from kinoeye.models.tokens import is_chinese, is_chinese_word
from kinoeye.screenplay.headings import bond, parted
from kinoeye.signals.ages import age_notices
from kinoeye.signals.languages import language_of
from kinoeye.signals.misspellings import like_sounding, misspelt_cues, misspelt_names, misspelt_places
from kinoeye.signals.notices import Line, Notice, screenplay_lines
from kinoeye.signals.presence import presence_notices
from kinoeye.signals.scene_numbers import number_notices
from kinoeye.signals.telling_props import prop_notices
from kinoeye.tables import Table, Typed, score

_PAGES = Typed(pa.int32(), "pages from 1")

CONSISTENCY_NOTES = Table(
    "consistency_notes",
    "One row a place where a screenplay does not agree with itself, in its order.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "the scene's name, 16 hex digits; empty before the first heading"),
        ("scene_order", pa.int32(), "its place in the screenplay, from 1; 0 before the first heading"),
        ("line", pa.string(), "the line, as `lines` names it"),
        ("page", _PAGES, "on which it is printed"),
        ("kind", pa.string(),
         "name_spelling, place_spelling, two_places, time_jump, after_exit, before_entering, without_entering, "
         "after_death, age, prop_unannounced, prop_lost, number_doubled or number_missing"),
        ("subject", pa.string(), "whom or what it is about"),
        ("instead", pa.string(), "what the other place says; empty where it has no words of its own"),
        ("here", pa.string(), "the words of the line that show it"),
        ("there", pa.string(), "the words of the line that does not agree; empty where there is none"),
        ("other_line", pa.string(), "that line; null where there is none"),
        ("other_scene_order", pa.int32(), "its scene; null where there is none"),
        ("other_page", _PAGES, "its page; null where there is none"),
        ("score", score(), "how likely it is to be a mistake rather than meant"),
    ),
)  # fmt: skip

_READ = ("en", "zh")  # languages whose action is understood
_NEAR_PLACES = re.compile(r"[^\w]+")
_SPELT = "spelling"


@analysis(CONSISTENCY_NOTES, version=1, scope="production", models=MODELS)
def consistency_notes(lines: pa.Table, scenes: pa.Table, characters: pa.Table, *, least: float = 0.5) -> pa.Table:
    """Say where screenplays do not agree with themselves.

    Parameters
    ----------
    lines, scenes, characters : tables of all assets
    least : 0..1
        Least score of a note.

    Raises
    ------
    SettingError
        If `least` is outside 0..1.
    """
    if not 0 <= least <= 1:
        raise SettingError(f"consistency_notes: least must lie in 0..1, got {least:g}")
    rows, people, headed = (_by_asset(table) for table in (lines, characters, scenes))
    found = []
    for asset, own in rows.items():
        notices = (each for each in _notices(own, headed[asset], people[asset]) if each.score >= least)
        told = {(each.kind, each.subject, each.at): each for each in notices}
        found += [_row(asset, own, each) for each in sorted(told.values(), key=lambda each: (each.at, each.kind))]
    return CONSISTENCY_NOTES.from_rows(found)


def _by_asset(table: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        found[row["asset"]].append(row)
    return found


def _notices(
    rows: Sequence[Mapping[str, Any]], scenes: Sequence[Mapping[str, Any]], people: Sequence[Mapping[str, Any]]
) -> Iterator[Notice]:
    called = {name: each["character"] for each in people for name in (each["character"], *each["aliases"])}
    misspelt = {
        alias: each["character"] for each in people
        for alias, why in zip(each["aliases"], each["reasons"], strict=True) if why == _SPELT
    }  # fmt: skip
    said = screenplay_lines(rows, called)
    headings = [number for number, line in enumerate(said) if line.kind == "heading"]
    numbers = {row["scene_order"]: row["number"] for row in scenes}
    yield from number_notices([(each, numbers.get(said[each].scene, ""), said[each].text) for each in headings])
    yield from misspelt_cues(said, [row["who"] for row in rows], misspelt)
    yield from misspelt_places([(each, parted(said[each].text).set) for each in headings])
    yield from _bonds(said, headings)
    language = language_of(" ".join(line.text for line in said))
    if language and language not in _READ:
        return
    names = {name: whose for name, whose in called.items() if name not in misspelt}
    shown = {**names, **_parts(names)}
    yield from age_notices(said, shown)
    yield from presence_notices(said, shown)
    yield from prop_notices(said)
    yield from misspelt_names(said, list(names), loaded()["en"].lexicon.words)
    yield from _alike(said, set(names) | set(misspelt))


def _parts(names: Mapping[str, str]) -> dict[str, str]:
    """Return first and last names that mean one character only, and are no words that things have."""
    found: dict[str, set[str]] = defaultdict(set)
    lexicon = loaded()["en"].lexicon.words
    for name, character in names.items():
        words = name.split()
        for part in {words[0], words[-1]} if len(words) > 1 else ():
            if len(part) > 2 and part.isalpha() and part.lower() not in lexicon:
                found[part].add(character)
    return {part: next(iter(whose)) for part, whose in found.items() if len(whose) == 1 and part not in names}


def _bonds(lines: Sequence[Line], headings: Sequence[int]) -> Iterator[Notice]:
    """Yield headings that go on at the same moment and say another time of day, or who is in two places then."""
    light = ""
    before = None
    for number in headings:
        told, how = parted(lines[number].text), bond(lines[number].text)
        time = told.time if told.time != "continuous" else ""
        if how and before is not None:
            if time and light and time != light:
                yield Notice("time_jump", time, number, before, light, lines[number].text, lines[before].text,
                             0.85 if how == "continuous" else 0.7)  # fmt: skip
            if how == "same" and _are_apart(told.set, parted(lines[before].text).set):
                yield from _in_both(lines, before, number)
        light = time or (light if how else "")
        before = number


def _are_apart(one: str, other: str) -> bool:
    """Say whether two places have no word in common: a house and its kitchen are one."""
    words, others = ({each for each in _NEAR_PLACES.split(place.upper()) if len(each) > 2 or not each.isascii()}
                     for place in (one, other))  # fmt: skip
    return (
        bool(words) and bool(others) and not words & others and not any(a in b or b in a for a in words for b in others)
    )


def _in_both(lines: Sequence[Line], before: int, number: int) -> Iterator[Notice]:
    first, second = (
        {
            line.who: at
            for at, line in enumerate(lines)
            if line.scene == lines[heading].scene and line.is_present and line.who
        }
        for heading in (before, number)
    )
    for who, at in second.items():
        if who in first:
            yield Notice("two_places", who, at, first[who], parted(lines[before].text).set, lines[number].text,
                         lines[before].text, 0.7)  # fmt: skip


def _alike(lines: Sequence[Line], names: set[str]) -> Iterator[Notice]:
    """Yield Chinese names that are written with another sign of the same sound."""
    chosen = {name for name in names if is_chinese(name)}
    if not chosen:
        return
    found = like_sounding(lines, chosen, is_chinese_word)
    strings = sorted({*found, *(part for parts in found.values() for part, _ in parts)})
    sounds: dict[str, str] = {}
    with suppress(ModelError):  # without sounds, nothing of this can be told
        sounds = dict(zip(strings, map(_plain, phonemes(strings, "cmn")), strict=True)) if strings else {}
    for name, parts in found.items():
        other = next((at for at, line in enumerate(lines) if line.who == name), None)
        for part, at in parts:
            if sounds.get(part) and sounds[part] == sounds.get(name):
                yield Notice("name_spelling", part, at, other, name, part, name, 0.75)


def _plain(sounds: str) -> str:
    """Return sounds without tones and stress."""
    return re.sub(r"[\d\sˈˌː.]+", "", sounds)


def _row(asset: str, rows: Sequence[Mapping[str, Any]], each: Notice) -> dict[str, Any]:
    here = rows[each.at]
    there = rows[each.other] if each.other is not None else {}
    return {key: here[key] for key in ("scene", "scene_order", "line", "page")} | {
        "asset": asset, "kind": each.kind, "subject": each.subject, "instead": each.instead, "here": each.here,
        "there": each.there, "other_line": there.get("line"), "other_scene_order": there.get("scene_order"),
        "other_page": there.get("page"), "score": each.score,
    }  # fmt: skip
