"""Genre words: words of a text that say a film's genre by its name, apart from what the text tells of the film.

Who learns genres from texts that name them learns to read the name, and fails where a text only tells the story. So
these words are taken out before anything else is looked at (`without_genre_words`), and what they say is evidence of
its own (`named_genres`): where they describe the film ("a silent Western film", "a romantic comedy", "爱情喜剧片"), not
where they are part of the story ("her family", "the war").
"""

import functools
import re
from collections.abc import Mapping, Sequence

# Every word of every genre's name with its forms, and the words that are that genre by another name.
GENRE_WORDS: Mapping[str, frozenset[str]] = {genre: frozenset(words.split()) for genre, words in {
    "Action": "action actions actioner actioners",
    "Adventure": "adventure adventures adventurer adventurers adventuress adventurous swashbuckler swashbucklers "
                 "swashbuckling",
    "Animated": "animated animation animations animator animators animate anime cartoon cartoons cartoonish claymation",
    "Biography": "biography biographies biographical biographic biopic biopics biographer autobiography "
                 "autobiographical bio",
    "Comedy": "comedy comedies comedic comedian comedians comedienne comic comics comical comically seriocomic "
              "tragicomedy tragicomic dramedy slapstick farce farces farcical spoof spoofs spoofing parody parodies "
              "parodying romcom",
    "Crime": "crime crimes criminal criminals criminally",
    "Dance": "dance dances dancing dancer dancers danced",
    "Disaster": "disaster disasters disastrous",
    "Documentary": "documentary documentaries documentarian docudrama docudramas docufiction docu mockumentary "
                   "mockumentaries rockumentary",
    "Drama": "drama dramas dramatic dramatically dramatist dramatization dramatisation dramatized dramatizes dramedy "
             "melodrama melodramas melodramatic docudrama docudramas",
    "Erotic": "erotic erotica eroticism erotically",
    "Family": "family families",
    "Fantasy": "fantasy fantasies fantastic fantastical",
    "Found Footage": "found footage",
    "Historical": "historical historically historic history histories historian",
    "Horror": "horror horrors horrific horrifying horrified",
    "Independent": "independent independents independently indie",
    "Legal": "legal legally",
    "Live Action": "live action liveaction",
    "Martial Arts": "martial arts",
    "Musical": "musical musicals musically music musician musicians",
    "Mystery": "mystery mysteries mysterious mysteriously whodunit",
    "Noir": "noir noirs neonoir neo",
    "Performance": "performance performances perform performs performing performed performer performers",
    "Political": "political politically politics politician politicians",
    "Romance": "romance romances romantic romantically romanced romancing romcom",
    "Satire": "satire satires satirical satirically satiric satirize satirizes satirizing",
    "Science Fiction": "science fiction sci fi scifi fictional fictionalized",
    "Short": "short shorts",
    "Silent": "silent silents silently",
    "Slasher": "slasher slashers",
    "Sports": "sport sports sporting",
    "Spy": "spy spies spying",
    "Superhero": "superhero superheroes superheroine superheroic",
    "Supernatural": "supernatural supernaturally",
    "Suspense": "suspense suspenseful",
    "Teen": "teen teens teenage teenaged teenager teenagers",
    "Thriller": "thriller thrillers thrilling thrill thrills",
    "War": "war wars wartime warfare",
    "Western": "western westerns",
}.items()}  # fmt: skip

