"""Forgetting voices: which speakers of which files are a person, and where they are heard.

A person's voice is known where lips, titles or people have named a speaker, and in every other file in which the same
voice was found. Their turns become silent in the index, in this and every later run.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kinoeye.signals.cues import plain_name
from kinoeye.store import people, traces
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.timecode import FLICKS_PER_SECOND

_ROOM = FLICKS_PER_SECOND // 20  # beside a turn, for its edges are told to a tenth of a second
_TURNS = 24  # so many of an asset's turns are looked for afterwards; the rest went with the same files
_PIECE = 48  # samples that are looked for: of a voice, never twice the same

Key = tuple[str, int]


@dataclass(frozen=True)
class Heard:
    """Where a person is heard.

    Parameters
    ----------
    voices : frozenset of str
        Ids.
    turns : mapping of asset to list of (start, end), flicks
        A little wider than the turns are.
    needles : list of Needle
        Of vectors, ids and sound.
    rows : int
        Of `speaker_vectors`.
    """

    voices: frozenset[str] = frozenset()
    turns: Mapping[str, list[tuple[int, int]]] = field(default_factory=dict)
    needles: list[traces.Needle] = field(default_factory=list)
    rows: int = 0

    def covers(self, decision: Decision) -> bool:
        """Say whether a decision about a table of voices speaks of these turns."""
        asset, at = str(decision.key.get("asset")), decision.key.get("at")
        is_voice = decision.what in {"speakers", "speaker_vectors", "speaker_names", "voices", "lips", "utterances"}
        return is_voice and at is not None and any(start <= at < end for start, end in self.turns.get(asset, ()))


def heard_of(index: Index, who: str, names: Collection[str]) -> Heard:
    """Return where a person is heard.

    Parameters
    ----------
    index : Index
    who : str
        The person's id.
    names : collection of str
        What they are called.
    """
    keys = _speakers(index, who, {plain_name(each) for each in (who, *names)})
    ids = {(row["asset"], row["speaker"]): row["voice"] for row in people.rows(index, "voices") if row["voice"]}
    voices = frozenset(ids[key] for key in keys if key in ids)
    keys |= {key for key, voice in ids.items() if voice in voices}
    turns: dict[str, list[tuple[int, int]]] = defaultdict(list)
    needles = [needle for voice in sorted(voices) for needle in traces.of_text("id", voice)]
    for row in people.rows(index, "speakers") if keys else ():
        if (row["asset"], row["speaker"]) in keys:
            turns[row["asset"]].append((row["start"] - _ROOM, row["end"] + _ROOM))
    rows = [r for r in people.rows(index, "speaker_vectors") if (r["asset"], r["speaker"]) in keys]
    for row in rows:
        needles += traces.of_numbers(row["vector"])
    for asset, spans in turns.items():
        needles += _sounds(index, asset, spans)
    return Heard(voices, dict(turns), needles, len(rows))


def _speakers(index: Index, who: str, called: Collection[str]) -> set[Key]:
    """Return the speakers that are named as the person."""
    keys = {(row["asset"], row["speaker"]) for row in people.rows(index, "speaker_names") if row["person"] == who}
    for row in people.rows(index, "speakers"):
        if row.get("said_person") and plain_name(row["said_person"]) in called:
            keys.add((row["asset"], row["speaker"]))
    return keys


def _sounds(index: Index, asset: str, spans: Collection[tuple[int, int]]) -> list[traces.Needle]:
    """Return pieces of sound, as they lie in the stream, that cannot stand there without the voice."""
    if index.streams.manifest(asset, "mono_16k") is None:
        return []
    sound: Any = index.sound(asset)
    tick = FLICKS_PER_SECOND // sound.rate_hz
    needles = []
    longest = sorted(spans, key=lambda span: span[0] - span[1])[:_TURNS]
    for start, end in longest:
        middle = ((start + end) // 2 - sound.start) // tick
        for at in (middle, middle - sound.rate_hz // 7, middle + sound.rate_hz // 7):
            piece = np.array(sound.samples[max(0, at) : max(0, at) + _PIECE])
            inside = start <= sound.start + at * tick and sound.start + (at + _PIECE) * tick <= end
            if inside and len(piece) == _PIECE and len(np.unique(piece)) > _PIECE // 3:
                needles.append(traces.Needle("sound", piece.tobytes()))
    return needles
