"""Meters: what a loudness meter and a scope read off a sound track, for each channel, ten times a second.

Everything is measured at the track's own rate, because one channel at 16 kHz has lost it: loudness as it is heard,
peaks between samples, clipping, clicks, holes, and how two channels go together. Blocks are a tenth of a second; where
that is no whole number of samples, a block begins with the first sample at or after its border. The sound is measured
in stretches of ten blocks, always the same ones, so that the answer is the same in every run.
"""

from typing import Any

import av
import numpy as np
import numpy.typing as npt

from kinoeye.media import measures
from kinoeye.media.decode import REFUSALS
from kinoeye.media.holes import Holes
from kinoeye.media.weighting import Weighting
from kinoeye.streams import METERS, METERS_PER_SECOND

_BLOCKS = 10  # of a stretch
_FINE = 100  # milliseconds in a block
_MARGIN = 20  # milliseconds around a stretch: more than any measure looks
_LOUDEST = 1e6  # times full scale: damaged floats; their squares must still be numbers
_MOST_PLANES = 7  # PyAV 18 reads past the end of a frame of eight channels that lie one after the other

_USUAL = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}

Samples = npt.NDArray[np.float32]


class Meter:
    """Measures the frames of a sound track as they come, in bounded memory."""

    def __init__(self) -> None:
        self.rate_hz = 0
        self.layout: tuple[str, ...] = ()
        self.count = 0  # samples so far, at the track's own rate
        self._resampler: av.AudioResampler | None = None
        self._format = "fltp"
        self._queue = av.AudioFifo()  # small frames are measured many at once
        self._setup: tuple[object, ...] = ()
        self._skip = 0
        self._pieces: list[Samples] = []  # what waits, from sample `_begin` on
        self._begin = 0  # number of the first sample that waits; below 0 in the margin before the sound
        self._block = 0  # number of the block that is measured next
        self._weightings: list[Weighting] = []
        self._holes: list[Holes] = []
        self._ready: list[Samples] = []

    def move(self, number: int, of_rate_hz: int) -> None:
        """Go on at sample `number` of a clock of that rate, 0 being the first sample: silence, or an overlap."""
        if not self.rate_hz:
            return
        self._flush()
        target = round(number * self.rate_hz / of_rate_hz)
        self._skip = max(0, self.count - target)
        while self.count < target:
            self._add(np.zeros((len(self.layout), min(target - self.count, self.rate_hz)), np.float32))

    def add(self, frame: Any) -> None:
        """Measure a piece of decoded sound; a change of rate or channels is brought to those at the beginning."""
        if not self.rate_hz:
            self._open(frame)
        setup = (frame.format.name, frame.layout.name, frame.sample_rate)
        if setup != self._setup:
            self._flush()
            self._setup = setup
            self._resampler = av.AudioResampler(format=self._format, layout=self._layout, rate=self.rate_hz)
        self._push(frame)

    def finish(self) -> None:
        """Measure what still waits; the last block may be shorter than the others."""
        if not self.rate_hz:
            return
        self._flush()
        self._measure(is_last=True)

    def take(self) -> Samples:
        """Return the blocks since the last call, float32 [n, channels, measures], and forget them."""
        ready, self._ready = self._ready, []
        return np.concatenate(ready) if ready else np.zeros((0, len(self.layout), len(METERS)), np.float32)

    def _open(self, frame: Any) -> None:
        self.rate_hz, self._layout = int(frame.sample_rate), frame.layout
        self.layout = _names(frame.layout)
        self._format = "fltp" if len(self.layout) <= _MOST_PLANES else "flt"
        self._weightings = [Weighting(self.rate_hz) for _ in self.layout]
        self._holes = [Holes(self.rate_hz) for _ in self.layout]
        self._begin = self._edge(-_MARGIN)

    def _push(self, frame: Any) -> None:
        assert self._resampler is not None
        try:
            pieces = [frame] if self._is_plain(frame) else self._resampler.resample(frame)
        except REFUSALS:
            return  # told by whoever makes one channel of the same frame
        for piece in pieces:
            self._queue.write(piece)
        if self._queue.samples >= self.rate_hz:
            self._drain()

    def _drain(self) -> None:
        """Take what has gathered, without what overlaps with what is there."""
        while (frame := self._queue.read(self.rate_hz, partial=True)) is not None:
            samples = np.asarray(frame.to_ndarray(), np.float32)
            if self._format == "flt":
                samples = np.ascontiguousarray(samples.reshape(-1, len(self.layout)).T)
            skipped = min(self._skip, samples.shape[1])
            self._skip -= skipped
            if skipped < samples.shape[1]:
                self._add(samples[:, skipped:])

    def _is_plain(self, frame: Any) -> bool:
        """Whether a frame needs no resampler: the common case, and as much work as all measuring."""
        return frame is not None and self._setup == (self._format, self._layout.name, self.rate_hz)

    def _flush(self) -> None:
        if self._resampler is not None:
            self._push(None)
            self._drain()
            self._resampler, self._setup, self._queue = None, (), av.AudioFifo()

    def _add(self, samples: Samples) -> None:
        if not self.count:  # the first sample stands for what came before it: a hard beginning is no click
            self._pieces = [np.repeat(samples[:, :1], -self._begin, axis=1)]
        self._pieces.append(samples)
        self.count += samples.shape[1]
        self._measure()

    def _edge(self, fine: int) -> int:
        """Return the first sample of a millisecond."""
        return -(-fine * self.rate_hz // (METERS_PER_SECOND * _FINE))

    def _measure(self, *, is_last: bool = False) -> None:
        """Measure every stretch that is there with its margins; at the end, what is there."""
        while self._edge((self._block + _BLOCKS) * _FINE + _MARGIN) <= self.count:
            self._stretch(_BLOCKS)
        if not is_last:
            return
        left = -(-max(0, self.count - self._edge(self._block * _FINE)) * METERS_PER_SECOND // self.rate_hz)
        end = self.count
        while left > 0:
            lacking = self._edge((self._block + _BLOCKS) * _FINE + _MARGIN) - end
            if lacking > 0:
                self._pieces.append(np.repeat(self._pieces[-1][:, -1:], lacking, axis=1))
                end += lacking
            self._stretch(min(left, _BLOCKS))
            left -= _BLOCKS

    def _stretch(self, blocks: int) -> None:
        """Measure so many blocks, and let go of what no later one looks at."""
        numbers = np.arange(self._block * _FINE - _MARGIN, (self._block + blocks) * _FINE + _MARGIN + 1)
        fine = -(-numbers * self.rate_hz // (METERS_PER_SECOND * _FINE))
        borders = fine[_MARGIN : len(fine) - _MARGIN : _FINE].copy()
        borders[-1] = min(borders[-1], self.count)
        fine, borders = fine - self._begin, borders - self._begin
        samples = np.hstack(self._pieces)
        if not np.abs(samples).max() < _LOUDEST:
            samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -_LOUDEST, _LOUDEST)
        self._ready.append(self._measured(samples[:, : fine[-1]], fine, borders))
        self._block += blocks
        begin = self._edge(self._block * _FINE - _MARGIN)
        self._pieces, self._begin = [samples[:, begin - self._begin :].copy()], begin

    def _measured(self, samples: Samples, fine: measures.Borders, borders: measures.Borders) -> Samples:
        first, end = int(borders[0]), int(borders[-1])
        inner, inside = samples[:, first:end], borders - first
        weighted = np.stack([each.weigh(row) for each, row in zip(self._weightings, inner, strict=True)])
        jumps = measures.jumps(samples, fine, _MARGIN, len(fine) - 1 - _MARGIN)
        values = {
            "weighted": measures.mean_squares(weighted, inside),
            "square": measures.mean_squares(inner, inside),
            "mean": measures.means(inner, inside),
            "product": measures.means(self._product(inner), inside),
            "peak": measures.peaks(inner, inside),
            "true_peak": measures.true_peaks(samples, borders, self.rate_hz),
            "clips": measures.clips(samples, borders),
            "jump": jumps.reshape(len(self.layout), -1, _FINE).max(axis=2).T,
            "hole": self._longest_holes(samples, first, end, inside),
        }
        return np.stack([values[name] for name in METERS], axis=2).astype(np.float32)

    def _product(self, samples: Samples) -> npt.NDArray[np.float64]:
        """Return left times right in those two channels, nothing in the others."""
        product = np.zeros(samples.shape)
        if {"FL", "FR"} <= set(self.layout):
            pair = [self.layout.index("FL"), self.layout.index("FR")]
            product[pair] = samples[pair[0]].astype(np.float64) * samples[pair[1]]
        return product

    def _longest_holes(
        self, samples: Samples, first: int, end: int, borders: measures.Borders
    ) -> npt.NDArray[np.float64]:
        longest = np.zeros((len(borders) - 1, len(self.layout)))
        for channel, holes in enumerate(self._holes):
            for after, length in holes.find(samples[channel], first, end):
                block = min(int(np.searchsorted(borders, after, "right")) - 1, len(longest) - 1)
                longest[block, channel] = max(longest[block, channel], length / self.rate_hz)
        return longest


def _names(layout: Any) -> tuple[str, ...]:
    """Return the channels' names; a track that does not say which is which has the usual names of so many."""
    names = tuple(channel.name for channel in layout.channels)
    if "NONE" not in names:
        return names
    if len(names) in _USUAL:
        return tuple(channel.name for channel in av.AudioLayout(_USUAL[len(names)]).channels)
    return tuple(str(number) for number in range(1, len(names) + 1))
