"""Columns: what each column of a table of titles or of a viewing log is, by its heading and by its values.

A heading proposes, the values dispose: "rating" over TV-MA is no rating, "type" over 剧情 is a genre. Where the heading
says nothing (a file without one, a name of somebody's own), the values alone must be clear. At last the columns are
looked at together: there is one title, a cost is smaller than the takings, and an id comes before the title.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from kinoeye.headings import OTHER_MEANINGS, meaning, words_of
from kinoeye.signals.column_values import Values, look
from kinoeye.streams import Records

_SAMPLE = 4000  # rows that are looked at
_LEAST = 0.35  # score below which a column is nothing
_BLIND_LEAST = 0.55  # of a column whose heading says nothing
_UNSEEN = 0.75  # how much a heading alone is worth, where all cells are empty


@dataclass(frozen=True)
class Role:
    """What a column is.

    Parameters
    ----------
    role : str
        One of `kinoeye.headings.ROLES`.
    score : 0..1
        How sure.
    why : str
        heading, values, both or nothing: what told it.
    """

    role: str
    score: float
    why: str


def sample_of(rows: Records, count: int = _SAMPLE) -> pa.Table:
    """Return rows to look at."""
    return rows.sample(count)


def recognise(sample: pa.Table, headings: Sequence[str]) -> list[Role]:
    """Say what each column is.

    Parameters
    ----------
    sample : pa.Table
        Some rows, as they are given.
    headings : sequence of str
        What the file calls the columns; empty where it has no heading line.
    """
    named = [*headings, *[""] * (sample.num_columns - len(headings))]
    values = [look(sample.column(number)) for number in range(sample.num_columns)]
    roles = [_one(heading, each, is_named=any(headings)) for heading, each in zip(named, values, strict=True)]
    return _together(roles, named, values)


def is_catalogue(roles: Sequence[Role], headings: Sequence[str] = ()) -> bool:
    """Say whether columns are those of titles, not those of somebody's viewing nor of something else.

    Where no heading speaks of titles, short texts alone are no catalogue: another column must be one that titles have.

    Parameters
    ----------
    roles : sequence of Role
    headings : sequence of str
        What the file calls the columns; empty where it has no heading line.

    Examples
    --------
    >>> colour = [Role("title", 0.6, "values"), Role("rating", 0.65, "values")]
    >>> is_catalogue(colour, ["colour", "price"]), is_catalogue(colour)
    (False, True)
    """
    found = {each.role for each in roles}
    if "title" not in found or found & {"viewer", "event"}:
        return False
    is_told = any(each.role == "title" and each.why != "values" for each in roles)
    others = [each for each in roles if each.role not in {"title", "none"}]
    is_borne_out = any(each.why != "values" or each.role in _OF_TITLES for each in others)
    return is_told or is_borne_out or not any(headings) or len(roles) == 1


# What values alone tell surely, and little else than titles has.
_OF_TITLES = frozenset({"year", "released", "runtime", "genres", "imdb", "plot", "directors"})


def _one(heading: str, values: Values, *, is_named: bool) -> Role:
    """Judge a column by itself; `is_named` says whether the file has a heading line."""
    told, sure = meaning(heading)
    if not told and is_named and not words_of(heading):
        return Role("none", 0.5, "heading")  # the number of a row, or a sign such as %
    if not told:
        role, fit = _by_values(values)
        return Role(role, round(fit, 3), "values") if fit >= _BLIND_LEAST else Role("none", 0.0, "nothing")
    if not values.count:
        return Role(told, round(sure * _UNSEEN, 3), "heading")
    if told in {"source_id", "title", "original_title"} and values.is_imdb():
        return Role("imdb", 0.98, "both")
    if told == "none":
        return Role("none", sure, "heading")
    meanings = [(told, sure), *((other, 0.8 * sure) for other in OTHER_MEANINGS.get(told, ()))]
    judged = [(weight * values.fits(role), role) for role, weight in meanings if role != "none"]
    score, role = max(judged, key=lambda each: each[0])
    if score >= _LEAST:
        return Role(role, round(min(1.0, score), 3), "both")
    role, fit = _by_values(values)
    # A sure heading whose values are something else altogether: an age certificate called rating.
    return Role(role, round(fit, 3), "values") if fit >= 0.9 else Role("none", round(1 - score, 3), "values")


def _by_values(values: Values) -> tuple[str, float]:
    if not values.count:
        return "none", 0.0
    scores = values.likely()
    role = max(scores, key=lambda each: scores[each])
    return role, scores[role]


def _together(roles: list[Role], headings: Sequence[str], values: Sequence[Values]) -> list[Role]:
    roles = _money(roles, headings, values)
    if any(words_of(heading) in _DIARY for heading in headings):
        roles = [replace(each, role="seen") if words_of(heading) == "date" else each
                 for each, heading in zip(roles, headings, strict=True)]  # fmt: skip
    if any(words_of(heading) in _PEOPLE for heading in headings):
        roles = [Role("none", 0.9, "heading") if each.role in {"title", "cast"} else each for each in roles]
    roles = _one_title(roles, headings, values)
    roles = _one_first(roles, headings)
    return _numbers(roles, headings, values)


_PEOPLE = frozenset({"primary name", "birth year", "death year", "nconst", "primary profession", "known for titles"})


# Headings of somebody's diary: its "Date" is that of the entry.
_DIARY = frozenset({"letterboxd uri", "watched date", "rewatch", "date rated", "观影日期"})


def _one_title(roles: list[Role], headings: Sequence[str], values: Sequence[Values]) -> list[Role]:
    """Keep the likeliest title; another one is what the work is called elsewhere."""
    at = [number for number, each in enumerate(roles) if each.role == "title"]
    if not at:
        return _unnamed_title(roles, values)
    if len(at) > 1:
        best = max(at, key=lambda number: (roles[number].why != "values", round(roles[number].score, 1), -number))
        for number in at:
            if number != best:
                roles[number] = _second(roles[number], values[number])
    return roles


def _second(role: Role, values: Values) -> Role:
    """Return what a column is that seemed to be the title and is not."""
    if role.why != "values":
        return replace(role, role="other_titles", score=round(role.score * 0.7, 3))
    scores = {name: score for name, score in values.likely().items() if name != "title"}
    name = max(scores, key=lambda each: scores[each])
    return (
        Role(name, round(scores[name], 3), "values") if scores[name] >= _BLIND_LEAST else Role("none", 0.0, "nothing")
    )


def _unnamed_title(roles: list[Role], values: Sequence[Values]) -> list[Role]:
    """Find a title among columns that nothing is known of, where other columns are those of titles."""
    known = {each.role for each in roles} & {"year", "genres", "released", "runtime", "directors", "imdb", "plot"}
    free = [number for number, each in enumerate(roles) if each.role == "none" and each.why == "nothing"]
    scored = [(values[number].likely()["title"], -number) for number in free if values[number].count]
    if known and scored and max(scored)[0] >= 0.4:
        score, place = max(scored)
        roles[-place] = Role("title", round(score, 3), "values")
    if not any(each.role == "title" for each in roles):
        for number, each in enumerate(roles):
            if each.role == "original_title":
                roles[number] = replace(each, role="title")
                break
    return roles


def _one_first(roles: list[Role], headings: Sequence[str]) -> list[Role]:
    """Of single things that were told by values alone, keep the surest; a heading's word stands."""
    for role in ("year", "rating", "votes", "runtime", "source_id", "kind", "released"):
        at = [number for number, each in enumerate(roles) if each.role == role]
        named = [number for number in at if roles[number].why != "values"]
        guessed = [number for number in at if roles[number].why == "values"]
        keep = max(guessed, key=lambda number: (roles[number].score, -number), default=None) if not named else None
        for number in guessed:
            if number != keep:
                roles[number] = Role("none", 0.0, "nothing")
    return roles


