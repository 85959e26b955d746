"""The sheet shows a sound where it lies in time, and what tables say of it."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from kinoeye.errors import UseError
from kinoeye.export import sound_sheet as module
from kinoeye.export import writing
from kinoeye.export.sound_sheet import sound_sheet
from kinoeye.streams import Sound
from kinoeye.timecode import from_seconds

ASSET = "a" * 32
START = from_seconds(100)


@pytest.fixture
def sound():
    """Four seconds: silence, a tone of 1 kHz in the third."""
    at = np.arange(16_000) / 16_000
    samples = np.zeros(64_000, np.int16)
    samples[32_000:48_000] = 20_000 * np.sin(2 * np.pi * 1000 * at)
    return Sound(samples, START)


def tables(**more):
    return {"assets": pa.table({"asset": [ASSET], "path": ["sound/day one.wav"]}), **more}


def spans(*seconds, **columns):
    starts, ends = zip(*seconds, strict=True)
    times = {
        "start": [START + from_seconds(each) for each in starts],
        "end": [START + from_seconds(each) for each in ends],
    }
    return pa.table({"asset": [ASSET] * len(seconds), **times, **columns})


def picture(*arguments, **settings):
    return np.asarray(Image.open(io.BytesIO(sound_sheet(*arguments, **settings))), int)


def lit(part, colour):
    """Return from where to where across a colour is seen, in seconds of four."""
    across = np.flatnonzero((part == colour).all(axis=2).any(axis=0)) - module._LEFT
    width = part.shape[1] - module._LEFT - module._RIGHT
    return across.min() * 4 / width, (across.max() + 1) * 4 / width


def test_wave_and_spectrogram_show_the_tone_where_it_is(sound):
    seen = picture(tables(), ASSET, sound, width=800)
    top = module._HEAD + module._MARGIN
    crest = seen[top + 35 : top + 36]  # above the middle, where silence draws nothing
    assert lit(crest, module._WAVE) == pytest.approx((2, 3), abs=0.03)
    spectrum = seen[top + module._WAVE_HEIGHT + module._GAP :][: module._SPECTRUM_HEIGHT].sum(axis=2)
    brightest = np.unravel_index(spectrum.argmax(), spectrum.shape)
    expected = module._SPECTRUM_HEIGHT * (1 - np.log(1000 / module._LOWEST_HZ) / np.log(8000 / module._LOWEST_HZ))
    assert brightest[0] == pytest.approx(expected, abs=4)
    assert 1.9 <= (brightest[1] - module._LEFT) * 4 / (800 - module._LEFT - module._RIGHT) <= 3


def test_bands_lie_at_their_times(sound):
    fault = spans((3.5, 3.75), kind=["click"])
    seen = picture(tables(speech=spans((0.5, 1), (2, 3)), sound_faults=fault), ASSET, sound)
    assert lit(seen, module._SPEECH) == pytest.approx((0.5, 3), abs=0.02)
    assert lit(seen, module._FAULT) == pytest.approx((3.5, 3.75), abs=0.02)
    plain = picture(tables(), ASSET, sound)
    assert seen.shape[0] == plain.shape[0] + 2 * (module._BAND_HEIGHT + module._GAP)
    assert not (plain == module._SPEECH).all(axis=2).any()


def test_each_speaker_has_a_colour_in_one_band(sound):
    turns = spans((0.5, 1), (2, 3), (3.25, 3.5), speaker=[0, 1, 0])
    seen = picture(tables(speakers=turns), ASSET, sound)
    assert lit(seen, module._VOICES[0]) == pytest.approx((0.5, 3.5), abs=0.02)
    assert lit(seen, module._VOICES[1]) == pytest.approx((2, 3), abs=0.02)
    assert seen.shape[0] == picture(tables(), ASSET, sound).shape[0] + module._BAND_HEIGHT + module._GAP


def test_a_name_stands_in_its_turn_where_there_is_room(sound):
    turns = spans((0.5, 2.5), (3, 3.02), speaker=[0, 1])
    called = pa.table({"asset": [ASSET] * 2, "speaker": [0, 1], "character": ["ANNA", None],
                       "person_name": ["Jane", "Jim"]})  # fmt: skip
    plain = picture(tables(speakers=turns), ASSET, sound)
    seen = picture(tables(speakers=turns, speaker_names=called), ASSET, sound)
    changed = np.flatnonzero((plain != seen).any(axis=(0, 2)))
    assert len(changed)
    assert lit(plain, module._VOICES[0])[0] <= (changed[0] - module._LEFT) * 4 / 676 + 0.02
    assert (changed[-1] - module._LEFT) * 4 / 676 < 2.5


def test_overlaps_have_a_band_of_their_own(sound):
    turns = spans((0.5, 3), speaker=[0])
    crossed = spans((1, 1.5), speaker=[0], other=[1])
    seen = picture(tables(speakers=turns, overlaps=crossed), ASSET, sound)
    assert lit(seen, module._OVERLAP) == pytest.approx((1, 1.5), abs=0.02)


def test_a_louder_curve_lies_higher(sound):
    def height(lufs):
        curve = spans((0, 2), (2, 4), momentary_lufs=[lufs, lufs], short_term_lufs=[None, None])
        seen = picture(tables(loudness=curve), ASSET, sound)
        return np.flatnonzero((seen == module._MOMENTARY).all(axis=2).any(axis=1)).mean()

    assert height(-10) < height(-20) < height(-40)


def test_a_whole_production_is_written_and_what_is_silent_is_left_out(sound, tmp_path: Path):
    both = {"assets": pa.table({"asset": [ASSET, "b" * 32], "path": ["day one.wav", "script.txt"]})}
    paths = writing.write("sound", both, lambda _: None, tmp_path, sounds={ASSET: sound}.get)
    assert [path.name for path in paths] == ["day one.sound.png"]
    assert Image.open(io.BytesIO(paths[0].read_bytes())).width == module.WIDTH
    with pytest.raises(UseError, match="at least one asset with sound"):
        writing.write("sound", both, lambda _: None, tmp_path)


@pytest.mark.parametrize("count", [1, 5, 1500])
def test_a_blink_of_sound_is_drawn_too(count):
    assert picture(tables(), ASSET, Sound(np.full(count, 900, np.int16), 0)).shape[1] == module.WIDTH


def test_nothing_and_no_room_are_refused(sound):
    with pytest.raises(UseError, match="must have sound"):
        sound_sheet(tables(), ASSET, Sound(np.zeros(0, np.int16), 0))
    with pytest.raises(UseError, match="a width of 400"):
        sound_sheet(tables(), ASSET, sound, width=100)


def said(*rows):
    """Return a table of words or lines: seconds of their begin, text, whether it stands in the text."""
    starts = [(begin, begin + 0.3) for begin, _, _ in rows]
    told = [is_in_text for _, _, is_in_text in rows]
    return spans(*starts, text=[text for _, text, _ in rows], is_in_text=told, in_text=[float(each) for each in told])


def test_words_stand_at_their_time_and_ad_libs_stand_out(sound):
    words = said((0.5, "open", True), (1.5, "the", True), (2.5, "erm", False))
    seen = picture(tables(words=words), ASSET, sound, width=800)
    lane = seen[module._HEAD + module._MARGIN + module._WAVE_HEIGHT + module._GAP :][: module._SAID_HEIGHT]
    assert lit(lane, module._SHORT)[0] == pytest.approx(2.5, abs=0.05)
    inked = np.flatnonzero((lane[:, module._LEFT :].sum(axis=2) > 300).any(axis=0))
    assert inked[0] * 4 / (800 - module._LEFT - module._RIGHT) == pytest.approx(0.5, abs=0.05)
    plain = picture(tables(), ASSET, sound, width=800)
    assert seen.shape[0] - plain.shape[0] == module._SAID_HEIGHT + module._GAP


def test_where_words_have_no_room_lines_are_cut_to_fit(sound):
    words = said(*((1 + 0.02 * number, "unfathomable", True) for number in range(50)))
    lines = said((1.0, "unfathomable " * 50, True))
    seen = picture(tables(words=words, utterances=lines), ASSET, sound, width=800)
    lane = seen[module._HEAD + module._MARGIN + module._WAVE_HEIGHT + module._GAP :][: module._SAID_HEIGHT]
    upper, lower = lane[: module._SAID_HEIGHT // 2], lane[module._SAID_HEIGHT // 2 + 1 :]
    assert (upper.sum(axis=2) > 300).any()
    assert not (lower[:, module._LEFT :].sum(axis=2) > 300).any()
    assert not (lane[:, -module._RIGHT :].sum(axis=2) > 300).any()


def test_music_and_the_longest_sounds_have_bands_silence_has_none(sound):
    heard = spans((0, 1), (1, 2), (2, 4), (0, 4), kind=["music", "rain", "bell", "silence"])
    music = spans((0, 1), tempo_bpm=[98.0], key=["A minor"])
    seen = picture(tables(sounds=heard, music=music), ASSET, sound, width=800)
    top = module._HEAD + module._MARGIN + module._WAVE_HEIGHT + module._GAP
    step = module._BAND_HEIGHT + module._GAP
    first, second, third = (seen[top + n * step :][: module._BAND_HEIGHT] for n in range(3))
    assert lit(first, module._MUSIC) == pytest.approx((0, 1), abs=0.03)
    assert lit(second, module._HEARD) == pytest.approx((2, 4), abs=0.03)
    assert lit(third, module._HEARD) == pytest.approx((1, 2), abs=0.03)
    bare = picture(tables(), ASSET, sound, width=800)
    assert len(seen) == len(bare) + 3 * step
