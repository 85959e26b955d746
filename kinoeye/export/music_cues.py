"""Music cue sheet: where music is heard, in the form in which societies of authors are told of it.

Whose music it is nobody can hear: title, composer, publisher, society and usage stay empty to be filled in, unless the
music lies in the production as a file that says so itself and was heard at that place. What is heard beside it (speech,
a title, credits) is said, because the usage follows from it.

Source: the columns of cue sheets of ASCAP, BMI and PRS: title, composer, publisher, society and share, usage, duration;
usage: BI, BV (background, instrumental or vocal), VI, VV (visual), MT, ET (main and end title), T (theme).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kinoeye.export.dialogue import SPAN
from kinoeye.export.listed import Listed, Row
from kinoeye.export.listing import Column, Entry

COLUMNS = (
    *SPAN, Column("title", 18), Column("composer", 15), Column("publisher", 13), Column("society", 8),
    Column("usage", 5), Column("heard", 14), Column("tempo_bpm", 0, "number"), Column("key", 0),
)  # fmt: skip

_UNDER = 0.5  # of a piece; more, and it lies under speech
_TAGS = {"title": "title", "composer": "composer", "publisher": "publisher"}


def music_cues(film: Listed) -> Iterator[Entry]:
    """Yield a row a piece of music."""
    spoken = film.rows("speech")
    for number, row in enumerate(film.rows("music"), 1):
        length = row["end"] - row["start"]
        heard = ["under_speech"] if _shared(row, spoken) > _UNDER * length else []
        texts = {kind: [text for text in film.texts if text["kind"] == kind] for kind in ("title", "credit")}
        heard += [f"over_{kind}" for kind, seen in texts.items() if _shared(row, seen)]
        told = film.codes.span(row["start"], row["end"], has_feet=film.has_feet) | _known(film, row)
        told |= {
            "number": str(number), "heard": ", ".join(film.say(each) for each in heard or ["alone"]),
            "tempo_bpm": f"{row['tempo_bpm']:.0f}" if row["tempo_bpm"] else "", "key": row["key"] or "",
        }  # fmt: skip
        yield Entry(told)


def _shared(row: Mapping[str, Any], others: list[Row]) -> int:
    """Return how long others last within a span."""
    return sum(max(0, min(each["end"], row["end"]) - max(each["start"], row["start"])) for each in others)


def _known(film: Listed, row: Mapping[str, Any]) -> dict[str, str]:
    """Return what a sound file that is heard there says of itself."""
    asset, assets = film.film["asset"], {each["asset"]: each for each in film.tables["assets"].to_pylist()}
    best: tuple[int, dict[str, str]] = (0, {})
    for pair in film.tables["syncs"].to_pylist() if "syncs" in film.tables else ():
        if asset not in (pair["asset"], pair["other"]):
            continue
        other = assets.get(pair["other"] if pair["asset"] == asset else pair["asset"])
        moved = 0 if pair["asset"] == asset else pair["offset"]
        meant = _shared(row, [{"start": pair["start"] + moved, "end": pair["end"] + moved}])
        tags = {key.lower(): value for key, value in (other or {}).get("tags") or []}
        found = {name: tags[key] for key, name in _TAGS.items() if tags.get(key)}
        if other and other["kind"] == "sound" and {"composer", "publisher"} & set(found) and meant > best[0]:
            best = meant, found
    return best[1]
