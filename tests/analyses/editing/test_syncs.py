"""Files that heard the same moment are brought together to a part of a picture; those that did not are left alone."""

import io

import av
import numpy as np
import pyarrow as pa
import pytest
from scipy import signal

from kinoeye.analyses.editing.sound_marks import SOUND_MARKS, sound_marks
from kinoeye.analyses.editing.syncs import SYNCS, syncs
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.streams import Sound
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

RATE = 16_000
QUARTER = 1 / 60 / 4  # of a picture at 60 fps, seconds


def marked(start=0, **waves):
    rows = [
        with_asset(sound_marks(Sound(np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16), start)), name)
        for name, wave in waves.items()
    ]
    return pa.concat_tables([SOUND_MARKS.stored_schema.empty_table(), *rows])


def found(assets=None, start=0, settings=None, **waves):
    return syncs(marked(start, **waves), assets, **(settings or {})).to_pylist()


def error(row, begin, ppm):
    """How far a row of `a` (the whole) and `b` (from `begin` of it on) is off at worst, in seconds."""
    times = np.linspace(row["start"], row["end"], 20) / SECOND
    told = times + row["offset"] / SECOND + row["drift_ppm"] * 1e-6 * (times - row["start"] / SECOND)
    true = (times - begin) / (1 + ppm * 1e-6)
    return float(np.abs(told - true).max())


@pytest.mark.parametrize("ppm", [0, 20, -20, 145, -300, 1001])
def test_offset_and_drift(talk, again, roomy, ppm):
    wave = talk(200, 1)
    (row,) = found(a=wave, b=roomy(again(wave, 7.1234, ppm, 180), 2, noise_db=15))
    assert (row["asset"], row["other"], row["reference"]) == ("a", "b", "a")
    assert error(row, 7.1234, ppm) < QUARTER
    assert row["drift_ppm"] == pytest.approx(-ppm, abs=25)
    assert row["start"] / SECOND == pytest.approx(7.1234, abs=0.05)
    assert row["score"] > 0.9 and row["error"] / SECOND < QUARTER


