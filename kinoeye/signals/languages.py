"""Languages: which language a text is in, by its script and its commonest short words.

Of scripts that one language writes, the script is the answer. Between languages of one script those words decide that
stand in every sentence (articles, prepositions, pronouns). A few words of a text, or a language that is not here, are
not told: the answer is empty rather than a guess.
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

_LEAST_SHARE = 0.08  # of all words must be common ones of the language; of running text every third is
_LEAST_LEAD = 1.15  # times the second language's
_SCRIPTS = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "ARABIC": "ar", "HEBREW": "he", "GREEK": "el",
    "DEVANAGARI": "hi", "THAI": "th", "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}  # fmt: skip
_COMMON = {
    "en": "the of and to in is that it was for on you he with as at be this have are not they his from i we she "
          "what my "
          "your do so if there can me will no but had her him an by or who when which",
    "de": "der die das und ist nicht ich zu in den ein eine es sie mit auf für von sich dem wir ihr du auch war er was "
          "mir mich aber wie noch so nur im hat haben des als bei wenn nach wird sind einen "
          "am wer seit hatte dort dann uns über vom zum zur sein kein man aus oder doch",
    "fr": "le la les de des et est un une je vous que qui dans pas ne ce il elle en pour sur avec plus nous au tu mais "
          "du se sa son mon être cette à était ont par où on lui y c'est j'ai",
    "es": "el la los las de que y en un una es no por con para su se lo al del como más pero yo me le mi muy este esta "
          "si ya qué cuando a o sus había ha te era",
    "it": "il lo la i gli le di che e è un una non per in con si da del della come ma mi ti ci sono anche al "
          "nel questo "
          "più perché se cosa ha ho era a dei alla io",
    "pt": "o a os as de que e em um uma não para com por se do da no na mais mas eu você ele ela é foi como ao dos das "
          "seu sua isso muito me está meu quando são",
    "nl": "de het een van en in is dat niet ik je hij zij we met op te voor zijn was aan er maar om die naar ook wat "
          "als bij heb heeft dit nog wel mijn geen",
    "sv": "och att det i en är som på för inte jag han hon med den var av till har om ett du vi men de så mig från "
          "när kan ska hade",
    "da": "og at det i en er som på for ikke jeg han hun med den var af til har om et du vi men de så mig fra når kan "
          "skal havde hvad",
    "nb": "og at det i en er som på for ikke jeg han hun med den var av til har om et du vi men de så meg fra når kan "
          "skal hadde hva",
    "pl": "i w nie na się to z że do jest jak o co ale po tak za ja go czy od ten był mnie przez jego tylko już dla "
          "są być ty",
    "tr": "ve bir bu da de için ne çok o ben sen var daha gibi değil mi ama kadar ki her şey olarak sonra benim bana",
    "cs": "a se na je že to v s z do o jsem jak ale si by po tak za pro co jsi já není ten bylo jako mě už",
    "fi": "ja on ei se että hän oli mutta en minä ovat niin kun mitä tämä olen sen voi vain mukaan kuin ole myös",
    "ru": "и в не на я что он с как это а то все она так его но ты к у же вы за бы по только ее мне было вот от меня "
          "о из ему нет",
    "uk": "і в не на я що він з як це а то все вона так його але ти до у ж ви за би по тільки її мені було від та є",
}  # fmt: skip
COMMON_WORDS: Mapping[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_LANGUAGES_OF: Mapping[str, tuple[str, ...]] = {
    word: tuple(language for language, common in COMMON_WORDS.items() if word in common)
    for word in frozenset[str]().union(*COMMON_WORDS.values())
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MOST = 200_000  # signs of the text that are read


def language_of(text: str) -> str:
    """Return a text's language, as ISO 639 writes it; empty where it cannot be told.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> language_of("Das ist nicht der Weg, den ich mit dir gehe."), language_of("我们去北京。"), language_of("Ok")
    ('de', 'zh', '')
    """
    text = unicodedata.normalize("NFC", text[:_MOST]).lower()
    scripts: Counter[str] = Counter()
    for sign, count in Counter(text).items():
        if sign.isalpha():
            scripts[_script(sign)] += count
    if not scripts:
        return ""
    # Japanese writes Chinese signs too, between its own.
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if kana * 10 > kana + scripts["CJK"] and kana * 5 > scripts.total():
        return "ja"
    if scripts["CJK"] * 5 > scripts.total():  # a sign of it is a word, of others a letter
        return "ja" if kana * 10 > scripts["CJK"] else "zh"
    script = scripts.most_common(1)[0][0]
    return _SCRIPTS.get(script, "") or _by_words(text)


def by_common_words(words: Iterable[str]) -> list[tuple[int, str]]:
    """Return how many words are common ones of each language, with the language, the most first.

    >>> by_common_words(["der", "hund", "und", "de"])[:2]
    [(2, 'de'), (1, 'tr')]
    """
    counts = dict.fromkeys(COMMON_WORDS, 0)
    for word in words:
        for language in _LANGUAGES_OF.get(word, ()):
            counts[language] += 1
    return sorted(((count, language) for language, count in counts.items()), reverse=True)


@functools.lru_cache(maxsize=1 << 14)
def _script(sign: str) -> str:
    return unicodedata.name(sign, "").split(maxsplit=1)[0]


def _by_words(text: str) -> str:
    words = [word.replace("’", "'") for word in _WORD.findall(text)]
    counts = by_common_words(words)
    (most, language), (second, _) = counts[:2]
    return language if most >= 2 and most >= _LEAST_SHARE * len(words) and most >= _LEAST_LEAD * second else ""
