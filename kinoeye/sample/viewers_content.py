"""Viewers' content: films that were never shot, second by second, for tests of what is found in a log of viewers.

A film is scenes of one to four minutes, each with its place, light, pace, people and music; in it shots, lines and
pauses, cues of music, faces with a feeling, titles on the screen, and credits at its end. What goes together in films
goes together here (action is fast, loud, full of motion and without words; talk is slow and lit), so that causes have
to be told apart, and each holds for a while, so that one film has few independent pieces of each.

Source: Salt, "Film Style and Technology", 3rd ed. 2009 (shot lengths are about lognormal, medians of 3 to 8 seconds);
the rest by rule of thumb.
"""

import numpy as np
import numpy.typing as npt

from kinoeye.signals.content import Content, Flags, Floats, for_a_while

_CAST = ("ANNA", "BEN", "CLARA", "DAVID", "EVA", "FINN", "GRETA", "HUGO")
_KINDS = {  # of a scene: share of the film, median shot in seconds, share of speech, loudness in LUFS, motion, music
    "talk": (0.5, 5.0, 0.62, -26.0, 0.08, 0.12),
    "action": (0.2, 2.2, 0.12, -18.0, 0.55, 0.55),
    "quiet": (0.2, 8.0, 0.10, -34.0, 0.10, 0.35),
    "crowd": (0.1, 3.5, 0.35, -22.0, 0.25, 0.25),
}
_CREDITS_S = (90, 200)


