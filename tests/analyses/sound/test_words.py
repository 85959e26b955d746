"""Words of a text are found where they are said; what is not said, or not in the text, is told as that."""

import itertools

import av
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.phones import phones
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import WORDS, words
from kinoeye.errors import MediaError, MissingError, SettingError
from kinoeye.models import cache, pull, whisper
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND

PER_SAMPLE = FLICKS_PER_SECOND // SOUND_RATE_HZ
START = 3 * FLICKS_PER_SECOND
SAID = "the invention of movable metal letters in the middle of the fifteenth century may justly be considered as the invention of the art of printing"  # noqa: E501


@pytest.fixture(scope="module")
def clip(shared_data):
    return load(shared_data / "speech" / "ljspeech" / "LJ001-0005.flac")


def load(path):
    with av.open(str(path)) as opened:
        resampler = av.AudioResampler("s16", "mono", SOUND_RATE_HZ)
        frames = [*opened.decode(audio=0), None]
        return np.concatenate([part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)])


def heard(samples, text, role="transcript", road="text", **settings):
    sound = Sound(samples, START)
    spans = SPEECH.from_rows([{"start": START, "end": START + len(samples) * PER_SAMPLE, "score": 1.0}])
    rows = [{"asset": "a", "source": "b", "paragraph": n, "role": role, "text": each} for n, each in enumerate(text)]
    return words(sound, spans, WORDINGS.from_rows(rows), road=road, **settings)


def names(table):
    return table["text"].to_pylist()


@pytest.mark.realdata
class TestRealSpeech:
    def test_every_word_is_found_in_its_order(self, clip):
        rows = heard(clip, [SAID.capitalize() + "."]).to_pylist()
        assert [row["text"] for row in rows] == SAID.split()
        assert rows[0]["written"] == "The"
        assert rows[-1]["written"] == "printing."
        assert all(row["is_in_text"] and row["road"] == "aligned" and row["source"] == "b" for row in rows)
        assert all(START <= one["start"] < one["end"] <= other["start"] for one, other in itertools.pairwise(rows))
        assert min(row["score"] for row in rows) > 0.5

    def test_a_word_that_is_not_said_is_not_invented_and_one_not_in_the_text_is_told(self, clip):
        text = SAID.replace("metal ", "").replace("century", "century yesterday").split()
        table = heard(clip, [" ".join(text)])
        assert "yesterday" not in names(table)
        right = [name for name, is_in in zip(names(table), table["is_in_text"].to_pylist(), strict=True) if is_in]
        assert len(right) >= len(text) - 3

    def test_times_move_with_the_sound(self, clip):
        late = np.concatenate([np.zeros(SOUND_RATE_HZ, np.int16), clip])
        one, other = heard(clip, [SAID]).to_pylist(), heard(late, [SAID]).to_pylist()
        apart = [b["start"] - a["start"] for a, b in zip(one, other, strict=True)]
        assert np.median(np.abs(np.array(apart) / FLICKS_PER_SECOND - 1)) < 0.03

    def test_another_text_is_refused(self, clip):
        with pytest.raises(MediaError, match="must be what is said"):
            heard(
                clip, ["Whoever reads the morning paper finds two dogs asleep under a broken bicycle near our garage."]
            )

    def test_a_script_is_found_and_the_rest_is_an_adlib(self, clip, shared_data):
        other = load(shared_data / "speech" / "ljspeech" / "LJ001-0025.flac")
        both = np.concatenate([clip, np.zeros(8000, np.int16), other])
        script = [SAID, "printing then for our purpose", "a very few years saw the birth of roman character"]
        rows = heard(both, script, "script").to_pylist()
        edge = START + (len(clip) + 4000) * PER_SAMPLE
        first = [row["text"] for row in rows if row["start"] < edge and row["is_in_text"]]
        assert len(first) >= len(SAID.split()) - 2
        later = [row for row in rows if row["start"] >= edge]
        assert np.mean([not row["is_in_text"] for row in later]) > 0.8
        assert {row["road"] for row in later if not row["is_in_text"]} <= {"free", "script"}

    def test_phones_fill_their_words(self, clip):
        table = heard(clip, [SAID])
        found = phones(Sound(clip, START), table).to_pylist()
        assert sorted({row["word"] for row in found}) == list(range(len(SAID.split())))
        assert [row["phone"] for row in found if row["word"] == 3][:3] == ["M", "UW", "V"]
        of_words = table.to_pylist()
        near = [abs(row["start"] - of_words[row["word"]]["start"]) for row in found]
        assert max(near) < FLICKS_PER_SECOND


@pytest.mark.parametrize("length", [10, 32_000])
def test_in_silence_there_are_no_words_of_a_text(length):
    assert heard(np.zeros(length, np.int16), ["come in and sit down"]).num_rows == 0


