"""Languages of titles: the catalogue's word first, then the plot's, then the name's."""

import pytest

from kinoeye.signals.title_languages import text_language, title_language

PLOTS = {
    "en": "A shy woman decides to change the lives of those around her and struggles with her own.",
    "de": "Ein junger Mann zieht nach Berlin und verliebt sich in eine Frau, die nicht ist, wer sie vorgibt zu sein.",
    "fr": "Une jeune femme timide décide de changer la vie des autres, mais elle est seule avec son secret.",
    "es": "Un hombre vuelve a su pueblo para vender la casa de su padre y descubre que no es el único que la quiere.",
    "it": "Un uomo torna nel suo paese per vendere la casa del padre e scopre che non è il solo che la vuole.",
    "zh": "一个年轻人来到北京，爱上了一个隐瞒身份的女人。",
    "ja": "若い男が東京にやって来て、正体を隠した女に恋をする。",
    "ko": "한 젊은 남자가 서울에 와서 정체를 숨긴 여자와 사랑에 빠진다.",
    "ru": "Он приезжает в Москву, чтобы продать дом отца, и узнаёт, что это не так просто, как он думал.",
    "he": "צעיר מגיע לתל אביב ומתאהב באישה שמסתירה את זהותה.",
}


@pytest.mark.parametrize("language", PLOTS)
def test_plots_of_ten_languages(language):
    assert text_language(PLOTS[language]) == language
    assert title_language(None, "X", PLOTS[language]) == language


def test_what_the_catalogue_says_goes_first():
    assert title_language(["sv"], "The End", PLOTS["en"]) == "sv"
    assert title_language([], "The End", PLOTS["en"]) == "en"


def test_a_name_alone_often_tells_nothing():
    assert title_language(None, "Solaris", "") == ""
    assert title_language(None, "霸王别姬", "") == "zh"
    assert text_language("") == ""
