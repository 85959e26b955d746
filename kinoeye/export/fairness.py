"""Fairness: how good answers are for each group, as Markdown for a model card, in English and Chinese."""

from collections.abc import Sequence
from typing import Any

from kinoeye.export.words import words
from kinoeye.learn.fairness import GroupScore


def rows_of(scores: Sequence[GroupScore]) -> list[dict[str, Any]]:
    """Return scores as rows for people; what was not measured is an empty cell."""
    return [
        {
            "of": each.column or "all", "group": each.group or "all", "rows": each.rows, "f1": _share(each.f1),
            "interval": f"{each.least_f1:.2f}–{each.most_f1:.2f}" if each.least_f1 is not None else "",
            "against": f"{each.against_rest:+.2f}" + "*" * each.stands_out if each.against_rest is not None else "",
            "precision": _share(each.precision), "recall": _share(each.recall),
            "calibration": _share(each.calibration_error),
        }
        for each in scores
    ]  # fmt: skip


def section(scores: Sequence[GroupScore], changed: Sequence[Any], language: str = "en") -> str:
    """Return a section of a model card: the table of groups, what stands out, and what weighing them alike changes.

    Parameters
    ----------
    scores : sequence of GroupScore
    changed : sequence of values with column, group, rows, usual and weighed
    language : en or zh
    """
    tell = words(language).sections["fairness"]
    heads = ("of", "group", "rows", "f1", "interval", "against", "precision", "recall", "calibration")
    lines = [f"## {tell['title']}", "", tell["lead"], ""]
    lines += [f"| {' | '.join(tell[each] for each in heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(_plain(row[each]) for each in heads)} |" for row in rows_of(scores)]
    worse = [each for each in scores if each.stands_out and (each.against_rest or 0) < 0]
    named = ", ".join(_plain(each.group) for each in worse)
    lines += ["", tell["worse"].format(groups=named) if worse else tell["none"]]
    if changed:
        heads = ("of", "group", "usual", "weighed")
        lines += [
            "",
            tell["reweighted"],
            "",
            f"| {' | '.join(tell[each] for each in heads)} |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| {_plain(each.column)} | {_plain(each.group)} | {each.usual:.2f} | {each.weighed:.2f} |"
            for each in changed
        ]
    return "\n".join(lines) + "\n"


def _share(value: float | None) -> str:
    return f"{value:.2f}" if value is not None else ""


def _plain(text: object) -> str:
    """Return text that is only text in a table of Markdown."""
    return str(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
