"""Drop-off causes: what goes with viewers' leaving, by how much, how surely, with playback and place in the film held.

All films of a production are looked at together. The plain answer is a hazard by the second (kinoeye/learn/hazards.py):
each reason's own effect, with every other held, a smooth curve for the place in the film, and what rebuffering and poor
quality do taken out. Beside it stand boosted trees with exact Shapley values, which need no straight lines: what they
say of each reason is told too, and whether they agree. What is called found is corrected for all that was looked at;
how often the whole finds anything at wrong times (the placebo) stands in `false_alarms`.

A cause is what goes with leaving in these films, all else that is known being equal. What is not known of a film may be
behind it; only an experiment with another cut would prove it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.boosted_hazards import boosted
from kinoeye.learn.causes import Causes, Looking, causes
from kinoeye.learn.hazards import Exposed
from kinoeye.signals.exposures import Exposure, all_pieces, exposures
from kinoeye.signals.leaving import STATES
from kinoeye.tables import Table, Typed

_CHANCE = Typed(pa.float64(), "0..1")

DROPOFF_CAUSES = Table("dropoff_causes", "One row a reason to leave that was looked at, the surest first.", (
    ("kind", pa.string(), "content: what is shown and heard; playback: what was held against it"),
    ("cause", pa.string(), "long_shot, no_dialogue, person, dark …; of playback the state, against smooth"),
    ("who", pa.string(), "of person, sound and mood: which; empty of others"),
    ("name", pa.string(), "what that is called where it has a name"),
    ("is_found", pa.bool_(), "whether it is more than chance, corrected for all that was looked at"),
    ("effect", pa.float64(), "how much oftener viewers leave meanwhile: 0.2 is a fifth more, -0.2 a fifth less"),
    ("low", pa.float64(), "with `high` the 95 % interval of `effect`"),
    ("high", pa.float64(), "the widest of three: chance, wrong times, other viewers or stretches of film"),
    ("chance", _CHANCE, "that it is nothing, corrected for all that was looked at"),
    ("placebo", _CHANCE, "how often it seems to matter as much at wrong times; null if films are too short to say"),
    ("pieces", pa.int32(), "how often it begins to hold, in all films"),
    ("films", pa.int32(), "films in which it holds"),
    ("seconds", Typed(pa.int64(), "seconds"), "of all films in which it holds"),
    ("there", Typed(pa.float64(), "viewer seconds"), "watched meanwhile"),
    ("left", Typed(pa.float64(), "viewers"), "who left meanwhile"),
    ("extra", Typed(pa.float64(), "viewers"), "of those, who would have stayed without it; below 0: who stayed for it"),
    ("trees", pa.float64(), "how much oftener by the trees, on average while it holds"),
    ("share", _CHANCE, "of all that the trees put down to reasons, how much to this one; null without trees"),
    ("false_alarms", _CHANCE, "of runs at wrong times, how many found any cause at all; the same in every row"),
))  # fmt: skip

_LEAST_HELD = 0.5


@analysis(DROPOFF_CAUSES, version=1, scope="production", purpose="statistics")
def dropoff_causes(
    leavings: pa.Table, content_seconds: pa.Table, persons: pa.Table | None = None,
    speaker_names: pa.Table | None = None, *,
    sure: float = 0.05, least_left: int = 50, draws: int = 400, placebos: int = 20, block: float = 60.0,
    controls: bool = True,
) -> pa.Table:  # fmt: skip
    """Look for reasons to leave.

    Parameters
    ----------
    leavings, content_seconds, persons, speaker_names : tables of all assets
    sure : 0..1
        Share of false ones among the found that is borne.
    least_left : int
        Viewers who left a film, for it to be looked at.
    draws : int, 50 or more
        Of the bootstrap, and shifts of each reason.
    placebos : int
        Times that all is done again at wrong times.
    block : seconds
        Stretches of film that are drawn as one.
    controls : bool
        Whether rebuffering and quality are held.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    _check(sure=(sure, 0, 1), least_left=(least_left, 1, 1e9), draws=(draws, 50, 1e5), placebos=(placebos, 0, 1e4),
           block=(block, 1, 1e5))  # fmt: skip
    films = exposures(leavings, content_seconds, least_left=least_left)
    if not films:
        return DROPOFF_CAUSES.empty()
    exposed = [Exposed(film.there, film.left, film.features) for film in films]
    looking = Looking(sure, draws, placebos, round(block), has_states=controls)
    found = causes(exposed, all_pieces(films), looking)
    rows = [*_content(films, found, round(block), _names(persons, speaker_names)),
            *(_playback(films, found) if controls else ())]  # fmt: skip
    order = sorted(rows, key=lambda row: (row["kind"], not row["is_found"], row["chance"], -abs(row["effect"])))
    return DROPOFF_CAUSES.from_rows(order)


