"""Times are read as each format writes them, exactly; what is no time has none."""

import pytest

from kinoeye.signals.cue_times import TimedXml, arrow, dialogue
from kinoeye.timecode import FLICKS_PER_SECOND

MS = FLICKS_PER_SECOND // 1000


@pytest.mark.parametrize(
    ("line", "span"),
    [
        ("00:00:01,000 --> 00:00:02,500 X1:10", (1000, 2500)),
        ("1:01.5 --> 2:02:03.004", (61_500, 7_323_004)),
        ("0:01.5 --> 101:00:02.001", None),
        ("00:05 --> 00:06", (5000, 6000)),
        ("00:06 --> 00:05", None),
        ("00:06 --> 00:06", None),
        ("Hello --> you", None),
        ("", None),
    ],
)
def test_lines_of_times(line, span):
    wanted = None if span is None else tuple(each * MS for each in span)
    assert arrow(line) == wanted


def test_dialogue():
    assert dialogue("0:00:01.05", " 1:00:00.00") == (1050 * MS, 3_600_000 * MS)
    assert dialogue("soon", "0:00:01.00") is None


@pytest.mark.parametrize(
    ("root", "tag", "span"),
    [
        ("<tt>", '<p begin="00:00:01.5" end="2500ms">', (1500, 2500)),
        ("<tt>", "<p begin='1s' dur='0.5s'>", (1000, 1500)),
        ('<tt:tt ttp:frameRate="25">', '<tt:p begin="00:00:01:05" end="50f">', (1200, 2000)),
        ('<tt ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001">', '<p begin="0f" end="24f">', (0, 1001)),
        ('<tt ttp:tickRate="10000000">', '<p begin="10000000t" end="25000000t">', (1000, 2500)),
        ('<tt ttp:tickRate="0">', '<p begin="1t" end="2t">', (1000, 2000)),
        ("<tt>", "<p begin='2s' end='1s'>", None),
        ("<tt>", "<p end='1s'>", None),
        ("<tt>", "<p>", None),
    ],
)
def test_timed_xml(root, tag, span):
    assert TimedXml(root).span(tag) == (None if span is None else tuple(each * MS for each in span))
