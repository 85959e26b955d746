"""Highlights: the moments of a film that stand out, within a given time.

Each shot is ranked among all shots by what can be measured: how loud it gets, how large and how many the faces are,
how much is said, what is heard besides, how good the picture is. Of neighbours only the best is taken, so that the
whole film is there. What is funny or moving nobody measures here.

Source: the features of highlight detection (Xiong et al., "Highlights extraction from sports video based on an
audio-visual marker detection framework", ICME 2005), ranked instead of weighted by training.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.cut.laying import Laying, Stretch, rate_of
from kinoeye.cut.partners import SEEN
from kinoeye.cut.rows import Row, by_asset
from kinoeye.errors import UseError
from kinoeye.export.timeline import Marker, Timeline
from kinoeye.timecode import flicks_to_frame, frame_to_flicks, from_seconds

_WEIGHTS = {"loud": 1.0, "faces": 1.0, "speech": 0.6, "sounds": 0.8, "picture": 0.6}
_HEARD = frozenset({"blast", "scream", "siren", "bell", "alarm"})
_LONGEST, _SHORTEST = 6.0, 1.2  # seconds of a moment
_APART = 0.04  # of the film's length that lies between two moments
_TITLES = frozenset({"title", "credit"})

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """A moment that is taken: on the recording's own clock, and what makes it stand out."""

    asset: str
    start: int
    end: int
    score: float
    why: str


@dataclass(frozen=True)
class Highlights:
    """A cut, and its moments in running order."""

    timeline: Timeline
    moments: tuple[Moment, ...]


def highlights(
    tables: Mapping[str, pa.Table],
    seconds: float,
    *,
    assets: Collection[str] | None = None,
    folder: Path | None = None,
    record_start: str = "01:00:00:00",
) -> Highlights:
    """Take the moments that stand out.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets` and `shots`; `loudness`, `face_tracks`, `words`, `sounds`, `quality`, `texts` where they are there.
    seconds : 2..3600
        How long it may be.
    assets : collection of str or None
        Only these.
    folder : Path or None
        In front of the paths that the timeline names.
    record_start : HH:MM:SS:FF

    Raises
    ------
    UseError
        If there is no film with shots, or `seconds` is outside its range.
    """
    if not 2 <= seconds <= 3600:
        raise UseError(f"cut: highlights must last 2..3600 seconds, got {seconds:g}")
    rows = [
        row for row in tables["assets"].to_pylist()
        if row["kind"] in SEEN and (assets is None or row["asset"] in assets)
    ]  # fmt: skip
    films = {row["asset"]: row for row in sorted(rows, key=lambda row: str(row["path"]))}
    shots = [row for row in tables["shots"].to_pylist() if row["asset"] in films and not is_title(row, tables)]
    if not shots:
        raise UseError("cut: must have a film with shots, got none", remedy="Run `kinoeye run` first")
    laying = Laying(films, rate_of(list(films.values())), folder)
    moments = _moments(_taken(shots, ranked(shots, tables), films, seconds), tables, seconds)
    stretches = [stretch_of(each, laying) for each in moments]
    return Highlights(laying.timeline("Highlights", laying.tracks(stretches), record_start), tuple(moments))


def is_title(shot: Row, tables: Mapping[str, pa.Table]) -> bool:
    """Say whether a title or credits stand over most of a shot."""
    over = [row for row in by_asset(tables.get("texts")).get(shot["asset"], ()) if row["kind"] in _TITLES]
    return bool(2 * max((_overlap(row, shot) for row in over), default=0) > shot["end"] - shot["start"])


def _overlap(row: Row, other: Row) -> int:
    return int(max(0, min(row["end"], other["end"]) - max(row["start"], other["start"])))


def ranked(shots: Sequence[Row], tables: Mapping[str, pa.Table]) -> dict[str, Floats]:
    """Return for each feature where each shot stands among all, 0..1; all alike where nothing is known."""
    faces, words, sounds, quality, loudness = (
        by_asset(tables.get(name)) for name in ("face_tracks", "words", "sounds", "quality", "loudness")
    )
    values: dict[str, list[float]] = {name: [] for name in _WEIGHTS}
    for shot in shots:
        asset, length = shot["asset"], max(1, shot["end"] - shot["start"])
        loud = [row["momentary_lufs"] for row in loudness.get(asset, ()) if _overlap(row, shot)]
        values["loud"].append(max((each for each in loud if each is not None), default=-120.0))
        seen = [row for row in faces.get(asset, ()) if row["shot"] == shot["shot"]]
        values["faces"].append(sum(row["w"] * _overlap(row, shot) / length for row in seen))
        values["speech"].append(sum(_overlap(row, shot) for row in words.get(asset, ())) / length)
        values["sounds"].append(
            max(
                (row["score"] for row in sounds.get(asset, ()) if row["kind"] in _HEARD and _overlap(row, shot)),
                default=0.0,
            )
        )
        rated = [row["rating"] for row in quality.get(asset, ()) if row["shot"] == shot["shot"]]
        values["picture"].append(rated[0] if rated and rated[0] is not None else 0.5)
    return {name: _ranks(np.array(each, np.float64)) for name, each in values.items()}


