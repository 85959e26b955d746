"""Papers: the sample's subtitles and its list of titles."""

from collections.abc import Sequence

from kinoeye.sample.soundtrack import Spoken
from kinoeye.sample.story import lines
from kinoeye.sample.voice import RATE_HZ

_TITLES = (
    (
        "t01",
        "Roof Tone",
        2026,
        1,
        "Comedy|Short",
        "A director waits on a roof for her last page; a microphone finds it.",
    ),
    (
        "t02",
        "Eleven Pages",
        2026,
        94,
        "Drama",
        "A screenwriter removes the ending of her film and everybody prefers it.",
    ),
    ("t03", "The Pigeon Was", 2027, 12, "Documentary|Short", "The only actor who never needed a second take."),
    ("t04", "One Cloud Later", 2024, 88, "Romance", "Two continuity supervisors fall in love between two takes."),
    ("t05", "Everybody Else", 2025, 101, "Comedy", "A crew of one goes on strike and negotiates with himself."),
    ("t06", "Wild Line", 2023, 76, "Thriller", "A voice on an old reel says what was never written."),
    ("t07", "Forty-One Goodbyes", 2026, 118, "Drama|Romance", "An actress leaves the same man until she believes it."),
    ("t08", "Hair in the Gate", 2022, 64, "Horror", "It is on every frame. It was not there yesterday. It is longer."),
)


def subtitles(spoken: Sequence[Spoken]) -> str:
    """Return the lines as SubRip."""
    cues = []
    for number, said in enumerate(spoken, 1):
        line = lines()[said.line]
        words = line.words if said.is_seen else f"<i>{line.words}</i>"
        cues.append(f"{number}\n{_clock(said.start)} --> {_clock(said.end)}\n{words}\n")
    return "\n".join(cues)


def titles() -> str:
    """Return a small list of titles as CSV, with a heading."""
    rows = [",".join(("title_id", "title", "year", "minutes", "genres", "synopsis"))]
    rows += [",".join((*map(str, row[:5]), f'"{row[5]}"')) for row in _TITLES]
    return "\n".join(rows) + "\n"


def _clock(sample: int) -> str:
    thousandths = sample * 1000 // RATE_HZ
    seconds, rest = divmod(thousandths, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{rest:03d}"
