"""espeak-ng: formant voices of more than a hundred languages, with the time of every phone.

espeak-ng is a program of its own under the GPL: it is loaded in a process that does nothing else (``python -m
kinoeye.models.espeak``: lines as JSON in, samples as .npz out), and never linked into Kinoeye. What it speaks is free.

Source: espeak-ng, src/include/espeak-ng/speak_lib.h.
"""

import ctypes
import functools
import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import espeakng_loader
import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError, UseError
from kinoeye.models.spoken import Phone, Spoken, Utterance, faster, missing, trimmed

LICENCE = "GPL-3.0-or-later (the engine; what it speaks is free)"
WORDS_A_MINUTE = 175  # its own pace
# Its scale of pitch, and by what each step multiplies a voice's own; measured over three voices.
PITCHES, FACTORS = (0, 25, 50, 75, 99), (0.69, 0.83, 1.0, 1.27, 1.66)

_SYNCHRONOUS, _PHONEME_EVENTS, _DO_NOT_EXIT = 2, 1, 0x8000
_RATE, _PITCH, _RANGE = 1, 3, 4
_UTF8, _WORD, _PHONEMES_ONLY = 1, 1, 7
_SECONDS = 600
_PAUSE = "_"
_ROUNDS = 6  # of speaking faster; the length follows the pace only roughly


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text", ctypes.c_int), ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    )  # fmt: skip


class _Voice(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.c_char_p), ("identifier", ctypes.c_char_p))


