"""A text's language is told by script and short words, and not guessed where it cannot be told."""

import pytest

from kinoeye.signals.languages import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I do not know what you want from me, but it is not here.", "en"),
        ("Ich weiß nicht, was du von mir willst, aber es ist nicht hier.", "de"),
        ("Je ne sais pas ce que vous me voulez, mais il n'est pas ici.", "fr"),
        ("No sé lo que quieres de mí, pero no está en la casa.", "es"),
        ("Non so che cosa vuoi da me, ma non è qui nella casa.", "it"),
        ("Eu não sei o que você quer de mim, mas isso não está aqui.", "pt"),
        ("Ik weet niet wat je van mij wilt, maar het is niet hier.", "nl"),
        ("Я не знаю, что вы от меня хотите, но это не здесь.", "ru"),
        ("Я не знаю, що ви від мене хочете, але це не тут.", "uk"),
        ("Nie wiem, czego ode mnie chcesz, ale to nie jest tutaj i już.", "pl"),
        ("我不知道你想要什么。", "zh"),
        ("私は何も知りません。", "ja"),
        ("나는 아무것도 모른다", "ko"),
        ("Δεν ξέρω τι θέλεις", "el"),
        ("", ""),
        ("1984 ...", ""),
        ("Smith Jones Miller", ""),
    ],
)
def test_the_language_is_told_or_nothing(text, language):
    assert language_of(text) == language
