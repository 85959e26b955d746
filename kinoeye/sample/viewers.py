"""Viewers: made viewers of made and real titles, whose reasons to leave are known, with the log that they leave behind.

Each has tastes, habits, a device and a network (viewers_tastes, viewers_playback), and leaves for planted reasons
(viewers_reasons) more often than else. How often viewers leave also depends on where in the title they are (most go in
the first minutes), on chance that belongs to each second of a title and has no reason that is told (`drift`), on how
well the title fits, and on faults of playback. The truth says what was planted, where it holds, and who likes what.

All is drawn from one seed: the same wishes make the same log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import UseError
from kinoeye.sample.viewers_playback import (
    DEVICES,
    END,
    LADDER_KBPS,
    NETWORKS,
    PAUSE,
    QUALITY,
    REBUFFER,
    START,
    Faults,
    Happenings,
    playback,
)  # fmt: skip
from kinoeye.sample.viewers_reasons import Reason, hazard, holds
from kinoeye.sample.viewers_tastes import HABITS, Tastes, Title, plays, tastes
from kinoeye.signals.content import Content, Floats

EVENTS = ("play", "pause", "seek", "stop", "heartbeat", "rebuffer", "quality", "rating", "impression", "click")
SINCE = 1_772_323_200  # 1 March 2026, UTC
VERSION = 1

_NAMES = {name: number for number, name in enumerate(EVENTS)}
_NONE = np.nan


@dataclass(frozen=True)
class Wishes:
    """What viewers are like.

    Parameters
    ----------
    viewers : int
    seed : int
    titles_each : float
        Titles that a viewer plays, on average.
    days : int
    leaving : float, 0..1
        How many of those who begin a title would leave before its end if there were no reasons.
    start : float
        How many times as often they leave in the first seconds; it falls off within about two minutes.
    drift : float
        How much leaving differs from place to place for no reason that is told: the deviation of its logarithm.
    heartbeat_s : int
        Seconds between heartbeats; 0 for none.
    unsaid : 0..1
        Plays that end without a word, as when an app is killed.
    faults : Faults
    """

    viewers: int = 1000
    seed: int = 0
    titles_each: float = 4.0
    days: int = 28
    leaving: float = 0.45
    start: float = 6.0
    drift: float = 0.05
    heartbeat_s: int = 30
    unsaid: float = 0.03
    faults: Faults = field(default_factory=Faults)


@dataclass(frozen=True)
class Log:
    """What happened, by the clock: one entry an event.

    Parameters
    ----------
    viewer, session, title, event : int64 [n]
        Numbers; `event` of `EVENTS`, `title` of the titles.
    at_ms : int64 [n], milliseconds since 1970
    position, target, length, value : float64 [n]
        Seconds in the title, where a seek goes, seconds of a rebuffering, rating or kbit/s; NaN where there is none.
    """

    viewer: npt.NDArray[np.int64]
    session: npt.NDArray[np.int64]
    title: npt.NDArray[np.int64]
    event: npt.NDArray[np.int64]
    at_ms: npt.NDArray[np.int64]
    position: Floats
    target: Floats
    length: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.viewer)

    def take(self, order: npt.NDArray[Any]) -> "Log":
        """Return some of its entries."""
        return Log(**{name: column[order] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Audience:
    """What viewers did, and what is true of them.

    Parameters
    ----------
    log : Log
    titles : sequence of Title
    tastes : Tastes
    truth : dict
        What was planted; goes into JSON.
    """

    log: Log
    titles: Sequence[Title]
    tastes: Tastes
    truth: dict[str, Any]


def simulate(
    titles: Sequence[Title], contents: Mapping[str, Content], reasons: Sequence[Reason], wishes: Wishes
) -> Audience:
    """Let viewers watch.

    Parameters
    ----------
    titles : sequence of Title
    contents : mapping of a title's key to Content
        What is seen and heard; viewers of other titles leave without reason.
    reasons : sequence of Reason
    wishes : Wishes

    Raises
    ------
    UseError
        If there is no title, a wish is out of its range, or a content is not as long as its title.
    """
    _check(titles, contents, wishes)
    random = np.random.default_rng([wishes.seed, 5])
    liked = tastes(titles, wishes.viewers, random)
    played = plays(titles, liked, a_viewer=wishes.titles_each, days=wishes.days, since=SINCE, random=random)
    parts, told = [], []
    sessions = 0
    for number, title in enumerate(titles):
        mine = np.flatnonzero(played.title == number)
        if not len(mine):
            continue
        content = contents.get(title.key, Content(title.seconds, {}))
        drift = np.exp(wishes.drift * _drift(title.seconds, random))
        usual = _by_place(title.seconds, wishes)
        rate = -np.log1p(-wishes.leaving) * usual / usual.sum() * drift * hazard(content, reasons)
        who = played.viewer[mine]
        fit = liked.fit(who, np.full(len(who), number))
        patience = np.exp(0.35 * fit + random.normal(0, 0.3, len(who)))
        happened = playback(content, rate, patience, liked.network[who], liked.device[who], wishes.faults, random)
        parts.append(_log(happened, who, played.start[mine], number, sessions, fit, wishes, random))
        sessions += len(mine)
        told.append(_told(title, content, reasons, happened))
    log = Log(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])})
    log = log.take(np.argsort(log.at_ms, kind="stable"))
    truth = {
        "made_by": "kinoeye sample", "what": "viewers", "version": VERSION, "wishes": asdict(wishes),
        "reasons": [asdict(reason) | {"name": reason.name} for reason in reasons], "titles": told,
        "networks": NETWORKS, "devices": DEVICES, "habits": HABITS,
    }  # fmt: skip
    return Audience(log, titles, liked, truth)


def _check(titles: Sequence[Title], contents: Mapping[str, Content], wishes: Wishes) -> None:
    if not titles:
        raise UseError("viewers: there must be a title to watch, got none")
    bounds = {"viewers": (1, 10**8), "titles_each": (0.01, 10**4), "days": (1, 3650), "leaving": (0.001, 0.999),
              "start": (1, 1000), "drift": (0, 3), "heartbeat_s": (0, 3600), "unsaid": (0, 1)}  # fmt: skip
    for name, (low, high) in bounds.items():
        if not low <= getattr(wishes, name) <= high:
            raise UseError(f"viewers: {name} must lie in {low}..{high}, got {getattr(wishes, name)}")
    for title in titles:
        if title.seconds < 2:
            raise UseError(f"viewers: title {title.key} must last 2 seconds or more, got {title.seconds}")
        if title.key in contents and contents[title.key].seconds != title.seconds:
            raise UseError(f"viewers: the content of {title.key} must last {title.seconds} seconds, "
                           f"got {contents[title.key].seconds}")  # fmt: skip


def _by_place(seconds: int, wishes: Wishes) -> Floats:
    """Return how many times as often viewers leave in each place, whatever is shown."""
    at = np.arange(seconds)
    fall = max(5.0, min(100.0, seconds / 10))
    tired = 1 + 0.3 * np.sin(np.pi * at / seconds) - 0.15 * at / seconds
    return np.asarray(tired + (wishes.start - 1) * np.exp(-at / fall), np.float64)


def _drift(seconds: int, random: np.random.Generator) -> Floats:
    """Return chance that belongs to places: a part that holds for minutes, a part for half a minute; deviation 1."""
    parts = []
    for length in (180, 25):
        width = min(length, max(2, seconds // 4))
        walk = np.convolve(random.normal(size=seconds + width - 1), np.hanning(width + 2)[1:-1], "valid")
        parts.append(walk / max(1e-9, float(walk.std())))
    return np.asarray((parts[0] + parts[1]) / np.sqrt(2), np.float64)


def _log(
    happened: Happenings, who: npt.NDArray[np.int64], start: npt.NDArray[np.int64], title: int, sessions: int,
    fit: Floats, wishes: Wishes, random: np.random.Generator,
) -> Log:  # fmt: skip
    """Return the events of some plays of one title."""
    play, kind, position, clock, value = (
        happened.play, happened.kind, happened.position, happened.clock, happened.value)  # fmt: skip
    first = np.append(True, play[1:] != play[:-1])
    last = np.append(play[1:] != play[:-1], True)
    # Rows: play, event, seconds since the play began, position, target, length, value.
    rows = [_rows(play[first], "play", clock[first], position[first])]
    is_seek = (kind == START) & ~first
    rows.append(_rows(play[is_seek], "seek", clock[is_seek], np.append(0.0, position[:-1])[is_seek],
                      target=position[is_seek]))  # fmt: skip
    kbps = np.array(LADDER_KBPS, np.float64)
    switched = first | (kind == QUALITY)
    rows.append(_rows(play[switched], "quality", clock[switched] + 0.001, position[switched],
                      value=kbps[value[switched].astype(np.int64)]))  # fmt: skip
    stalled = kind == REBUFFER
    rows.append(_rows(play[stalled], "rebuffer", clock[stalled], position[stalled], length=value[stalled]))
    paused = kind == PAUSE
    rows.append(_rows(play[paused], "pause", clock[paused], position[paused]))
    rows.append(_rows(play[paused], "play", clock[paused] + value[paused], position[paused]))
    waited = np.where(stalled | paused, value, 0.0)
    ended = clock[last] + waited[last] + happened.left - position[last]
    is_said = random.random(len(who)) >= wishes.unsaid
    every = np.arange(len(who))
    rows.append(_rows(every[is_said], "stop", ended[is_said] + 0.002, happened.left[is_said]))
    if wishes.heartbeat_s:
        rows.append(_beats(happened, last, waited, wishes.heartbeat_s))
    begun = happened.left - position[first]
    rated = np.flatnonzero((random.random(len(who)) < 0.15) & (begun > 0.3 * happened.left.max()))
    marks = np.clip(np.round(6 + 1.6 * fit[rated] + random.normal(0, 0.9, len(rated))), 0, 10)
    rows.append(_rows(rated, "rating", ended[rated] + 20, np.full(len(rated), _NONE), value=marks))
    for event, ahead in (("impression", 20.0), ("click", 4.0)):
        rows.append(_rows(every, event, np.full(len(every), -ahead), np.full(len(every), _NONE)))
    owner, event_, after, *numbers = (np.concatenate(each) for each in zip(*rows, strict=True))
    order = np.lexsort((after, owner))
    owner, after = owner[order].astype(np.int64), after[order]
    at_ms = start[owner] * 1000 + np.round(after * 1000).astype(np.int64)
    columns = [np.round(column[order], 3) for column in numbers]
    return Log(who[owner], sessions + owner, np.full(len(owner), title), event_[order].astype(np.int64), at_ms,
               *columns)  # fmt: skip


def _rows(
    play: npt.NDArray[np.int64], event: str, after: Floats, position: Floats, *, target: Floats | None = None,
    length: Floats | None = None, value: Floats | None = None,
) -> tuple[npt.NDArray[Any], ...]:  # fmt: skip
    none = np.full(len(play), _NONE)
    return (play, np.full(len(play), _NAMES[event]), after, position,
            *(none if each is None else each for each in (target, length, value)))  # fmt: skip


def _beats(happened: Happenings, last: npt.NDArray[np.bool_], waited: Floats, every: int) -> tuple[
    npt.NDArray[Any], ...
]:  # fmt: skip
    """Return heartbeats: at every so many seconds of what plays."""
    play, position = happened.play, happened.position
    end = np.where(last, happened.left[play], np.append(position[1:], 0.0))
    end = np.where(happened.kind == END, position, end)
    count = np.maximum(0, np.ceil(end / every).astype(np.int64) - np.ceil(position / every).astype(np.int64))
    owner = np.repeat(np.arange(len(play)), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    at = (np.ceil(position[owner] / every) + place) * every
    after = happened.clock[owner] + waited[owner] + at - position[owner]
    real = at > position[owner]
    return _rows(play[owner][real], "heartbeat", after[real], at[real])


def _told(title: Title, content: Content, reasons: Sequence[Reason], happened: Happenings) -> dict[str, Any]:
    """Return what is true of a title: who played and left, and where each reason holds."""
    held = []
    for reason in reasons:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], holds(content, reason), [False]]).astype(np.int8)))
        held.append({"name": reason.name, "spans": edges.reshape(-1, 2).tolist()})
    return {"title": title.key, "seconds": title.seconds, "genres": list(title.genres), "people": list(title.people),
            "plays": len(happened.left), "left": int((~happened.has_finished).sum()), "held": held}  # fmt: skip
