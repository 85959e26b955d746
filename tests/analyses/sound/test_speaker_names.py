"""Speakers are named by what they say, by lips, by titles and by people; unknown stays unknown."""

import pyarrow as pa
import pytest

from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.people.appearances import APPEARANCES
from kinoeye.analyses.people.persons import PERSONS
from kinoeye.analyses.screenplay.paragraphs import PARAGRAPHS
from kinoeye.analyses.screenplay.script_parts import SCRIPT_PARTS, script_parts
from kinoeye.analyses.sound.lips import LIPS
from kinoeye.analyses.sound.speaker_names import speaker_names
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.analyses.sound.voices import VOICES
from kinoeye.analyses.sound.words import WORDS
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.screenplay import fountain
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

ASSETS_ = ASSETS.from_rows([
    {"asset": "film", "kind": "video"}, {"asset": "film2", "kind": "video"}, {"asset": "script", "kind": "screenplay"},
    {"asset": "notes", "kind": "text"},
])  # fmt: skip
SCRIPT = (
    "INT. ROOM - DAY\nA lamp.",
    "ANNA\n(softly)\nThe rain has been falling on this window all night",
    "BEN (V.O.)\nNobody leaves the house before the morning comes",
    "ANNA (CONT'D)\nThere is a letter for you on the table",
    "EVE\nYes",
)


def stored(table, asset, rows):
    return with_asset(table.from_rows(rows), asset)


def texts_of(asset, *texts):
    rows = [{"paragraph": n, "first_line": n, "end_line": n + 1, "text": text} for n, text in enumerate(texts)]
    return stored(PARAGRAPHS, asset, rows)


def turns(*who, asset="film", **more):
    """Turns of five seconds, one after the other."""
    rows = [
        {"start": 5 * n * SECOND, "end": 5 * (n + 1) * SECOND, "speaker": w, "score": 1.0} for n, w in enumerate(who)
    ]
    return stored(SPEAKERS, asset, [row | {k: v[n] for k, v in more.items()} for n, row in enumerate(rows)])


def words(*said, asset="film", source="script", paragraphs=None):
    """A text for each turn, ten words a turn at most."""
    rows = []
    for number, text in enumerate(said):
        for place, word in enumerate(text.lower().split()):
            start = 5 * number * SECOND + place * SECOND // 2
            rows.append({"start": start, "end": start + SECOND // 2, "text": word, "road": "script", "source": source,
                         "paragraph": paragraphs[number] if paragraphs else None, "is_in_text": True, "score": 1.0,
                         "written": word, "language": "en", "stretch": number})  # fmt: skip
    return stored(WORDS, asset, rows)


def told(*given, **more):
    """Return the rows by speaker; a screenplay among the paragraphs has its parts."""
    if len(given) > 3 and given[3] is not None:
        rows = [row for row in given[3].to_pylist() if row["asset"] == "script"]
        parts = [(row, part) for row in rows for part in script_parts(fountain.read(row["text"])).to_pylist()]
        more["script_parts"] = stored(
            SCRIPT_PARTS, "script", [p | {"first_line": row["first_line"]} for row, p in parts]
        )
    return {(row["asset"], row["speaker"]): row for row in speaker_names(*given, **more).to_pylist()}


SAID = (
    "the rain has been falling on this window", "nobody leaves the house before the morning",
    "there is a letter for you on", "nobody leaves the house before the morning comes",
)  # fmt: skip


def test_whoever_says_a_characters_lines_is_the_character():
    rows = told(turns(4, 7, 4, 7), ASSETS_, words(*SAID), texts_of("script", *SCRIPT))
    assert [rows["film", each]["character"] for each in (4, 7)] == ["ANNA", "BEN"]
    assert all(rows["film", each]["character_score"] > 0.8 for each in (4, 7))
    assert rows["film", 4]["evidence"] == [
        {"of": "character", "kind": "screenplay", "name": "ANNA", "lines": 2, "seconds": 7.5, "is_for": True}
    ]
    assert rows["film", 4]["person"] is rows["film", 4]["person_name"] is None


