"""Speeches stand in paragraphs."""

from kinoeye.signals.parts import Spoken, spoken_parts


def test_a_speech_stands_in_the_paragraph_that_begins_before_it():
    paragraphs = [{"asset": "a", "paragraph": n, "first_line": line} for n, line in enumerate((1, 5, 9))]
    parts = [
        {"asset": "a", "kind": kind, "who": "ANNA", "text": text, "first_line": line}
        for kind, text, line in (("heading", "INT.", 1), ("dialogue", "One.", 5), ("dialogue", "Two.", 7),
                                 ("dialogue", "", 8), ("dialogue", "Three.", 12), ("dialogue", "Nowhere.", 0))
    ]  # fmt: skip
    assert spoken_parts(parts, paragraphs) == {
        "a": [
            Spoken("ANNA", "One.", 1),
            Spoken("ANNA", "Two.", 1),
            Spoken("ANNA", "Three.", 2),
            Spoken("ANNA", "Nowhere.", 0),
        ]
    }
    assert spoken_parts(parts, []) == {}
