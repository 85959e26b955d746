"""A timeline of what heard the same moment puts each file where it belongs, exactly, and holds its drift."""

from fractions import Fraction

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.syncs import SYNCS
from kinoeye.errors import UseError
from kinoeye.export import otio
from kinoeye.export.synced import timelines
from kinoeye.export.timeline import Clip, Timeline
from kinoeye.export.writing import write
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND
from kinoeye.timecode import frame_duration


def film(asset: str, seconds: float, rate: Fraction = Fraction(24), **more: object) -> dict[str, object]:
    return {"asset": asset, "path": f"day1/{asset}.mp4", "paths": [f"day1/{asset}.mp4"], "kind": "video", "start": 0,
            "end": int(seconds * SECOND), "rate_num": rate.numerator, "rate_den": rate.denominator, "channels": 2,
            "sound_rate_hz": 48_000, "is_variable_rate": False, "width": 1920, "height": 1080} | more  # fmt: skip


def recorder(asset: str, seconds: float, **more: object) -> dict[str, object]:
    return {"asset": asset, "path": f"day1/{asset}.wav", "paths": [f"day1/{asset}.wav"], "kind": "sound", "start": 0,
            "end": int(seconds * SECOND), "channels": 1, "sound_rate_hz": 48_000} | more  # fmt: skip


def pair(one: str, other: str, start: float, end: float, offset: float, drift: float = 0.0, **more: object):
    return {"group": "sync-1", "reference": "cam", "asset": one, "other": other, "start": int(start * SECOND),
            "end": int(end * SECOND), "offset": round(offset * SECOND), "drift_ppm": drift, "score": 1.0,
            "sound": None} | more  # fmt: skip


def made(rows: list, pairs: list, **options) -> list[Timeline]:
    tables = {"assets": ASSETS.from_rows(rows), "syncs": SYNCS.from_rows(pairs)}
    return timelines(tables, **options)


def clips(timeline: Timeline) -> dict[tuple[str, str], list[tuple[int, Clip]]]:
    """Every clip by its kind and name, with the time at which it lies."""
    found: dict[tuple[str, str], list[tuple[int, Clip]]] = {}
    for track in timeline.tracks:
        for time, item in track.placed():
            if isinstance(item, Clip):
                found.setdefault((track.kind, item.name), []).append((time, item))
    return found


def off(timeline: Timeline, name: str, lag: float, drift: float, reference: str = "cam.mp4") -> float:
    """By how many pictures a sound lies off, at its worse end: its true moment is t + lag + drift t."""
    found = clips(timeline)
    ((zero, first),) = found["video", reference]
    worst = 0.0
    for time, clip in found["audio", name]:
        for part in (0, clip.duration):
            moment = time + part - zero + first.start  # on the reference's clock
            played = clip.start + part * float(clip.speed)
            worst = max(worst, abs(played - moment * (1 + drift * 1e-6) - lag * SECOND))
    return worst / float(frame_duration(timeline.rate))