# How a description of a film names each genre: fewer words than those taken out, as "history" or "live" is rarely one.
# What is written in two words stands in one here.
_DESCRIBING: Mapping[str, str] = {
    "Action": "action actioner", "Adventure": "adventure swashbuckler swashbuckling",
    "Animated": "animated animation anime cartoon claymation", "Biography": "biographical biographic biopic biography",
    "Comedy": "comedy comedic comic dramedy slapstick farce spoof parody romcom tragicomedy comedies", "Crime": "crime",
    "Dance": "dance", "Disaster": "disaster", "Documentary": "documentary docudrama docufiction rockumentary",
    "Drama": "drama dramas dramatic dramedy melodrama docudrama", "Erotic": "erotic", "Family": "family",
    "Fantasy": "fantasy", "Found Footage": "foundfootage", "Historical": "historical history", "Horror": "horror",
    "Independent": "independent indie", "Legal": "legal", "Live Action": "liveaction", "Martial Arts": "martialarts",
    "Musical": "musical", "Mystery": "mystery whodunit", "Noir": "noir neonoir", "Political": "political",
    "Romance": "romance romantic romcom", "Satire": "satire satirical", "Science Fiction": "sciencefiction scifi",
    "Short": "short", "Silent": "silent", "Slasher": "slasher", "Sports": "sports sport", "Spy": "spy",
    "Superhero": "superhero", "Supernatural": "supernatural", "Suspense": "suspense", "Teen": "teen",
    "Thriller": "thriller", "War": "war", "Western": "western",
}  # fmt: skip
_GENRES_OF: Mapping[str, tuple[str, ...]] = {
    word: tuple(genre for genre, words in _DESCRIBING.items() if word in words.split())
    for word in {word for words in _DESCRIBING.values() for word in words.split()}
}
# What a description of a film ends in; of the genres' own words, those that are such a noun.
_WORKS = frozenset(
    {
        *("film", "movie", "picture", "feature", "short", "serial", "series", "comedy", "comedies", "drama", "dramas"),
        *("melodrama", "dramedy", "docudrama", "thriller", "western", "musical", "documentary", "biopic", "romance"),
        *("satire", "cartoon", "noir", "parody", "spoof", "farce", "anime", "actioner", "swashbuckler", "slasher"),
        *("romcom", "whodunit", "mystery", "fantasy", "epic"),
    }
)
# Words that stand among the names of genres in a description.
_BETWEEN = frozenset(
    {
        *("-", "–", "/", ",", "and", "or", "black", "white", "color", "colour", "sound", "talking", "lost", "feature"),
        *("length", "reel", "two", "one", "full", "part", "talkie", "pre", "code", "dark", "epic", "psychological"),
        *("buddy", "road", "low", "budget", "b", "television", "tv", "made", "for", "direct", "to", "video"),
        *("computer", "stop", "motion", "screwball", "coming", "of", "age", "gangster", "heist", "neo", "anthology"),
        *("period", "film"),
    }
)
# What stands behind a noun that is a genre's name and nothing more; else it belongs to the next: a western store.
_PLAIN_WORKS = frozenset({"film", "movie", "picture", "feature", "serial", "series"})
_BEHIND = frozenset(
    {
        *(
            ".",
            ",",
            ";",
            ":",
            "(",
            ")",
            "-",
            "–",
            "/",
            "by",
            "directed",
            "about",
            "set",
            "starring",
            "stars",
            "in",
            "on",
        ),
        *("of", "from", "that", "which", "written", "produced", "with", "based", "released", "is", "was", "for", "who"),
        *("where", "loosely", "made", "co"),
    }
)
_TWO = re.compile(
    r"\b(?:(science)[- ](fiction)|(sci)[- ](fi)|(martial)[- ](arts)|(live)[- ](action)|(found)[- ](footage)|"
    r"(neo)[- ](noir)|(rom)[- ](com))\b"
)
# Without one of these in a text there is nothing to join: seven times as quick to see.
_PAIRS = tuple(f"{first}{sign}{second}" for sign in " -" for first, second in (
    ("science", "fiction"), ("sci", "fi"), ("martial", "arts"), ("live", "action"), ("found", "footage"),
    ("neo", "noir"), ("rom", "com"),
))  # fmt: skip
_OF_RUNS = _WORKS | _BETWEEN | frozenset(_GENRES_OF)
_CHINESE: Mapping[str, str] = {
    "动作": "Action", "冒险": "Adventure", "动画": "Animated", "传记": "Biography", "喜剧": "Comedy", "犯罪": "Crime",
    "灾难": "Disaster", "纪录": "Documentary", "剧情": "Drama", "情色": "Erotic", "家庭": "Family", "奇幻": "Fantasy",
    "历史": "Historical", "恐怖": "Horror", "独立": "Independent", "功夫": "Martial Arts", "武侠": "Martial Arts",
    "歌舞": "Musical", "音乐": "Musical", "悬疑": "Mystery", "推理": "Mystery", "黑色": "Noir", "政治": "Political",
    "爱情": "Romance", "浪漫": "Romance", "讽刺": "Satire", "科幻": "Science Fiction", "短": "Short", "默": "Silent",
    "无声": "Silent", "体育": "Sports", "间谍": "Spy", "谍战": "Spy", "超级英雄": "Superhero", "灵异": "Supernatural",
    "青春": "Teen", "惊悚": "Thriller", "战争": "War", "西部": "Western",
}  # fmt: skip
_CHINESE_WORD = re.compile("|".join(sorted(_CHINESE, key=len, reverse=True)))
_CHINESE_DESCRIPTION = re.compile(rf"(?:(?:{_CHINESE_WORD.pattern})[、/·]?){{1,5}}(?:电影|影片|故事片|片)")
_TOKEN = re.compile(r"[^\W_]+|[-–/,]|[^\w\s]")
_PLAIN_TOKEN = re.compile(r"[a-z0-9]+|[^\w\s]", re.ASCII)  # the same of small letters in ASCII, in half the time
_COMPOUND = re.compile(r"[^\W_]+(?:[-‐][^\W_]+)*")
_STAND_IN = re.compile(r"\[[A-Za-z_]+\]|<[A-Za-z_]+>")
_AROUND = ".,;:!?()'\"“”’"
_ALL = frozenset[str]().union(*GENRE_WORDS.values())
_MOST = 1_000  # signs of a text in which it describes its film


