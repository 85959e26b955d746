"""Ready: which analyses can run here and now, and why the others cannot.

An analysis is left out, once and with one sentence, where a person has not yet said what it asks for (a purpose),
where weights have not been fetched or are not what they should be, or where an analysis that it needs is left out.
That is no fault of any asset. One that only may use a model runs without it, and that is told where the model is
there and damaged, or what loads it is not installed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kinoeye.analysis import Analysis
from kinoeye.errors import ModelError
from kinoeye.run.settings import FILE


def ready(
    analyses: Sequence[Analysis], settings: Mapping[str, Mapping[str, Any]], identity: Callable[[str], str]
) -> tuple[list[Analysis], dict[str, str]]:
    """Part analyses into those that can run and those that are left out.

    Parameters
    ----------
    analyses : sequence of Analysis
    settings : mapping
        By analysis.
    identity : callable
        Hash of a model by its name; raises `MissingError` where it is not there.

    Returns
    -------
    list of Analysis
        In the same order.
    dict of str to str
        Why an analysis is left out, and what to do, as a sentence.
    """
    reasons = {each.name: _reason(each, settings.get(each.name, {}), identity) for each in analyses}
    left_out = {name: reason for name, reason in reasons.items() if reason}
    while True:
        more = {
            each.name: f"needs {need}, which is left out"
            for each in analyses
            for need, is_needed in each.inputs.items()
            if is_needed and need in left_out and each.name not in left_out
        }
        if not more:
            return [each for each in analyses if each.name not in left_out], left_out
        left_out |= more


def without(analyses: Sequence[Analysis], identity: Callable[[str], str]) -> dict[str, str]:
    """Return of analyses that run without a model that is there and cannot be used: why, and what to do.

    Parameters
    ----------
    analyses : sequence of Analysis
    identity : callable
        As `ready` takes it.
    """
    reasons = {each.name: each.passed_over(identity).values() for each in analyses}
    return {name: "; ".join(map(_sentence, errors)) for name, errors in reasons.items() if errors}


def _sentence(error: ModelError) -> str:
    return f"{error.message.removeprefix('models: ')}. {error.remedy}"


def _reason(analysis: Analysis, settings: Mapping[str, Any], identity: Callable[[str], str]) -> str:
    for name in analysis.asks:
        if not settings.get(name):
            return f'asks for {name}. Say it in {FILE}, in [{analysis.name}]: {name} = "…"'
    try:
        analysis.weights(identity)
    except ModelError as error:
        return f"needs {_sentence(error)}"
    return ""