def speak(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Speak lines, each faster until it fits the seconds it has.

    Raises
    ------
    UseError
        If it has no such voice.
    ModelError
        If it cannot be loaded.
    """
    with np.load(io.BytesIO(_asked([asdict(each) for each in utterances]))) as answer:
        facts = json.loads(bytes(answer["facts"]).decode())
        if "unknown" in facts:
            raise UseError(f"voice: espeak must have the voice {facts['unknown']!r}, got none of that name",
                           remedy="See them with: kinoeye voice DIR --voices")  # fmt: skip
        return [
            Spoken(answer[f"samples_{n}"], facts["rate_hz"], tuple(Phone(*phone) for phone in phones),
                   f"espeak:{each.voice}", LICENCE, pace,
                   float(np.clip(each.pitch, FACTORS[0], FACTORS[-1])), tuple(begins))
            for n, (each, phones, pace, begins) in enumerate(
                zip(utterances, facts["phones"], facts["paces"], facts["begins"], strict=True)
            )
        ]  # fmt: skip


def phonemes(texts: Sequence[str], voice: str) -> list[str]:
    """Return how a voice would pronounce texts, in the International Phonetic Alphabet.

    Raises
    ------
    UseError, ModelError
    """
    answer = json.loads(_asked({"phonemes": list(texts), "voice": voice}))
    if "unknown" in answer:
        raise UseError(f"voice: espeak must have the voice {voice!r}, got none of that name")
    return [str(each) for each in answer["phonemes"]]


@functools.cache
def voices() -> tuple[tuple[str, str], ...]:
    """Return its voices: language and name.

    Raises
    ------
    ModelError
        If it cannot be loaded.
    """
    return tuple((str(language), str(name)) for language, name in json.loads(_asked("voices")))


def _asked(task: Any) -> bytes:
    command = [sys.executable, "-P", "-m", "kinoeye.models.espeak"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(task).encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise missing("espeak-ng", str(error), "Install Kinoeye again: espeakng-loader belongs to it") from error
    if done.returncode:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no answer"])[-1]
        raise missing("espeak-ng", last, "Install Kinoeye again: espeakng-loader belongs to it")
    return done.stdout


class _Engine:
    """The loaded library; one a process."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(espeakng_loader.get_library_path())
        folder = str(espeakng_loader.get_data_path()).encode()
        options = _PHONEME_EVENTS | _DO_NOT_EXIT
        self.rate_hz = int(self.library.espeak_Initialize(_SYNCHRONOUS, 0, folder, options))
        if self.rate_hz <= 0:
            raise ModelError(f"espeak-ng must start with its own data, got error {self.rate_hz}")
        self.blocks: list[npt.NDArray[np.int16]] = []
        self.starts: list[tuple[str, int]] = []
        self.words: list[tuple[int, int]] = []
        form = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
        self.callback = form(self._take)
        self.library.espeak_SetSynthCallback(self.callback)
        self.library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self.blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        number = 0
        while events[number].type:
            event = events[number]
            if event.type == _PHONEMES_ONLY:
                self.starts.append((event.name.decode("utf-8", "replace"), event.sample))
            elif event.type == _WORD:
                self.words.append((event.text - 1, event.sample))  # it counts characters from 1
            number += 1
        return 0

    def choose(self, voice: str) -> bool:
        """Choose a voice by name; say whether there is one."""
        return not self.library.espeak_SetVoiceByName(voice.encode())

    def say(self, each: Utterance) -> tuple[npt.NDArray[np.float32], tuple[Phone, ...], float, tuple[int, ...]]:
        """Speak a line, faster until it fits; return it, its phones, the pace, and where its words begin."""
        pace = each.pace
        for _ in range(_ROUNDS):
            samples, phones, begins = self._once(each, pace)
            wanted = faster(pace, len(samples) / self.rate_hz, each.seconds)
            if wanted == pace:
                break
            pace = wanted
        return samples, phones, pace, begins

    def _once(self, each: Utterance, pace: float) -> tuple[npt.NDArray[np.float32], tuple[Phone, ...], tuple[int, ...]]:
        for kept in (self.blocks, self.starts, self.words):
            kept.clear()
        pitch = round(float(np.interp(each.pitch, FACTORS, PITCHES)))
        variation = round(np.clip(50 * each.variation, 0, 99))
        for setting, value in ((_RATE, round(WORDS_A_MINUTE * pace)), (_PITCH, pitch), (_RANGE, variation)):
            self.library.espeak_SetParameter(setting, value, 0)
        data = each.text.encode()
        self.library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, _UTF8, None, None)
        samples = np.concatenate(self.blocks) / np.float32(32768) if self.blocks else np.zeros(1, np.float32)
        ends = [start for _, start in self.starts[1:]] + [len(samples)]
        phones = [Phone(name, start, end) for (name, start), end in zip(self.starts, ends, strict=True)
                  if name and not name.startswith(_PAUSE)]  # fmt: skip
        words = [Phone("", start, len(samples)) for start in self._begins(each.text)]
        _, moved = trimmed(samples.astype(np.float32), self.rate_hz, words)
        begins = tuple(word.start for word in moved)
        return *trimmed(samples.astype(np.float32), self.rate_hz, phones), begins

    def _begins(self, text: str) -> list[int]:
        """Return where the words begin that stand between spaces; none if it took one for none."""
        found = []
        for word in re.finditer(r"\S+", text):
            inside = [sample for place, sample in self.words if word.start() <= place < word.end()]
            found += [min(inside)] if inside else []
        return found if len(found) == len(text.split()) else []

    def phonemes(self, text: str) -> str:
        """Return how a text is pronounced."""
        buffer = ctypes.create_string_buffer(text.encode())
        place = ctypes.c_void_p(ctypes.addressof(buffer))
        parts = []
        while place.value:
            parts.append(self.library.espeak_TextToPhonemes(ctypes.byref(place), _UTF8, 0x02) or b"")
        return " ".join(part.decode("utf-8", "replace") for part in parts if part)

    def voices(self) -> list[tuple[str, str]]:
        """Return language and name of every voice."""
        found, number = self.library.espeak_ListVoices(None), 0
        rows = []
        while found[number]:
            voice = found[number].contents
            rows.append((voice.languages[1:].decode("utf-8", "replace"), voice.name.decode("utf-8", "replace")))
            number += 1
        return sorted(rows)


def _serve() -> None:
    task, engine = json.load(sys.stdin), _Engine()
    if task == "voices":
        sys.stdout.write(json.dumps(engine.voices()))
    elif isinstance(task, dict):
        is_there = engine.choose(task["voice"])
        answer = {"phonemes": [engine.phonemes(each) for each in task["phonemes"]]} if is_there else {"unknown": True}
        sys.stdout.write(json.dumps(answer))
    else:
        np.savez(sys.stdout.buffer, **_spoken(engine, [Utterance(**each) for each in task]))


def _spoken(engine: _Engine, utterances: Sequence[Utterance]) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    facts: dict[str, Any] = {"rate_hz": engine.rate_hz, "phones": [], "paces": [], "begins": []}
    for number, each in enumerate(utterances):
        if not engine.choose(each.voice):
            facts = {"unknown": each.voice}
            break
        arrays[f"samples_{number}"], phones, pace, begins = engine.say(each)
        facts["phones"].append([(phone.name, phone.start, phone.end) for phone in phones])
        facts["paces"].append(pace)
        facts["begins"].append(begins)
    return {**arrays, "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8)}


if __name__ == "__main__":
    _serve()
