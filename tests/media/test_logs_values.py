"""Times, lengths and numbers of logs, however they are written; what cannot be read is told, and never thrown."""

import datetime
import io
import random

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import DocumentError
from kinoeye.media.logs import is_log, write_log
from kinoeye.media.logs_values import NOT_THERE, flicks_of, is_day_first, lengths, numbers, times
from kinoeye.media.viewers import Key
from kinoeye.timecode import FLICKS_PER_SECOND

NOON = datetime.datetime(2020, 5, 12, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize("text", [
    "2020-05-12T12:00:00Z", "2020-05-12 12:00:00", "2020-05-12T14:00:00+02:00", "2020-05-12T12:00:00.000000000Z",
    "1589284800", "1589284800000", "1589284800000000", "12/May/2020:14:00:00 +0200", "May 12, 2020, 12:00:00 PM",
    "5/12/2020 12:00", "5/12/20 12:00:00 PM", "2020/05/12 12:00:00", "Tue, 12 May 2020 12:00:00 +0000",
    "2020-05-12 12:00:00 UTC", "1.5892848e9",
])  # fmt: skip
def test_a_time_in_every_dress(text):
    found, bad = times(pa.array([text, None, "rubbish"]))
    assert datetime.datetime.fromtimestamp(found[0] / 1000, datetime.UTC) == NOON
    assert (found[1], found[2], bad) == (NOT_THERE, NOT_THERE, 1)


def test_days_before_months():
    assert is_day_first(pa.array(["31/12/2020", "1/2/2020"]))
    assert is_day_first(pa.array(["1.2.2020"]))
    assert not is_day_first(pa.array(["12/31/2020", "1/2/2020"]))
    found, _ = times(pa.array(["5/6/2020"]), day_first=True)
    assert datetime.datetime.fromtimestamp(found[0] / 1000, datetime.UTC).month == 6


def test_typed_columns():
    for column in (pa.array([NOON]), pa.array([NOON.timestamp()]), pa.array([NOON.replace(tzinfo=None)]),
                   pa.array([int(NOON.timestamp())]), pa.chunked_array([[NOON]])):  # fmt: skip
        assert times(column)[0].tolist() == [int(NOON.timestamp() * 1000)]
    assert times(pa.array([NOON.date()]))[0].tolist() == [int(NOON.timestamp() * 1000) - 12 * 3_600_000]


def test_summer_and_winter():
    zone = pa.array(["Europe/Berlin"] * 2)
    found, _ = times(pa.array(["2020-01-01 12:00:00", "2020-07-01 12:00:00"]), zone=zone)
    assert [datetime.datetime.fromtimestamp(each / 1000, datetime.UTC).hour for each in found] == [11, 10]


@pytest.mark.parametrize(("text", "seconds"), [
    ("1:02:03", 3723), ("02:03", 123), ("PT1H2M3.5S", 3723.5), ("P1D", 86_400), ("1h 2m", 3720), ("90 s", 90),
    ("12.5", 12.5), ("-3", -3),
])  # fmt: skip
def test_a_length_in_every_dress(text, seconds):
    found, bad = lengths(pa.array([text, "rubbish", ""]), "s")
    assert (found[0], bad) == (seconds, 1)
    assert np.isnan(found[1:]).all()


def test_units():
    assert lengths(pa.array([1500, None]), "ms")[0][0] == 1.5
    assert flicks_of(np.array([1.5, np.nan, 1e12])).tolist() == [1.5 * FLICKS_PER_SECOND, NOT_THERE, NOT_THERE]
    assert numbers(pa.array(["4/5", "3,5", "★★★", "7"]))[0].tolist()[:2] == [8, 3.5]


ROWS = "".join(f"viewer-{n % 7},title-{n % 5},2026-03-01T20:{n % 60:02d}:00Z,heartbeat,{n}\n" for n in range(60))
LINES = {
    "csv": ("user_id,title,timestamp,event,position\n" + ROWS).encode(),
    "jsonl": b"".join(b'{"user_id":"v%d","title":"t","event":"play","timestamp":%d,"position":%d}\n'
                      % (n, 1_772_400_000 + n, n) for n in range(60)),
    "dat": b"".join(b"%d::%d::4::978300760\n" % (n, n + 1) for n in range(60)),
    "log": b"".join(b'10.0.0.1 - - [01/Mar/2026:20:00:%02d +0100] "GET /a?CMCD=sid%%3D%%22a%%22%%2Ccid%%3D%%22b%%22 '
                    b'HTTP/1.1" 200 5 "-" "M"\n' % n for n in range(60)),
}  # fmt: skip


@pytest.mark.parametrize("form", LINES)
def test_whatever_happens_to_bytes_the_rest_is_read_or_it_is_said(form, tmp_path):
    chance, path = random.Random(form), tmp_path / f"a.{form}"
    most = 0
    for _ in range(25):
        data = bytearray(LINES[form])
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(4)] = chance.randbytes(chance.randrange(5))
        path.write_bytes(data[: chance.randrange(len(data) // 2, len(data))])
        if not is_log(path):
            continue
        try:
            told = write_log(path, Key(bytes(32)), "nobody", io.BytesIO())
        except DocumentError:
            continue
        most = max(most, told.rows)
    assert most > 20
