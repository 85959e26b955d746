"""A forgotten person's voice goes too: vectors, ids, sound and words said of it; nobody else's."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from kinoeye.analyses.people.appearances import APPEARANCES
from kinoeye.analyses.people.persons import PERSONS
from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES
from kinoeye.analyses.sound.speaker_vectors import SPEAKER_VECTORS
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.analyses.sound.voices import VOICES
from kinoeye.production import Production
from kinoeye.run import forget
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

WHO, NAME, VOICE = "p0c0ffee1", "Zerbinetta Quux", "v0c0ffee1"
OTHER, OTHERS = "p0decade2", "v0decade2"
TURNS = ((0, 0, 2), (1, 2, 4), (0, 4, 6))  # speaker, from, to: seconds


def vector(number: int) -> list[float]:
    return np.random.default_rng(number).normal(size=256).astype(np.float32).tolist()


def hiss(seed: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.random.default_rng(seed).normal(0, 3000, 6 * 16_000).astype(np.int16)


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Production:
    """Two sounds, the same two speakers in both; only in the first somebody named them."""
    monkeypatch.setattr(
        forget, "ready", lambda analyses, *_: ([each for each in analyses if each.name == "levels"], {})
    )
    folder = tmp_path / "my film"
    folder.mkdir()
    for number in range(2):
        with wave.open(str(folder / f"{number}.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(hiss(number).tobytes())
    production = Production(folder)
    production.run(only=["levels"], jobs=1)
    index = production.index
    for number in range(2):
        asset = production.asset(f"{number}.wav")
        turns = [{"speaker": who, "start": a * SECOND, "end": b * SECOND, "score": 1.0} for who, a, b in TURNS]
        index.results.write(SPEAKERS, asset, SPEAKERS.from_rows(turns), Provenance(""))
        vectors = [{"speaker": who, "seconds": 4.0, "vector": vector(10 * number + who)} for who in (0, 1)]
        index.results.write(SPEAKER_VECTORS, asset, SPEAKER_VECTORS.from_rows(vectors), Provenance(""))
        index.sound(asset)
    assets = [production.asset(f"{number}.wav") for number in range(2)]
    rows = [
        {"asset": a, "speaker": s, "voice": v, "start": 0, "score": 0.9}
        for a in assets for s, v in ((0, VOICE), (1, OTHERS))
    ]  # fmt: skip
    names = [{"asset": assets[0], "speaker": 0, "voice": VOICE, "person": WHO, "person_name": NAME}]
    people = [{"person": who, "appearances": 0, "first_asset": assets[0]} for who in (WHO, OTHER)]
    for table, given in ((VOICES, rows), (SPEAKER_NAMES, names), (PERSONS, people), (APPEARANCES, [])):
        index.results.write(table, PRODUCTION, table.from_rows(given), Provenance(""))
    production.decide("persons", {"person": WHO}, {"name": NAME})
    production.decide("speakers", {"asset": assets[0], "at": SECOND}, {"said": "QUEEN", "said_person": NAME})
    production.decide("speakers", {"asset": assets[1], "at": 5 * SECOND}, {"said": "THE QUEEN"})
    production.decide("speakers", {"asset": assets[1], "at": 3 * SECOND}, {"said": "KING"})
    return production


def residue(store: Path) -> list[tuple[str, bytes]]:
    """Look for the voice by other means than the code does."""
    canaries = [VOICE.encode(), WHO.encode(), NAME.encode(), b"QUEEN"]
    canaries += [np.array(vector(10 * n), np.float32).tobytes()[200:260] for n in range(2)]
    canaries += [hiss(n)[second * 16_000 : second * 16_000 + 20].tobytes() for n in range(2) for second in (1, 5)]
    found = []
    for path in store.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".parquet":
                data += b"".join(
                    bytes(buffer) for column in pq.read_table(path).columns for chunk in column.chunks
                    for buffer in chunk.buffers() if buffer is not None
                )  # fmt: skip
            found += [(path.name, each) for each in canaries if each in data]
    return found


def test_no_byte_of_the_voice_stays_in_any_file_where_it_was_heard(film: Production) -> None:
    assert len({canary for _, canary in residue(film.index.files.root)}) == 10
    dry = film.forget(NAME, is_dry=True)
    assert dry.counts["speaker_vectors"] == 2 and dry.counts["turns of speech"] == dry.mutes == 4
    assert len(residue(film.index.files.root)) >= 10
    proof = film.forget(NAME)
    assert proof.is_done and proof.found == ()
    assert set(proof.paths) == {"0.wav", "1.wav"}
    assert residue(film.index.files.root) == []


def test_the_voice_is_silent_in_this_and_every_later_run_and_the_others_is_not(film: Production) -> None:
    film.forget(NAME)
    again = Production(film.folder)
    for _ in range(2):
        again.run(only=["levels"], jobs=1)
        for number in range(2):
            samples = np.array(again.index.sound(again.asset(f"{number}.wav")).samples)
            assert not samples[: 2 * 16_000].any() and not samples[4 * 16_000 :].any()
            assert np.array_equal(samples[33_000:63_000], hiss(number)[33_000:63_000])
        assert residue(again.index.files.root) == []
        for name in ("levels", "speakers"):
            for asset in again.index.results.assets(name):
                again.index.results.remove(name, asset)


def test_others_keep_their_voices_and_what_was_said_of_them(film: Production) -> None:
    film.forget(NAME)
    kept = film.index.results.read("voices", PRODUCTION).to_pylist()
    assert {row["voice"] for row in kept} == {OTHERS} and len(kept) == 2
    said = [dict(each.value) for each in film.index.decisions.all("speakers")]
    assert said == [{"said": "KING"}]


def test_a_voice_that_stays_is_found_by_the_look(film: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    real = film.index.files.remove
    monkeypatch.setattr(
        type(film.index.files), "remove", lambda self, name: None if name.endswith("mono_16k") else real(name)
    )
    monkeypatch.setattr(forget.local, "run", lambda *_, **__: forget.Summary(2, (), 0, (), 0.0, {}))
    proof = film.forget(NAME)
    assert not proof.is_done
    assert {each.kind for each in proof.found} == {"sound"}


def test_a_person_who_is_not_heard_takes_no_voice_along(film: Production) -> None:
    proof = film.forget(OTHER)
    assert proof.is_done and proof.mutes == 0
    assert film.index.results.read("voices", PRODUCTION).num_rows == 4
