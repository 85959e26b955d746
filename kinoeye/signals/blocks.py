"""Blocks: long sound gone through piece by piece, with the same answer however it is cut into pieces.

A treatment takes an iterable of pieces and gives one back. Inside it the pieces are cut anew on a grid of its own, so
that its answer depends on the samples alone, and memory on the grid alone.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError

Samples = npt.NDArray[np.float32]
Treat = Callable[[Iterator[Samples]], Iterable[Samples]]
Change = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]

_FRAMES_AT_ONCE = 64


def checked(samples: npt.NDArray[np.float32], where: str) -> Samples:
    """Return sound as float32 [n, channels].

    Raises
    ------
    MediaError
        If it has another shape, or holds what is no number.
    """
    if samples.ndim not in (1, 2) or samples.dtype.kind != "f" or (samples.ndim == 2 and not samples.shape[1]):
        raise MediaError(f"{where}: sound must be float32 [n, channels], got {samples.dtype} {list(samples.shape)}")
    if not np.isfinite(samples).all():
        raise MediaError(f"{where}: every sample must be a number, got NaN or infinity")
    return np.asarray(samples.reshape(len(samples), -1), np.float32)


def whole(pieces: Iterable[Samples]) -> Samples:
    """Return pieces joined: float32 [n, channels]."""
    parts = list(pieces)
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)


def cut(pieces: Iterable[Samples], size: int) -> Iterator[Samples]:
    """Give the same samples in pieces of `size`; the last one may be shorter."""
    return (window for window in overlapped(pieces, size, 0, 0))


def overlapped(pieces: Iterable[Samples], size: int, before: int, after: int) -> Iterator[Samples]:
    """Give each stretch of `size` samples with its neighbourhood, silence outside the sound.

    Yields
    ------
    float32 [before + size + after, channels]
        Of the last stretch only as many as there are, and its neighbourhood.
    """
    held: Samples | None = None
    for piece in pieces:
        if held is None:
            held = np.zeros((before, piece.shape[1]), piece.dtype)
        held = np.concatenate([held, piece]) if len(piece) else held
        while len(held) >= before + size + after:
            yield held[: before + size + after]
            held = held[size:]
    if held is None:
        return
    silence = np.zeros((after, held.shape[1]), held.dtype)
    while len(held) > before:
        yield np.concatenate([held, silence])[: before + size + after]
        held = held[size:]


def overlap_added(
    pieces: Iterable[Samples], window: npt.NDArray[np.float64], hop: int, change: Change
) -> Iterator[Samples]:
    """Change sound in overlapping frames, and add them up again: as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    window : float [size]
        Laid over each frame before it is changed; with what `change` lays over it, frames must add up to one.
    hop : samples
        A whole part of the frame's size.
    change : callable
        Takes frames, float64 [k, size, channels], in running order, and gives as many back.
    """
    rest = len(window) - hop

    def added(counted: Iterator[Samples]) -> Iterator[Samples]:
        frames = _frames(counted, window, hop)
        tail, skip = np.zeros((rest, 1)), rest
        while batch := list(islice(frames, _FRAMES_AT_ONCE)):
            changed = change(np.stack(batch))
            total = np.zeros((len(batch) * hop + rest, changed.shape[2]))
            total[:rest] += tail
            for number, frame in enumerate(changed):
                total[number * hop : number * hop + len(window)] += frame
            ready, tail = total[: len(batch) * hop], total[len(batch) * hop :]
            yield ready[skip:].astype(np.float32)
            skip = max(0, skip - len(ready))

    return alongside(pieces, added)


def alongside(pieces: Iterable[Samples], treat: Treat, share: float = 1.0) -> Iterator[Samples]:
    """Treat sound so that exactly as many samples come out as go in, mixed with the sound as it was.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    treat : callable
        Takes the pieces, and gives the treated sound, in step with them from the first sample on.
    share : 0..1
        Of the treated sound.
    """
    for before, treated in beside(pieces, treat):
        yield treated if share == 1 else before + np.float32(share) * (treated - before)


def beside(pieces: Iterable[Samples], treat: Treat) -> Iterator[tuple[Samples, Samples]]:
    """Give sound as it was and as it is treated, in step; where the treated sound is shorter it ends in silence."""
    kept: deque[Samples] = deque()

    def counted() -> Iterator[Samples]:
        for piece in pieces:
            kept.append(piece)
            yield piece

    for treated in treat(counted()):
        before = _taken(kept, len(treated))
        yield before, treated[: len(before)]
    while kept:
        before = kept.popleft()
        yield before, np.zeros_like(before)


def _frames(pieces: Iterable[Samples], window: npt.NDArray[np.float64], hop: int) -> Iterator[npt.NDArray[np.float64]]:
    rest = len(window) - hop
    for stretch in overlapped(_lengthened(pieces, rest), hop, rest, 0):
        lacking = len(window) - len(stretch)
        yield np.pad(stretch, ((0, lacking), (0, 0))) * window[:, None]


def _lengthened(pieces: Iterable[Samples], count: int) -> Iterator[Samples]:
    channels = 1
    for piece in pieces:
        channels = piece.shape[1]
        yield piece
    yield np.zeros((count, channels), np.float32)


def _taken(kept: deque[Samples], count: int) -> Samples:
    """Take so many samples off the front; all there are if that is less."""
    parts: list[Samples] = []
    while kept and count > 0:
        piece = kept.popleft()
        if len(piece) > count:
            kept.appendleft(piece[count:])
            piece = piece[:count]
        parts.append(piece)
        count -= len(piece)
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