def made_up(minutes: float, seed: int) -> Content:
    """Return a film that was never shot.

    Parameters
    ----------
    minutes : float, 1 or more
    seed : int
        The same seed makes the same film.
    """
    random = np.random.default_rng([seed, 17])
    seconds = round(60 * minutes)
    ends = min(seconds // 8, int(random.integers(*_CREDITS_S)))
    scene, kinds = _scenes(seconds - ends, random)
    kind = np.append(kinds[scene], [list(_KINDS).index("quiet")] * ends)
    scene = np.append(scene, [scene[-1] + 1] * ends)
    rolling = np.arange(seconds) >= seconds - ends
    figures = np.array(list(_KINDS.values()))[kind]
    cut, so_far = _shots(figures[:, 1], rolling, random)
    people = _people(scene, rolling, so_far, random)
    speech = np.where(rolling, 0.0, _bursts(figures[:, 2], 9.0, random) * random.uniform(0.5, 1.0, seconds))
    music = np.where(rolling, 1.0, _bursts(figures[:, 5], 45.0, random))
    measures = {
        "shot_so_far": so_far, "cuts": cut, "speech": speech,
        "words": np.round(speech * random.uniform(1.8, 3.4, seconds)),
        "faces": np.sum(list(people.values()), axis=0).astype(np.float64),
        **_feelings(people, scene, random),
        "loudness": _loudness(figures[:, 3], speech, music, random), "music": music,
        "brightness": _light(scene, rolling, random),
        "motion": np.clip(figures[:, 4] * random.lognormal(0, 0.4, seconds), 0, 1),
        "text": np.where(rolling, 1.0, _texts(seconds, random)), "credits": rolling.astype(np.float64),
    }  # fmt: skip
    return Content(seconds, measures, people)


def _scenes(seconds: int, random: np.random.Generator) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the scene of each second, and the kind of each scene."""
    lengths = random.integers(50, 200, seconds // 50 + 1)
    scene = np.repeat(np.arange(len(lengths)), lengths)[:seconds]
    shares = [each[0] for each in _KINDS.values()]
    return scene, random.choice(len(_KINDS), len(lengths), p=shares)


def _shots(median: Floats, rolling: Flags, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return how many cuts each second has, and how long its shot has been running."""
    seconds = len(median)
    cut, so_far, at = np.zeros(seconds), np.zeros(seconds), 0.0
    while at < seconds:
        place = int(at)
        length = float(median[place] * random.lognormal(0, 0.75)) if not rolling[place] else float(seconds)
        end = min(seconds, int(at + length))
        so_far[place:end] = np.arange(end - place) + (1 - (at - place))
        if end < seconds:
            cut[end] += 1
        at += max(0.3, length)
    return cut, so_far


def _people(scene: npt.NDArray[np.int64], rolling: Flags, so_far: Floats, random: np.random.Generator) -> dict[
    str, Flags
]:  # fmt: skip
    """Return who is on screen: one to four of the cast a scene, one or two of them a shot."""
    weight = 1 / np.arange(1, len(_CAST) + 1) ** 0.7
    present = {name: np.zeros(len(scene), bool) for name in _CAST}
    shot = np.cumsum(np.append(0, np.diff(so_far) < 0))
    for number in range(int(scene.max()) + 1):
        here = np.flatnonzero(scene == number)
        cast = random.choice(len(_CAST), int(random.integers(1, 5)), replace=False, p=weight / weight.sum())
        for each in np.unique(shot[here]):
            seen = random.choice(cast, min(len(cast), 1 + int(random.random() < 0.35)), replace=False)
            is_empty = random.random() < 0.12
            for one in seen if not is_empty else ():
                present[_CAST[one]][here[shot[here] == each]] = True
    return {name: seen & ~rolling for name, seen in present.items()}


def _bursts(share: Floats, length: float, random: np.random.Generator) -> Floats:
    """Return 1 in stretches of about so many seconds, which are a share of all."""
    states, state = np.zeros(len(share)), False
    draws = random.random(len(share))
    for place, part in enumerate(np.clip(share, 0.02, 0.98)):
        leaves = 1 / length if state else part / (1 - part) / length
        state = state != bool(draws[place] < leaves)
        states[place] = state
    return states


def _feelings(people: dict[str, Flags], scene: npt.NDArray[np.int64], random: np.random.Generator) -> dict[str, Floats]:
    seen = np.any(list(people.values()), axis=0)
    feelings = {}
    for name, share in (("sadness", 0.14), ("happiness", 0.2), ("anger", 0.1), ("fear", 0.08)):
        usual = random.choice([0.25, 1.0, 2.5], int(scene.max()) + 1, p=[0.4, 0.4, 0.2])[scene]
        shown = _bursts(share * usual, 12.0, random) * random.uniform(0.45, 0.95, len(scene))
        feelings[name] = np.where(seen, np.clip(shown + random.uniform(0, 0.2, len(scene)), 0, 1), np.nan)
    return feelings


def _loudness(usual: Floats, speech: Floats, music: Floats, random: np.random.Generator) -> Floats:
    """Return loudness: the scene's own, with speech and music above it, and now and then a bang."""
    seconds = len(usual)
    noise = np.convolve(random.normal(0, 2.6, seconds + 4), np.ones(5) / 5, "valid") * 2.2
    bang = for_a_while(random.random(seconds) < np.where(usual > -24, 1 / 75, 1 / 300), 2)
    return np.asarray(usual + noise + 3 * (speech > 0) + 2.5 * music + 13 * bang, np.float64)


def _light(scene: npt.NDArray[np.int64], rolling: Flags, random: np.random.Generator) -> Floats:
    usual = random.choice([0.08, 0.3, 0.45, 0.6], int(scene.max()) + 1, p=[0.2, 0.25, 0.35, 0.2])[scene]
    light = np.clip(usual * random.lognormal(0, 0.18, len(scene)), 0, 1)
    return np.where(rolling, 0.05, light)


def _texts(seconds: int, random: np.random.Generator) -> Floats:
    """Return where words stand on the screen: the title, and now and then a place, a sign, a letter."""
    shown = np.zeros(seconds, bool)
    shown[:12] = True
    for at in random.integers(0, max(1, seconds), seconds // 75):
        shown[at : at + int(random.integers(3, 12))] = True
    return shown.astype(np.float64)