def _check(**bounds: tuple[float, float, float]) -> None:
    for name, (value, low, high) in bounds.items():
        if not low <= value <= high:
            raise SettingError(f"dropoff_causes: {name} must lie in {low:g}..{high:g}, got {value:g}")


def _names(persons: pa.Table | None, speaker_names: pa.Table | None) -> dict[str, str]:
    """Return what persons are called: by a person who said so, else by the character they play."""
    found: dict[str, str] = {}
    for row in speaker_names.to_pylist() if speaker_names is not None else ():
        if row["person"] and row["character"]:
            found[row["person"]] = row["character"]
    for row in persons.to_pylist() if persons is not None else ():
        if row["name"]:
            found[row["person"]] = row["name"]
    return found


def _content(films: Sequence[Exposure], found: Causes, block_s: int, names: Mapping[str, str]) -> list[dict[str, Any]]:
    features = np.concatenate([film.features for film in films])
    there = np.concatenate([film.there.sum((1, 2)) for film in films])
    left = np.concatenate([film.left.sum((1, 2)) for film in films])
    usual = found.fit.expected / np.exp(features @ found.fit.effects)
    trees = boosted(features, left, usual * left.sum() / max(1e-9, float(usual.sum())), block_s=block_s)
    parts = trees.parts(features)
    weight = np.abs(parts).sum() if trees.trees else math.nan
    rows = []
    for place, name in enumerate(films[0].names):
        kind, _, who = name.partition(":")
        held = features[:, place]
        told = found.causes[place]
        on = held > _LEAST_HELD * max(1e-12, float(held.max(initial=0)))
        rows.append({
            "kind": "content", "cause": kind, "who": who, "name": names.get(who, who), "is_found": told.is_found,
            "effect": told.effect, "low": told.low, "high": told.high, "chance": told.chance,
            "placebo": None if math.isnan(told.placebo) else told.placebo, "pieces": told.pieces,
            "films": sum(bool((film.features[:, place] > 0).any()) for film in films), "seconds": int(on.sum()),
            "there": float(there[on].sum()), "left": float(left[on].sum()),
            "extra": float((found.fit.expected * -np.expm1(-found.fit.effects[place] * held)).sum()),
            "trees": _oftener(parts[:, place], on) if trees.trees else None,
            "share": float(np.abs(parts[:, place]).sum() / weight) if trees.trees and weight > 0 else None,
            "false_alarms": None if math.isnan(found.false_alarms) else found.false_alarms,
        })  # fmt: skip
    return rows


def _oftener(part: Any, on: Any) -> float | None:
    """Return by how much more the trees say while something holds than while it does not."""
    if not on.any() or on.all():
        return None
    return float(np.expm1(part[on].mean() - part[~on].mean()))


def _playback(films: Sequence[Exposure], found: Causes) -> list[dict[str, Any]]:
    """Return what states of playback do: what was taken out before reasons were looked for."""
    there = sum(film.there.sum((0, 2)) for film in films)
    left = sum(film.left.sum((0, 2)) for film in films)
    rows = []
    for place, state in enumerate(STATES[1:], 1):
        if place >= len(found.fit.states) or not there[place]:
            continue
        effect = float(found.fit.states[place])
        error = math.sqrt(1 / (left[place] + 0.5) + 1 / (left[0] + 0.5))
        z = abs(effect) / error
        rows.append({
            "kind": "playback", "cause": state, "who": "", "name": "", "is_found": z > 1.96,
            "effect": math.expm1(effect), "low": math.expm1(effect - 1.96 * error),
            "high": math.expm1(effect + 1.96 * error), "chance": math.erfc(z / math.sqrt(2)), "placebo": None,
            "pieces": None, "films": len(films), "seconds": None, "there": float(there[place]),
            "left": float(left[place]), "extra": float(left[place] * -math.expm1(-effect)), "trees": None,
            "share": None, "false_alarms": None if math.isnan(found.false_alarms) else found.false_alarms,
        })  # fmt: skip
    return rows
