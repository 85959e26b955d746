"""Lazy groups: help lists every verb without loading one, and each verb that is listed loads."""

import importlib
import subprocess
import sys

import pytest

from kinoeye.cli import catalogue, main


@pytest.mark.parametrize("module", [
    *[each[1] for each in main.VERBS], *[each[1] for each in catalogue.VERBS]
])  # fmt: skip
def test_every_verb_that_is_listed_is_there(module: str) -> None:
    loaded = importlib.import_module(f"kinoeye.cli.{module}")
    assert hasattr(loaded, "app") or loaded.EPILOG


@pytest.mark.parametrize("group", [[], ["catalogue"]])
def test_help_loads_no_verb(group: list[str]) -> None:
    code = (
        "import sys; from kinoeye.cli.main import main\n"
        f"try: main([*{group!r}, '--help'])\n"
        "except SystemExit: pass\n"
        "print([each for each in ('pyarrow', 'ibis', 'sqlalchemy', 'scipy') if each in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip().endswith("[]")
    assert "Example:" in shown
