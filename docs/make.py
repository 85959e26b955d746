"""Make the pages of docs/tables from the tables themselves, and docs/commands.md from the commands' own help.

Usage: python docs/make.py [--check]; with --check nothing is written, and the exit status tells whether all is in step.
"""

import contextlib
import importlib
import io
import os
import sys
from pathlib import Path

import typer

from kinoeye.analysis import Analysis
from kinoeye.cli.main import VERBS
from kinoeye.cli.main import main as main_of_cli
from kinoeye.run.list import ANALYSES, TABLES
from kinoeye.tables import Table

DOCS = Path(__file__).parent
os.environ["COLUMNS"] = "100"  # the help is as wide as this, whatever the terminal


def main() -> int:
    """Write the pages, or say which are out of step."""
    pages = {f"tables/{table.name}.md": table_page(table) for table in TABLES}
    pages["tables/README.md"] = index_page()
    pages["commands.md"] = commands_page()
    stale = [name for name, text in pages.items() if _read(DOCS / name) != text]
    gone = [p.name for p in (DOCS / "tables").glob("*.md") if f"tables/{p.name}" not in pages]
    if "--check" in sys.argv[1:]:
        if stale or gone:
            sys.stderr.write(f"docs: pages must be in step with the tables, got {stale + gone}. Run: make docs\n")
        return 1 if stale or gone else 0
    for name in stale:
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(pages[name], encoding="utf-8")
    for name in gone:
        (DOCS / "tables" / name).unlink()
    return 0


def table_page(table: Table) -> str:
    """Return the page of one table."""
    lines = [f"# {table.name}", "", table.meaning, ""]
    made = next((each for each in ANALYSES if each.name == table.name), None)
    if made is not None:
        lines += [_origin(made), ""]
    lines += ["| column | type | unit or range | meaning |", "| --- | --- | --- | --- |"]
    for field in table.stored_schema:
        facts = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        lines.append(f"| `{field.name}` | {_plain(str(field.type))} | {_plain(facts.get('unit', ''))} "
                     f"| {_plain(facts['meaning'])} |")  # fmt: skip
    if made is not None and made.settings:
        lines += ["", f"Settings, in `[{made.name}]` of `kinoeye.toml`, with their defaults:", ""]
        lines += [f"- `{name} = {_toml(value)}`" for name, value in made.settings.items()]
    return "\n".join(lines) + "\n"


def index_page() -> str:
    """Return the page that lists all tables."""
    lines = ["# Tables", "", "Everything that is known stands in one of these. Times are flicks (1/705,600,000 s).", ""]
    lines += ["| table | what a row is |", "| --- | --- |"]
    lines += [f"| [{table.name}]({table.name}.md) | {_plain(table.meaning)} |" for table in TABLES]
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Return the page of all commands."""
    lines = ["# Commands", ""]
    for verb, _, _ in VERBS:
        lines += [f"## {verb}", "", "```", _help(verb), "```", ""]
        for name in _doings(verb):
            lines += [f"### {verb} {name}", "", "```", _help(verb, name), "```", ""]
    return "\n".join(lines)


def _doings(verb: str) -> list[str]:
    """Return what a verb that does several things does."""
    module = next(module for name, module, _ in VERBS if name == verb)
    command = typer.main.get_command(importlib.import_module(f"kinoeye.cli.{module}").app)
    return list(getattr(command, "commands", ()))


def _help(*verbs: str) -> str:
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        main_of_cli([*verbs, "--help"])
    return heard.getvalue().strip()


def _origin(made: Analysis) -> str:
    inputs = ", ".join(f"`{name}`" if needed else f"`{name}` (where there is one)"
                       for name, needed in made.inputs.items())  # fmt: skip
    models = f", with the model {', '.join(f'`{model}`' for model in made.models)}" if made.models else ""
    if made.may_use:
        models += f"; it uses the first of {', '.join(f'`{model}`' for model in made.may_use)} that can be used"
    scope = "each asset" if made.scope == "asset" else "the whole production"
    return f"Made by the analysis `{made.name}` (version {made.version}) for {scope}, from {inputs}{models}."


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(list(value) if isinstance(value, tuple) else value)


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
