"""Utterances: words that are said without a pause, as a line to read and to search for.

A line stands as the text writes it where the words stand in a text, and as they are spoken where not.
"""

from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

UTTERANCES = Table(
    "utterances",
    "One row a run of words without a pause, in running order.",
    (
        ("start", flicks(), "where its first word begins"),
        ("end", flicks(), "one past where its last word ends"),
        ("text", pa.string(), "what is said"),
        ("score", score(), "how sure its words are, their mean"),
        ("in_text", pa.float32(), "how much of it stands in a text, 0..1; 0 is an ad-lib"),
    ),
)


@analysis(UTTERANCES, version=1)
def utterances(words: pa.Table, *, pause: float = 0.6, longest: int = 20) -> pa.Table:
    """Join words to lines.

    Parameters
    ----------
    words : table
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
    runs: list[list[dict[str, Any]]] = []
    for word in words.to_pylist():
        is_near = bool(runs) and word["start"] - runs[-1][-1]["end"] <= pause * FLICKS_PER_SECOND
        if not is_near or len(runs[-1]) >= longest:
            runs.append([])
        runs[-1].append(word)
    return UTTERANCES.from_rows(
        {
            "start": run[0]["start"],
            "end": run[-1]["end"],
            "text": " ".join(filter(None, map(_shown, run))),
            "score": sum(word["score"] for word in run) / len(run),
            "in_text": sum(word["is_in_text"] for word in run) / len(run),
        }
        for run in runs
    )


def _shown(word: dict[str, Any]) -> str:
    """Return a word as it is written; nothing for one that goes on the word before."""
    return str(word["written"] if word["is_in_text"] else word["text"])
