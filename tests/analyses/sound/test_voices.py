"""Speakers of several files are one voice where their vectors are near, and what someone said holds."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.sound.speaker_vectors import SPEAKER_VECTORS
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.analyses.sound.voices import VOICES, voices
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

ANN, BOB, CAT = range(3)


def sound(who, take):
    """A vector of a voice: voices lie about 1.4 apart, one's takes 0.4."""
    middle, own = np.random.default_rng(who), np.random.default_rng(100 * who + take)
    vector = middle.normal(size=256) / 16 + own.normal(size=256) * 0.3 / 16
    return (vector / np.linalg.norm(vector)).tolist()


def material(*heard):
    """Tables of (asset, speaker, who, more), ten seconds each."""
    turns, vectors = [], []
    for take, (asset, number, who, *more) in enumerate(heard):
        extra = dict(more[0]) if more else {}
        seconds = extra.pop("seconds", 10.0)
        start = 20 * number * SECOND
        end = start + int(max(seconds, 1) * SECOND)
        turns.append({"asset": asset, "start": start, "end": end, "speaker": number, "score": 1.0} | extra)
        if seconds:
            vectors.append({"asset": asset, "speaker": number, "seconds": seconds, "vector": sound(who, take)})
    return (
        pa.Table.from_pylist(turns, schema=SPEAKERS.stored_schema),
        pa.Table.from_pylist(vectors, schema=SPEAKER_VECTORS.stored_schema),
    )


def known(*given, previous=None, **settings):
    rows = voices(*given, previous if previous is not None else VOICES.empty(), **settings).to_pylist()
    return {(row["asset"], row["speaker"]): row["voice"] for row in rows}


TAKES = (("a", 0, ANN), ("a", 1, BOB), ("b", 0, BOB), ("b", 1, CAT), ("c", 0, ANN))


def test_the_same_voice_has_the_same_id_in_two_takes():
    ids = known(*material(*TAKES))
    assert ids["a", 0] == ids["c", 0] and ids["a", 1] == ids["b", 0]
    assert len(set(ids.values())) == 3 and all(each.startswith("v") for each in ids.values())


def test_two_speakers_of_one_file_are_two_voices_unless_said_to_be_one():
    assert len(set(known(*material(("a", 0, ANN), ("a", 1, ANN))).values())) == 2
    said = (("a", 0, ANN, {"said": "Anna"}), ("a", 1, ANN, {"said": "ANNA "}))
    assert len(set(known(*material(*said)).values())) == 1


def test_what_is_said_of_two_files_joins_and_parts_voices():
    joined = known(*material(("a", 0, ANN, {"said": "Anna"}), ("b", 0, BOB, {"said": "Anna"})))
    assert joined["a", 0] == joined["b", 0]
    parted = known(*material(("a", 0, ANN, {"said_person": "Jane"}), ("b", 0, ANN, {"said_person": "Judy"})))
    assert parted["a", 0] != parted["b", 0]


def test_ids_stay_when_earlier_material_comes():
    before = voices(*material(*TAKES[2:]), VOICES.empty())
    old = known(*material(*TAKES[2:]))
    ids = known(*material(*TAKES), previous=before)
    assert ids["b", 0] == ids["a", 1] == old["b", 0] and ids["c", 0] == ids["a", 0] == old["c", 0]


def test_whoever_says_too_little_founds_no_voice_and_may_join_one():
    rows = (
        ("a", 0, ANN),
        ("b", 0, ANN, {"seconds": 3.0}),
        ("c", 0, CAT, {"seconds": 3.0}),
        ("d", 0, BOB, {"seconds": 0}),
    )
    ids = known(*material(*rows))
    assert ids["a", 0] == ids["b", 0] is not None
    assert ids["c", 0] is None and ids["d", 0] is None


def test_a_higher_nearness_never_gives_more_voices():
    counts = [len(set(known(*material(*TAKES), nearness=each).values())) for each in (0.0, 0.3, 0.8, 1.3, 2.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 5


def test_the_order_of_the_rows_does_not_matter():
    turns, vectors = material(*TAKES)
    turned = turns.take([4, 2, 0, 3, 1]), vectors.take([1, 0, 4, 3, 2])
    assert voices(*turned, VOICES.empty()).equals(voices(turns, vectors, VOICES.empty()))


def test_nothing_in_nothing_out_and_settings_are_checked():
    assert known(*material()) == {}
    for setting, value in (("nearness", -1), ("nearness", 2.1), ("least", 61)):
        with pytest.raises(SettingError, match=f"{setting} must lie"):
            voices(*material(), VOICES.empty(), **{setting: value})
