"""The report says who speaks, as whom, and why."""

import re

import pyarrow as pa

from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.export.report import report
from kinoeye.export.report_speakers import MOST, speakers
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

EVIL = "<script>alert(1)</script>"


def tables(*names, count=2, path="a.wav"):
    turns = [{"start": 9 * n * SECOND, "end": (9 * n + 1 + n % 7) * SECOND, "speaker": n} for n in range(count)]
    return {
        "assets": pa.table({"asset": ["a"], "path": [path], "kind": ["sound"]}),
        "speakers": with_asset(SPEAKERS.from_rows(turns), "a"),
        "speaker_names": SPEAKER_NAMES.from_rows({"asset": "a"} | each for each in names),
    }


def piece(kind, name, is_for):
    return {"of": "character", "kind": kind, "name": name, "lines": 3, "seconds": 4.5, "is_for": is_for}


ANNA = {"speaker": 1, "character": "ANNA", "character_score": 0.88, "person": "p1", "person_name": "Jane",
        "person_score": 0.7, "evidence": [piece("screenplay", "ANNA", True), piece("voice", "BEN", False)]}  # fmt: skip


def test_names_evidence_and_whoever_is_not_known():
    page = speakers(tables(ANNA, {"speaker": 0, "evidence": []}))
    rows = re.findall("<tr><td>.*?</tr>", page)
    assert "ANNA (88 %)" in rows[0] and "Jane (70 %)" in rows[0] and "0:02" in rows[0]
    assert "ANNA: screenplay 3×, 4.5 s" in rows[0] and "BEN: voice 3×, 4.5 s" in rows[0]
    assert "voice 1" in rows[1] and "–" in rows[1]


def test_everything_from_outside_is_only_text():
    evil = ANNA | {"character": EVIL, "person_name": EVIL, "evidence": [piece(EVIL, EVIL, True)]}
    page = report(tables(evil, path=EVIL), lambda _: None).decode()
    assert EVIL not in page and page.count("&lt;script&gt;") >= 4


def test_nobody_speaks_and_too_many_do():
    assert speakers({}) == speakers(tables(count=0)) == ""
    page = speakers(tables(count=MOST + 5))
    assert page.count("<tr><td>") == MOST and "5 more" in page
