"""Footage genres: which genres a film's own pictures, sounds and words speak for, and where.

What is said is read by the weights that tell titles their genres, which know how stories are told in writing, not how
people talk: so words weigh half, and no single word much. What is heard and seen speaks by a rule for what it usually
stands in: hooves for Western, screams in the dark for horror, no voice but title cards for a silent film. No footage
with genres that people gave was at hand to learn from: the score is how much speaks for a genre, not a chance that
was measured. Each reason says when.

Source: Rasheed, Sheikh & Shah, "On the use of computable features for film classification", IEEE Trans. Circuits and
Systems for Video Technology 15(1), 2005 (shot length, colour variance, motion and lighting tell genres of previews).
"""

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.text_labels import TextLabels
from kinoeye.learn.text_packing import unpacked
from kinoeye.models.genres import MODELS, arrays
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

_EVIDENCE = pa.struct([
    ("of", pa.string()), ("what", pa.string()), ("start", pa.int64()), ("end", pa.int64()), ("weight", pa.float32()),
])  # fmt: skip

FOOTAGE_GENRES = Table("footage_genres", "One row a genre that a film's footage speaks for, the likeliest first.", (
    ("genre", pa.string(), "as `title_genres` names them"),
    ("score", score(), "how much speaks for it; by rule, no measured chance"),
    ("start", flicks(), "where its strongest reason begins"),
    ("end", flicks(), "one past where it ends"),
    ("evidence", pa.list_(_EVIDENCE), "what speaks for it, the strongest first: of which table, what, when, with which"
     " weight in log-odds"),
))  # fmt: skip

