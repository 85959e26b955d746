"""Titles: the rows of a catalogue, cleaned: one form for names, years, languages, countries, money and length."""

import pyarrow as pa

from kinoeye.tables import Table, Typed, flicks

_TEXTS = pa.list_(pa.string())

TITLES = Table("titles", "One row a title, in the order of its catalogue.", (
    ("row", pa.int64(), "number of the catalogue's row, from 0; what was in the row stands in the stream `records`"),
    ("title", pa.string(), "as people write it: spaces, encoding and a year in brackets put right"),
    ("original_title", pa.string(), "in its own language"),
    ("other_titles", _TEXTS, "also known as"),
    ("kind", pa.string(), "film, short, series, episode, special, video, game; null where it is not said"),
    ("year", Typed(pa.int16(), "year"), "of the first showing"),
    ("released", pa.date32(), "day of the first showing"),
    ("languages", _TEXTS, "ISO 639-1, or 639-3 where there is none"),
    ("countries", _TEXTS, "ISO 3166-1 alpha-2; of countries that are no more, ISO 3166-3"),
    ("genres", _TEXTS, "as the catalogue names them, without repeats"),
    ("plot", pa.string(), "what happens, or what it is about"),
    ("directors", _TEXTS, "given name first, but for names that are written family name first"),
    ("writers", _TEXTS, "as `directors`"),
    ("cast", _TEXTS, "as `directors`, in the catalogue's order"),
    ("runtime", flicks(), "length"),
    ("budget", pa.float64(), "in `budget_currency`"),
    ("budget_currency", pa.string(), "ISO 4217"),
    ("gross", pa.float64(), "takings, in `gross_currency`"),
    ("gross_currency", pa.string(), "ISO 4217"),
    ("rating", Typed(pa.float32(), "0..10"), "what viewers gave, on the scale of 10"),
    ("votes", pa.int64(), "how many gave it"),
    ("imdb", pa.string(), "IMDb's id: tt and digits"),
    ("tmdb", pa.string(), "TMDB's id"),
    ("source_id", pa.string(), "the catalogue's own id"),
))  # fmt: skip
