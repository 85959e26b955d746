"""Tagging: what is known of each word of a text when its department is guessed.

The features of a word are its own forms, its neighbours, what a lexicon says of it, and which verb, preposition or
Chinese measure word stands before it. `bench/elements_train` learns weights of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kinoeye.models.tokens import Token, lemmas

CATEGORIES = (
    *("props", "set_dressing", "vehicles", "animals", "wardrobe", "makeup", "extras", "stunts", "sfx", "vfx", "sound"),
    *("music", "equipment"),
)
NONE = "none"
VERBS = ("held", "worn", "driven")  # what verbs of the lexicon say of what stands behind them
LONGEST_PHRASE = 3
_REACH = 7  # words back to a verb
_EDGES = frozenset(".!?;:。！？；：")
_DETERMINERS = """
a an the his her its their my your our this that these those some any each every no another both
"""
_PREPOSITIONS = """
in on at of with into onto from by over under behind beside near through across around between against along toward
towards to for down up out off inside outside past before after above below
"""
_OTHERS = """
and or but as if than then when while where who which what that so not is are was were be been being has have had do
does did will would can could may might must shall should he she it they we you i him them us me himself herself itself
themselves just only very too also there here now still again all more most many few much other such same own about
like 's n't 're 've 'll 'd
"""
_COUNTED = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
"""
DETERMINERS = frozenset(_DETERMINERS.split())
PREPOSITIONS = frozenset(_PREPOSITIONS.split())
FUNCTION = DETERMINERS | PREPOSITIONS | frozenset(_OTHERS.split())
NUMBERS = {word: number for number, word in enumerate(_COUNTED.split())} | {"pair": 2, "couple": 2, "dozen": 12}
_HAN_NUMBERS = {each: number for number, each in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2}
_MEASURES = frozenset(
    "个只条把张辆件顶双副支枝根块片瓶杯碗盏台架艘匹头群位名座扇本封份盘束朵串包袋盒箱排套口声阵道束股场幅杆"
)


@dataclass(frozen=True)
class Lexicon:
    """What is known of words.

    Parameters
    ----------
    words : mapping of str to tuple of str
        Categories of a word or phrase, the chief one first; `NONE` and `VERBS` among them.
    """

    words: Mapping[str, tuple[str, ...]]
    _starts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        starts = frozenset(each.rsplit(" ", 1)[0] for each in self.words if " " in each)
        object.__setattr__(self, "_starts", starts)

    def known(self, word: Token) -> tuple[str, tuple[str, ...]]:
        """Return the form in which a word stands in the lexicon, and its categories; its likeliest form if none."""
        if word.text[:1] >= "\u3400":
            return self._known_chinese(word.text)
        forms = list(lemmas(word.text))
        for each in forms:
            if each in self.words:
                return each, self.words[each]
        is_plural = word.text.lower().endswith("s") and len(forms) > 1 and not word.text.lower().endswith("ss")
        return forms[0 if is_plural else -1], ()

    def phrase(self, words: Sequence[Token], at: int) -> tuple[str, tuple[str, ...], int]:
        """Return the longest phrase that a word is the head of, its categories and its first word.

        The head of things is the last word, that of doings the first: rough up.
        """
        if words[at].text[:1] >= "\u3400":
            return "", (), at
        forms = list(lemmas(words[at].text))
        for length in range(LONGEST_PHRASE, 1, -1):
            first = at - length + 1
            head = " ".join(each.text.lower() for each in words[max(0, first) : at])
            if first >= 0 and head in self._starts:
                for whole in (f"{head} {form}" for form in forms):
                    if whole in self.words:
                        return whole, self.words[whole], first
        after = words[at + 1].text.lower() if at + 1 < len(words) else ""
        whole = next((f"{form} {after}" for form in forms if f"{form} {after}" in self.words), "")
        return (whole, self.words[whole], at) if after in PREPOSITIONS and whole else ("", (), at)

    def _known_chinese(self, word: str) -> tuple[str, tuple[str, ...]]:
        """A Chinese compound is what its end is: 毛线帽 is 帽."""
        for first in range(len(word)):
            if word[first:] in self.words and (first == 0 or len(word) > 2 or len(word) - first > 1):
                return word, self.words[word[first:]]
        return word, ()


