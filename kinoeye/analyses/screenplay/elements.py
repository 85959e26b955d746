"""Elements: what has to be brought to the set of each scene, department by department.

Who speaks or is called by a name is cast. Everything else is found in action by a lexicon and a regression, and by what
a script says outright: (SFX: rain), 音效：雷声. What is only talked of is not listed.

Source: the trade's breakdown sheet, as in Singleton, "Film scheduling", 1984.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.models.breakdown import MODELS, Named, loaded, named
from kinoeye.models.tagging import CATEGORIES
from kinoeye.screenplay.headings import parted
from kinoeye.tables import Table, Typed, score

_CHARACTERS = Typed(pa.int32(), "characters of the line's text")

ELEMENTS = Table(
    "elements",
    "One row a mention of something that a scene needs, in the order of the screenplay.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "its scene's name, 16 hex digits; empty before the first heading"),
        ("scene_order", pa.int32(), "its scene's place in the screenplay, from 1; 0 before the first heading"),
        ("line", pa.string(), "the line that mentions it, as `lines` names it"),
        ("first", _CHARACTERS, "where it begins there; null of who speaks"),
        ("last", _CHARACTERS, "one past where it ends there; null of who speaks"),
        ("written", pa.string(), "the words of the mention"),
        ("element", pa.string(), "what it is, in the singular; of cast the character"),
        ("category", pa.string(),
         "cast, props, set_dressing, vehicles, animals, wardrobe, makeup, extras, stunts, sfx (made on the set), "
         "vfx (made afterwards), sound, music or equipment"),
        ("count", pa.int32(), "how many; null where it is not said"),
        ("score", score(), "how likely it is to be needed"),
        ("how", pa.string(), "rule: the script says so; lexicon: a word of the list; learned: what stands around it"),
        ("evidence", pa.list_(pa.string()), "what spoke most for it"),
    ),
)  # fmt: skip

_SURE = 1.0
_LIKELY = 0.8
_LABELS = {
    "SFX": "sfx", "SPFX": "sfx", "FX": "sfx", "VFX": "vfx", "CGI": "vfx", "SOUND": "sound", "SOUND EFFECT": "sound",
    "MUSIC": "music", "PROP": "props", "PROPS": "props", "WARDROBE": "wardrobe", "COSTUME": "wardrobe",
    "MAKE-UP": "makeup", "MAKEUP": "makeup", "STUNT": "stunts", "STUNTS": "stunts", "EXTRAS": "extras",
    "音效": "sound", "音乐": "music", "配乐": "music", "特效": "vfx", "烟火": "sfx", "道具": "props",
    "服装": "wardrobe", "化妆": "makeup", "特技": "stunts", "群演": "extras", "群众演员": "extras",
}  # fmt: skip
_LABELLED = re.compile(
    rf"\b({'|'.join(sorted((each for each in _LABELS if each.isascii()), key=len, reverse=True))})\s*[:：]\s*"
    rf"|({'|'.join(each for each in _LABELS if not each.isascii())})\s*[:：]\s*"
)
_LISTED = re.compile(r"[^,;，；、.。)）\n]+")
_INTRODUCED = re.compile(
    r"\b((?:[A-Z][A-Z'’.-]+)(?: [A-Z][A-Z'’.-]*)*)(?=,? ?\(?(?:\d|(?:any|early|mid|late|in h(?:is|er)) |"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|teen))"
)
_INTRODUCED_HAN = re.compile(r"(?:^|[。！？，；\n])([\u4e00-\u9fff·]{2,6})(?=[（(](?:[^（）()]{0,12})?岁)")


@dataclass(frozen=True)
class _Span:
    """A mention of a character."""

    first: int
    last: int
    character: str
    reason: str


@analysis(ELEMENTS, version=1, scope="production", models=MODELS)
def elements(lines: pa.Table, characters: pa.Table, *, least: float = 0.2) -> pa.Table:
    """List what has to be brought to each scene.

    Parameters
    ----------
    lines, characters : tables of all assets
    least : 0..1
        Least score of what is found in action.
    """
    called: dict[str, dict[str, str]] = defaultdict(dict)
    for row in characters.to_pylist():
        for name in (row["character"], *row["aliases"]):
            called[row["asset"]][name] = row["character"]
    return ELEMENTS.from_rows(
        [
            {key: row[key] for key in ("asset", "scene", "scene_order", "line")} | each
            for row in lines.to_pylist()
            for each in _of_line(row, called[row["asset"]], least)
        ]
    )


def _of_line(row: Mapping[str, Any], names: Mapping[str, str], least: float) -> Iterator[dict[str, Any]]:
    text = row["text"]
    if row["kind"] == "dialogue":
        yield from _speaking(row["who"], names)
    elif row["kind"] == "heading":
        yield from _in_heading(text, least)
    elif row["kind"] == "action":
        cast = list(_cast(text, names))
        said = list(_said_outright(text))
        yield from (_row(text, each.first, each.last, each.character, "cast", _SURE, "rule", (each.reason,))
                    for each in cast)  # fmt: skip
        yield from said
        for each in named(text, least=least):
            if _is_taken(each, cast, said):
                continue
            if each.category == "extras" and each.element.upper() in names:
                yield _row(text, each.start, each.end, names[each.element.upper()], "cast", each.score, "rule",
                           ("named",))  # fmt: skip
            else:
                yield _row(text, each.start, each.end, each.element, each.category, each.score, each.how,
                           each.evidence, each.count)  # fmt: skip


def _row(
    text: str, first: int, last: int, element: str, category: str, sure: float, how: str, evidence: Sequence[str],
    count: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {"first": first, "last": last, "written": text[first:last], "element": element, "category": category,
            "count": count, "score": sure, "how": how, "evidence": list(evidence)}  # fmt: skip


def _speaking(who: str, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield who speaks a line; of several who speak together each."""
    several = [each for each in re.split(r"\s+(?:AND|&)\s+|\s*[&＆、/]\s*", who) if each in names]
    for name in several if who not in names and several else [who] if who else []:
        yield {"written": name, "element": names.get(name, name), "category": "cast", "score": _SURE, "how": "rule",
               "evidence": ["speaks"]}  # fmt: skip


