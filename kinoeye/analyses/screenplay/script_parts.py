"""Script parts: a screenplay, element by element, laid out on paper.

A character's line is one row: the name, what stands in parentheses, and what is said under it.
"""

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.screenplay.elements import Element, Screenplay, blocks, cue
from kinoeye.screenplay.pages import printed
from kinoeye.tables import Table, Typed

_LINES = Typed(pa.int32(), "lines from 1")

SCRIPT_PARTS = Table(
    "script_parts",
    "One row a part of a screenplay, in its order; a character's speech is one.",
    (
        ("part", pa.int32(), "its number, from 0"),
        ("kind", pa.string(),
         "heading, action, dialogue, transition, centered, section, synopsis, note, boneyard or page_break"),
        ("text", pa.string(), "what it says, without marks; of dialogue without what stands in parentheses"),
        ("who", pa.string(), "who speaks, as written; empty where nobody does"),
        ("extensions", pa.list_(pa.string()), "what stands behind the name: V.O., O.S., CONT'D"),
        ("parentheticals", pa.list_(pa.string()), "how it is said, as written"),
        ("is_dual", pa.bool_(), "whether it is spoken beside the speech before"),
        ("number", pa.string(), "of a scene, as printed; empty where it has none"),
        ("scene", pa.int32(), "which scene it belongs to, from 1; 0 before the first heading"),
        ("depth", pa.int32(), "of a section, from 1; else 0"),
        ("revision", pa.string(), "in which it was changed; empty where it was not"),
        ("notes", pa.list_(pa.string()), "remarks within it"),
        ("page", pa.int32(), "on which it is printed, from 1: the source's own, or as laid out anew where it has none"),
        ("printed", pa.int32(), "printed lines that it takes, with the empty ones above it"),
        ("eighths", Typed(pa.int32(), "eighths of a page"), "of a scene, as its source says; 0 where it does not"),
        ("first_line", _LINES, "its first line in the text; 0 where it is not known"),
        ("end_line", _LINES, "one past its last line; 0 where it is not known"),
    ),
)  # fmt: skip


@analysis(SCRIPT_PARTS, version=3)
def script_parts(screenplay: Screenplay) -> pa.Table:
    """Part a screenplay into its elements.

    Parameters
    ----------
    screenplay : title page and elements
    """
    papers = iter(printed(screenplay.elements))
    rows = []
    scene = shift = 0
    for number, (each, under) in enumerate(blocks(screenplay)):
        paper = [next(papers) for _ in range(1 + len(under))]
        shift = each.page - paper[0].page if each.page else shift  # pages of a source that numbers some elements only
        scene += each.kind == "heading"
        rows.append(
            _said(each, under) | {
                "part": number, "scene": scene, "number": each.number, "depth": each.depth, "is_dual": each.is_dual,
                "revision": next((one.revision for one in (each, *under) if one.revision), ""),
                "notes": [note.text for one in (each, *under) for note in one.notes],
                "page": max(1, paper[0].page + shift), "printed": sum(one.lines for one in paper),
                "eighths": each.eighths,
                "first_line": each.line, "end_line": (under or (each,))[-1].end_line,
            }
        )  # fmt: skip
    return SCRIPT_PARTS.from_rows(rows)


def _said(each: Element, under: tuple[Element, ...]) -> dict[str, object]:
    """Return what an element says, and who says it."""
    if each.kind != "character":
        kind = "dialogue" if each.kind in ("lyric", "parenthetical") else each.kind
        return {"kind": kind, "text": each.text, "who": "", "extensions": [], "parentheticals": []}
    told = cue(each.text)
    return {
        "kind": "dialogue",
        "text": "\n".join(one.text for one in under if one.kind != "parenthetical"),
        "who": told.name,
        "extensions": list(told.extensions),
        "parentheticals": [one.text for one in under if one.kind == "parenthetical"],
    }
