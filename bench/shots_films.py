"""Films with known shots: real clips whose cuts were found by eye, and films spliced from real shots.

Nothing here is used in training: the spliced films are made of the by-eye clips' own shots and of the clips in
`UNSEEN`, which bench/shots_train leaves out.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from shots_train.splice import dissolve, fade, flash, slide, wipe

SIZE = (256, 144)  # PySceneDetect itself works at about this size
UNSEEN = ("bug_learn_7s.mp4", "intel_classroom.gif", "timecode_01h_42s.mp4")
JOINS = {"cut": 0.5, "dissolve": 0.2, "fade": 0.12, "wipe": 0.12, "slide": 0.06}
A_FILM = 30  # transitions: what fits into memory at once
FLASHES = 0.1  # chance of a flash of 1 to 4 pictures inside a shot

Frames = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Film:
    """A film and what is true of it.

    Parameters
    ----------
    frames : uint8 [n, 144, 256, 3], RGB
    cuts : first pictures of shots that begin by a cut
    graduals : (first, end, kind) of each gradual transition
    traps : pictures, first and last, in which nothing may be found but the true cuts
    """

    name: str
    frames: Frames
    cuts: list[int]
    graduals: list[tuple[int, int, str]]
    traps: list[tuple[int, int]] = field(default_factory=list)


def decoded(path: Path, longest: int = 4000) -> Frames:
    """Decode a clip at the bench's size."""
    frames = []
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            frames.append(cv2.resize(frame.to_ndarray(format="rgb24"), SIZE, interpolation=cv2.INTER_AREA))
            if len(frames) == longest:
                break
    return np.stack(frames)


def by_eye(folder: Path) -> Iterator[Film]:
    """Yield the clips that `shot_boundaries_by_eye.json` in the folder speaks of."""
    truth = json.loads((folder / "shot_boundaries_by_eye.json").read_text("utf-8"))
    for name, facts in truth.items():
        if name.startswith("_"):
            continue
        frames = decoded(folder / name)
        graduals = []
        for one in facts["gradual"]:
            first, last = one["frames"] or (0, len(frames) - 1)
            graduals.append((first, last + 1, one["type"].split()[0]))
        traps = []
        for places in facts.get("traps", {}).values():
            traps += [(p - 2, p + 3) if isinstance(p, int) else (p[0], p[1]) for p in places]
        yield Film(name, frames, facts["cuts"], graduals, traps)


def single_shots(folder: Path) -> list[Frames]:
    """Return the shots of the by-eye clips and the unseen clips of the folder; of other folders, each clip as one."""
    shots = []
    if (folder / "shot_boundaries_by_eye.json").is_file():
        for film in by_eye(folder):
            edges = sorted([(0, 0), *((c, c) for c in film.cuts), *((a, b) for a, b, _ in film.graduals)])
            ends = [*(first for first, _ in edges[1:]), len(film.frames)]
            shots += [film.frames[begin:end] for (_, begin), end in zip(edges, ends, strict=True)]
        files = [folder / name for name in UNSEEN]
    else:
        files = [
            f for f in sorted(folder.iterdir()) if f.suffix.lower() in {".mp4", ".mkv", ".webm", ".mov", ".gif", ".avi"}
        ]
    shots += [decoded(file) for file in files]
    return [shot for shot in shots if len(shot) >= 24]


def spliced(shots: list[Frames], seed: int, transitions: int) -> Iterator[Film]:
    """Yield films with together that many transitions."""
    rng = np.random.default_rng(seed)
    for begin in range(0, transitions, A_FILM):
        yield _film(rng, shots, f"spliced {seed}.{begin // A_FILM}", min(A_FILM, transitions - begin))


def _film(rng: np.random.Generator, shots: list[Frames], name: str, transitions: int) -> Film:
    parts: list[Frames] = []
    cuts: list[int] = []
    graduals: list[tuple[int, int, str]] = []
    have, at = 0, -1
    old: tuple[str, Frames] = ("none", shots[0][:0])
    for left in range(transitions, -1, -1):
        at = int(rng.choice([other for other in range(len(shots)) if other != at]))
        join = str(rng.choice(list(JOINS), p=list(JOINS.values()))) if left else "none"
        mixed = 0 if join in ("cut", "none") else int(np.exp(rng.uniform(np.log(5), np.log(60))))
        before = len(old[1])
        piece = _piece(rng, shots[at], before + int(rng.integers(20, 60)) + mixed)
        if before:
            made = {"dissolve": dissolve, "fade": fade, "wipe": wipe, "slide": slide}[old[0]](
                rng, old[1], piece[:before]
            )
            graduals.append((have, have + before, "wipe" if old[0] == "slide" else old[0]))
            parts.append(made)
            have += before
        elif old[0] == "cut":
            cuts.append(have)
        body = piece[before : len(piece) - mixed]
        if rng.random() < FLASHES:
            flash(rng, body, int(rng.integers(5, len(body) - 9)), int(rng.integers(1, 5)))
        parts.append(body)
        have += len(body)
        old = (join, piece[len(piece) - mixed :])
    return Film(name, np.concatenate(parts), cuts, graduals)


def _piece(rng: np.random.Generator, shot: Frames, length: int) -> Frames:
    """Return `length` pictures of a shot from a random place on; a shot that is too short runs back again."""
    order = np.arange(length)
    order = (order + rng.integers(0, max(1, len(shot) - length))) % (2 * len(shot) - 2)
    return np.array(shot[np.where(order < len(shot), order, 2 * len(shot) - 2 - order)])
