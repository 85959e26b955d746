"""Each treatment of sound does what it says, on sound whose truth is known."""

from collections.abc import Callable

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.models.registry import models
from kinoeye.run.sound_effects import SOUND_EFFECTS, Heard
from kinoeye.signals.blocks import whole
from kinoeye.signals.metering import loudness
from kinoeye.treatments.sound.declip import declip, find_clipping
from kinoeye.treatments.sound.dehum import dehum, find_hum
from kinoeye.treatments.sound.denoise import denoise
from kinoeye.treatments.sound.deroom import deroom
from kinoeye.treatments.sound.duck import duck, ducking
from kinoeye.treatments.sound.level import TARGETS, find_gain, level, target
from kinoeye.treatments.sound.limit import RELEASE_DB_PER_S, limit
from kinoeye.treatments.sound.match import bands_of, match, matching

RATE_HZ = 16_000
Voice = Callable[..., np.ndarray]
Gain = Callable[..., float]


@pytest.fixture
def rnnoise() -> None:
    if next(row for row in models() if row["name"] == "rnnoise")["state"] != "ready":
        pytest.skip("rnnoise has not been fetched")


@pytest.mark.parametrize("cut", [0.7, 0.4])
def test_declip_draws_peaks_again(cut: float, voice: Voice, gain_of: Gain) -> None:
    truth = voice(3)
    heard = np.clip(truth, -cut, cut)[:, None]
    found = find_clipping(lambda: [heard])
    assert found.share == pytest.approx((np.abs(truth) >= cut).mean(), rel=0.1)
    drawn = whole(declip([heard], RATE_HZ, found))
    assert gain_of(drawn, truth) > gain_of(heard, truth) + 4
    kept = np.abs(heard) < 0.99 * cut
    assert np.allclose(drawn[kept], heard[kept], atol=1e-5)  # what was not cut off stays
    assert drawn.max() > cut


def test_a_clean_voice_and_a_pure_tone_are_not_taken_for_clipped(voice: Voice) -> None:
    tone = (0.8 * np.sin(0.01 * np.arange(40_000))).astype(np.float32)
    for clean in (voice(3), tone, np.random.default_rng(1).normal(0, 0.1, 30_000).astype(np.float32)):
        assert find_clipping(lambda sound=clean: [sound[:, None]]).share == 0
        assert whole(declip([clean[:, None]], RATE_HZ, find_clipping(lambda sound=clean: [sound[:, None]]))) == (
            pytest.approx(clean[:, None])
        )


@pytest.mark.parametrize("mains", [50.03, 59.95])
def test_dehum_takes_the_hum_and_leaves_the_voice(mains: float, voice: Voice, gain_of: Gain) -> None:
    truth = voice(12, hz=110)
    turns = 2 * np.pi * mains * np.arange(len(truth)) / RATE_HZ
    hum = sum(height * np.sin(number * turns + number) for number, height in ((1, 0.2), (2, 0.1), (3, 0.08), (5, 0.05)))
    heard = (truth + hum).astype(np.float32)[:, None]
    found = find_hum([heard], RATE_HZ)
    assert found.mains_hz == pytest.approx(mains, abs=0.02)
    assert set(found.overtones) >= {1, 2, 3}
    assert found.level_dbfs == pytest.approx(10 * np.log10((hum**2).mean()), abs=1.5)
    assert gain_of(whole(dehum([heard], RATE_HZ, found)), truth) > gain_of(heard, truth) + 10


def test_without_hum_nothing_is_taken(voice: Voice) -> None:
    clean = voice(9)[:, None]
    found = find_hum([clean], RATE_HZ)
    assert found.overtones == ()
    assert np.array_equal(whole(dehum([clean], RATE_HZ, found)), clean)
    assert find_hum([clean[:RATE_HZ]], RATE_HZ).overtones == ()  # too short to tell
    with pytest.raises(SettingError, match="mains_hz must be 50 or 60, got 55"):
        find_hum([clean], RATE_HZ, mains_hz=55)


@pytest.mark.usefixtures("rnnoise")
@pytest.mark.parametrize("rate_hz", [48_000, 44_100])
def test_denoise_takes_noise_from_around_a_voice(rate_hz: int, spoken: Voice, gain_of: Gain) -> None:
    truth = spoken(rate_hz)
    noise = np.random.default_rng(2).normal(0, float(truth.std()) / 2, len(truth))
    heard = (truth + noise).astype(np.float32)[:, None]
    clean = whole(denoise([heard], rate_hz))
    assert gain_of(clean, truth) > gain_of(heard, truth) + 3
    half = whole(denoise([heard], rate_hz, strength=0.5))
    assert np.allclose(half, (clean + heard) / 2, atol=1e-6)
    assert np.array_equal(whole(denoise([heard], rate_hz, strength=0)), heard)