def _money(roles: list[Role], headings: Sequence[str], values: Sequence[Values]) -> list[Role]:
    """Of two amounts that nobody named, the smaller is what it cost."""
    at = [n for n, each in enumerate(roles) if each.why == "values" and each.role in {"gross", "budget"}]
    named = {each.role for n, each in enumerate(roles) if n not in at}
    if len(at) == 1:
        role = "budget" if "gross" in named and "budget" not in named else "gross"
        roles[at[0]] = replace(roles[at[0]], role=role)
    elif len(at) >= 2:
        order = sorted(at, key=lambda number: values[number].middle_money())
        for place, number in enumerate(order):
            roles[number] = replace(roles[number], role="gross" if place or "budget" in named else "budget")
    return roles


def _numbers(roles: list[Role], headings: Sequence[str], values: Sequence[Values]) -> list[Role]:
    """Say what numbers without a name are where their neighbours tell: many votes beside a rating, ids in front."""
    roles = list(roles)
    has = {each.role for each in roles}
    for number, each in enumerate(roles):
        if each.why != "nothing" or any(headings) or not values[number].count:
            continue
        if number == 0 and values[number].is_id() and "source_id" not in has:
            roles[number] = Role("source_id", 0.6, "values")
        elif "rating" in has and "votes" not in has and values[number].is_spread():
            roles[number] = Role("votes", 0.55, "values")
            has.add("votes")
    return roles
