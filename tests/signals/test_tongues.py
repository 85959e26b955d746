"""Words of any language keep what was written of them; Chinese is parted into signs, its numbers spelled in them."""

import pytest

from kinoeye.signals.tongues import worded


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "Am 3. Mai kam z.B. „Straße“ für 20 € dran.", "am 3 mai kam z.b. straße für 20€ dran"),
        ("fr", "L’homme [il rit] est là !", "l'homme est là"),
        ("zh", "2024年涨了50%，用iPhone。", "二 零 二 四 年 涨 了 百 分 之 五 十 用 iphone"),
        ("zh", "……", ""),
        ("hi", "नमस्ते दुनिया", "नमस्ते दुनिया"),
    ],
)
def test_a_text_is_parted_into_words(language, text, words):
    assert [each.word for each in worded(text, language)] == words.split()


def test_a_spelled_number_knows_what_was_written_once():
    assert [each.written for each in worded("2024年", "zh")] == ["2024", "", "", "", "年"]