def test_separate_sound_lies_exactly_under_the_picture():
    (timeline,) = made([film("cam", 60), recorder("rec", 100)], [pair("cam", "rec", 0, 60, 12.3456, sound="rec")])
    assert timeline.rate == 24 and timeline.name == "cam"
    assert off(timeline, "rec.wav", 12.3456, 0) < 0.001
    ((_, picture),) = clips(timeline)["video", "cam.mp4"]
    assert picture.start == 0 and picture.duration == 60 * SECOND
    ((_, own),) = clips(timeline)["audio", "cam.mp4"]
    ((_, sound),) = clips(timeline)["audio", "rec.wav"]
    assert sound.is_enabled and not own.is_enabled
    assert sound.rate == 48_000 and sound.start % (SECOND // 48_000) == 0


@pytest.mark.parametrize("drift", [-300.0, -20.0, 20.0, 145.0])
@pytest.mark.parametrize("minutes", [1, 44])
def test_drift_is_held_by_a_speed_only_where_it_shows(drift, minutes):
    rows = [film("cam", 60 * minutes, Fraction(24000, 1001)), recorder("rec", 60 * minutes + 30)]
    (timeline,) = made(rows, [pair("cam", "rec", 0, 60 * minutes, 7.77, drift)])
    ((_, sound),) = clips(timeline)["audio", "rec.wav"]
    shows = abs(drift) * 1e-6 * (60 * minutes + 30) * 24000 / 1001 > 0.25
    assert (sound.speed != 1) == shows
    assert off(timeline, "rec.wav", 7.77, drift) < (0.001 if shows else 0.25)
    assert f"{drift:+.1f} ppm" in " ".join(timeline.notes)


def test_several_cameras_lie_on_tracks_of_their_own_and_takes_of_one_on_one():
    rows = [film("cam", 100), film("late", 30, Fraction(25)), film("over", 60), recorder("rec", 300)]
    pairs = [
        pair("cam", "rec", 0, 100, 50),
        pair("late", "rec", 0, 30, 200),
        pair("over", "rec", 0, 60, 90.01),
    ]
    (timeline,) = made(rows, pairs)
    assert [len([i for i in t.items if isinstance(i, Clip)]) for t in timeline.of("video")] == [2, 1]
    at = {name: time for (kind, name), [(time, _)] in clips(timeline).items() if kind == "video"}
    assert at["late.mp4"] - at["cam.mp4"] == 150 * SECOND
    assert abs(at["over.mp4"] - at["cam.mp4"] - 40.01 * SECOND) <= SECOND / 24
    assert off(timeline, "rec.wav", 50, 0) < 0.001


def test_the_way_may_lead_over_others_and_turn_round():
    rows = [film("cam", 60), film("two", 60), recorder("rec", 100)]
    pairs = [pair("two", "rec", 0, 60, 10.5), pair("cam", "two", 0, 60, 3.25)]
    (timeline,) = made(rows, pairs)
    assert off(timeline, "rec.wav", 13.75, 0) < 0.001
    (turned,) = made(rows, [pair("rec", "cam", 13.75, 73.75, -13.75, 50.0), pair("cam", "two", 0, 60, 3.25)])
    assert off(turned, "rec.wav", 13.75, -50) < 0.1


def test_a_recorder_that_lost_time_is_two_clips():
    pairs = [pair("cam", "rec", 0, 50, 0.5), pair("cam", "rec", 50, 100, -0.5)]
    (timeline,) = made([film("cam", 100), recorder("rec", 99.5)], pairs)
    first, second = clips(timeline)["audio", "rec.wav"]
    assert (second[1].start - first[1].start) - (second[0] - first[0]) == pytest.approx(-SECOND, abs=SECOND / 24)
    assert sum(len(track.items) for track in timeline.of("audio") if track.items[-1].name == "rec.wav") in {2, 3}


def test_what_otio_says_is_read_back(tmp_path):
    rows = [film("cam", 2640, timecode="10:00:00:00"), recorder("rec", 2700, tags=[("time_reference", "1728000000")])]
    tables = {"assets": ASSETS.from_rows(rows), "syncs": SYNCS.from_rows([pair("cam", "rec", 0, 2640, 7.7, 145.0)])}
    (path,) = write("sync", tables, lambda _: None, tmp_path)
    assert path.name == "cam.sync.otio"
    (timeline,) = otio.read(path.read_bytes())
    ((_, sound),) = clips(timeline)["audio", "rec.wav"]
    assert sound.speed == Fraction(1_000_145, 1_000_000)
    assert sound.media is not None and sound.media.start == 36_000 * SECOND <= sound.start
    ((_, picture),) = clips(timeline)["video", "cam.mp4"]
    assert picture.start == 36_000 * SECOND
    assert any("+145.0 ppm" in note for note in timeline.notes)


def test_a_reference_that_is_gone_and_no_pair_at_all():
    pairs = [pair("two", "rec", 0, 60, 10.5)]
    (timeline,) = made([film("two", 60), recorder("rec", 100)], pairs)
    assert off(timeline, "rec.wav", 10.5, 0, "two.mp4") < 0.001
    with pytest.raises(UseError, match="must have at least two files that heard the same moment, got none"):
        made([film("two", 60)], pairs)
    with pytest.raises(UseError, match="got none"):
        timelines({"assets": pa.table({"asset": pa.array([], pa.string())})})
    with pytest.raises(UseError, match="must be HH:MM:SS:FF"):
        made([film("two", 60), recorder("rec", 100)], pairs, record_start="noon")
