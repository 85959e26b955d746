"""Voices from files: the user's own ONNX voices of Piper's form, their phonemes by espeak-ng.

Beside ``anna.onnx`` lies ``anna.onnx.json``, which says the rate, the language, and the number of each phoneme. The
licence of a voice, and whose voice it is, is for its owner to know.

Source: rhasspy/piper, src/python_run/piper/voice.py and config.py (MIT).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.errors import InputError, ModelError
from kinoeye.models import espeak, onnx_file
from kinoeye.models.nets import Net, load
from kinoeye.models.spoken import Spoken, Utterance, faster, trimmed

LICENCE = "the file's own"

_BEGIN, _END, _PAD = "^", "$", "_"
_ROUNDS = 3


def speak(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Speak lines, each faster until it fits the seconds it has; `voice` is the path of the file.

    Raises
    ------
    InputError
        If the file is no ONNX, or its description is missing or wrong.
    ModelError
        If the net is none of Piper's form.
    """
    spoken = []
    nets: dict[str, tuple[Net, dict[str, Any]]] = {}
    for each in utterances:
        if each.voice not in nets:
            nets[each.voice] = _opened(Path(each.voice))
        spoken.append(_said(*nets[each.voice], each))
    return spoken


def _opened(file: Path) -> tuple[Net, dict[str, Any]]:
    onnx_file.check(file)
    beside = file.with_name(file.name + ".json")
    try:
        about = json.loads(beside.read_text("utf-8"))
        wanted: dict[str, Any] = {
            "rate_hz": int(about["audio"]["sample_rate"]),
            "language": str(about["espeak"]["voice"]),
            "numbers": {str(name): [int(n) for n in ids] for name, ids in about["phoneme_id_map"].items()},
            "scales": [float(about.get("inference", {}).get(name, value)) for name, value in _SCALES],
            "speakers": int(about.get("num_speakers", 1)),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"voice: {beside} must describe the voice as Piper does, got {type(error).__name__}: {error}",
            remedy="Put the voice's .onnx.json beside its .onnx",
        ) from error
    net = load(file.stem, file)
    needed = {"input", "input_lengths", "scales"} | ({"sid"} if wanted["speakers"] > 1 else set())
    if set(net.inputs) != needed or not 8000 <= wanted["rate_hz"] <= 96_000:
        raise ModelError(f"voice: {file.name} must be a net of Piper's form, got inputs {sorted(net.inputs)}")
    return net, wanted


_SCALES = (("noise_scale", 0.667), ("length_scale", 1.0), ("noise_w", 0.8))


def _said(net: Net, about: dict[str, Any], each: Utterance) -> Spoken:
    (pronounced,) = espeak.phonemes([each.text], about["language"])
    numbers = about["numbers"]
    row = [*numbers.get(_BEGIN, []), *numbers.get(_PAD, [])]
    for phoneme in pronounced:  # what the voice does not know is left out, as Piper does
        if phoneme in numbers:
            row += [*numbers[phoneme], *numbers.get(_PAD, [])]
    row += numbers.get(_END, [])
    pace = each.pace
    noise, length, width = about["scales"]
    for _ in range(_ROUNDS):
        inputs: dict[str, Any] = {
            "input": np.array([row], np.int64),
            "input_lengths": np.array([len(row)], np.int64),
            "scales": np.array([noise, length / pace, width], np.float32),
        }
        if about["speakers"] > 1:
            inputs["sid"] = np.zeros(1, np.int64)
        samples = np.clip(np.asarray(net.run(inputs)[0], np.float32).reshape(-1), -1, 1)
        speech, _ = trimmed(samples, about["rate_hz"], ())
        wanted = faster(pace, len(speech) / about["rate_hz"], each.seconds)
        if wanted == pace:
            break
        pace = wanted
    return Spoken(speech, about["rate_hz"], (), f"file:{each.voice}", LICENCE, pace, 1.0)
