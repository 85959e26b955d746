"""Score of people: the cast's heads found, and the cast told apart.

- A head is right if the middle of a found face lies in it, in the same picture; faces in other pictures are not asked.
- A character is right if most of their appearances are one person's, and most of that person's are theirs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kinoeye.sample.score_rows import Row, ScoredFilm


def faces(films: Sequence[ScoredFilm]) -> list[Row]:
    """Count heads."""
    true = found = right = 0
    for film in films:
        heads = _by_frame(film.truth["heads"])
        mine = _by_frame(row for row in film.rows.get("faces", []) if row["frame"] in heads)
        true += sum(map(len, heads.values()))
        found += sum(map(len, mine.values()))
        right += sum(
            any(_is_in(face, head) for face in mine.get(frame, [])) for frame, row in heads.items() for head in row
        )
    return [Row("faces", "heads of the cast, in the stills", found, true, right)]


def persons(films: Sequence[ScoredFilm]) -> list[Row]:
    """Count characters; none are expected where identity is off."""
    pairs: Counter[tuple[str, str]] = Counter()
    for film in films:
        person_of = {row["track"]: row["person"] for row in film.rows.get("appearances", []) if row["person"]}
        for track, name in _names(film).items():
            if track in person_of:
                pairs[name, person_of[track]] += 1
    names, people = {name for name, _ in pairs}, {person for _, person in pairs}
    if not pairs:
        return []
    cast = {head["name"] for film in films for head in film.truth["heads"]}
    right = 0
    for name in names:
        person = max(people, key=lambda each: pairs[name, each])
        right += name == max(names, key=lambda each: pairs[each, person])
    return [Row("persons", "characters told apart", len(people), len(cast), right)]


def _names(film: ScoredFilm) -> dict[int, str]:
    """Return whose face each track follows, where the truth says."""
    heads, faces = _by_frame(film.truth["heads"]), {row["face"]: row for row in film.rows.get("faces", [])}
    found = {}
    for track in film.rows.get("face_tracks", []):
        votes = Counter(
            head["name"]
            for face in (faces[number] for number in track["faces"] if number in faces)
            for head in heads.get(face["frame"], [])
            if _is_in(face, head)
        )
        if votes:
            found[track["track"]] = votes.most_common(1)[0][0]
    return found


def _by_frame(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    gathered: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        gathered[row["frame"]].append(row)
    return gathered


def _is_in(face: Mapping[str, Any], head: Mapping[str, Any]) -> bool:
    across, down = face["x"] + face["w"] / 2, face["y"] + face["h"] / 2
    return bool(
        head["x"] <= across <= head["x"] + head["w"] and head["y"] <= down <= head["y"] + head["h"]
    )  # fmt: skip
