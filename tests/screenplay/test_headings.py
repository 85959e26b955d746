"""A heading says where and when."""

import pytest

from kinoeye.screenplay.headings import Heading, parted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("INT. KITCHEN - DAY", ("int", "KITCHEN", "day")),
        ("EXT. PARK--NIGHT", ("ext", "PARK", "night")),
        ("INT HOUSE DAY", ("int", "HOUSE", "day")),
        ("INT - HOUSE - DAY", ("int", "HOUSE", "day")),
        ("I/E. CAR - CONTINUOUS", ("int/ext", "CAR", "continuous")),
        ("EST. CITY", ("est", "CITY", "")),
        ("12A. INT./EXT. BARN - STALL - EARLY MORNING", ("int/ext", "BARN - STALL", "day")),
        ("INT. HOUSE - DAY (1979)", ("int", "HOUSE", "day")),
        ("EXT. SEA - NIGHT - CONTINUOUS", ("ext", "SEA", "night")),
        ("SNIPER SCOPE POV", ("", "SNIPER SCOPE POV", "")),
        ("EXT. BAY - MAGIC HOUR", ("ext", "BAY", "dusk")),
        ("内景 厨房 日", ("int", "厨房", "day")),
        ("外景，天台，黄昏", ("ext", "天台", "dusk")),
        ("客厅 夜 内", ("int", "客厅", "night")),
        ("3、内景 小明家-卧室 晨", ("int", "小明家 卧室", "dawn")),
        ("INT. DAY SPA - NIGHT", ("int", "DAY SPA", "night")),
    ],
)
def test_headings(text, told):
    assert parted(text) == Heading(*told)