def _ranks(values: Floats) -> Floats:
    """Return the share of values that are smaller, equal ones counted half."""
    order = np.sort(values)
    low, high = np.searchsorted(order, values, "left"), np.searchsorted(order, values, "right")
    return np.asarray((low + high) / 2 / len(values), np.float64)


def scored(shots: Sequence[Row], ranks: Mapping[str, Floats]) -> list[tuple[Row, float, str]]:
    """Return shots with how much they stand out, 0..1, and by what, the best first."""
    scores = np.sum([weight * ranks[name] for name, weight in _WEIGHTS.items()], 0) / sum(_WEIGHTS.values())
    return [(shots[n], float(scores[n]), _why(ranks, n)) for n in np.argsort(-scores, kind="stable").tolist()]


def peak_of(shot: Row, loudness: Mapping[str, Sequence[Row]]) -> int:
    """Return a shot's loudest moment; its middle where nothing is heard."""
    heard = [
        row for row in loudness.get(shot["asset"], ()) if _overlap(row, shot) and row["momentary_lufs"] is not None
    ]
    if not heard:
        return int(shot["start"] + shot["end"]) // 2
    return int(max(heard, key=lambda row: row["momentary_lufs"])["start"])


def stretch_of(moment: Moment, laying: Laying, colour: str = "cyan") -> Stretch:
    """Return a moment as a stretch with a marker that says why."""
    zero = laying.assets[moment.asset]["start"] or 0
    marker = Marker(moment.start - zero, f"{moment.score:.2f}", moment.why, colour)
    first, _ = laying.snapped(moment.asset, moment.start, moment.end)
    pictures = max(1, flicks_to_frame(moment.end - moment.start, laying.rate))
    last = frame_to_flicks(flicks_to_frame(first, laying.rate) + pictures, laying.rate)
    return Stretch(moment.asset, first, last, markers=(marker,))


def _taken(
    shots: Sequence[Row], ranks: Mapping[str, Floats], films: Mapping[str, Row], seconds: float
) -> list[tuple[Row, float, str]]:
    """Return the best shots that lie apart and fill the time, in running order."""
    left, taken = from_seconds(seconds), list[tuple[Row, float, str]]()
    for shot, score, why in scored(shots, ranks):
        length = min(shot["end"] - shot["start"], from_seconds(_LONGEST))
        film = films[shot["asset"]]
        apart = _APART * ((film["end"] or 0) - (film["start"] or 0))
        near = any(
            other["asset"] == shot["asset"] and abs(other["start"] - shot["start"]) < apart for other, _, _ in taken
        )
        if length >= from_seconds(_SHORTEST) and left >= from_seconds(_SHORTEST) and not near:
            taken.append((shot, score, why))
            left -= length
    order = {asset: place for place, asset in enumerate(films)}
    return sorted(taken, key=lambda each: (order[each[0]["asset"]], each[0]["start"]))


def _why(ranks: Mapping[str, Floats], number: int) -> str:
    """Return what a shot stands out by among the others, the most first; its best where it does not."""
    best = sorted(((float(ranks[name][number]), name) for name in _WEIGHTS), reverse=True)
    told = [each for each in best[:3] if each[0] > 0.5] or best[:1]
    return ", ".join(f"{name} {100 * rank:.0f} %" for rank, name in told)


def _moments(taken: Sequence[tuple[Row, float, str]], tables: Mapping[str, pa.Table], seconds: float) -> list[Moment]:
    """Return of each shot the part around its loudest moment, until the time is full."""
    loudness = by_asset(tables.get("loudness"))
    moments: list[Moment] = []
    left = from_seconds(seconds)
    for shot, score, why in taken:
        length = min(from_seconds(_LONGEST), shot["end"] - shot["start"], left)
        if length < from_seconds(_SHORTEST) and moments:
            break
        start = min(max(shot["start"], peak_of(shot, loudness) - length // 2), shot["end"] - length)
        moments.append(Moment(shot["asset"], start, start + length, score, why))
        left -= length
    return moments
