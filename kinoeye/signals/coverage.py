"""Coverage: every picture that was looked at, whether as a still or in a range at full rate."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.streams import Stills


@dataclass(frozen=True)
class View:
    """A picture to look at.

    Parameters
    ----------
    stream : Stills
        Where it lies.
    number : int
        Which of the stream's it is.
    is_full_rate : bool
    """

    stream: Stills
    number: int
    is_full_rate: bool

    @property
    def frame(self) -> int:
        """Number among the decoded pictures."""
        return int(self.stream.frames[self.number])

    @property
    def time(self) -> int:
        """Start, in flicks."""
        return int(self.stream.times[self.number])

    def picture(self) -> npt.NDArray[np.uint8]:
        """Return it, uint8 [height, width, 3], RGB."""
        return self.stream.picture(self.number)


def views(stills: Stills, full_rate: Stills | None) -> Iterator[View]:
    """Go through all pictures in running order, each once; what both streams show is taken from `full_rate`."""
    every = {int(frame): View(stills, number, False) for number, frame in enumerate(stills.frames)}
    if full_rate is not None:
        every |= {int(frame): View(full_rate, number, True) for number, frame in enumerate(full_rate.frames)}
    for frame in sorted(every):
        yield every[frame]
