"""Lazy: groups of verbs, each loaded only when it is used, so that help answers at once."""

import importlib
from collections.abc import Sequence
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from kinoeye.cli.options import verb

Verb = tuple[str, str, str]


class LazyGroup(TyperGroup):
    """A group that loads a verb's module only when the verb is used.

    Attributes
    ----------
    verbs : tuple of (name, module in kinoeye.cli, what it does), in the order in which one needs them
        The module has an `app`, or a function of the verb's name and its `EPILOG`.
    """

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Return the verbs in their order."""
        return [name for name, _, _ in self.verbs]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Return a verb; while help is listed, only its name and what it does."""
        for name, module, help_text in self.verbs:
            if name == cmd_name:
                if is_listing(_own(ctx)):
                    return TyperCommand(name, help=help_text, short_help=help_text)
                command = typer.main.get_command(_app(importlib.import_module(f"kinoeye.cli.{module}"), name))
                command.name = name
                return command
        return None


def lazily(verbs: tuple[Verb, ...]) -> type[LazyGroup]:
    """Return the class of a group of these verbs."""
    return type("Verbs", (LazyGroup,), {"verbs": verbs})


def is_listing(arguments: Sequence[str]) -> bool:
    """Return whether a command line asks for the list of verbs."""
    return not arguments or arguments[0] in {"-h", "--help"}


def _own(ctx: typer.Context) -> Sequence[str]:
    """Return what stands behind the group's own name on the command line."""
    depth = 0
    context: Any = ctx
    while context.parent is not None:
        depth, context = depth + 1, context.parent
    return list(ctx.obj or ())[depth:]


def _app(module: Any, name: str) -> typer.Typer:
    if hasattr(module, "app"):
        app = module.app
        assert isinstance(app, typer.Typer)
        return app
    app = verb()
    app.command(name, epilog=module.EPILOG)(getattr(module, name))
    return app
