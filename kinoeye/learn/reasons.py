"""Reasons: why something was picked, as the sentences of one paragraph."""

import math
from collections.abc import Sequence

from kinoeye.learn.choice import Choice
from kinoeye.learn.halving import Stopped
from kinoeye.learn.said import Said, said
from kinoeye.learn.views import Material


def reasons(choice: Choice, picked: str, best: str, material: Material) -> tuple[Said, ...]:
    """Return why a choice was made.

    Parameters
    ----------
    choice : Choice
    picked : str
        What would be picked if it beats the same answer for all.
    best : str
        The candidate of the best score.
    material : Material
    """
    by_name = {each.name: each for each in choice.tried}
    own, top = by_name[picked], by_name[best]
    assert own.score is not None and top.score is not None and own.cost is not None and top.cost is not None
    count = sum(each.is_in for each in choice.tried)
    found = [material.problem.told, said("why_tried", count=count, rows=len(material), folds=choice.folds)]
    if choice.is_in_time:
        found.append(said("why_time"))
    elif material.groups is not None:
        found.append(said("why_groups"))
    score = said("why_best", name=best, metric=choice.metric, score=top.score.score, low=top.score.low,
                 high=top.score.high)  # fmt: skip
    found.append(score)
    if not choice.picked:
        return (*found, said("why_none", score=choice.dumb.score))
    if picked == best:
        others = [each for each in choice.tried if each.score is not None and each.name != best]
        found.append(said("why_best_picked") if others else said("why_alone"))
    else:
        ratio = top.cost.price / max(own.cost.price, 1e-9)
        found.append(said("why_cheaper", name=picked, score=own.score.score, error=top.score.error, best=best,
                          ratio=ratio))  # fmt: skip
    found.append(said("why_dumb", score=choice.dumb.score))
    found.append(said("why_nested", score=choice.score.score, low=choice.score.low, high=choice.score.high))
    if choice.folds < choice.planned:
        found.append(said("why_budget", folds=choice.folds, planned=choice.planned))
    return tuple(found)


def stopped_because(stops: Sequence[Stopped]) -> Said:
    """Return why a candidate went no further."""
    last = max(stops, key=lambda each: each.rows)
    if last.reason == "perfect":
        return said("stopped_perfect", rows=last.rows)
    if last.reason == "time":
        return said("stopped_time", rows=last.rows)
    return said("stopped_behind", rows=last.rows, score=0.0 if math.isnan(last.worth) else abs(last.worth))
