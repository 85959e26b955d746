"""Words sound as they do by themselves and among their neighbours; a Chinese sign as in the word it stands in."""

import pytest

from kinoeye.errors import SettingError
from kinoeye.models.hearing import PHONES
from kinoeye.models.tongues import sounds


@pytest.mark.parametrize(
    ("sign", "one", "names", "other", "others"),
    [
        ("行", "银行", ("HH", "AA", "NG"), "行走", ("SH", "IY", "NG")),
        ("乐", "音乐", ("Y", "IY", "EH"), "快乐", ("L", "AH")),
        ("重", "重新", ("CH", "OW", "N", "G"), "重要", ("CH", "OW", "N", "G")),  # differ in breath alone
        ("还", "还是", ("HH", "AY"), "还给", ("HH", "UW", "AA", "N")),
        ("都", "首都", ("T", "UW"), "都有", ("T", "OW")),
        ("得", "得到", ("T", "AH"), "觉得", ("T", "AH")),
    ],
)
def test_a_chinese_sign_is_read_as_its_word_is(sign, one, names, other, others):
    (alone,) = sounds([[sign]], "zh")[sign]
    assert set(sounds([list(one)], "zh")[sign]) == {alone, names}
    assert set(sounds([list(other)], "zh")[sign]) == {alone, others}
    assert set(sounds([list(one), list(other)], "zh")[sign]) == {alone, names, others}


@pytest.mark.parametrize("line", ["他在银行工作，那个女人也在。", "天安门", "我觉得你那里很冷", "十一点"])
def test_neighbours_take_and_give_no_sounds(line):
    signs = [sign for sign in line if sign.isalpha()]
    found = sounds([signs], "zh")
    assert set(found) == set(signs)
    assert all(names[0] != "NG" and set(names) <= set(PHONES) for each in found.values() for names in each)
    assert {names[0] for sign in set(signs) & set("那女你") for names in found[sign]} <= {"N"}
    assert {names[0] for sign in set(signs) & set("安一") for names in found[sign]} <= {"AA", "Y"}


def test_words_sound_as_among_their_neighbours_too():
    assert sounds([["les", "enfants"]], "fr")["les"] == (("L", "EH"), ("L", "EH", "Z"))
    assert sounds([["в", "москве"]], "ru")["в"] == (("V", "EH"), ("V",))


def test_russian_back_sounds_have_nearer_ones_than_their_class():
    assert sounds([["мы"]], "ru") == {"мы": (("M", "IH"),)}
    assert sounds([["хлеб"]], "ru")["хлеб"][0][:2] == ("K", "L")
    assert sounds([["nacht"]], "de")["nacht"] == (("N", "AA", "HH", "T"),)


def test_a_number_is_said_by_itself_and_parts_its_neighbours():
    found = sounds([["les", "1984", "enfants"]], "fr")
    assert found["les"] == (("L", "EH"),)
    assert len(found["1984"]) == 1


@pytest.mark.parametrize("lines", [[], [[]], [["…"]]])
def test_what_is_not_said_has_no_sounds(lines):
    assert sounds(lines, "zh") == {}


def test_a_language_must_be_spoken():
    with pytest.raises(SettingError, match="language must be one that espeak-ng speaks"):
        sounds([["a"]], "xx")
