"""What is expected is heard where it is said, and not where it is not."""

import av
import numpy as np
import pytest

from kinoeye.models import espeak
from kinoeye.models.hearing import FILLER, FILLERS, Hearing
from kinoeye.signals.ngrams import arpa

SAID = ["in", "being", "comparatively", "modern"]
OTHER = ["seven", "of", "clubs"]


@pytest.fixture(scope="module")
def clip(shared_data):
    with av.open(str(shared_data / "speech" / "ljspeech" / "LJ001-0002.flac")) as opened:
        resampler = av.AudioResampler("s16", "mono", 16_000)
        frames = [*opened.decode(audio=0), None]
        return np.concatenate([part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)])


@pytest.fixture(scope="module")
def hearing():
    grammar = arpa([SAID, OTHER], dict.fromkeys(FILLERS, FILLER))
    return Hearing(grammar, [*SAID, *OTHER, "kinoeye", "你好", "two words"])


@pytest.mark.realdata
class TestRealSpeech:
    def test_what_is_said_is_recognised(self, hearing, clip):
        assert [each.name for each in hearing.recognise(clip)] == SAID

    def test_the_likelier_path_is_chosen(self, hearing, clip):
        arcs = [(0, 1, 1.0, "in"), (1, 2, 1.0, "being"), (1, 2, 1.0, "seven"), (2, 3, 0.1, ""),
                (2, 3, 1.0, "comparatively"),
                (3, 4, 1.0, "modern"), (3, 4, 1.0, "clubs")]  # fmt: skip
        assert hearing.choose(clip, arcs, 4) == SAID

    def test_words_and_their_sounds_are_laid_without_gaps_between_sounds(self, hearing, clip):
        laid = hearing.lay(clip, SAID)
        assert [each.name for each in laid] == SAID
        for word in laid:
            assert (word.phones[0].start, word.phones[-1].end) == (word.start, word.end)
            assert all(one.end == other.start for one, other in zip(word.phones, word.phones[1:], strict=False))
        assert [each.name for each in laid[3].phones] == ["M", "AA", "D", "ER", "N"]

    def test_many_paths_in_a_row_are_no_trouble(self, hearing, clip):
        assert {tuple(each.name for each in hearing.lay(clip, SAID)) for _ in range(6)} == {tuple(SAID)}


@pytest.mark.parametrize(("said", "vowel"), [("red", "EH"), ("reed", "IY")])
def test_each_pronunciation_of_the_dictionary_is_heard(said, vowel):
    (told,) = espeak.speak([espeak.Utterance(f"They {said} a book", "en-us")])
    count = len(told.samples) * 16_000 // told.rate_hz
    samples = np.interp(np.arange(count) * told.rate_hz / 16_000, np.arange(len(told.samples)), told.samples) * 20_000
    samples += np.random.default_rng(1).normal(0, 30, count)
    laid = Hearing("", ["they", "read", "a", "book"]).lay(samples.astype(np.int16), ["they", "read", "a", "book"])
    assert [each.name for each in laid[1].phones] == ["R", vowel, "D"]


def test_words_without_sounds_are_not_known(hearing):
    assert hearing.knows("kinoeye")
    assert not hearing.knows("你好")
    assert not hearing.knows("two words")
    assert not hearing.knows("unheard")


def test_silence_and_too_little_sound_say_nothing(hearing):
    for samples in (np.zeros(0, np.int16), np.zeros(16_000, np.int16), np.ones(100, np.int16)):
        assert hearing.recognise(samples) == []
        assert hearing.lay(samples, SAID) == []
        assert hearing.choose(samples, [(0, 1, 1.0, "in")], 1) == []
