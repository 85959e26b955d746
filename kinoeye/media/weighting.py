"""Weighting: one channel as loud as it is heard at each frequency (K), piece by piece."""

from fractions import Fraction

import av
import av.filter
import numpy as np
import numpy.typing as npt

from kinoeye.weighting import sections


class Weighting:
    """Weighs one channel, piece by piece; what comes out is as long as what goes in.

    Parameters
    ----------
    rate_hz : int
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._graph = av.filter.Graph()
        last = self._graph.add_abuffer(
            sample_rate=rate_hz, format="dblp", layout="mono", time_base=Fraction(1, rate_hz)
        )
        for b, a in sections(rate_hz):
            terms = [f"b{n}={b[n]!r}:a{n}={a[n]!r}" for n in range(3)]
            section = self._graph.add("biquad", ":".join([*terms, "precision=f64"]))
            last.link_to(section)
            last = section
        last.link_to(self._graph.add("abuffersink"))
        self._graph.configure()

    def weigh(self, samples: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return the weighted samples, float64 [n]; the filters remember what went before."""
        row = np.ascontiguousarray(samples, np.float64)[None]
        frame = av.AudioFrame.from_ndarray(row, format="dblp", layout="mono")
        frame.sample_rate = self._rate_hz
        self._graph.push(frame)
        return np.asarray(self._graph.pull().to_ndarray()[0], np.float64)