def test_settings_are_refused_before_anything_is_heard() -> None:
    with pytest.raises(SettingError, match=r"denoise: strength must lie in 0\.\.1, got 2"):
        denoise([], RATE_HZ, strength=2)
    with pytest.raises(SettingError, match=r"deroom: seconds must lie in 0\.1\.\.5, got 9"):
        deroom([], RATE_HZ, seconds=9)
    with pytest.raises(SettingError, match=r"duck: depth must lie in 0\.\.60 dB, got -1"):
        ducking([], RATE_HZ, depth_db=-1)
    with pytest.raises(SettingError, match="target must be one of r128, a85"):
        target("louder")


@pytest.mark.parametrize("name", ["r128", "a85", "streaming", "podcast", "-30"])
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_level_lands_on_its_target_under_its_ceiling(name: str, scale: float, voice: Voice) -> None:
    sound = (scale * voice(5))[:, None].astype(np.float32)
    wanted = target(name)
    found = find_gain(lambda: [sound], RATE_HZ, wanted)
    made = loudness([whole(level([sound], RATE_HZ, found))], RATE_HZ)
    assert made.integrated_lufs == pytest.approx(wanted.loudness_lufs, abs=0.1)
    assert made.true_peak_dbtp <= wanted.ceiling_dbtp


