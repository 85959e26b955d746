"""Truth sets for bench/works.py: real films, and second entries of them as other catalogues would write them."""

import csv
import gzip
import hashlib
import json
import random
import re
import string
from collections import defaultdict
from pathlib import Path

from kinoeye.signals.title_names import name

AGAIN = 0.4  # share of films that the second catalogue holds too
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
NEAR = {key: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
        for at, key in enumerate(row)}  # fmt: skip
KINDS = {
    "as it is": 4, "case and marks": 2, "article moved": 2, "slip": 5, "two slips": 2, "number written otherwise": 2,
    "and": 1, "subtitle dropped": 1, "also known as": 3, "spaces": 1,
}  # fmt: skip


def wikipedia(folder):
    """Return the films of Wikipedia as rows of titles, each with `same`: its article."""
    films = []
    for path in sorted(Path(folder, "wikipedia_movies").glob("*.json.gz")):
        for given in json.loads(gzip.decompress(path.read_bytes())):
            text = given.get("extract") or ""
            told = re.search(r"directed by ((?:[A-Z][\w.'-]+ ){1,3}?[A-Z][\w'-]+)(?=[ ,.]|$)", text)
            also = re.search(r"also known as (?:the )?([A-Z][^,.();]{3,40}?)(?= is | in | \(|[,.();]|$)", text)
            films.append({
                "title": given["title"], "year": given["year"], "genres": given["genres"], "cast": given["cast"],
                "directors": [told.group(1)] if told else None,
                "other_titles": [also.group(1)] if also and also.group(1) != given["title"] else None,
                "same": re.sub(r"_\(.*\)$", "", given["href"]) if given.get("href") else None,
                "article": given.get("href"),
            })  # fmt: skip
    return films


def movielens(folder):
    """Return the films of MovieLens as rows of titles, each with its IMDb id as `same`; in brackets stand others."""
    root = Path(folder, "ml-latest-small")
    ids = {row["movieId"]: row["imdbId"] for row in csv.DictReader((root / "links.csv").read_text().splitlines())}
    films = []
    for row in csv.DictReader((root / "movies.csv").read_text().splitlines()):
        found = re.search(r"\s*\((\d{4})\)\s*$", row["title"])
        text, inner = row["title"][: found.start()] if found else row["title"], []
        while bracket := re.search(r"\s*\(([^()]*)\)$", text):
            text = text[: bracket.start()]
            inner.append(re.sub(r"^a\.?k\.?a\.? ", "", bracket.group(1)))
        films.append({
            "title": text, "year": int(found.group(1)) if found else None, "genres": row["genres"].split("|"),
            "cast": None, "directors": None, "other_titles": inner or None, "same": ids[row["movieId"]],
            "article": None,
        })  # fmt: skip
    return films


def half(film):
    """Return whether a film is for development (0) or held out (1): all films of a name are together."""
    return hashlib.blake2b(name(film["title"]).joined.encode()).digest()[0] % 2


def without_doubtful(films):
    """Leave out films of one name and of years less than two apart of which it is not known whether they are one.

    They are one where they have one article, and two where their articles differ and they share nobody of the cast.
    """
    by_name = defaultdict(list)
    for place, film in enumerate(films):
        by_name[name(film["title"]).joined].append(place)
    same, out = list(range(len(films))), set()
    for places in by_name.values():
        for at, one in enumerate(places):
            for other in places[:at]:
                first, second = films[one], films[other]
                if None in (first["year"], second["year"]) or abs(first["year"] - second["year"]) > 1:
                    continue
                if first["article"] is None and first["cast"] is None:
                    continue  # MovieLens: ids say it
                shared = set(first["cast"] or ()) & set(second["cast"] or ())
                if first["article"] and first["article"] == second["article"]:
                    same[one] = same[other]
                elif shared or not (first["article"] and second["article"]) or not (first["cast"] and second["cast"]):
                    out.add(one)
    return [film | {"same": same[place]} for place, film in enumerate(films) if place not in out], len(out)


