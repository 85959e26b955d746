"""Spoken lines: phones in order, the pace that was asked for, and a clear word where something is missing."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from kinoeye.errors import InputError, ModelError, UseError
from kinoeye.models import espeak, flite
from kinoeye.models.speech import default_voice, speak
from kinoeye.models.spoken import FASTEST, Utterance, faster

LINE = "Open the door, and step away from the window."
needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")


def pitch_of(samples: np.ndarray, rate_hz: int) -> float:
    """The most frequent pitch of voiced frames, in hertz."""
    size, found = rate_hz // 20, []
    for begin in range(0, len(samples) - size, size // 2):
        frame = samples[begin : begin + size]
        likeness = np.correlate(frame, frame, "full")[size - 1 :]
        low, high = rate_hz // 400, rate_hz // 60
        best = low + int(likeness[low:high].argmax())
        if likeness[best] > 0.6 * likeness[0] and frame.std() > 0.01:
            found.append(rate_hz / best)
    return float(np.median(found))


@pytest.mark.parametrize("voice", ["espeak:en-us", pytest.param("flite:slt", marks=needs_flite)])
def test_a_line_is_spoken_with_its_phones(voice: str) -> None:
    (said,) = speak([Utterance(LINE, voice)])
    assert 1.5 < len(said.samples) / said.rate_hz < 5
    assert np.abs(said.samples).max() <= 1
    assert len(said.phones) > 25
    assert all(a.end <= b.start and a.start < a.end for a, b in zip(said.phones, said.phones[1:], strict=False))
    assert said.phones[-1].end <= len(said.samples)
    assert said.voice == voice
    assert said.licence


@pytest.mark.parametrize("voice", ["espeak:en-us", pytest.param("flite:slt", marks=needs_flite)])
def test_a_line_is_spoken_faster_until_it_fits(voice: str) -> None:
    (usual,) = speak([Utterance(LINE, voice)])
    long = len(usual.samples) / usual.rate_hz
    fitted, hurried = speak([Utterance(LINE, voice, seconds=0.75 * long), Utterance(LINE, voice, seconds=0.1)])
    assert len(fitted.samples) / fitted.rate_hz <= 0.75 * long
    assert fitted.pace > 1.2
    assert hurried.pace == FASTEST
    assert len(hurried.samples) / hurried.rate_hz > 0.1  # never cut off


def test_espeak_does_the_pitch() -> None:
    low, high = speak([Utterance(LINE, "espeak:en-us", pitch=factor) for factor in (0.75, 1.5)])
    assert (low.pitch, high.pitch) == (0.75, 1.5)
    assert pitch_of(high.samples, high.rate_hz) / pitch_of(low.samples, low.rate_hz) == pytest.approx(2, rel=0.15)


@pytest.mark.parametrize(
    ("voice", "line"), [("cmn", "你好，今天我们开始拍摄电影。"), ("ru", "Здравствуйте"), ("fr", "Bonjour")]
)
def test_other_languages_are_spoken(voice: str, line: str) -> None:
    (said,) = speak([Utterance(line, f"espeak:{voice}")])
    assert len(said.samples) / said.rate_hz > 0.3
    assert len(said.phones) >= 5


def test_more_than_a_hundred_languages() -> None:
    assert len({language for language, _ in espeak.voices()}) > 100


def test_the_same_line_twice_is_the_same() -> None:
    one, other = speak([Utterance(LINE, "espeak:en-us")]), speak([Utterance(LINE, "espeak:en-us")])
    assert np.array_equal(one[0].samples, other[0].samples)


@pytest.mark.parametrize(
    ("utterance", "match"),
    [
        (Utterance("", "espeak:en"), "must have 1 to 20000 characters, got 0"),
        (Utterance("a" * 20_001, "espeak:en"), "got 20001"),
        (Utterance("a", "espeak:en", pace=3), r"pace must lie in 0\.5\.\.2\.0, got 3"),
        (Utterance("a", "parrot:en"), "must be flite:NAME, rhvoice:NAME, espeak:NAME or file:PATH, got 'parrot:en'"),
        (Utterance("a", "espeak:"), "got 'espeak:'"),
        (Utterance("a", "espeak:tlh-x"), "espeak must have the voice 'tlh-x'"),
        (Utterance("a", "file:/no/such.onnx"), "the file of a voice must be there"),
    ],
)
def test_refusals(utterance: Utterance, match: str) -> None:
    with pytest.raises(UseError, match=match):
        speak([utterance])


@needs_flite
def test_an_unknown_voice_of_flite_is_refused_with_those_there_are() -> None:
    with pytest.raises(UseError, match=r"one of .*slt.*, got 'anna'"):
        speak([Utterance("a", "flite:anna")])


def test_without_flite_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flite.shutil, "which", lambda _: None)
    with pytest.raises(ModelError, match="apt-get install flite"):
        speak([Utterance("a", "flite:slt")])
    assert default_voice("en-GB") == "espeak:en-GB"
    assert default_voice("zh") == "espeak:cmn"


def test_faster_stops_where_it_fits_and_at_the_limit() -> None:
    assert faster(1.0, 2.0, None) == faster(1.0, 2.0, 2.0) == 1.0
    assert faster(1.0, 2.0, 1.6) == pytest.approx(1.25)
    assert faster(1.9, 9.0, 1.0) == faster(FASTEST, 9.0, 1.0) == FASTEST


@pytest.fixture
def own_voice(tmp_path: Path) -> Path:
    """The smallest net of Piper's form: 256 samples of 0.1 for each phoneme, times the length scale."""
    nodes = [
        helper.make_node("Cast", ["input_lengths"], ["count"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scales", "one"], ["length"]),
        helper.make_node("Mul", ["count", "length"], ["scaled"]),
        helper.make_node("Mul", ["scaled", "hop"], ["samples"]),
        helper.make_node("Cast", ["samples"], ["size"], to=TensorProto.INT64),
        helper.make_node("Concat", ["ones", "size"], ["shape"], axis=0),
        helper.make_node("Expand", ["level", "shape"], ["output"]),
        helper.make_node("Shape", ["input"], ["unused"]),
    ]
    values = {"one": np.array([1]), "hop": np.array([256], np.float32), "ones": np.array([1, 1]),
              "level": np.full((1, 1, 1), 0.1, np.float32)}  # fmt: skip
    graph = helper.make_graph(
        nodes, "voice",
        [helper.make_tensor_value_info("input", TensorProto.INT64, [1, "n"]),
         helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
         helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "t"])],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    file = tmp_path / "anna.onnx"
    onnx.save(model, file)
    numbers = {
        "^": [1],
        "$": [2],
        "_": [0],
        **{letter: [3 + n] for n, letter in enumerate("abcdefhiklmnoprstuvwzæðŋɐəɛɪ ")},
    }
    about = {"audio": {"sample_rate": 22_050}, "espeak": {"voice": "en-us"}, "phoneme_id_map": numbers,
             "inference": {"length_scale": 1.0}, "num_speakers": 1}  # fmt: skip
    file.with_name("anna.onnx.json").write_text(json.dumps(about), encoding="utf-8")
    return file


def test_the_users_own_voice_is_loaded_and_paced(own_voice: Path) -> None:
    usual, slow = speak([Utterance(LINE, f"file:{own_voice}", pace=pace) for pace in (1.0, 0.5)])
    assert usual.rate_hz == 22_050
    assert len(usual.samples) % 256 == 0
    assert len(usual.samples) / 256 > 30  # a phoneme and a pad for each sound
    assert len(slow.samples) == 2 * len(usual.samples)
    (fitted,) = speak([Utterance(LINE, f"file:{own_voice}", seconds=0.7 * len(usual.samples) / 22_050)])
    assert len(fitted.samples) <= 0.7 * len(usual.samples)


def test_a_voice_without_its_description_is_refused(own_voice: Path) -> None:
    beside = own_voice.with_name("anna.onnx.json")
    beside.write_text('{"audio": {}}')
    with pytest.raises(InputError, match=r"anna\.onnx\.json must describe the voice as Piper does"):
        speak([Utterance("Hello.", f"file:{own_voice}")])
    beside.unlink()
    with pytest.raises(InputError, match=r"Put the voice's \.onnx\.json beside"):
        speak([Utterance("Hello.", f"file:{own_voice}")])
    own_voice.write_bytes(b"\x80\x04not a net")
    with pytest.raises(InputError, match="pickle"):
        speak([Utterance("Hello.", f"file:{own_voice}")])


def test_espeak_says_where_words_begin() -> None:
    text = "Forty-one goodbyes, and I believe none of them."
    (said,) = espeak.speak([Utterance(text, "en-us")])
    assert len(said.begins) == len(text.split())
    assert list(said.begins) == sorted(set(said.begins))
    assert 0 <= said.begins[0] < said.rate_hz // 20
    assert said.begins[-1] < len(said.samples)
    starts = [phone.start for phone in said.phones]
    assert all(min(abs(begin - start) for start in starts) < said.rate_hz // 20 for begin in said.begins)
