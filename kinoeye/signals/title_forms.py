"""Title forms: a title as people write it, and what catalogues put into the same cell: a year, another title."""

import re
from dataclasses import dataclass

# Articles that lists put behind a title, in the languages in which they do. "I", "O" and "As" are words of titles too.
_ARTICLES = (
    *("The", "A", "An", "Le", "La", "Les", "L'", "L’", "Un", "Une", "Des", "El", "Los", "Las", "Una", "Unos", "Il"),
    *("Lo", "Gli", "Der", "Die", "Das", "Den", "Dem", "Ein", "Eine", "Det", "De", "Het", "Een", "En", "Et", "Os"),
    *("Um", "Uma", "Al"),
)
_BEHIND = re.compile(
    rf"^(?P<body>[^,].*?), (?P<article>{'|'.join(map(re.escape, _ARTICLES))})(?P<rest>(?:\s*[:(\[–—-].*)?)$"
)
_YEAR = re.compile(
    r"\s*[(\[（【]\s*(?P<year>1[89]\d\d|20\d\d|21\d\d)(?:/[IVXL]+)?(?P<on>\s*[-–—]\s*(?:\d{2,4})?)?\s*[)\]）】]\s*"
    r"(?P<mark>[(\[（](?:TV|V|VG|TV Series|TV Movie|TV Mini[- ]Series|Video|Short|Video Game)[)\]）])?\s*$"
)
_MARK = re.compile(r"\s*[(\[（](?P<mark>TV|V|VG|TV Series|TV Movie|TV Mini[- ]Series|Video Game)[)\]）]\s*$")
_OTHER = re.compile(r"^(?P<title>.*\S)\s*[(（](?:a\.?k\.?a\.?:?\s*)?(?P<other>[^()（）]{2,})[)）]$", re.I)
_AKA = re.compile(r"^(?P<title>.*\S)\s*[(（]a\.?k\.?a\.?:?\s*(?P<other>[^()（）]{2,})[)）]\s*$", re.I)
_PART = re.compile(
    r"\b(part|episode|vol|volume|chapter|season|cut|version|edition|3-?d|imax|short|live|remix|redux|film|movie|"
    r"or|uncut|extended|restored|remastered|解说|上|下|国语|粤语)\b|^\d+$|^(上|下|中|一|二|三|国语版|粤语版|导演剪辑版)$",
    re.I,
)
_NO_WRAPPING = re.compile(r"(\bor|\band|\bof|(?<!, )\bthe|[:–—-])$", re.I)
_MARKS = {"TV": "special", "TV Series": "series", "TV Movie": "film", "V": "video", "Video": "video", "VG": "game",
          "Video Game": "game", "Short": "short", "TV Mini-Series": "series", "TV Mini Series": "series"}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a title's cell says.

    Parameters
    ----------
    title : str
    year : int or None
    others : tuple of str
        Further titles of the same work.
    kind : str
        As `titles` names kinds; empty where none is said.
    why : str
        What was changed: article, year, other_title, kind; empty where nothing was.
    """

    title: str
    year: int | None = None
    others: tuple[str, ...] = ()
    kind: str = ""
    why: str = ""


def title_of(text: str) -> Told:
    """Return what a title's cell says; spaces and encoding must be right already.

    Examples
    --------
    >>> title_of("American President, The (1995)").title
    'The American President'
    >>> title_of("City of Lost Children, The (Cité des enfants perdus, La) (1995)").others
    ('La Cité des enfants perdus',)
    >>> title_of("Birdman: Or (The Unexpected Virtue of Ignorance) (2014)").title
    'Birdman: Or (The Unexpected Virtue of Ignorance)'
    >>> title_of("(500) Days of Summer"), title_of("2012").year
    (Told(title='(500) Days of Summer', year=None, others=(), kind='', why=''), None)
    """
    year, kind, why = None, "", []
    if found := _YEAR.search(text):
        if found.start() > 0:
            year, why = int(found["year"]), ["year"]
            mark = (found["mark"] or "").strip("()[]（）")
            kind = _MARKS.get(mark, "series" if found["on"] else "")
            text = text[: found.start()].rstrip()
    elif (found := _MARK.search(text)) and found.start() > 0:
        kind, text, why = _MARKS.get(found["mark"], ""), text[: found.start()].rstrip(), ["kind"]
    others: list[str] = []
    pattern = _OTHER if year is not None else _AKA
    while found := pattern.match(text):
        other, before = found["other"].strip(), found["title"]
        if pattern is _OTHER and not _AKA.match(text) and (_PART.search(other) or _NO_WRAPPING.search(before)):
            break
        others.insert(0, _in_front(other))
        text = before
        why.append("other_title")
    better = _in_front(text)
    if better != text:
        why.append("article")
    if len(better) > 2 and better[0] == better[-1] == '"' and '"' not in better[1:-1]:
        better, why = better[1:-1].strip(), [*why, "quotes"]
        kind = kind or ("series" if year else "")
    if (better[:1], better[-1:]) == ("《", "》") and "《" not in better[1:]:
        better, why = better[1:-1].strip(), [*why, "quotes"]
    return Told(better, year, tuple(others), kind, why[0] if why else "")


def _in_front(text: str) -> str:
    """Put an article in front that stands behind."""
    if ", " not in text:
        return text
    found = _BEHIND.match(text)
    if not found:
        return text
    gap = "" if found["article"][-1] in "'’" else " "
    return f"{found['article']}{gap}{found['body']}{found['rest']}"