@pytest.mark.parametrize("crest_db", [6.0, 12.0])
def test_high_peaks_do_not_keep_a_sound_from_its_target(crest_db: float, voice: Voice) -> None:
    sound = voice(8)[:, None] * np.float32(0.1)
    sound[4000 :: RATE_HZ // 3] *= np.float32(10 ** (crest_db / 20))  # three peaks a second stand out
    found = find_gain(lambda: [sound], RATE_HZ, TARGETS["streaming"])
    made = loudness([whole(level([sound], RATE_HZ, found))], RATE_HZ)
    assert made.integrated_lufs == pytest.approx(-14, abs=0.1)
    assert made.true_peak_dbtp <= -1
    assert found.lacking_lu == pytest.approx(0, abs=0.1)


def test_a_faster_limiter_is_taken_only_where_a_slow_one_swallows_the_gain(voice: Voice) -> None:
    soft = find_gain(lambda: [voice(5)[:, None]], RATE_HZ, target("-20"))
    assert soft.release_db_per_s == RELEASE_DB_PER_S
    clicks = np.random.default_rng(1).normal(0, 0.02, (6 * RATE_HZ, 1)).astype(np.float32)
    clicks[:: RATE_HZ // 6] = 0.9
    assert find_gain(lambda: [clicks], RATE_HZ, target("-18")).release_db_per_s > RELEASE_DB_PER_S


def test_what_no_limiter_reaches_is_said_and_stays_under_its_ceiling() -> None:
    clicks = np.random.default_rng(1).normal(0, 0.001, (6 * RATE_HZ, 1)).astype(np.float32)
    clicks[:: RATE_HZ // 20] = 0.9
    found = find_gain(lambda: [clicks], RATE_HZ, TARGETS["streaming"])
    made = loudness([whole(level([clicks], RATE_HZ, found))], RATE_HZ)
    assert made.true_peak_dbtp <= -1
    assert found.lacking_lu > 1
    assert made.integrated_lufs == pytest.approx(-14 - found.lacking_lu, abs=0.1)
    _, told = SOUND_EFFECTS["level"].plan(Heard(lambda: iter([clicks]), RATE_HZ), None, target="streaming")
    assert "misses its target by" in told["notes"][0]


@pytest.mark.usefixtures("rnnoise")
def test_a_dialogue_target_measures_the_voice_and_not_the_music(spoken: Voice) -> None:
    rate_hz = 48_000
    line = spoken(rate_hz) * 0.1
    music = np.sin(0.02 * np.arange(6 * rate_hz)) * 0.5
    sound = np.concatenate([line, music]).astype(np.float32)[:, None]
    gated, whole_programme = (find_gain(lambda: [sound], rate_hz, target(name)) for name in ("dialogue", "r128"))
    assert gated.is_dialogue
    assert gated.before_lufs < whole_programme.before_lufs - 6
    silent_of_voice = find_gain(lambda: [music.astype(np.float32)[:, None]], rate_hz, TARGETS["dialogue"])
    assert not silent_of_voice.is_dialogue


def test_silence_cannot_be_levelled() -> None:
    with pytest.raises(SettingError, match="must be louder than -70 LUFS, got silence"):
        find_gain(lambda: [np.zeros((16_000, 1), np.float32)], RATE_HZ, target("r128"))


def test_the_limiter_turns_down_in_time_and_leaves_the_rest() -> None:
    sound = np.full((RATE_HZ, 2), 0.1, np.float32)
    sound[8000:8040] = 0.9
    made = whole(limit([sound], RATE_HZ, gain_db=0.0, ceiling_dbtp=-6.0))
    assert loudness([made], RATE_HZ).true_peak_dbtp <= -6
    assert np.allclose(made[:7800], sound[:7800], atol=1e-6)
    assert np.allclose(made[-1000:], sound[-1000:], atol=1e-3)
    assert np.array_equal(made[:, 0], made[:, 1])


def test_music_goes_down_before_the_first_word_and_up_after_the_last(voice: Voice) -> None:
    silence = np.zeros(3 * RATE_HZ, np.float32)
    key = np.concatenate([silence, voice(2), silence])[:, None]
    gains = ducking([key], RATE_HZ, depth_db=12)
    assert len(gains) == 800
    assert gains[250] == 0
    assert gains[300:480].max() == pytest.approx(-12)  # down before the first word, and over its pauses
    assert gains[286] < -10
    assert gains[700] == 0
    assert np.abs(np.diff(gains)).max() <= 0.8 + 1e-5  # no click
    music = np.full((len(key), 2), 0.5, np.float32)
    made = whole(duck([music], RATE_HZ, gains))
    assert made[4 * RATE_HZ, 0] == pytest.approx(0.5 * 10 ** (-12 / 20), rel=1e-3)
    assert made[RATE_HZ, 0] == 0.5


def test_nothing_ducks_under_silence() -> None:
    assert not ducking([np.zeros((RATE_HZ, 1), np.float32)], RATE_HZ).any()
    assert len(ducking([], RATE_HZ)) == 0


def test_match_brings_back_a_timbre(voice: Voice) -> None:
    bright = np.random.default_rng(5).normal(0, 0.1, 8 * RATE_HZ).astype(np.float32)
    dull = np.convolve(bright, [0.5, 0.3, 0.2], "same").astype(np.float32)
    gains = matching(bands_of([dull[:, None]], RATE_HZ), bands_of([bright[:, None]], RATE_HZ))
    made = whole(match([dull[:, None]], RATE_HZ, gains))
    was, now, wanted = (bands_of([each.reshape(-1, 1)], RATE_HZ) for each in (dull, made, bright))
    apart = [np.std((each - wanted)[:-1]) for each in (was, now)]
    assert apart[1] < 0.35 * apart[0]
    assert np.abs(matching(now, now)).max() < 1e-9


def test_deroom_shortens_the_echo_and_keeps_the_first_sound() -> None:
    random = np.random.default_rng(7)
    dry = np.zeros(4 * RATE_HZ)
    for begin in range(0, len(dry), RATE_HZ):
        dry[begin : begin + 1600] = random.normal(0, 0.3, 1600)
    at = np.arange(round(0.8 * RATE_HZ)) / RATE_HZ
    room = random.normal(0, 1, len(at)) * 10 ** (-3 * at / 0.8) * 0.05
    room[0] = 1
    wet = np.convolve(dry, room)[: len(dry)].astype(np.float32)[:, None]
    made = whole(deroom([wet], RATE_HZ, seconds=0.8))
    starts = np.arange(0, len(dry), RATE_HZ)
    tails = np.concatenate([np.arange(begin + 4000, begin + 8000) for begin in starts])
    heads = np.concatenate([np.arange(begin + 400, begin + 1400) for begin in starts])
    assert (made[tails] ** 2).mean() < 0.4 * (wet[tails] ** 2).mean()
    assert (made[heads] ** 2).mean() > 0.6 * (wet[heads] ** 2).mean()


def test_deroom_takes_away_what_a_sound_says_again() -> None:
    random = np.random.default_rng(8)
    swell = np.repeat(random.uniform(0, 0.3, 80), RATE_HZ // 10)
    dry = random.normal(0, 1, len(swell)) * swell
    wet, apart = dry.copy(), round(0.06 * RATE_HZ)
    for begin in range(apart, len(dry), apart):
        wet[begin : begin + apart] += 0.7 * wet[begin - apart : begin][: len(wet[begin : begin + apart])]
    # Told that the room is nearly dead, it turns nothing down that it does not predict.
    made = whole(deroom([wet.astype(np.float32)[:, None]], RATE_HZ, seconds=0.1))[:, 0]
    later = slice(2 * RATE_HZ, None)
    errors = [((each - dry)[later] ** 2).mean() for each in (wet, made)]
    assert errors[1] < 0.35 * errors[0]


def test_match_leaves_loudness_where_it_was(voice: Voice) -> None:
    heard = voice(4)[:, None] * np.float32(0.3)
    bright = np.diff(voice(4, hz=180), prepend=0)[:, None].astype(np.float32)
    plan, told = SOUND_EFFECTS["match"].plan(
        Heard(lambda: iter([heard]), RATE_HZ), Heard(lambda: iter([bright]), RATE_HZ)
    )
    before, after = (loudness([each], RATE_HZ) for each in (heard, whole(plan(iter([heard])))))
    assert told["most_db"] > 6  # the timbre is another
    assert after.integrated_lufs == pytest.approx(before.integrated_lufs, abs=0.1)