def coded(wave):
    """What is left of sound after 24 kbit/s."""
    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=16_000, layout="mono", options={"b": "12000"})
        stream.bit_rate = 12_000
        frame = av.AudioFrame.from_ndarray((wave[None] * 32767).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = RATE
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as back:
        resampler = av.AudioResampler("flt", "mono", RATE)
        frames = [piece for frame in back.decode(audio=0) for piece in resampler.resample(frame)]
        return np.concatenate([np.frombuffer(f.planes[0], np.float32)[: f.samples] for f in frames])


def camera(wave):
    """What an 8 kHz microphone makes of sound."""
    low = signal.resample_poly(wave, 1, 2)
    low = signal.sosfilt(signal.butter(2, [300, 3400], "bandpass", fs=8000, output="sos"), low)
    return signal.resample_poly(np.round(np.clip(low * 8, -0.5, 0.5) * 127) / 127, 2, 1)


CHANGES = {
    "softer": lambda wave, _: wave * 0.02,
    "clipped": lambda wave, _: np.clip(wave * 12, -0.7, 0.7),
    "codec": lambda wave, _: coded(np.clip(wave, -1, 1)),
    "camera": lambda wave, _: camera(wave),
    "noise 0 dB": lambda wave, roomy: roomy(wave, 9, noise_db=0),
    "long room": lambda wave, roomy: roomy(wave, 9, seconds=0.9),
}


@pytest.mark.parametrize("change", CHANGES)
def test_other_microphones(talk, again, roomy, change):
    wave = talk(150, 3)
    (row,) = found(a=wave, b=CHANGES[change](again(wave, 20.5, 60, 120), roomy))
    assert error(row, 20.5, 60) < QUARTER + (0.004 if change == "codec" else 0)  # Opus keeps its delay of some ms


def test_partial_overlap_on_either_side(talk, roomy):
    wave = talk(160, 4)
    (row,) = found(a=wave[: 100 * RATE], b=roomy(wave[60 * RATE :], 5))
    assert row["end"] - row["start"] == pytest.approx(40 * SECOND, abs=SECOND // 10)
    assert error(row, 60, 0) < QUARTER


def test_a_hole_in_a_recording(talk, roomy):
    wave = talk(120, 5)
    holed = roomy(wave[10 * RATE :], 5)
    holed[40 * RATE : 60 * RATE] = 0
    (row,) = found(a=wave, b=holed)
    assert error(row, 10, 0) < QUARTER


def test_a_recorder_that_lost_time_gives_two_stretches(talk, roomy):
    wave = talk(240, 6)
    heard = roomy(wave[10 * RATE :], 5)
    first, second = found(a=wave, b=np.delete(heard, np.arange(100 * RATE, 101 * RATE)))
    assert first["end"] == second["start"]
    assert first["end"] / SECOND == pytest.approx(110.5, abs=3)
    assert error(first, 10, 0) < QUARTER and error(second, 11, 0) < QUARTER


def test_clocks_that_begin_elsewhere(talk, roomy):
    wave = talk(90, 7)
    tables = [marked(a=wave), marked(3600 * SECOND, b=roomy(wave[10 * RATE :], 5))]
    (row,) = syncs(pa.concat_tables(tables)).to_pylist()
    assert (row["start"] + row["offset"]) / SECOND == pytest.approx(3600, abs=0.05)


def test_several_cameras_are_one_group_without_contradiction(talk, again, roomy):
    wave = talk(180, 8)
    rows = found(
        rec=wave,
        one=roomy(again(wave, 5, 30, 120), 1, noise_db=12),
        two=roomy(again(wave, 40, -45, 120), 2, noise_db=12),
        later=talk(60, 99),
    )
    assert {row["group"] for row in rows} == {rows[0]["group"]}
    assert {row[each] for row in rows for each in ("asset", "other")} == {"rec", "one", "two"}
    assert all(row["reference"] == "rec" for row in rows)
    loops = [row["loop"] for row in rows if row["loop"] is not None]
    assert len(loops) == len(rows) - 2 and all(loop < SECOND // 100 for loop in loops)


def test_two_groups(talk, roomy):
    one, two = talk(60, 10), talk(60, 11)
    rows = found(a=one, b=roomy(one, 1), c=two, d=roomy(two, 2))
    assert {(row["asset"], row["other"]) for row in rows} == {("a", "b"), ("c", "d")}
    assert len({row["group"] for row in rows}) == 2


def song(seconds, seed):
    """Chords and beats that never come again."""
    random = np.random.default_rng(seed)
    out, at = np.zeros(int(seconds * RATE)), 0
    while at < len(out) - 2 * RATE:
        length = int(random.choice([0.25, 0.375, 0.5]) * RATE)
        time = np.arange(2 * length) / RATE
        for _ in range(3):
            pitch = 110 * 2 ** (random.integers(0, 36) / 12)
            out[at : at + 2 * length] += sum(
                0.02 / n * np.sin(2 * np.pi * pitch * n * time) * np.exp(-4 * time) for n in range(1, 6)
            )
        out[at : at + 1500] += 0.05 * random.normal(size=1500) * np.exp(-np.arange(1500) / 300)
        at += length
    return out


def test_takes_with_the_same_playback_are_no_pair(talk, roomy):
    played = song(50, 1)

    def take(seed, at):
        wave = talk(120, seed)
        wave[at * RATE : at * RATE + len(played)] += played
        return roomy(wave, seed)

    assert found(a=take(20, 20), b=take(21, 33)) == []


def test_takes_of_the_same_dialogue_are_no_pair(talk, roomy):
    lines = [talk(4.0, seed) for seed in range(30, 45)]

    def take(seed):
        random = np.random.default_rng(seed)
        said = [signal.resample_poly(line, int(1000 * random.uniform(0.96, 1.04)), 1000) for line in lines]
        return roomy(
            np.concatenate([np.append(each, np.zeros(int(random.uniform(0.2, 2) * RATE))) for each in said]), seed
        )

    assert found(a=take(1), b=take(2), c=take(3)) == []


def test_one_line_that_is_alike_in_two_quiet_takes_is_no_pair(talk):
    def take(line, seed, at):
        wave = 1e-3 * np.random.default_rng(seed).normal(size=13 * RATE)
        wave[at * RATE : at * RATE + len(line)] += line
        return wave

    for seed in (900, 902):
        line = talk(3.2, seed)
        assert found(a=take(line, 1, 5), b=take(line, 2, 6)) == []


def test_a_film_cut_from_a_take_is_no_pair(talk):
    take, other = talk(150, 12), talk(150, 13)
    pieces = [
        other[: 15 * RATE],
        take[20 * RATE : 32 * RATE],
        other[30 * RATE : 60 * RATE],
        take[90 * RATE : 104 * RATE],
    ]
    assert found(a=take, b=np.concatenate(pieces)) == []


def test_a_beat_is_not_taken_for_a_moment(roomy):
    bar = song(4, 3)[: 2 * RATE]
    beat = np.tile(bar, 40)
    assert found(a=roomy(beat, 1), b=roomy(beat[3 * RATE :], 2)) == []


@pytest.mark.parametrize("kind", ["unrelated", "silent", "noise", "tone", "short"])
def test_nothing_in_common(talk, kind):
    random = np.random.default_rng(4)
    time = np.arange(60 * RATE) / RATE
    others = {
        "unrelated": (talk(60, 50), talk(60, 51)),
        "silent": (np.zeros(60 * RATE), talk(60, 51)),
        "noise": (0.1 * random.normal(size=60 * RATE), 0.1 * random.normal(size=60 * RATE)),
        "tone": (0.5 * np.sin(2000 * time), 0.3 * np.sin(2000 * time)),
        "short": (np.zeros(3), talk(2, 51)),
    }
    one, other = others[kind]
    assert found(a=one, b=other) == []


def test_no_sound_and_one_file():
    assert syncs(SOUND_MARKS.stored_schema.empty_table()).equals(SYNCS.empty())
    assert found(a=np.zeros(100)) == []


def test_time_code_and_production_sound(talk, roomy):
    wave = talk(90, 14)
    about = [
        {"asset": "cam", "kind": "video", "timecode": "10:00:10:00", "rate_num": 25, "rate_den": 1, "channels": 1},
        {"asset": "rec", "kind": "sound", "sound_rate_hz": 48_000, "channels": 2,
         "tags": [("time_reference", str(36_000 * 48_000))]},
    ]  # fmt: skip
    heard = roomy(wave[10 * RATE :], 3, noise_db=12)
    (row,) = found(ASSETS.from_rows(about), rec=wave, cam=heard)
    assert (row["asset"], row["reference"], row["sound"]) == ("cam", "cam", "rec")
    assert row["timecode_offset"] == 10 * SECOND
    assert row["offset"] / SECOND == pytest.approx(10, abs=QUARTER)
    # A name, channels or a kind alone are no proof: the recorder's sound is the worse one here.
    (row,) = found(ASSETS.from_rows(about), rec=roomy(wave, 4, noise_db=0), cam=wave[10 * RATE :])
    assert row["sound"] is None


def test_the_order_of_rows_does_not_matter(talk, roomy):
    wave = talk(60, 15)
    table = marked(a=wave, b=roomy(wave[5 * RATE :], 1))
    assert syncs(table.take(np.random.default_rng(1).permutation(table.num_rows))).equals(syncs(table))


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"most_drift_ppm": -1.0}, "most_drift_ppm must lie in 0..2000, got -1"),
        ({"most_drift_ppm": 2001.0}, "must lie in 0..2000"),
        ({"least_share": 0.4}, "least_share must lie in 0.5..1, got 0.4"),
    ],
)
def test_settings_out_of_range(settings, match):
    with pytest.raises(SettingError, match=match):
        found(settings=settings)


def test_clocks_may_run_no_further_apart_than_allowed(talk, again):
    wave = talk(120, 16)
    heard = again(wave, 0, 1001, 115)
    assert len(found(a=wave, b=heard)) == 1
    assert found(a=wave, b=heard, settings={"most_drift_ppm": 300.0}) == []