def test_what_speaks_against_a_name_is_told_and_makes_it_less_sure():
    clear = told(turns(0, 0), ASSETS_, words(SAID[0], SAID[2]), texts_of("script", *SCRIPT))["film", 0]
    mixed = told(turns(0, 0, 0), ASSETS_, words(SAID[0], SAID[2], SAID[1]), texts_of("script", *SCRIPT))["film", 0]
    assert clear["character"] == mixed["character"] == "ANNA"
    assert mixed["character_score"] < clear["character_score"]
    assert [(each["name"], each["is_for"]) for each in mixed["evidence"]] == [("ANNA", True), ("BEN", False)]


def test_one_word_or_an_even_split_names_nobody():
    row = told(turns(0), ASSETS_, words("yes"), texts_of("script", *SCRIPT))["film", 0]
    assert row["character"] is None and row["character_score"] is None
    assert [each["name"] for each in row["evidence"]] == ["EVE"]
    assert told(turns(0, 0), ASSETS_, words(*SAID[:2]), texts_of("script", *SCRIPT))["film", 0]["character"] is None


def test_a_transcript_names_the_speaker_of_each_paragraph():
    said = words("we said so", "so what then", source="notes", paragraphs=[0, 1])
    rows = told(turns(0, 1), ASSETS_, said, texts_of("notes", "Anna: We said so.", "[BEN]: So what then?"))
    assert [rows["film", each]["character"] for each in (0, 1)] == ["Anna", "BEN"]


def people(*names):
    rows = [{"person": f"p{n}", "name": name} for n, name in enumerate(names)]
    shown = [{"asset": "film", "track": n, "person": f"p{n}"} for n in range(len(names))]
    return {"persons": PERSONS.from_rows(rows), "appearances": APPEARANCES.from_rows(shown)}


def moving(*evidence):
    """For each turn the evidence of each track."""
    rows = [
        {"track": track, "speaker": 0, "start": 5 * turn * SECOND, "end": 5 * (turn + 1) * SECOND, "evidence": odds}
        for turn, each in enumerate(evidence) for track, odds in enumerate(each)
    ]  # fmt: skip
    return stored(LIPS, "film", rows)


def test_whose_lips_move_is_the_person_and_no_character():
    row = told(turns(0, 0), ASSETS_, lips=moving((1.5, -1.0), (1.0, 0.2)), **people("Jane", "Jim"))["film", 0]
    assert (row["person"], row["person_name"], row["character"]) == ("p0", "Jane", None)
    assert row["person_score"] > 0.8
    unnamed = told(turns(0, 0), ASSETS_, lips=moving((1.5, -1.0), (1.0, 0.2)), **people(None, None))["film", 0]
    assert (unnamed["person"], unnamed["person_name"]) == ("p0", None)


def test_lips_that_stand_still_name_nobody():
    row = told(turns(0, 0), ASSETS_, lips=moving((-1.5, -1.0), (-0.3, -0.2)), **people("Jane", "Jim"))["film", 0]
    assert row["person"] is row["person_score"] is None
    assert {each["name"] for each in row["evidence"]} == {"Jane", "Jim"}


def title(text, start, end, **more):
    row = {
        "start": int(start * SECOND),
        "end": int(end * SECOND),
        "text": text,
        "score": 0.9,
        "kind": "title",
        "y": 0.8,
    }
    return stored(TEXTS, "film", [row | more])


def test_a_lower_third_names_who_talks_alone_while_it_stands():
    row = told(turns(0, 1), ASSETS_, texts=title("Maria Silva", 1, 4))
    assert row["film", 0]["person_name"] == "Maria Silva" and row["film", 0]["person"] is None
    assert row["film", 1]["person_name"] is None
    known = told(turns(0), ASSETS_, texts=title("JANE DOE", 1, 4), **people("Jane Doe"))["film", 0]
    assert (known["person"], known["person_name"]) == ("p0", "Jane Doe")


