"""Utterances: words that are said without a pause, as a line to read and to search for, and who says it.

A line ends where another speaks too. It stands as the text writes it where the words stand in a text, and as they are
spoken where not.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

_BREATH = FLICKS_PER_SECOND // 10  # nobody answers sooner

UTTERANCES = Table(
    "utterances",
    "One row a run of words without a pause, in running order.",
    (
        ("start", flicks(), "where its first word begins"),
        ("end", flicks(), "one past where its last word ends"),
        ("text", pa.string(), "what is said"),
        ("score", score(), "how sure its words are, their mean"),
        ("in_text", pa.float32(), "how much of it stands in a text, 0..1; 0 is an ad-lib"),
        ("speaker", pa.int32(), "number of who says it in `speakers`; null where nobody is told"),
        ("character", pa.string(), "the character who says it; null where not known"),
        ("person", pa.string(), "what the person who says it is called; null where not known"),
    ),
)


@analysis(UTTERANCES, version=2)
def utterances(
    words: pa.Table,
    speakers: pa.Table | None = None,
    speaker_names: pa.Table | None = None,
    *,
    pause: float = 0.6,
    longest: int = 20,
) -> pa.Table:
    """Join words to lines.

    Parameters
    ----------
    words : table
    speakers, speaker_names : tables, or None
    pause : 0..60, seconds
        A longer pause ends a line.
    longest : 1..1000, words
        A longer line is parted there.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0 <= pause <= 60:
        raise SettingError(f"utterances: pause must lie in 0..60, got {pause}")
    if not 1 <= longest <= 1000:
        raise SettingError(f"utterances: longest must lie in 1..1000, got {longest}")
    names = {row["speaker"]: row for row in speaker_names.to_pylist()} if speaker_names is not None else {}
    turns = speakers.select(["start", "end", "speaker"]).to_pylist() if speakers is not None else []
    runs: list[list[dict[str, Any]]] = []
    said = words.to_pylist()
    for word, speaker in zip(said, _speakers(said, turns), strict=True):
        last = runs[-1][-1] if runs else None
        is_near = last is not None and word["start"] - last["end"] <= pause * FLICKS_PER_SECOND
        if last is None or not is_near or len(runs[-1]) >= longest or speaker != last["speaker"]:
            runs.append([])
        runs[-1].append(word | {"speaker": speaker})
    return UTTERANCES.from_rows(
        {
            "start": run[0]["start"],
            "end": run[-1]["end"],
            "text": " ".join(filter(None, map(_shown, run))),
            "score": sum(word["score"] for word in run) / len(run),
            "in_text": sum(word["is_in_text"] for word in run) / len(run),
            "speaker": run[0]["speaker"],
            "character": names.get(run[0]["speaker"], {}).get("character"),
            "person": names.get(run[0]["speaker"], {}).get("person_name"),
        }
        for run in runs
    )


def _speakers(words: Sequence[dict[str, Any]], turns: Sequence[dict[str, Any]]) -> list[int | None]:
    """Return who says each word: whose turn its middle lies in, else whoever said the one before in the same breath."""
    found: list[int | None] = []
    starts = [turn["start"] for turn in turns]
    for word in words:
        middle = (word["start"] + word["end"]) // 2
        near = turns[max(0, bisect_right(starts, middle) - 1) : bisect_right(starts, middle)]
        here = [turn["speaker"] for turn in near if middle < turn["end"]]
        is_next = bool(found) and word["stretch"] == words[len(found) - 1]["stretch"]
        found.append(here[0] if here else found[-1] if is_next else None)
    for place in range(1, len(found)):
        is_lone = found[place] != found[place - 1] and found[place] not in found[place + 1 : place + 2]
        if is_lone and words[place]["start"] - words[place - 1]["end"] < _BREATH:
            found[place] = found[place - 1]  # a turn's edge may lie within a word or two of where it should
    return found


def _shown(word: dict[str, Any]) -> str:
    """Return a word as it is written; nothing for one that goes on the word before."""
    return str(word["written"] if word["is_in_text"] else word["text"])
