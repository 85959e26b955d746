"""A forgotten person leaves no byte in the index, comes back in no later run, and takes nobody else along."""

import hashlib
import io
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kinoeye.errors import UseError
from kinoeye.production import Production
from kinoeye.run import forget
from kinoeye.run.forget import Forgetting
from kinoeye.store.made import Made
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

PICTURE = FLICKS_PER_SECOND // 24

VECTORS = Table(
    "face_vectors", "A vector.",
    (("track", pa.int32(), "number"), ("faces", pa.int32(), "count"),
     ("vector", pa.list_(pa.float32(), 128), "numbers"), ("quality", score(), "worth")),
)  # fmt: skip
APPEARANCES = Table(
    "appearances", "An appearance.",
    (("asset", pa.string(), "name"), ("track", pa.int32(), "number"), ("person", pa.string(), "id"),
     ("score", score(), "how sure"), ("start", flicks(), "first"), ("end", flicks(), "end"),
     ("shot", pa.int32(), "shot")),
)  # fmt: skip
PERSONS = Table(
    "persons", "A person.",
    (("person", pa.string(), "id"), ("name", pa.string(), "name"), ("appearances", pa.int32(), "count"),
     ("assets", pa.int32(), "count"), ("seconds", pa.float64(), "time"), ("first_asset", pa.string(), "name"),
     ("first_time", flicks(), "first"), ("last_asset", pa.string(), "name"), ("last_time", flicks(), "last"),
     ("best_asset", pa.string(), "name"), ("best_track", pa.int32(), "number")),
)  # fmt: skip

_SCHEMAS = {each.name: each for each in (VECTORS, APPEARANCES, PERSONS)}

# What must vanish, and where the face of `CANARY` seems to be.
CANARY, OTHER = "p0c0ffee1", "p0decade2"
NAME = "Zerbinetta Quux"
BOX = (0.3, 0.3, 0.3, 0.4)