_USUAL = -2.2  # log-odds of a genre for which nothing speaks
_WORDS, _MOST_WORDS, _LEAST_SAID = 0.5, 2.5, 40  # share of the weight, its most, and words below which nothing is read
_EACH_WORD, _LEAST_WEIGHT = 0.6, 0.02  # the most that one word may add, and what is not worth telling
_LEAST_LETTERS = 4  # of a word that may tell a story
# Words that everybody says in any film, and that are rare where stories are told in writing.
_COMMON_WORDS = """
about actually after again alright always anyone anything anyway around away back because been before being better
both bring call came come comes could cool does doing done down each else enough even ever every everybody
everyone everything fine first forget from gave getting give goes going gone gonna good great guess guys have
having hear hello help here into just keep kind knew know knows later least leave left less like likely listen
little long look looking looks made make makes many maybe mean means might mine minute more most much must myself
need never next nice nobody nothing often okay only other over part people perhaps place please pretty probably
quite ready really remember right said same says seen sense should show shut side since some somebody someone
something sometimes soon sorry start stay still stop such sure take taken talk talking tell than thank thanks that
their them then there these they thing things think this those though thought through till time today together
tomorrow tonight took tried true trust turn understand until very wait waiting wanna want wants watch well went
were what whatever when where which while whole will wish with without wonder word words work would yeah year
years yesterday your yours yourself
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_ENOUGH = 400  # words from which what is said counts whole
_REASONS = 12

# What sounds speak for, in log-odds for ten seconds or five times of it.
_HEARD = {
    "hooves": {"Western": 1.2, "War": 0.2}, "blast": {"War": 1.2, "Action": 1.2, "Crime": 0.4},
    "scream": {"Horror": 1.6, "Thriller": 0.8}, "siren": {"Crime": 1.2, "Action": 0.6, "Thriller": 0.4},
    "alarm": {"Thriller": 0.5, "Action": 0.3}, "wind": {"Horror": 0.2, "Western": 0.2},
}  # fmt: skip
# What the words a rating board asks of speak for, each up to five times.
_ASKED = {
    "violence": {"Action": 0.5, "Thriller": 0.4, "Crime": 0.3}, "weapons": {"Action": 0.5, "Crime": 0.4, "War": 0.3},
    "threat": {"Horror": 0.6, "Thriller": 0.6}, "injury": {"Horror": 0.5, "War": 0.2},
    "drugs": {"Crime": 0.6, "Drama": 0.2}, "sex": {"Romance": 0.4, "Erotic": 0.4},
}  # fmt: skip
_DARK, _BRIGHT, _GREY = 0.2, 0.5, 4.0  # lightness, and chroma below which a film is black and white
_FAST, _SLOW = 2.5, 9.0  # seconds of the middle shot
_TENSE = 0.3  # share of shots


@dataclass(frozen=True)
class _Reason:
    genre: str
    of: str
    what: str
    start: int
    end: int
    weight: float


@analysis(FOOTAGE_GENRES, version=1, models=MODELS)
def footage_genres(
    shots: pa.Table,
    colours: pa.Table | None = None,
    speech: pa.Table | None = None,
    sounds: pa.Table | None = None,
    music: pa.Table | None = None,
    texts: pa.Table | None = None,
    words: pa.Table | None = None,
    advisories: pa.Table | None = None,
    shot_moods: pa.Table | None = None,
    *,
    least: float = 0.2,
) -> pa.Table:
    """Say which genres a film's footage speaks for.

    Parameters
    ----------
    shots, colours, speech, sounds, music, texts, words, advisories, shot_moods : tables
    least : 0..1
        Least score of a row.

    Raises
    ------
    SettingError
        If `least` is outside its range.
    """
    if not 0 <= least <= 1:
        raise SettingError(f"footage_genres: least must lie in 0..1, got {least}")
    if not shots.num_rows:
        return FOOTAGE_GENRES.empty()
    whole = (int(shots["start"][0].as_py()), int(shots["end"][shots.num_rows - 1].as_py()))
    reasons = [
        *_paced(shots, whole), *_lit(_rows(colours), whole), *_heard(_rows(sounds)), *_asked(_rows(advisories)),
        *_felt(_rows(shot_moods)), *_silent(speech, _rows(texts), _rows(sounds), whole),
        *_played(speech, _rows(music), whole), *_said(_rows(words)),
    ]  # fmt: skip
    rows = [
        _row(genre, [each for each in reasons if each.genre == genre]) for genre in {each.genre for each in reasons}
    ]
    kept = [row for row in rows if row["score"] >= least]
    return FOOTAGE_GENRES.from_rows(sorted(kept, key=lambda row: (-row["score"], row["genre"])))


def _row(genre: str, reasons: Sequence[_Reason]) -> dict[str, Any]:
    best = sorted(reasons, key=lambda each: (-each.weight, each.start))[:_REASONS]
    odds = _USUAL + sum(each.weight for each in reasons)
    return {
        "genre": genre, "score": 1 / (1 + math.exp(-odds)), "start": best[0].start, "end": best[0].end,
        "evidence": [
            {name: getattr(each, name) for name in ("of", "what", "start", "end", "weight")} for each in best
        ],
    }  # fmt: skip


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return table.to_pylist() if table is not None else []


def _paced(shots: pa.Table, whole: tuple[int, int]) -> Iterator[_Reason]:
    if shots.num_rows < 5:
        return
    seconds = np.median(shots["end"].to_numpy() - shots["start"].to_numpy()) / FLICKS_PER_SECOND
    what = f"middle shot {seconds:.1f} s"
    if seconds <= _FAST:
        yield _Reason("Action", "shots", what, *whole, 0.6)
        yield _Reason("Thriller", "shots", what, *whole, 0.2)
    if seconds >= _SLOW:
        yield _Reason("Drama", "shots", what, *whole, 0.5)


def _lit(colours: Sequence[dict[str, Any]], whole: tuple[int, int]) -> Iterator[_Reason]:
    seen = [row for row in colours if row["brightness"] is not None]
    if not seen:
        return
    light, chroma = (float(np.median([row[name] for row in seen])) for name in ("brightness", "saturation"))
    what = f"lightness {light:.2f}"
    if chroma < _GREY:
        yield _Reason("Noir", "colours", "black and white", *whole, 0.6 if light < 0.35 else 0.2)
    if light < _DARK:
        darkest = min(seen, key=lambda row: row["brightness"])
        for genre, weight in (("Horror", 0.6), ("Thriller", 0.5), ("Science Fiction", 0.2)):
            yield _Reason(genre, "colours", what, darkest["start"], darkest["end"], weight)
    if light > _BRIGHT and chroma > 25:
        for genre, weight in (("Comedy", 0.5), ("Animated", 0.6), ("Family", 0.4)):
            yield _Reason(genre, "colours", f"{what}, chroma {chroma:.0f}", *whole, weight)


def _heard(sounds: Sequence[dict[str, Any]]) -> Iterator[_Reason]:
    for kind, genres in _HEARD.items():
        spans = [row for row in sounds if row["kind"] == kind]
        if not spans:
            continue
        seconds = sum(row["end"] - row["start"] for row in spans) / FLICKS_PER_SECOND
        much = min(1.0, max(len(spans) / 5, seconds / 10) ** 0.5)
        best = max(spans, key=lambda row: row["score"] or 0)
        for genre, weight in genres.items():
            what = f"{kind}, {len(spans)} times"
            yield _Reason(genre, "sounds", what, best["start"], best["end"], weight * much)


def _asked(advisories: Sequence[dict[str, Any]]) -> Iterator[_Reason]:
    for kind, genres in _ASKED.items():
        those = [row for row in advisories if row["kind"] == kind and row["start"] is not None]
        those = [row for row in those if row["source"] != "sounds"][:5]
        for row in those:
            for genre, weight in genres.items():
                yield _Reason(genre, "advisories", row["words"], row["start"], row["end"], weight * row["score"] / 2)


def _felt(moods: Sequence[dict[str, Any]]) -> Iterator[_Reason]:
    for mood, genres in (
        ("tense", {"Thriller": 0.8, "Action": 0.4, "Horror": 0.4}), ("stirred", {"Action": 0.6}),
        ("sad", {"Drama": 0.7}), ("joyful", {"Comedy": 0.8, "Family": 0.3}),
    ):  # fmt: skip
        those = [row for row in moods if row["mood"] == mood]
        if those and len(those) >= _TENSE * len(moods):
            best = max(those, key=lambda row: row["score"])
            share = len(those) / len(moods)
            for genre, weight in genres.items():
                what = f"{share:.0%} of shots {mood}"
                yield _Reason(genre, "shot_moods", what, best["start"], best["end"], weight * share)


def _silent(
    speech: pa.Table | None, texts: Sequence[dict[str, Any]], sounds: Sequence[dict[str, Any]], whole: tuple[int, int]
) -> Iterator[_Reason]:
    """Tell a silent film: nobody is heard to speak for long, and cards say what is said."""
    cards = [row for row in texts if row["kind"] == "title"]
    seconds = (whole[1] - whole[0]) / FLICKS_PER_SECOND
    if speech is not None and not speech.num_rows and seconds >= 60 and len(cards) >= max(2, seconds / 120):
        yield _Reason("Silent", "texts", cards[0]["text"], cards[0]["start"], cards[0]["end"], 3.0)


def _played(speech: pa.Table | None, music: Sequence[dict[str, Any]], whole: tuple[int, int]) -> Iterator[_Reason]:
    """Tell a musical: music without speech over it for most of the film, with several passages of their own."""
    own = [row for row in music if (row["under_speech"] or 0) < 0.2]
    share = sum(row["end"] - row["start"] for row in own) / max(1, whole[1] - whole[0])
    if speech is not None and speech.num_rows and share > 0.4 and len(own) >= 3:
        longest = max(own, key=lambda row: row["end"] - row["start"])
        yield _Reason("Musical", "music", f"{share:.0%} music alone", longest["start"], longest["end"], 1.5 * share)


def _said(words: Sequence[dict[str, Any]]) -> Iterator[_Reason]:
    """Read what is said in English, and say which of it speaks for a genre and when."""
    own = [row for row in words if row["language"] == "en" and row["text"]]
    if len(own) < _LEAST_SAID:
        return
    model = _model()
    row = model.features.rows([" ".join(word["text"] for word in own if _tells(word["text"]))], ())
    at: dict[str, dict[str, Any]] = {}
    for word in own:
        at.setdefault(word["text"].lower(), word)
    much = _WORDS * min(1.0, len(own) / _ENOUGH)
    odds = _odds(model.chances_of(row))[0] - _odds(model.chances_of(0 * row))[0]
    for number, genre in enumerate(model.labels):
        telling = [each for each in model.telling(row, number, 20) if each[0].split(" ")[0] in at]
        whole = sum(added for _, added in telling)
        spoken = min(_MOST_WORDS, much * float(odds[number]))
        for text, added in telling if spoken > 0 else ():
            first = at[text.split(" ")[0]]
            weight = min(_EACH_WORD, spoken * added / whole)
            if weight >= _LEAST_WEIGHT:
                yield _Reason(genre, "words", text, first["start"], first["end"], weight)


def _tells(word: str) -> bool:
    """Say whether a word may tell a story: what joins sentences and what everybody says tells none."""
    return len(word) >= _LEAST_LETTERS and "'" not in word and word.lower() not in _COMMON


def _odds(chances: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    sure = np.clip(np.asarray(chances, np.float64), 1e-6, 1 - 1e-6)
    return np.log(sure / (1 - sure))


@functools.cache
def _model() -> TextLabels:
    return unpacked(arrays()["story"])