def catalogues(films, seed, count):
    """Return two catalogues as lists of rows with `same` and `made` (how a row was made from a film)."""
    dice = random.Random(seed)
    by_name = defaultdict(list)
    for film in films:
        by_name[name(film["title"]).joined].append(film)
    names = sorted(by_name)
    dice.shuffle(names)
    # Half of the names that several films have come in first, so that there is something to take wrongly.
    several = [each for each in names if len(by_name[each]) > 1]
    chosen, rows = [*several[: len(several) // 2], *(each for each in names if len(by_name[each]) == 1)], []
    for each in chosen:
        if len(rows) >= count:
            break
        rows += by_name[each]
    again = [changed(film, dice) for film in rows if dice.random() < AGAIN]
    return [film | {"made": "film"} for film in rows], again


def changed(film, dice):
    """Return a film as another catalogue would write it."""
    row = dict(film)
    kinds = [kind for kind in KINDS if kind != "also known as" or film["other_titles"]]
    made = dice.choices(kinds, [KINDS[kind] * (4 if kind == "also known as" else 1) for kind in kinds])[0]
    row["title"], row["made"] = CHANGES[made](film, dice), made
    if made == "also known as":
        row["other_titles"] = None
    if row["title"] == film["title"]:
        row["made"] = "as it is"
    roll = dice.random()
    if film["year"] is not None and roll < 0.18:
        row["year"] = None if roll < 0.06 else film["year"] + dice.choice((-1, 1))
        row["made"] += ", no year" if roll < 0.06 else ", year beside"
    row["cast"] = None if dice.random() < 0.4 else people(film["cast"], dice)
    row["directors"] = None if dice.random() < 0.4 else people(film["directors"], dice)
    row["genres"] = None if dice.random() < 0.3 else film["genres"]
    return row


def people(names, dice):
    """Return some of the names, some of them written otherwise."""
    found = []
    for each in (names or ())[: dice.randint(1, 6)]:
        words = each.split()
        form = dice.random()
        if len(words) > 1 and form < 0.15:
            each = f"{words[-1]}, {' '.join(words[:-1])}"
        elif len(words) > 1 and form < 0.25:
            each = f"{words[0][0]}. {' '.join(words[1:])}"
        elif form < 0.3:
            each = each.upper()
        elif form < 0.35:
            each = slipped(each, dice)
        found.append(each)
    return found or None


def slipped(text, dice):
    """Return text with a slip: a letter left out, put in, another, one of the next key, two turned."""
    places = [at for at, sign in enumerate(text) if sign.isalpha()]
    if len(places) < 4:
        return text
    at = dice.choice(places[1:] if dice.random() < 0.9 else places)
    sign = text[at]
    other = dice.choice(NEAR.get(sign.lower(), string.ascii_lowercase))
    kind = dice.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + other + text[at:]
    if kind == 2 or at + 1 >= len(text) or not text[at + 1].isalpha():
        return text[:at] + (other.upper() if sign.isupper() else other) + text[at + 1 :]
    return text[:at] + text[at + 1] + sign + text[at + 2 :]


def moved(film, _dice):
    found = re.match(r"(The|An?|Le|La|Les|Il|El|Der|Die|Das) (.+)", film["title"])
    if found:
        return f"{found.group(2)}, {found.group(1)}"
    found = re.match(r"(.+), (The|An?|Le|La|Les|Il|El|Der|Die|Das)$", film["title"])
    return f"{found.group(2)} {found.group(1)}" if found else film["title"]


def numbered(film, dice):
    words = film["title"].split()
    for at, word in enumerate(words):
        bare = word.strip(":,")
        end = word[len(bare) :] if word.startswith(bare) else ""
        if bare.lower() in NUMBERS[2:]:
            words[at] = str(NUMBERS.index(bare.lower())) + end
        elif at and bare in ROMAN[2:]:
            words[at] = dice.choice((str(ROMAN.index(bare)), f"Part {ROMAN.index(bare)}")) + end
        elif bare.isdigit() and 2 <= int(bare) <= 10:
            words[at] = (ROMAN[int(bare)] if at == len(words) - 1 and at else NUMBERS[int(bare)].title()) + end
    return " ".join(words)


def marked(film, dice):
    text = film["title"]
    text = re.sub(r"[:,.!?'’-]", lambda found: dice.choice(("", " ", found.group())), text)
    return dice.choice((text.upper(), text.lower(), text))


CHANGES = {
    "as it is": lambda film, _: film["title"],
    "case and marks": marked,
    "article moved": moved,
    "slip": lambda film, dice: slipped(film["title"], dice),
    "two slips": lambda film, dice: slipped(slipped(film["title"], dice), dice),
    "number written otherwise": numbered,
    "and": lambda film, _: re.sub(r"\band\b", "&", film["title"]) if " and " in film["title"]
    else film["title"].replace("&", "and"),
    "subtitle dropped": lambda film, _: film["title"].split(":")[0],
    "also known as": lambda film, _: film["other_titles"][0],
    "spaces": lambda film, _: film["title"].replace("-", " ").replace("  ", " "),
}  # fmt: skip
FULL = ("title", "other_titles", "year", "genres", "cast", "directors")
BARE = ("title", "other_titles", "year")