def vector_of(person: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return numbers that stand for a face."""
    return np.random.default_rng(len(person) + ord(person[3])).normal(size=128).astype(np.float32)


def make_peopled(folder: Path, make_film: Callable[..., Path]) -> Production:
    """Make a production of two films; the canary is seen in one of them, another person in both."""
    make_film(folder / "a.mp4", (30, 24))
    make_film(folder / "b.mp4", (30, 24), seed=5)
    (folder / "release.pdf").write_bytes(b"signed")
    production = Production(folder)
    production.run(only=["shots", "camera"], jobs=1)
    index = production.index
    index.schemas = _SCHEMAS | dict(index.schemas)
    seen = [("a.mp4", 0, CANARY, 0.0), ("a.mp4", 1, OTHER, 0.4), ("b.mp4", 0, OTHER, 0.0)]
    shown: list[dict[str, Any]] = []
    for path in ("a.mp4", "b.mp4"):
        asset = production.asset(path)
        mine = [(track, who, shift) for where, track, who, shift in seen if where == path]
        shown += [{"asset": asset, "track": track, "person": who, "score": 0.9, "start": 0, "end": 30 * PICTURE,
                   "shot": 0} for track, who, _ in mine]  # fmt: skip
        _write(index, asset, mine)
    index.results.write(index.schemas["appearances"], PRODUCTION, _fit(index, "appearances", shown), Provenance(""))
    asset = production.asset("a.mp4")
    persons = [
        {"person": who, "appearances": 1, "assets": 1, "seconds": 1.25, "first_asset": asset, "first_time": 0,
         "last_asset": asset, "last_time": 30 * PICTURE, "best_asset": asset, "best_track": track}
        for track, who in enumerate((CANARY, OTHER))
    ]  # fmt: skip
    index.results.write(index.schemas["persons"], PRODUCTION, _fit(index, "persons", persons), Provenance(""))
    production.decide("persons", {"person": CANARY}, {"name": NAME})
    production.decide("persons", {"person": OTHER}, {"name": "Ben"})
    return production


def _write(index: Any, asset: str, mine: list[tuple[int, str, float]]) -> None:
    frames = range(0, 30, 12)
    faces: list[dict[str, Any]] = []
    tracks = []
    for track, _, shift in mine:
        numbers = []
        for frame in frames:
            numbers.append(len(faces))
            x, y, w, h = BOX
            mesh = np.random.default_rng([frame, track, int(asset[:8], 16)]).random(1434).astype(np.float32)
            faces.append({"face": len(faces), "frame": frame, "time": frame * PICTURE, "x": x + shift, "y": y, "w": w,
                          "h": h, "score": 0.9, "mesh": mesh, "shot": 0, "points": mesh[:12]})  # fmt: skip
        tracks.append({"track": track, "shot": 0, "start": 0, "end": 30 * PICTURE, "faces": numbers,
                       "best": numbers[0], "first_frame": 0, "end_frame": 30, "x": x + shift, "y": y, "w": w,
                       "h": h, "score": 0.9, "is_still": False})  # fmt: skip
    vectors = [{"track": track, "faces": 3, "vector": vector_of(who), "quality": 0.9} for track, who, _ in mine]
    for table, rows in (("faces", faces), ("face_tracks", tracks), ("face_vectors", vectors)):
        index.results.write(index.schemas[table], asset, _fit(index, table, rows), Provenance(""))


def _fit(index: Any, table: str, rows: list[dict[str, Any]]) -> pa.Table:
    names = index.schemas[table].schema.names
    return index.schemas[table].from_rows([{name: row.get(name) for name in names} for row in rows])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("peopled") / "my film"
    make_peopled(folder, make_film)
    return folder


@pytest.fixture(autouse=True)
def without_nets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make only what needs no weights anew: nobody is really seen in these films."""
    monkeypatch.setattr(
        forget, "ready", lambda analyses, *_: ([each for each in analyses if each.name in {"shots", "camera"}], {})
    )


@pytest.fixture
def film(template: Path, tmp_path: Path) -> Production:
    """A copy of the production, to spoil."""
    shutil.copytree(template, tmp_path / "my film")
    return _opened(tmp_path / "my film")


def _opened(folder: Path) -> Production:
    production = Production(folder)
    production.index.schemas = _SCHEMAS | dict(production.index.schemas)
    return production


def _residue(store: Path, *more: bytes) -> list[tuple[str, bytes]]:
    """Look for the canaries by other means than the code does: all bytes in one piece, tables unpacked to Python."""
    vector = vector_of(CANARY)
    texts = ", ".join(f"{number:.4f}" for number in vector[:4].tolist())
    canaries = [CANARY.encode(), NAME.encode(), vector.tobytes()[:64], vector.tobytes()[-64:], texts.encode(), *more]
    found = []
    for path in store.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".parquet":
                table = pq.read_table(io.BytesIO(data))
                data += repr(table.to_pylist()).encode() + repr(table.schema.metadata).encode()
                data += b"".join(bytes(b) for c in table.columns for k in c.chunks for b in k.buffers() if b)
            found += [(str(path), canary) for canary in canaries if canary in data]
    return found


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".kinoeye", "out"} & set(path.parts)
    }


def _plant(film: Production) -> bytes:
    """Leave traces of the canary wherever a careless index might keep them; return the document's hash."""
    asset, store = film.asset("a.mp4"), film.index.files.root
    film.consents.give(NAME, ["index", "dub"], film.folder / "release.pdf", date(2026, 1, 1), date(2026, 12, 31))
    film.decide("shots", {"asset": film.asset("b.mp4"), "at": 0}, {"transition": "cut"}, why=f"as {NAME} said")
    film.decide("face_tracks", {"asset": asset, "track": 0}, {"said": CANARY})
    film.decide("face_tracks", {"asset": asset, "track": 1}, {"said": OTHER})
    vector = vector_of(CANARY)
    (store / "streams" / asset / ".stills.1-2.part").write_bytes(vector.tobytes())
    (store / "cache" / "old.json").write_text(", ".join(f"{number:.4f}" for number in vector.tolist()))
    gone = store / "tables" / "face_vectors" / f"{'f' * 32}.parquet"
    shutil.copy(store / "tables" / "face_vectors" / f"{asset}.parquet", gone)
    film.export("csv")
    film.export("html")
    (film.folder / "out" / "notes.txt").write_text("mine")
    return hashlib.sha256(b"signed").hexdigest().encode()