@pytest.mark.parametrize("role", ["transcript", "script"])
@pytest.mark.parametrize("text", [[], ["..."], ["(laughs)"], ["你好，世界"]])
def test_a_text_without_words_that_it_can_hear_gives_none(text, role):
    assert heard(np.zeros(32_000, np.int16), text, role).num_rows == 0


@pytest.fixture
def placed(random_whisper, tmp_path, monkeypatch):
    """A cache with a Whisper that knows nothing."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "weights"))
    pull.add(random_whisper, name="whisper")


class TestWhisper:
    def noise(self, seconds):
        return (np.random.default_rng(2).standard_normal(round(SOUND_RATE_HZ * seconds)) * 3000).astype(np.int16)

    def test_a_sound_without_a_text_has_words(self, placed):
        samples = self.noise(40)
        table = heard(samples, [], road="auto")
        rows = table.to_pylist()
        assert {row["stretch"] for row in rows} == {0, 1}
        assert all(row["road"] == "whisper" and not row["is_in_text"] and row["source"] is None for row in rows)
        assert len({row["language"] for row in rows} - {None}) == 1
        assert rows[0]["start"] >= START
        assert all(one["end"] <= other["start"] for one, other in itertools.pairwise(rows))
        assert all(row["start"] < row["end"] <= START + len(samples) * PER_SAMPLE for row in rows)
        assert heard(samples, [], road="auto").equals(table)

    @pytest.mark.parametrize("role", ["transcript", "script"])
    def test_words_that_stand_in_a_text_are_marked(self, placed, monkeypatch, role):
        said = [
            whisper.Heard(text, 20 * n, 20 * n + 20, 0.9)
            for n, text in enumerate(["Well,", "come", "in", "12", "times!"])
        ]
        monkeypatch.setattr(whisper, "heard", lambda *_: ("en", [said]))
        rows = heard(self.noise(3), ["Do not run.", "Come in twelve times"], role, road="auto").to_pylist()
        assert [row["text"] for row in rows] == ["well", "come", "in", "twelve", "times"]
        assert [row["is_in_text"] for row in rows] == [False, True, True, True, True]
        assert [row["written"] for row in rows] == ["", "Come", "in", "twelve", "times"]
        assert rows[1]["paragraph"] == (1 if role == "transcript" else None)

    def test_a_number_shares_its_time_and_signs_are_no_words(self, placed, monkeypatch):
        said = [whisper.Heard("1984,", 10, 40, 0.9), whisper.Heard("...", 40, 50, 0.9), whisper.Heard("22", 50, 51, 1)]
        monkeypatch.setattr(whisper, "heard", lambda *_: ("en", [said]))
        rows = heard(self.noise(3), [], road="whisper").to_pylist()
        assert [row["text"] for row in rows] == ["nineteen", "eighty", "four", "twenty"]
        frames = [(row["start"] - START) // (160 * PER_SAMPLE) for row in rows]
        assert frames == [10, 20, 30, 50]

    def test_other_languages_keep_their_numbers_and_have_no_phones(self, placed, monkeypatch):
        said = [whisper.Heard("¿Qué", 10, 40, 0.9), whisper.Heard("22?", 40, 60, 0.9)]
        monkeypatch.setattr(whisper, "heard", lambda *_: ("es", [said]))
        table = heard(self.noise(3), ["22"], road="auto")
        assert names(table) == ["qué", "22"]
        assert table["language"].to_pylist() == ["es", "es"]
        assert phones(Sound(self.noise(3), START), table).num_rows == 0

    def test_another_text_marks_nothing_and_is_no_fault(self, placed):
        rows = heard(self.noise(3), ["nobody says any of these words here"], road="auto").to_pylist()
        assert rows
        assert not any(row["is_in_text"] for row in rows)

    def test_a_text_can_be_followed_all_the_same(self, placed):
        assert heard(self.noise(1), [], road="text").num_rows == 0

    def test_no_speech_has_no_words(self, placed):
        sound, texts = Sound(self.noise(3), START), WORDINGS.empty()
        assert words(sound, SPEECH.empty(), texts).num_rows == 0

    def test_without_one_its_road_cannot_be_taken(self, tmp_path, monkeypatch):
        monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
        with pytest.raises(MissingError, match=r"must have a Whisper.*kinoeye models pull whisper-small"):
            heard(self.noise(1), [], road="whisper")


def test_settings_are_checked():
    with pytest.raises(SettingError, match="road must be one of auto, text, whisper, got 'free'"):
        heard(np.zeros(100, np.int16), ["a"], road="free")
    with pytest.raises(SettingError, match="adlibs must be"):
        heard(np.zeros(100, np.int16), ["a"], adlibs="yes")


def test_no_words_have_no_phones():
    assert phones(Sound(np.zeros(100, np.int16), 0), WORDS.empty()).num_rows == 0
    assert isinstance(WORDS.empty(), pa.Table)