def without_genre_words(text: str) -> str:
    """Return a text without the words that name a genre, and those that are joined to one by a hyphen.

    What somebody else has put in the place of such a word ([MASK], <genre>) goes too.

    >>> without_genre_words("A silent Western film of her family, an anti-war story").split()
    ['A', 'film', 'of', 'her', 'an', 'story']
    """
    if "[" in text or "<" in text:
        text = _STAND_IN.sub(" ", text)
    return " ".join(filter(None, map(_without, text.split())))


def named_genres(text: str) -> dict[str, str]:
    """Return the genres that a text's description of the film names, each with the words that do.

    >>> named_genres("It is a 1924 American silent Western film about a family at war.")
    {'Silent': 'silent western film', 'Western': 'silent western film'}
    >>> named_genres("Her family moves west, and the war begins."), named_genres("一部爱情喜剧片")
    ({}, {'Romance': '爱情喜剧片', 'Comedy': '爱情喜剧片'})
    """
    text = text[:_MOST]
    found: dict[str, str] = {}
    if not text.isascii():
        for description in _CHINESE_DESCRIPTION.finditer(text):
            for word in _CHINESE_WORD.findall(description.group()):
                found.setdefault(_CHINESE[word], description.group())
    plain = text.lower()
    if any(map(plain.__contains__, _PAIRS)):
        plain = _TWO.sub(_joined, plain)
    tokens = [*(_PLAIN_TOKEN if plain.isascii() else _TOKEN).findall(plain), "."]
    done = 0  # tokens that are looked at: a run of words of a description is looked at once
    for at in [number for number, token in enumerate(tokens) if token in _WORKS]:
        if at < done:
            continue
        begin = end = at
        while begin > 0 and tokens[begin - 1] in _OF_RUNS:
            begin -= 1
        while tokens[end] in _OF_RUNS:
            end += 1
        done = end
        _add_described(found, tokens[begin:end], tokens[end])
    return found


def _add_described(found: dict[str, str], run: Sequence[str], behind: str) -> None:
    """Add the genres of a run of words that ends in the name of a work, if a description ends there."""
    end = max(number for number, token in enumerate(run) if token in _WORKS) + 1
    if run[end - 1] in _PLAIN_WORKS or (run[end] if end < len(run) else behind) in _BEHIND:
        words = " ".join(each for each in run[:end] if each.isalnum())
        for each in run[:end]:
            for genre in _GENRES_OF.get(each, ()):
                found.setdefault(genre, words)


@functools.lru_cache(maxsize=1 << 16)
def _without(word: str) -> str:
    """Return a word; nothing if it names a genre, and what stands between its parts if only some of them do."""
    plain = word.lower()
    if not plain.isalpha():
        plain = plain.strip(_AROUND)
        if not plain.isalpha():
            return _COMPOUND.sub(_unnamed, word)
    return "" if plain in _ALL else word


def _joined(match: re.Match[str]) -> str:
    return "".join(each for each in match.groups() if each)


def _unnamed(match: re.Match[str]) -> str:
    word = match.group().lower()
    if word in _ALL or ("-" in word and not _ALL.isdisjoint(word.split("-"))):
        return " "
    return match.group()