def test_no_byte_of_a_forgotten_person_stays(film: Production) -> None:
    before = _hashes(film.folder)
    document = _plant(film)
    store = film.index.files.root
    planted = {canary for _, canary in _residue(store, document)}
    assert len(planted) == 6  # each canary is somewhere, so the look can fail
    asset = film.asset("a.mp4")
    faces = [film.index.stills(asset).jpegs[n] for n in range(2)]
    proof = film.forget(NAME, jobs=1)
    assert proof.is_done, proof.found
    assert _residue(store, document) == []
    stills = b"".join(film.index.stills(asset).jpegs)
    assert not any(jpeg[len(jpeg) // 3 :] in stills for jpeg in faces)
    assert _hashes(film.folder) == before
    assert proof.paths == ("a.mp4",)
    assert proof.counts["face_vectors"] == 1
    assert proof.counts["appearances"] == 1
    assert proof.counts["thumbs"] == 54
    assert proof.seen_again == 0
    assert not list((store / "forgetting").glob("*"))


def test_the_face_is_veiled_in_every_stream_and_stays_so(film: Production) -> None:
    asset = film.asset("a.mp4")
    seen = np.array(film.index.thumbs(asset).frames)
    film.forget(CANARY, jobs=1)
    for _ in range(2):
        x, y, w, h = BOX
        rows, columns = slice(round(y * 27), round((y + h) * 27)), slice(round(x * 48), round((x + w) * 48))
        now = np.array(film.index.thumbs(asset).frames)
        shown = now[:30, rows, columns].astype(float)
        assert np.abs(np.diff(shown, axis=2)).mean() < 0.5 * np.abs(np.diff(seen[:30, rows, columns], axis=2)).mean()
        assert (now[:30, rows, columns] != seen[:30, rows, columns]).any(axis=(1, 2, 3)).all()
        assert np.array_equal(now[31:], seen[31:])  # the next shot shows somebody else
        picture = film.index.stills(asset).picture(1)
        high, wide = picture.shape[:2]
        place = picture[round(y * high) : round((y + h) * high), round(x * wide) : round((x + w) * wide)]
        assert place.astype(float).std(axis=(0, 1)).max() < 45
        film.clean(streams=True)
        film.index.results.remove("shots", asset)
        film.index.results.remove("camera", asset)
        film.run(only=["shots", "camera"], jobs=1)


def test_others_keep_their_rows_their_names_and_their_files(film: Production) -> None:
    _plant(film)
    other = film.asset("b.mp4")
    kept = {path: path.read_bytes() for path in film.index.files.root.glob(f"*/*/{other}.parquet")}
    proof = film.forget(NAME, jobs=1)
    for path, data in kept.items():
        if path.parent.name == "shots":
            assert path.read_bytes() == data
    said = [(each.what, dict(each.value), each.why) for each in film.index.decisions.all() if each.what != "veils"]
    assert ("persons", {"name": "Ben"}, "") in said
    assert ("face_tracks", {"said": OTHER}, "") in said
    assert ("shots", {"transition": "cut"}, "") in said
    assert len(said) == 3
    assert proof.other_files == ("out/notes.txt",)
    assert any(path.endswith(".html") for path in proof.removed_files)
    assert (film.folder / "out" / "notes.txt").read_text() == "mine"
    assert not any((film.folder / path).exists() for path in proof.removed_files)
    people = film.index.results.read("appearances", PRODUCTION)["person"].to_pylist()
    assert set(people) <= {OTHER}


def test_a_dry_run_says_all_and_does_nothing(film: Production) -> None:
    _plant(film)
    store = film.index.files.root
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    plan = film.forget(NAME, is_dry=True)
    assert {path: path.read_bytes() for path in store.rglob("*") if path.is_file()} == before
    assert (plan.person, plan.names, plan.paths, plan.is_done) == (CANARY, (NAME,), ("a.mp4",), False)
    assert plan.veils >= 1
    assert plan.counts["decisions"] == 3  # the name, the consent, what was said of the track


@pytest.mark.parametrize(
    ("step", "when"),
    [("_veil", "after"), ("_keep_others", "before"), ("_silence", "after"), ("_run_again", "after"),
     ("_looked", "after")],
)  # fmt: skip
def test_a_killed_forgetting_is_finished_by_saying_it_again(
    film: Production, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    _plant(film)
    whole = getattr(Forgetting, step)

    def killed(self: Forgetting, *arguments: Any) -> Any:
        if when == "after":
            whole(self, *arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Forgetting, step, killed)
        with pytest.raises(KeyboardInterrupt):
            film.forget(NAME, jobs=1)
    again = _opened(film.folder)
    if (step, when) == ("_looked", "after"):
        with pytest.raises(UseError, match="nobody"):
            again.forget(NAME, jobs=1)
    else:
        proof = again.forget(NAME, jobs=1)
        assert proof.is_done, proof.found
        assert proof.counts["face_vectors"] == 1
    assert _residue(again.index.files.root) == []
    assert len(again.index.decisions.all("veils")) == len({str(d.key) for d in again.index.decisions.all("veils")})


def test_what_another_program_writes_meanwhile_is_found_and_said(
    film: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = film.index.files.root
    again = film._searched

    def written() -> Any:
        (store / "streams" / "late.bin").write_bytes(b"xx" + vector_of(CANARY).tobytes())
        return again()

    monkeypatch.setattr(film, "_searched", written)
    proof = film.forget(NAME, jobs=1)
    assert not proof.is_done
    assert [(each.file, each.kind) for each in proof.found] == [("streams/late.bin", "vector")]
    (store / "streams" / "late.bin").unlink()
    monkeypatch.undo()
    assert film.forget(NAME, jobs=1).is_done


def test_a_name_that_the_material_says_is_told_and_not_hunted(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my film"
    shutil.copytree(template, folder)
    (folder / "script.fountain").write_text(f"INT. ROOM - NIGHT\n\nRain. {NAME} listens.\n")
    film = _opened(folder)
    film.run(only=["shots", "paragraphs"], jobs=1)
    learnt = film.index.files.root / "learnt" / "ideas.npz"
    learnt.parent.mkdir()
    learnt.write_text(NAME)
    proof = film.forget(NAME, jobs=1)
    assert proof.is_done, proof.found
    assert not learnt.exists()
    assert any(file.startswith("tables/paragraphs/") for file in proof.own_words)
    assert not any(file.startswith("decisions.db") for file in proof.own_words)
    assert film.read("paragraphs").num_rows > 0


def test_somebody_unknown_is_said(film: Production) -> None:
    with pytest.raises(UseError, match=r"nobody called 'Zerbineta Quux'. Did you mean Zerbinetta Quux\?"):
        film.forget("Zerbineta Quux")
    assert film.index.decisions.all("veils") == []


def test_only_what_is_as_it_was_written_is_ours(film: Production, tmp_path: Path) -> None:
    (html,) = film.export("html")
    (tmp_path / "given").mkdir()
    (given,) = film.export("html", out=tmp_path / "given")
    made = Made(film.index.files, film.folder)
    assert made.is_ours(html)
    html.write_text("changed by hand")
    assert not made.is_ours(html)
    proof = film.forget(NAME, jobs=1)
    assert html.relative_to(film.folder).as_posix() in proof.other_files
    assert html.read_text() == "changed by hand"
    assert str(given) in proof.other_files
    assert given.is_file()