def features(words: Sequence[Token], at: int, lexicon: Lexicon, *, is_masked: bool = False) -> list[str]:
    """Return what is known of a word.

    Parameters
    ----------
    words : sequence of Token
        All of a text.
    at : int
        Which word of them.
    lexicon : Lexicon
    is_masked : bool
        Whether the word is taken for one that nobody has seen, so that its place is learnt from as well.
    """
    word = words[at].text
    found = ["bias", *_around(words, at, lexicon), *_governed(words, at, lexicon), f"shape {_shape(word)}"]
    if not is_masked:
        form, kinds = lexicon.known(words[at])
        phrase, of_phrase, _ = lexicon.phrase(words, at)
        found += [f"is {form}", *(f"lexicon {each}" for each in kinds)]
        found += [f"first {kinds[0]}"] if kinds else []
        found += [f"phrase {each}" for each in of_phrase] + ([f"is {phrase}"] if phrase else [])
    found += [f"ends {word.lower()[-length:]}" for length in (2, 3) if len(word) > length and word.isascii()]
    found += [f"last {word[-1]}"] if word[:1] >= "\u3400" and not is_masked else []
    return found + ([f"kind {words[at].kind[:1]}"] if words[at].kind else [])


def _around(words: Sequence[Token], at: int, lexicon: Lexicon) -> Iterator[str]:
    for offset in (-2, -1, 1, 2):
        place = at + offset
        text = words[place].text.lower() if 0 <= place < len(words) else "edge"
        yield f"{offset:+} {text}"
        if abs(offset) == 1 and text != "edge":
            kinds = lexicon.known(words[place])[1]
            what = "function" if text in FUNCTION else "sign" if not text[0].isalnum() else "word"
            yield f"{offset:+} {kinds[0] if kinds else what}"


def _governed(words: Sequence[Token], at: int, lexicon: Lexicon) -> Iterator[str]:
    """Say what stands before: the nearest verb that is told of, the preposition, the determiner, the measure word."""
    seen_preposition = seen_determiner = False
    for place in range(at - 1, max(-1, at - 1 - _REACH), -1):
        text = words[place].text.lower()
        if text in _EDGES:
            return
        if text in PREPOSITIONS and not seen_preposition:
            seen_preposition = True
            yield f"under {text}"
        if not seen_determiner and (text in DETERMINERS or text in NUMBERS or text.isdigit()):
            seen_determiner = True
            yield f"told {'number' if text in NUMBERS or text.isdigit() else text}"
        if text[-1:] in _MEASURES and len(text) <= 3 and not seen_determiner:
            seen_determiner = True
            yield f"measured {text[-1]}"
        verbs = [each for each in lexicon.known(words[place])[1] if each in VERBS]
        if verbs:
            yield from (f"verb {each}" for each in verbs)
            yield f"verb {lexicon.known(words[place])[0]}"
            return


def _shape(word: str) -> str:
    if not word[:1].isalpha():
        return "digit" if word[:1].isdigit() else "sign"
    if word[:1] >= "\u3400":
        return f"han {len(word)}"
    return "capitals" if word.isupper() and len(word) > 1 else "capital" if word[:1].isupper() else "small"


def count_before(words: Sequence[Token], first: int) -> int | None:
    """Return how many a phrase is told to be; None where it is not said."""
    for place in range(first - 1, max(-1, first - 3), -1):
        text = words[place].text.lower()
        if text in NUMBERS:
            return NUMBERS[text]
        if text.isdigit():
            return int(text[:6])
        if text in ("a", "an", "another"):
            return 1
        han = text.rstrip("".join(_MEASURES))
        if han != text and han in _HAN_NUMBERS:
            return _HAN_NUMBERS[han]
        if text in _HAN_NUMBERS:
            return _HAN_NUMBERS[text]
        if text in FUNCTION or not text[:1].isalpha():
            return None
    return None