def _in_heading(text: str, least: float) -> Iterator[dict[str, Any]]:
    """Yield the vehicle in which a scene plays: INT. TAXI - NIGHT."""
    place = parted(text).set
    begin = text.find(place)
    if begin < 0 or parted(text).place == "":
        return
    for each in named(place.lower(), least=least):
        if each.category == "vehicles" and each.how == "lexicon" and each.end == len(place):
            yield _row(text, begin + each.start, begin + each.end, each.element, each.category, _LIKELY, "rule",
                       ("heading",))  # fmt: skip


def _cast(text: str, names: Mapping[str, str]) -> Iterator[_Span]:
    """Yield who is called by name in action, each place once."""
    taken: list[_Span] = []
    calls = sorted({**names, **_parts(names)}.items(), key=lambda pair: -len(pair[0]))
    for call, character in calls:
        for place in _places(call, text):
            if not any(each.first < place[1] and place[0] < each.last for each in taken):
                taken.append(_Span(*place, character, "named"))
    for found in (*_INTRODUCED.finditer(text), *_INTRODUCED_HAN.finditer(text)):
        if not any(each.first < found.end(1) and found.start(1) < each.last for each in taken):
            taken.append(_Span(found.start(1), found.end(1), found[1], "introduced"))
    return iter(sorted(taken, key=lambda each: each.first))


def _parts(names: Mapping[str, str]) -> dict[str, str]:
    """Return the first and last names that can mean one character only and are no words that things have."""
    found: dict[str, set[str]] = defaultdict(set)
    lexicon = loaded()["en"].lexicon.words
    for name, character in names.items():
        words = name.split()
        for part in {words[0], words[-1]} if len(words) > 1 else ():
            if len(part) > 2 and part.isalpha() and part.lower() not in lexicon:
                found[part].add(character)
    return {part: next(iter(whose)) for part, whose in found.items() if len(whose) == 1 and part not in names}


def _places(call: str, text: str) -> Iterator[tuple[int, int]]:
    if call[:1] >= "\u3400":
        yield from ((each.start(), each.end()) for each in re.finditer(re.escape(call), text))
        return
    for each in re.finditer(rf"(?<!\w){re.escape(call)}(?!\w)", text, re.I):
        # In capitals, or with capitals where a name has them: `the man` is nobody's name.
        if each[0].isupper() or all(word[:1].isupper() or not word[:1].isalpha() for word in each[0].split()):
            yield each.start(), each.end()


def _said_outright(text: str) -> Iterator[dict[str, Any]]:
    """Yield what a script lists under a department's name: (SFX: rain, wind)."""
    for label in _LABELLED.finditer(text):
        category = _LABELS[label[1] or label[2]]
        end = next(each.start() for each in re.finditer(r"[.。)）\n]|$", text) if each.start() >= label.end())
        for each in _LISTED.finditer(text, label.end(), end):
            words = each[0].strip()
            if words:
                first = each.start() + each[0].index(words)
                yield _row(text, first, first + len(words), words.lower(), category, _SURE, "rule", (label[0].strip(),))


def _is_taken(found: Named, cast: Sequence[_Span], said: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether something is a name or was said outright; an animal with a part is both cast and animal."""
    if any(each["first"] < found.end and found.start < each["last"] for each in said):
        return True
    is_animal = found.category == "animals" and found.how == "lexicon"
    return not is_animal and any(each.first < found.end <= each.last for each in cast)


assert {*_LABELS.values()} <= {*CATEGORIES}
