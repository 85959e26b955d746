"""Learnt: what learning says, as sentences in English and Chinese, and a model card in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from kinoeye.export.words import LANGUAGES, words
from kinoeye.learn.choice import Choice, Tried
from kinoeye.learn.learning import Outcome
from kinoeye.learn.said import Said

_NAMED = ("name", "best", "kind", "metric")  # values that have a name in each language


def say(sentence: Said, language: str) -> str:
    """Return a sentence in a language."""
    names = words(language).sections["learners"]
    values = {key: names.get(value, value) if key in _NAMED else value for key, value in sentence.values.items()}
    return words(language).sections["learn"][sentence.key].format(**values)


def paragraph(sentences: Sequence[Said], language: str) -> str:
    """Return sentences as one paragraph."""
    return ("" if language == "zh" else " ").join(say(each, language) for each in sentences)


def named(name: str, language: str) -> str:
    """Return what a way of learning, a metric or a kind of problem is called."""
    return words(language).sections["learners"].get(name, name)


def rows_of(choice: Choice, language: str) -> list[dict[str, Any]]:
    """Return every candidate as a row for people: score, interval, cost, and why it is out."""
    return [_row(each, choice, language) for each in choice.tried]


def card(outcome: Outcome, facts: Mapping[str, Any], language: str = "en", more: Sequence[str] = ()) -> bytes:
    """Return the model card as Markdown, UTF-8.

    Parameters
    ----------
    outcome : Outcome
    facts : mapping
        Of the model's own card: data, versions.
    language : en or zh
    more : sequence of str
        Further sections, each a whole one in Markdown: how groups of rows fare, for instance.
    """
    choice, tell = outcome.choice, words(language).sections["learn"]
    label = str(facts["wishes"]["label"])
    lines = [f"# {tell['title'].format(label=_plain(label))}", "", paragraph(choice.why, language), ""]
    lines += [f"## {tell['candidates']}", ""]
    heads = ("name", "result", "interval", "train", "latency", "memory", "size", "why")
    lines += _table([tell[each] for each in heads], [
        [row[each] for each in heads] for row in rows_of(choice, language)
    ])  # fmt: skip
    if outcome.leaks:
        lines += ["", f"## {tell['leaks']}", ""]
        lines += [f"- {_plain(say(each.sentence, language))} ({tell['with']}: {each.before:.3f}; "
                  f"{tell['without']}: {each.after:.3f})" for each in outcome.leaks]  # fmt: skip
    if outcome.notes:
        lines += ["", f"## {tell['notes']}", "", *(f"- {_plain(say(each, language))}" for each in outcome.notes)]
    if outcome.tellings:
        lines += ["", f"## {tell['telling']}", ""]
        lines += _table([tell["class"], tell["telling"], ""], [
            [each.answer, " ".join(part for part in (each.column, each.part) if part), f"{each.weight:.3f}"]
            for each in outcome.tellings[:60]
        ])  # fmt: skip
    for section in more:
        lines += ["", section.strip()]
    lines += ["", f"## {tell['data']}", "", f"{_plain(str(facts.get('from', '')))}: {outcome.rows} {tell['rows']}, "
              f"SHA-256 `{outcome.data}`"]  # fmt: skip
    if versions := facts.get("versions"):
        lines += ["", f"## {tell['versions']}", "", ", ".join(f"{name} {each}" for name, each in versions.items())]
    lines += ["", f"## {tell['use']}", "", "```", "kinoeye learn use MODEL TABLE --json", "```", ""]
    return "\n".join(lines).encode()


def in_all(sentences: Sequence[Said]) -> dict[str, str]:
    """Return sentences as one paragraph in every language."""
    return {language: paragraph(sentences, language) for language in LANGUAGES}


def _row(tried: Tried, choice: Choice, language: str) -> dict[str, Any]:
    reason = say(tried.stopped or tried.reason, language)
    row: dict[str, Any] = {"name": named(tried.name, language), "result": "", "interval": "", "train": "",
                           "latency": "", "memory": "", "size": "", "why": reason}  # fmt: skip
    if tried.score is not None and tried.cost is not None:
        row |= {
            "result": f"{tried.score.score:.3f}" + (" ◀" if tried.name == choice.picked else ""),
            "interval": f"{tried.score.low:.3f}–{tried.score.high:.3f}", "train": f"{tried.cost.train:.2f}",
            "latency": f"{1e6 * tried.cost.answer:.0f}", "memory": f"{tried.cost.memory:.0f}",
            "size": f"{tried.cost.size / 1e6:.2f}",
        }  # fmt: skip
    return row


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    lines = [f"| {' | '.join(map(_plain, heads))} |", f"|{' --- |' * len(heads)}"]
    return [*lines, *(f"| {' | '.join(_plain(str(each)) for each in row)} |" for row in rows)]


def _plain(text: str) -> str:
    """Return text that is only text in Markdown."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'").replace("\n", " ")
