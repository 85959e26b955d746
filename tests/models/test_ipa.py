"""Sounds of other languages stand for the nearest English ones, and signs that are no sounds for nothing."""

import pytest

from kinoeye.models import ipa
from kinoeye.models.hearing import PHONES


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("ʃtɾˈɑːsə", "SH T R AA S AH"),
        ("bɔ̃ʒˈuʁ", "B AO N ZH UW R"),
        ("kˈaʎe", "K AA L Y EH"),
        ("tɕhˈi5ŋ", "CH IY NG"),
        ("(en)ˈaɪ fˈəʊn(cmn)", "AY F OW N"),
        ("ˈiç", "IY SH"),
        ("12 ,()", ""),
        ("", ""),
    ],
)
def test_sounds_are_the_nearest_english_ones(written, names):
    assert ipa.english(written) == tuple(names.split())


def test_every_class_is_a_sound_of_the_dictionary():
    assert {name for names in ipa._SOUNDS.values() for name in names} <= set(PHONES)
