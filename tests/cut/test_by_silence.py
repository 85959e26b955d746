"""Only what is spoken stays, and a pause for breath with it."""

from fractions import Fraction

import pyarrow as pa
import pytest

from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.cut.by_silence import by_silence
from kinoeye.errors import UseError
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

PICTURE = SECOND // 25


def tables(*spans, start=0):
    row = {"asset": "a", "path": "a.mov", "kind": "video", "start": start, "end": start + 60 * SECOND,
           "rate_num": 25, "rate_den": 1, "channels": 1}  # fmt: skip
    rows = [
        {"asset": "a", "start": int(one * SECOND) + start, "end": int(end * SECOND) + start, "score": 0.9}
        for one, end in spans
    ]
    return {name: pa.Table.from_pylist(
        [{key: each.get(key) for key in table.stored_schema.names} for each in given],
        schema=pa.schema([field.with_nullable(True) for field in table.stored_schema]),
    ) for name, table, given in (("assets", ASSETS, [row]), ("speech", SPEECH, rows))}  # fmt: skip


def kept(timeline):
    return [((clip.start) / SECOND, (clip.start + clip.duration) / SECOND) for clip in timeline.of("audio")[0].items]


def test_silence_is_left_out_with_air_around_what_stays():
    made = by_silence(tables((2, 4), (4.5, 6), (20, 22)))
    assert kept(made) == [(1.8, 6.2), (19.8, 22.2)]
    assert made.rate == Fraction(25)
    assert made.of("video")[0].duration == made.of("audio")[0].duration == (44 + 24) * SECOND // 10


def test_a_shorter_limit_cuts_more():
    assert len(kept(by_silence(tables((2, 4), (4.5, 6)), silence=0.3, handle=0.1))) == 2
    assert len(kept(by_silence(tables((2, 4), (4.5, 6)), silence=0.3, handle=0.3))) == 1  # their air meets


def test_pieces_lie_within_the_recording_on_whole_pictures():
    made = by_silence(tables((0, 1.013), (58.9, 60)), handle=1.0)
    assert kept(made) == [(0, 2.04), (57.88, 60)]


def test_a_recording_whose_clock_starts_late_is_cut_at_the_same_moments():
    assert kept(by_silence(tables((2, 4), start=7 * SECOND))) == kept(by_silence(tables((2, 4))))


@pytest.mark.parametrize("setting", [{"silence": 0}, {"handle": 6}, {"silence": float("nan")}])
def test_settings_are_checked(setting):
    with pytest.raises(UseError, match=f"cut: {next(iter(setting))} must lie in"):
        by_silence(tables((1, 2)), **setting)


def test_nobody_speaks():
    with pytest.raises(UseError, match="must have a recording in which somebody speaks, got none"):
        by_silence(tables())
    with pytest.raises(UseError, match="must have a recording in which somebody speaks, got none"):
        by_silence(tables((1, 2)), assets={"b"})
