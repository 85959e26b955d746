"""Casting: which voice each character speaks with.

A cast file (TOML) has a table for each character; who is not in it gets one of six voices that measure far apart, in
the order in which characters first speak.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from kinoeye.errors import DocumentError
from kinoeye.models.speech import default_voice
from kinoeye.models.spoken import FASTEST, SLOWEST
from kinoeye.treatments.sound.characters import RANGES

NARRATOR = "NARRATOR"


@dataclass(frozen=True)
class Part:
    """How a character speaks.

    Parameters
    ----------
    voice : str
        engine:name, as flite:slt or file:/voices/anna.onnx; the language's default if empty.
    pitch, throat, pace : float
        Factors; 1 is the voice's own.
    gain_db : float
    style : str
        What would stand in parentheses before every line: whispering, angry …
    person : str
        The real person whose likeness the voice is, by name or id; asked for consent.
    """

    voice: str = ""
    pitch: float = 1.0
    throat: float = 1.0
    pace: float = 1.0
    gain_db: float = 0.0
    style: str = ""
    person: str = ""


# Found by a search over variants, pitch and throat for six whose speaker embeddings lie farthest apart, on two
# sentences that no bench uses: at least 0.32 (flite) and 0.30 (espeak); one voice's own lie 0.05 to 0.1 apart. Of flite
# a woman's throat is not made shorter, a man's not longer: of slt at 1.2 and kal16 at 0.82 most words are lost.
_FLITE = (
    Part("slt", 0.8), Part("rms", 0.8), Part("slt", 1.25, 0.82), Part("awb", 1.25, 1.1), Part("kal16", 0.8),
    Part("kal16", 1.25, 1.2),
)  # fmt: skip
_ESPEAK = (
    Part("f5", 1.0, 0.82), Part("m1", 0.8), Part("f2", 1.25), Part("m7", 0.8, 0.82), Part("f5", 1.25, 1.2),
    Part("m7", 1.25, 1.2),
)  # fmt: skip
_RANGES = {**RANGES, "pace": (SLOWEST, FASTEST), "gain_db": (-40.0, 12.0)}


def read_cast(text: str) -> dict[str, Part]:
    """Return the parts of a cast file, by character in capitals.

    Raises
    ------
    DocumentError
        If it is no TOML, or a part has an unknown key or a value outside its range.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"cast: must be TOML, got {error}") from error
    return {name.upper(): _part(name, table) for name, table in tables.items()}


def cast_for(characters: Iterable[str], given: Mapping[str, Part], *, voice: str = "", language: str = "en"
             ) -> dict[str, Part]:  # fmt: skip
    """Return a part for each character; the narrator and who has no name speak with the language's plain voice.

    Parameters
    ----------
    characters : iterable of str
        In the order in which they first speak.
    given : mapping
        Of the cast file.
    voice : str
        For everyone who is not in the cast file; six different ones if empty.
    language : str
        en, zh, fr …
    """
    plain = default_voice(language)
    engine, _, base = plain.partition(":")
    presets = _FLITE if engine == "flite" else _ESPEAK
    parts: dict[str, Part] = {}
    taken = 0
    for name in dict.fromkeys(each.upper() for each in characters):
        if name in given:
            parts[name] = replace(given[name], voice=given[name].voice or voice or plain)
        elif voice or name in {"", NARRATOR}:
            parts[name] = Part(voice or plain)
        else:
            preset = presets[taken % len(presets)]
            own = f"flite:{preset.voice}" if engine == "flite" else f"espeak:{base}+{preset.voice}"
            parts[name] = replace(preset, voice=own)
            taken += 1
    return parts


def _part(name: str, table: Any) -> Part:
    known = {each.name: each.default for each in fields(Part)}
    if not isinstance(table, dict):
        raise DocumentError(f"cast: {name} must be a table such as [{name}], got {table!r}")
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise DocumentError(f"cast: {name} must have keys of {', '.join(known)}, got {key}")
        is_text = isinstance(known[key], str)
        if not isinstance(value, str if is_text else (int, float)) or isinstance(value, bool):
            raise DocumentError(f"cast: {key} of {name} must be {'text' if is_text else 'a number'}, got {value!r}")
        if not is_text:
            low, high = _RANGES[key]
            value = float(value)
            if not low <= value <= high:
                raise DocumentError(f"cast: {key} of {name} must lie in {low:g}..{high:g}, got {value:g}")
        values[key] = value
    return Part(**values)
