"""Learnt page: what was learnt, how well, at what cost and why, as one HTML file with pictures, in both languages."""

from collections import defaultdict

import numpy as np

from kinoeye.export import learnt_drawing as drawing
from kinoeye.export.learnt import named, paragraph, rows_of, say
from kinoeye.export.page import both_in, document, esc
from kinoeye.export.words import LANGUAGES, words
from kinoeye.learn import metrics
from kinoeye.learn.choice import Choice
from kinoeye.learn.learning import Outcome
from kinoeye.learn.measures import all_metrics
from kinoeye.learn.said import Said

_MOST_CLASSES = 60  # rows of a table that people read
_MOST_TELLING = 12  # classes whose words are shown
_SHOWN = 10  # words of each
_HEADS = ("name", "result", "interval", "train", "latency", "memory", "size", "why")


def learnt_page(outcome: Outcome, label: str, *, language: str = "en") -> bytes:
    """Return what was learnt as UTF-8 HTML.

    Parameters
    ----------
    outcome : Outcome
    label : str
        What was learnt.
    language : en or zh
        In which the page opens.

    Raises
    ------
    UseError
        If there is no such language.
    """
    title = words(language).sections["learn"]["title"].format(label=label)
    sections = _reasons(outcome) + _candidates(outcome.choice) + _pictures(outcome) + _classes(outcome.choice)
    sections += _tellings(outcome) + _leaks(outcome) + _notes(outcome)
    return document(
        title, language, brand=_both("title", label=label), totals=_totals(outcome), contents="", sections=sections,
        style="learnt.css", footer=_both("made_with"),
    )  # fmt: skip


def _both(key: str, /, **values: object) -> str:
    return both_in("learn", key, **values)


def _said(sentence: Said) -> str:
    """Return a sentence in both languages."""
    return "".join(f'<span lang="{each}">{esc(say(sentence, each))}</span>' for each in LANGUAGES)


def _name(name: str) -> str:
    told = {each: named(name, each) for each in LANGUAGES}
    return "".join(f'<span lang="{each}">{esc(text)}</span>' for each, text in told.items())


def _totals(outcome: Outcome) -> str:
    choice = outcome.choice
    picked = _name(choice.picked) if choice.picked else _both("none")
    figures = [
        (picked, "picked"), (f"{choice.score.score:.3f}", "score"), (f"{choice.dumb.score:.3f}", "same_answer"),
        (f"{outcome.rows:,}", "rows"),
    ]  # fmt: skip
    inner = "".join(f'<div class="figure"><dt>{_both(key)}</dt><dd>{value}</dd></div>' for value, key in figures)
    return f'<dl class="figures">{inner}</dl>'


def _reasons(outcome: Outcome) -> str:
    inner = "".join(f'<span lang="{each}">{esc(paragraph(outcome.choice.why, each))}</span>' for each in LANGUAGES)
    return f'<section><h2>{_both("why")}</h2><p class="why">{inner}</p></section>'


def _candidates(choice: Choice) -> str:
    by_language = {each: rows_of(choice, each) for each in LANGUAGES}
    rows = []
    for number, tried in enumerate(choice.tried):
        row = by_language["en"][number]
        why = "".join(f'<span lang="{each}">{esc(by_language[each][number]["why"])}</span>' for each in LANGUAGES)
        kind = "picked" if tried.name == choice.picked else "out" if tried.score is None else ""
        cells = "".join(f'<td class="number">{esc(row[key])}</td>' for key in _HEADS[1:-1])
        rows.append(f'<tr class="{kind}"><th>{_name(tried.name)}</th>{cells}<td>{why}</td></tr>')
    heads = "".join(f"<th>{_name(choice.metric) if key == 'result' else _both(key)}</th>" for key in _HEADS)
    table = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    return f'<section class="list"><h2>{_both("candidates")}</h2>{table}</section>'


def _pictures(outcome: Outcome) -> str:
    choice = outcome.choice
    answered, problem = choice.answered, choice.answered.problem
    found = [_figure("score_cost", _costs(choice), "score_cost_lead")]
    if problem.kind in {"multi-class", "binary"}:
        right = metrics.confusion(problem.targets, answered.answers, len(problem.classes))
        found.append(_figure("confusion", _in_both(
            lambda tell: drawing.confusion(right, problem.classes, (tell["confusion"], tell["answered"]))
        ), "confusion_lead", whole=len(problem.classes) > 8))  # fmt: skip
    if problem.is_classed:
        happened, told = _flat(choice)
        found.append(_figure("calibration", _calibration(happened, told), "calibration_lead",
                             error=metrics.calibration_error(happened, told)))  # fmt: skip
        found += [_figure("roc", _roc(happened, told)), _figure("pr", _pr(happened, told))]
    elif problem.kind == "regression":
        points = list(zip(problem.targets.tolist(), answered.chances.tolist(), strict=True))
        found.append(_figure("predicted", _in_both(
            lambda tell: drawing.scatter(points, (tell["right"], tell["answered"]))
        )))  # fmt: skip
    return f'<section><div class="pictures">{"".join(found)}</div></section>'


def _figure(key: str, chart: str, lead: str = "", *, whole: bool = False, **values: object) -> str:
    under = f"<p>{_both(lead, **values)}</p>" if lead else ""
    return f'<figure class="{"whole" if whole else ""}"><h3>{_both(key)}</h3>{under}{chart}</figure>'


