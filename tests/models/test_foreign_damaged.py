"""Damaged model files are refused or read, whatever byte is wrong: never another error, never a hang."""

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kinoeye.errors import InputError
from kinoeye.models import foreign_archive, foreign_keras, lite_file, onnx_file

files = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("foreign_files.py"))))

ROUNDS = 400


def unpack(file: Path) -> None:
    target = file.parent / "unpacked"
    target.mkdir(exist_ok=True)
    (target / foreign_archive.WEIGHTS).unlink(missing_ok=True)
    config, _ = foreign_archive.unpack(file, target, 1 << 20)
    foreign_keras.check(file, config)


@pytest.mark.parametrize(
    ("make", "look"), [(files.net, onnx_file.look), (files.lite, lite_file.look), (files.archive, unpack)],
    ids=["onnx", "tflite", "keras"],
)  # fmt: skip
def test_any_damage_is_a_plain_error(tmp_path: Path, make: Callable[[Path], Path], look: Callable[[Path], Any]) -> None:
    whole = make(tmp_path / "whole").read_bytes()
    random = np.random.default_rng(7)
    refused = 0
    for number in range(ROUNDS):
        content = bytearray(whole)
        for _ in range(random.integers(1, 5)):
            content[random.integers(len(content))] = random.integers(256)
        if number % 4 == 0:
            content = content[: random.integers(len(content))]
        (tmp_path / "damaged").write_bytes(content)
        try:
            look(tmp_path / "damaged")
        except InputError as error:
            refused += 1
            assert "models: " in error.message  # noqa: PT017
    assert refused > ROUNDS // 8


plain = some.none() | some.booleans() | some.integers() | some.text(max_size=8) | some.just("Lambda")
names = some.sampled_from(["class_name", "config", "module", "registered_name", "layers", "kwargs", "activation", "name"])
described = some.recursive(plain, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(names, inner, max_size=4))


@settings(max_examples=300)
@given(described)
def test_any_description_is_checked_or_refused(config: Any) -> None:
    try:
        foreign_keras.check(Path("net.keras"), {"class_name": "Sequential", "config": {"layers": [config]}})
    except InputError as error:
        assert error.remedy
    else:
        assert "'class_name': 'Lambda'" not in repr(config)
