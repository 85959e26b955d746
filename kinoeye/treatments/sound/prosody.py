"""Prosody: how a line is to be said, from its punctuation and what stands in parentheses before it.

Where a sentence falls and a question rises, the engine knows; here is what it does not: how fast, how loud, how lively,
and how long the silence after it.
"""

import re
from dataclasses import dataclass

_PAUSE_S, _SHORT_PAUSE_S, _LONG_PAUSE_S = 0.45, 0.08, 0.9
_BROKEN_OFF = re.compile(r"(?:--|[–—])\s*[\"'”’)]*\s*$")
_TRAILING = re.compile(r"(?:\.\.\.|…)\s*[\"'”’)]*\s*$")
_MARKUP = re.compile(r"\[\[.*?\]\]|\*+|(?<!\w)_|_(?!\w)")
_SAID = re.compile(r"\((?:[^()]*)\)|（[^（）]*）")
_SHOUTED = re.compile(r"[A-Z]{2,}")


@dataclass(frozen=True)
class Delivery:
    """How a line is said.

    Parameters
    ----------
    pace, pitch, variation : float
        Factors; 1 is the voice's own.
    gain_db : float
    pause_s : float
        Silence after it.
    """

    pace: float = 1.0
    pitch: float = 1.0
    variation: float = 1.0
    gain_db: float = 0.0
    pause_s: float = _PAUSE_S


# Words in a parenthetical, by how they begin, with what they do: pace, pitch, variation, gain.
_MANNERS: tuple[tuple[tuple[str, ...], tuple[float, float, float, float]], ...] = (
    (("whisper", "sotto", "quiet", "soft", "low", "murmur", "mutter", "under h", "低声", "轻声", "小声"),
     (0.92, 0.95, 0.6, -7.0)),
    (("shout", "yell", "scream", "call", "loud", "furious", "大喊", "大声", "喊", "吼"), (1.05, 1.18, 1.5, 4.0)),
    (("angr", "annoy", "snap", "firm", "愤怒", "生气", "怒"), (1.08, 1.05, 1.3, 2.0)),
    (("sad", "tear", "cry", "weep", "tired", "weary", "悲", "哭", "疲惫"), (0.85, 0.94, 0.7, -3.0)),
    (("excit", "happ", "laugh", "cheer", "delight", "兴奋", "高兴", "笑"), (1.1, 1.1, 1.5, 1.0)),
    (("fast", "quick", "hurr", "rush", "快"), (1.25, 1.0, 1.0, 0.0)),
    (("slow", "pause", "beat", "think", "hesita", "慢", "犹豫"), (0.82, 1.0, 1.0, 0.0)),
    (("flat", "dead", "cold", "monoton", "冷"), (0.95, 0.97, 0.3, 0.0)),
)  # fmt: skip


def delivery(text: str, parenthetical: str = "") -> Delivery:
    """Return how a line is said.

    Parameters
    ----------
    text : str
        As it stands in the script.
    parenthetical : str
        What stands in parentheses before it, such as "whispering"; words that are not known change nothing.
    """
    pace, pitch, variation, gain = 1.0, 1.0, 1.0, 0.0
    said = " ".join([parenthetical, *(each[1:-1] for each in _SAID.findall(text))]).lower()
    words = re.findall(r"[a-z][a-z ]*|[\u4e00-\u9fff]+", said)
    for beginnings, (faster, higher, livelier, louder) in _MANNERS:
        if any(_begins(words, each) for each in beginnings):
            pace, pitch, variation, gain = pace * faster, pitch * higher, variation * livelier, gain + louder
    letters = re.sub(r"[^A-Za-z]", "", text)
    if letters.isupper() and len(_SHOUTED.findall(text)) >= 2:  # a line all in capitals; "OK." is none
        pitch, variation, gain = pitch * 1.1, variation * 1.3, gain + 3.0
    bare = _MARKUP.sub("", text).strip()
    pause = _SHORT_PAUSE_S if _BROKEN_OFF.search(bare) else _LONG_PAUSE_S if _TRAILING.search(bare) else _PAUSE_S
    return Delivery(pace, pitch, variation, gain, pause)


def speakable(text: str) -> str:
    """Return what of a line is spoken: without markup, notes and what stands in parentheses; capitals as words."""
    bare = " ".join(_SAID.sub(" ", _MARKUP.sub("", text)).split())
    letters = re.sub(r"[^A-Za-z]", "", bare)
    # Engines spell capitals out; a line of them is shouted instead.
    return bare.capitalize() if letters.isupper() and len(_SHOUTED.findall(bare)) >= 2 else bare


def _begins(words: list[str], beginning: str) -> bool:
    if beginning.isascii():
        return any(part.startswith(beginning) for each in words for part in (each, *each.split()))
    return any(beginning in each for each in words)