def _in_both(draw: object) -> str:
    """Return a chart in both languages."""
    assert callable(draw)
    return "".join(f'<div lang="{each}">{draw(words(each).sections["learn"])}</div>' for each in LANGUAGES)


def _costs(choice: Choice) -> str:
    told = [each for each in choice.tried if each.score is not None and each.cost is not None]
    bar = None
    if told:
        best = told[0].score
        assert best is not None
        is_loss = choice.metric in {"mae", "mse"}
        bar = best.score + best.error if is_loss else best.score - best.error

    def draw(language: str) -> str:
        rows = [(named(each.name, language), each.cost.price, each.score.score, each.score.low, each.score.high,
                 each.name == choice.picked) for each in told if each.score and each.cost]  # fmt: skip
        axes = words(language).sections["learn"]["cost_axis"], named(choice.metric, language)
        return drawing.costs(rows, bar, axes)

    return "".join(f'<div lang="{each}">{draw(each)}</div>' for each in LANGUAGES)


def _flat(choice: Choice) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each answer that may be given is right, and the chance that was told of it."""
    problem, chances = choice.answered.problem, choice.answered.chances
    if problem.kind == "multi-class":
        return np.eye(len(problem.classes), dtype=np.int8)[problem.targets].ravel(), chances.ravel()
    return problem.targets.ravel(), chances.ravel()


def _calibration(happened: np.ndarray, told: np.ndarray) -> str:
    counts, mean, share = metrics.calibration(happened, told)
    points = [(float(x), float(y)) for count, x, y in zip(counts, mean, share, strict=True) if count]
    return _in_both(
        lambda tell: drawing.curve([("", points)], (tell["chance"], tell["happened"]), diagonal=True, dots=True)
    )


def _roc(happened: np.ndarray, told: np.ndarray) -> str:
    falsely, found = metrics.roc(happened, told)
    points = list(zip(falsely.tolist(), found.tolist(), strict=True))
    return _in_both(lambda tell: drawing.curve([("", points)], (tell["falsely"], tell["found"]), diagonal=True))


def _pr(happened: np.ndarray, told: np.ndarray) -> str:
    recalls, precisions = metrics.precision_recall(happened, told)
    points = list(zip(recalls.tolist(), precisions.tolist(), strict=True))
    return _in_both(lambda tell: drawing.curve([("", points)], (tell["recall"], tell["precision"])))


def _classes(choice: Choice) -> str:
    problem, answered = choice.answered.problem, choice.answered
    every = all_metrics(problem, answered.chances, answered.answers)
    rows = "".join(
        f'<tr><th>{_name(name)}</th><td class="number">{value:.3f}</td></tr>' for name, value in every.items()
    )
    found = _list("metrics", ("metric", "value"), rows)
    if not problem.is_classed:
        return found
    own = metrics.by_class(problem.targets, answered.answers, len(problem.classes))
    thresholds = choice.calibration.thresholds
    if problem.kind == "binary":
        thresholds = (float("nan"), *thresholds)
    order = np.argsort(-own.count, kind="stable")[:_MOST_CLASSES]
    rows = ""
    for place in order:
        values = (own.precision[place], own.recall[place], own.f1[place], thresholds[place] if thresholds else np.nan)
        cells = "".join(f'<td class="number">{"" if np.isnan(each) else f"{each:.3f}"}</td>' for each in values)
        rows += f'<tr><th>{esc(problem.classes[place])}</th><td class="number">{own.count[place]}</td>{cells}</tr>'
    heads = "".join(f"<th>{each}</th>" for each in (
        _both("class"), _both("rows"), _both("precision"), _both("recall"), "F1", _both("threshold")
    ))  # fmt: skip
    table = f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f'<section class="list"><h2>{_both("by_class")}</h2>{table}</section>{found}'


def _list(key: str, heads: tuple[str, ...], rows: str) -> str:
    tops = "".join(f"<th>{_both(each)}</th>" for each in heads)
    table = f'<div class="scroll"><table><thead><tr>{tops}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f'<section class="list"><h2>{_both(key)}</h2>{table}</section>'


def _tellings(outcome: Outcome) -> str:
    if not outcome.tellings:
        return ""
    by_answer: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for each in outcome.tellings:
        shown = each.part if each.part and len({one.column for one in outcome.tellings}) == 1 else " ".join(
            part for part in (each.column, each.part) if part)  # fmt: skip
        if len(by_answer[each.answer]) < _SHOWN:
            by_answer[each.answer].append((shown, each.weight))
    charts = "".join(
        f"<div>{f'<h3>{esc(answer)}</h3>' if answer else ''}{drawing.bars(rows, answer)}</div>"
        for answer, rows in list(by_answer.items())[:_MOST_TELLING]
    )
    lead = f'<p class="lead">{_both("telling_lead")}</p>'
    return f'<section class="list"><h2>{_both("telling")}</h2>{lead}<div class="tellings">{charts}</div></section>'


def _leaks(outcome: Outcome) -> str:
    if not outcome.leaks:
        return ""
    rows = "".join(f'<tr><td>{_said(each.sentence)}</td><td class="number">{each.before:.3f}</td>'
                   f'<td class="number">{"" if np.isnan(each.after) else f"{each.after:.3f}"}</td></tr>'
                   for each in outcome.leaks)  # fmt: skip
    return _list("leaks", ("why", "with", "without"), rows)


def _notes(outcome: Outcome) -> str:
    if not outcome.notes:
        return ""
    rows = "".join(f"<tr><td>{_said(each)}</td></tr>" for each in outcome.notes)
    return _list("notes", ("why",), rows)
