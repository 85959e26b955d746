from typing import Any

import pyarrow as pa
import pytest

from kinoeye.errors import UseError
from kinoeye.sample.film import FILMS
from kinoeye.sample.score import compare
from kinoeye.sample.score_rows import Row
from kinoeye.sample.truth import truth_of

TRUTH = truth_of(FILMS, {film.path: [] for film in FILMS}, voice="tone", screenplay="-", sounds=[])
PICTURE = 29_400_000  # flicks at 24


def tables(**found: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Return tables of the finished film, called A, whose clock starts at 7 flicks."""
    assets = [{"asset": "A", "path": "moved.mp4", "paths": ["moved.mp4", FILMS[0].path], "start": 7}]
    return {"assets": pa.Table.from_pylist(assets), **{name: table(rows) for name, rows in found.items()}}


def table(rows: list[dict[str, Any]]) -> pa.Table:
    rows = [{"asset": "A", **row} for row in rows]
    return pa.Table.from_pylist(rows) if rows else pa.table({"asset": pa.array([], pa.string())})


def perfect(**columns: Any) -> list[dict[str, Any]]:
    film = TRUTH["files"][0]
    return [
        {
            "shot": shot["shot"],
            "first_frame": shot["first_frame"],
            "end_frame": shot["end_frame"],
            "start": 7 + shot["first_frame"] * PICTURE,
            "end": 7 + shot["end_frame"] * PICTURE,
            "transition": shot["transition"],
            **{name: make(shot) for name, make in columns.items()},
        }
        for shot in film["shots"]
    ]


def by_name(rows: list[Row]) -> dict[str, Row]:
    return {row.what: row for row in rows}


def test_a_perfect_answer_is_all_right() -> None:
    rows = by_name(
        compare(
            TRUTH,
            tables(
                shots=perfect(),
                camera=perfect(move=lambda s: s["camera"]["kind"], direction=lambda s: s["camera"]["way"]),
                colours=perfect(time=lambda s: s["hour"], place=lambda s: s["place"]),
            ),
        )
    )
    film = TRUTH["files"][0]
    cuts = rows["cuts, to the picture"]
    assert (cuts.found, cuts.right) == (len(film["cuts"]),) * 2
    assert [rows[f"{kind}s"].right for kind in ("dissolve", "fade", "wipe")] == [2, 2, 1]
    assert rows["flash, whip pan, lamp: no cut"].right == 3
    for what in ("moves and their direction", "day or night", "interior or exterior"):
        assert 0 < rows[what].right == rows[what].found <= rows[what].true


def test_true_counts_hold_all_files() -> None:
    rows = by_name(compare(TRUTH, tables(shots=[])))
    assert rows["cuts, to the picture"] == Row("shots", "cuts, to the picture", 0, 17, 0)
    assert rows["cuts, to the picture"].f1 == 0


def test_one_picture_off_is_wrong_and_within_a_gradual_is_nothing() -> None:
    film = TRUTH["files"][0]
    cut, fade = film["cuts"][0], film["graduals"][0]
    off = {"first_frame": cut + 1, "transition": "cut"}
    within = {"first_frame": fade["first"] + 3, "transition": "cut"}
    row = by_name(compare(TRUTH, tables(shots=[off, within])))["cuts, to the picture"]
    assert (row.found, row.right) == (1, 0)


def test_a_cut_in_the_flash_is_counted() -> None:
    flash = next(trap for trap in TRUTH["files"][0]["traps"] if trap["kind"] == "flash")
    shots = [*perfect(), {"first_frame": flash["last"] + 1, "transition": "cut"}]
    rows = by_name(compare(TRUTH, tables(shots=shots)))
    assert rows["flash, whip pan, lamp: no cut"].right == 2
    assert rows["cuts, to the picture"].found == rows["cuts, to the picture"].right + 1


def text(words: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    row = {"text": words, "first_frame": first, "end_frame": last + 1, "kind": "other"}
    return row | dict.fromkeys(("scene", "take", "timecode")) | more


def test_words_are_read_when_they_can_be_seen() -> None:
    title, lower = TRUTH["files"][0]["texts"][:2]
    rows = [
        text("Roof T0ne", title["first"], title["last"]),
        text("A SHORT FILM", 1600, 1640),
        text("AST DAY", lower["last"], lower["last"] + 5),
        text("graffiti", 700, 720),
    ]
    row = by_name(compare(TRUTH, tables(texts=rows)))["title, lower third, credits: lines"]
    assert (row.found, row.true, row.right) == (2, 10, 1)


def test_slate_and_time_code() -> None:
    shot = next(shot for shot in TRUTH["files"][0]["shots"] if shot["slate"])
    slate = text("SCENE 1", shot["first_frame"], shot["first_frame"] + 9, kind="slate", scene="1", take="1")
    rows = by_name(compare(TRUTH, tables(texts=[slate])))
    assert rows["slates: scene and take"] == Row("texts", "slates: scene and take", 1, 4, 1)
    city = FILMS[-1].path
    made = tables(texts=[text("00:08:57;12", 2, 240, kind="timecode", timecode="00:08:57;12")])
    made["assets"] = pa.Table.from_pylist([{"asset": "A", "path": city, "paths": [city], "start": 0}])
    assert by_name(compare(TRUTH, made))["burnt-in time code"].right == 1
    made["texts"] = table([text("00:08:57;12", 3, 240, kind="timecode", timecode="00:08:57;12")])
    assert by_name(compare(TRUTH, made))["burnt-in time code"].right == 0


def test_twins_are_shots_that_share_a_group() -> None:
    setups = {shot["setup"]: shot["shot"] for shot in TRUTH["files"][0]["shots"]}
    names = [shot["setup"] for shot in TRUTH["files"][0]["shots"]]
    twins = [{"group": "a", "shot": number} for number, name in enumerate(names) if name == "june"]
    twins += [{"group": "b", "shot": setups["credits"]}, {"group": "b", "shot": setups["screen"]}]
    row = by_name(compare(TRUTH, tables(shots=perfect(), twins=twins)))["shots with a twin of their set-up"]
    assert (row.found, row.true, row.right) == (5, 17, 3)


@pytest.mark.parametrize(
    ("tone_db", "line_db", "right", "heard"), [(-20.4, -25, 1, 1), (-20.6, -25, 0, 1), (-20, -45, 1, 0)]
)
def test_levels_of_tone_and_lines(tone_db: float, line_db: float, right: int, heard: int) -> None:
    line = {"line": 1, "start": 60, "end": 90}
    tone = {"kind": "tone", "start": 0, "end": 30, "level_dbfs": -20.0}
    truth = TRUTH | {
        "files": [TRUTH["files"][0] | {"lines": [line]}],
        "sounds": [{"path": FILMS[0].path, "parts": [tone]}],
    }
    levels = [tone_db] * 3 + [-50.0] * 3 + [line_db] * 3 + [-50.0] * 6
    rows = [{"start": 7 + 10 * n, "end": 17 + 10 * n, "rms_dbfs": level} for n, level in enumerate(levels)]
    found = by_name(compare(truth, tables(levels=rows)))
    row = found["line-up tone, within half a dB"]
    assert (row.found, row.true, row.right) == (1, 1, right)
    row = found["spoken lines, above the air"]
    assert (row.found, row.true, row.right) == (heard, 1, heard)


def test_assets_must_be_there() -> None:
    with pytest.raises(UseError, match="assets must be given, got shots"):
        compare(TRUTH, {"shots": table([])})
    assert compare(TRUTH, tables()) == []
    assert Row("x", "nothing", 0, 0, 0).f1 == 1


def _people(tracks: list[tuple[str, str | None]]) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """A film in which track n follows the head of a name at (n / 10), and is said to be a person."""
    names = [name for name, _ in tracks]
    heads = [{"frame": 12, "name": name, "x": n / 10, "y": 0.1, "w": 0.08, "h": 0.1} for n, name in enumerate(names)]
    film = {"path": "a.mp4", "rate": [24, 1], "shots": [], "heads": heads}
    faces = [{"asset": "a", "face": n, "frame": 12, "x": n / 10, "y": 0.11, "w": 0.08, "h": 0.08}
             for n in range(len(tracks))]  # fmt: skip
    rows = {
        "assets": [{"asset": "a", "path": "a.mp4", "start": 0}],
        "faces": faces,
        "face_tracks": [{"asset": "a", "track": n, "faces": [n]} for n in range(len(tracks))],
        "appearances": [{"asset": "a", "track": n, "person": person} for n, (_, person) in enumerate(tracks)],
    }
    truth = {"files": [film], "sounds": [], "twins": []}
    return truth, {name: pa.Table.from_pylist(each) for name, each in rows.items()}


def test_heads_are_right_where_a_face_lies_in_them() -> None:
    truth, tables = _people([("NORA", "p1"), ("TEO", "p2")])
    faces = tables["faces"].to_pylist()
    faces[1]["x"] = 0.7
    faces.append({**faces[0], "face": 9, "frame": 99})  # a picture of which the truth says nothing
    tables["faces"] = pa.Table.from_pylist(faces)
    assert compare(truth, tables)[0] == Row("faces", "heads of the cast, in the stills", 2, 2, 1)


@pytest.mark.parametrize(
    ("tracks", "found", "right"),
    [
        ([("NORA", "p1"), ("TEO", "p2"), ("NORA", "p1")], 2, 2),
        ([("NORA", "p1"), ("TEO", "p1")], 1, 1),  # both in one
        ([("NORA", "p1"), ("NORA", "p3"), ("NORA", "p1"), ("TEO", "p2")], 3, 2),  # one in two
    ],
)
def test_characters_are_right_where_most_of_each_is_one_person(
    tracks: list[tuple[str, str | None]], found: int, right: int
) -> None:
    assert compare(*_people(tracks))[-1] == Row("persons", "characters told apart", found, 2 if "TEO" in dict(tracks)
                                                else 1, right)  # fmt: skip


def test_without_identity_no_characters_are_asked_for() -> None:
    rows = compare(*_people([("NORA", None)]))
    assert [row.table for row in rows] == ["faces"]
