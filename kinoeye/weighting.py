"""Weighting: the filters that make a sound as loud as it is heard at each frequency (K), at any rate.

Two filters in a row: a shelf for what the head does to high tones, and a high-pass. The recommendation prints them for
48 kHz; other rates get the same two analogue filters again, through the bilinear transform. They stand below media,
whose meters use them, and below signals, which measures what was made.

Source: ITU-R BS.1770-5, annex 1; the analogue filters' frequencies and qualities as Mansbridge et al. found them from
the printed ones, "Implementation and evaluation of autonomous multi-track fader control", AES 132, 2012.
"""

import math

Section = tuple[tuple[float, float, float], tuple[float, float, float]]

_SHELF_HZ, _SHELF_DB, _SHELF_QUALITY, _SHELF_MIDDLE = (
    1681.974450955533,
    3.999843853973347,
    0.7071752369554196,
    0.4996667741545416,
)
_LEAST_SHELF_HZ = 4000
_PASS_HZ, _PASS_QUALITY = 38.13547087602444, 0.5003270373238773


def sections(rate_hz: int) -> tuple[Section, ...]:
    """Return the filters at a rate, each as (b, a) with a[0] = 1; below 4 kHz the shelf has nothing to lift."""
    turn, quality = math.tan(math.pi * _SHELF_HZ / rate_hz), _SHELF_QUALITY
    high = 10 ** (_SHELF_DB / 20)
    middle = high**_SHELF_MIDDLE
    one = 1 + turn / quality + turn * turn
    shelf = (
        (
            (high + middle * turn / quality + turn * turn) / one,
            2 * (turn * turn - high) / one,
            (high - middle * turn / quality + turn * turn) / one,
        ),
        (1.0, 2 * (turn * turn - 1) / one, (1 - turn / quality + turn * turn) / one),
    )
    turn, quality = math.tan(math.pi * _PASS_HZ / rate_hz), _PASS_QUALITY
    one = 1 + turn / quality + turn * turn
    high_pass = ((1.0, -2.0, 1.0), (1.0, 2 * (turn * turn - 1) / one, (1 - turn / quality + turn * turn) / one))
    return (shelf, high_pass) if rate_hz >= _LEAST_SHELF_HZ else (high_pass,)
