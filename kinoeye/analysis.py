"""The mark of an analysis: a pure function from streams and tables to one table.

The decorator only marks. Parameters before the ``*`` are inputs, each named after the stream or table it is; one with
the default None is optional. Parameters after the ``*`` are settings with defaults. The runner needs no other wiring.

Where there may be more rows than memory holds, a table that is an input is annotated as `kinoeye.tables.Stored`, and
the function yields its answer: tables of some rows, one after the other, each stored when it comes.
"""

import inspect
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol, TypeVar, get_args

from kinoeye.errors import MissingError, ModelError

Scope = Literal["asset", "production"]

# The input of a production's analysis that is its own last answer; no part of its fingerprint.
PREVIOUS = "previous"
Function = TypeVar("Function", bound=Callable[..., Any])


class Named(Protocol):
    """A table, as far as the mark needs to know one."""

    @property
    def name(self) -> str:
        """The table's name."""


@dataclass(frozen=True)
class Analysis:
    """What the runner knows of an analysis.

    Parameters
    ----------
    function : callable
    table : Table
        What it makes; its name is the analysis' name.
    version : int
        Up by one when the same input gives another answer.
    scope : asset or production
    models : tuple of str
        Names in the models registry; their hashes enter the fingerprint.
    asks : tuple of str
        Settings without which it does not run: what a person must say first, such as a purpose.
    may_use : tuple of str
        Names in the models registry of which it uses the first that can be used, and does without if none can.
    purpose : str
        What viewing logs must be kept for to be used by it; empty where it is not about viewers.
    """

    function: Callable[..., Any]
    table: Named
    version: int
    scope: Scope
    models: tuple[str, ...]
    asks: tuple[str, ...] = ()
    may_use: tuple[str, ...] = ()
    purpose: str = ""

    @property
    def name(self) -> str:
        """The name of the function and of its table."""
        return self.table.name

    @cached_property
    def inputs(self) -> dict[str, bool]:
        """Streams and tables it takes, in order; True where it cannot do without."""
        return {
            name: parameter.default is parameter.empty
            for name, parameter in inspect.signature(self.function).parameters.items()
            if parameter.kind is not parameter.KEYWORD_ONLY
        }

    def takes(self, name: str, kind: type) -> bool:
        """Return whether an input is annotated as of this type, or as of it or None."""
        said = inspect.signature(self.function, eval_str=True).parameters[name].annotation
        return kind in {said, *get_args(said)}

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Settings with their defaults."""
        return {
            name: parameter.default
            for name, parameter in inspect.signature(self.function).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }

    def weights(self, identity: Callable[[str], str]) -> dict[str, str]:
        """Return the models that it has to run with, each with its hash.

        Parameters
        ----------
        identity : callable
            Hash of a model by its name.

        Raises
        ------
        ModelError
            If one that it needs is missing, or is not what it should be.
        """
        return {name: identity(name) for name in self.models} | first_there(self.may_use, identity)

    def passed_over(self, identity: Callable[[str], str]) -> dict[str, ModelError]:
        """Return why it does without models that it may use, would rather have and that are there, by their names."""
        why: dict[str, ModelError] = {}
        for name in self.may_use:
            try:
                identity(name)
            except MissingError:
                continue
            except ModelError as error:
                why[name] = error
            else:
                break
        return why


def first_there(names: Iterable[str], identity: Callable[[str], str]) -> dict[str, str]:
    """Return the first of some models that can be used, with its hash; nothing if none can."""
    for name in names:
        with suppress(ModelError):
            return {name: identity(name)}
    return {}


def analysis(
    table: Named,
    *,
    version: int,
    scope: Scope = "asset",
    models: tuple[str, ...] = (),
    asks: tuple[str, ...] = (),
    may_use: tuple[str, ...] = (),
    purpose: str = "",
) -> Callable[[Function], Function]:
    """Mark a function as the analysis that makes `table`.

    Parameters
    ----------
    table : Table
    version : int
        Up by one when the same input gives another answer.
    scope : asset or production
        `asset`: run for every asset that has the inputs; of a table of the whole production it gets the rows whose
        `asset` is its own, maybe none. `production`: run once, with the named tables of all assets
        as one table each, `asset` in front; an input named `previous` is its own last answer, without rows at first.
    models : tuple of str
        Names in the models registry that it uses.
    asks : tuple of str
        Settings without which it does not run.
    may_use : tuple of str
        Names in the models registry, best first, of which it uses the first that can be used; none need be.
    purpose : str
        Of an analysis of the production that is about viewers: what their logs must be kept for (statistics, profiles,
        recommend). Of the table `events` it gets the logs that are; where it takes only what was made of them, it is
        left out unless all are.
    """

    def mark(function: Function) -> Function:
        function.__dict__["analysis"] = Analysis(function, table, version, scope, models, asks, may_use, purpose)
        return function

    return mark


def marked(function: Callable[..., Any]) -> Analysis:
    """Return the mark of an analysis."""
    mark = function.__dict__["analysis"]
    assert isinstance(mark, Analysis)
    return mark