@pytest.mark.parametrize(
    "shown",
    [title("Maria Silva", 3, 7), title("Maria Silva", 1, 4, y=0.1), title("in the kitchen", 1, 4),
     title("Maria Silva", 1, 4, kind="subtitle"), title("Maria Silva", 1, 4, kind="credit"),
     title("Water Street", 1, 4), title("THREE YEARS LATER", 1, 4), title("Maria Silva", 0, 4, score=0.2),
     title("Maria Silva", 50, 54)],
)  # fmt: skip
def test_what_is_no_lower_third_of_one_speaker_names_nobody(shown):
    assert all(row["person_name"] is None for row in told(turns(0, 1), ASSETS_, texts=shown).values())


def test_what_someone_said_wins_over_all_evidence():
    said = turns(0, 0, 0, said=["Eve", None, None], said_person=["Jim", None, None])
    row = told(said, ASSETS_, words(SAID[0], SAID[2], SAID[0]), texts_of("script", *SCRIPT),
               lips=moving((3.0, -1.0), (3.0, -1.0)), **people("Jane", "Jim"))["film", 0]  # fmt: skip
    assert (row["character"], row["character_score"]) == ("Eve", 1.0)
    assert (row["person"], row["person_name"], row["person_score"]) == ("p1", "Jim", 1.0)


def test_one_voice_is_named_in_every_file_and_without_voices_only_where_it_speaks_the_lines():
    both = pa.concat_tables([turns(0, 1, 0, 1), turns(0, asset="film2")])
    given = (both, ASSETS_, words(*SAID), texts_of("script", *SCRIPT))
    rows = [("film", 0, "va"), ("film", 1, "vb"), ("film2", 0, "va")]
    voices = VOICES.from_rows({"asset": a, "speaker": s, "voice": v} for a, s, v in rows)
    assert told(*given, voices)["film2", 0]["character"] == "ANNA"
    assert told(*given)["film2", 0]["character"] is None


def test_a_speakers_own_lines_hold_against_a_voice_that_was_taken_for_another():
    both = pa.concat_tables([turns(0, 0), turns(0, 0, 0, 0, asset="film2"), turns(0, 0, asset="film3")])
    said = pa.concat_tables([
        words(SAID[0], SAID[2]), words(*[SAID[1]] * 4, asset="film2"), words(SAID[0], SAID[1], asset="film3"),
    ])  # fmt: skip
    voices = VOICES.from_rows({"asset": a, "speaker": 0, "voice": "va"} for a in ("film", "film2", "film3"))
    rows = told(both, ASSETS_, said, texts_of("script", *SCRIPT), voices)
    assert [rows[each, 0]["character"] for each in ("film", "film2", "film3")] == ["ANNA", "BEN", "BEN"]
    assert [each["kind"] for each in rows["film", 0]["evidence"]] == ["screenplay"]
    kinds = {(each["kind"], each["name"], each["is_for"]) for each in rows["film3", 0]["evidence"]}
    assert kinds == {("voice", "BEN", True), ("screenplay", "BEN", True), ("screenplay", "ANNA", False)}


def test_what_was_said_of_a_voice_goes_with_it():
    both = pa.concat_tables([turns(0, said=["Eve"]), turns(0, asset="film2")])
    voices = VOICES.from_rows({"asset": a, "speaker": 0, "voice": "va"} for a in ("film", "film2"))
    row = told(both, ASSETS_, voices=voices)["film2", 0]
    assert row["character"] == "Eve" and 0.9 < row["character_score"] < 1


def test_nothing_in_nothing_out_and_settings_are_checked():
    assert told(turns(), ASSETS_) == {}
    assert told(turns(0), ASSETS_)["film", 0]["evidence"] == []
    with pytest.raises(SettingError, match="least must lie"):
        speaker_names(turns(), ASSETS_, least=1.5)
