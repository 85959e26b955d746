"""Likenesses: what each still looks like, as a vector, so that pictures like it can be found by the cosine.

A vector has three parts: where which colours lie (CIELAB means on a grid, less the mean lightness, so that exposure
matters little), which way the edges run in each field (histograms of gradient directions), and how fine the texture is.
It knows no things: a face and a ball of the same colour are alike. The arithmetic is kinoeye.signals.likeness.

Source: Kasutani & Yamada, "The MPEG-7 color layout descriptor", ICIP 2001; Dalal & Triggs, "Histograms of oriented
gradients for human detection", CVPR 2005.
"""

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.likeness import SIZE, likeness
from kinoeye.streams import Stills
from kinoeye.tables import Table, Typed, flicks, pictures

LIKENESSES = Table(
    "likenesses",
    "One row a still: what it looks like, as a vector for comparison by the cosine.",
    (
        ("shot", pa.int32(), "the shot's number; null where no shot holds the still"),
        ("frame", pictures(), "number of the still's picture"),
        ("time", flicks(), "start of the still's picture"),
        ("vector", Typed(pa.list_(pa.float32(), SIZE), "length 1"), "colour layout, edge directions, texture"),
    ),
)


@analysis(LIKENESSES, version=1)
def likenesses(stills: Stills, shots: pa.Table) -> pa.Table:
    """Describe what each still looks like.

    Parameters
    ----------
    stills : a few pictures a second
    shots : table `shots`
    """
    if not len(stills):
        return LIKENESSES.empty()
    vectors = np.stack([likeness(stills.picture(number)) for number in range(len(stills))])
    ends = shots["end_frame"].to_numpy()
    place = np.searchsorted(ends, stills.frames, side="right")
    is_inside = place < len(ends)
    numbers = np.append(shots["shot"].to_numpy(), 0)[place]
    return LIKENESSES.from_columns(
        shot=pa.array(numbers, pa.int32(), mask=~is_inside),
        frame=stills.frames,
        time=stills.times,
        vector=pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel(), pa.float32()), SIZE),
    )
