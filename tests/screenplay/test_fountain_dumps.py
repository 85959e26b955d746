"""Fountain is read as another reader reads it, but where that one leaves the standard.

The dumps join paragraphs of action, keep marks, and take (CONT'D) away; both sides are brought to one form.
"""

import html
import itertools
import re
from pathlib import Path

import pytest

from kinoeye.screenplay import fountain, marks

TOOLS = Path(__file__).parents[3] / "shared" / "data" / "screenplays" / "screenplay_tools"
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not TOOLS.is_dir(), reason="the shared material is not there"),
]

KINDS = {
    "ACTION": "action", "CHARACTER": "character", "DIALOGUE": "dialogue", "PARENTHETICAL": "parenthetical",
    "HEADING": "heading", "TRANSITION": "transition", "LYRIC": "lyric", "SECTION": "section",
    "SYNOPSIS": "synopsis", "PAGEBREAK": "page_break",
}  # fmt: skip
ENTRY = re.compile(rf'^({"|".join(KINDS)}|TITLEENTRY):"', re.M)
FORM = re.compile(r'"(.*)"((?: "\([^"]*\)")?)((?: \([^()]*\))*)(?: tags:\S+)?', re.S)

SAID = "Did you know Brick and Steel are retired?"
PHONE = (
    "His hand is an inch from the receiver when the phone RINGS. Scott pauses for a moment, suspicious for some reason."
    " He looks around. Phone ringing."
)
REST = "Definitely shouldn't. Because of that blank line.]] He looks around. Phone ringing."

# What differs on purpose: what the dump says, what we read, and why.
DIFFERENT = {
    "Character": [
        # A name must have a letter, and 3CPO has three.
        (("action", "3CPO Not work.", ""), [("character", "3CPO", ""), ("dialogue", "Not work.", "")]),
    ],
    "Notes": [
        # An empty line ends speech; the dump goes on over it, because of a note further down.
        (("dialogue", f"{SAID} {PHONE} Testing a note without spaces {REST}", ""),
         [("dialogue", SAID, ""),
          # A note may not hold an empty line without two spaces: it is none. The dump ends it there.
          ("action", f"{PHONE} Testing a note without spaces[[This doesn't have spaces. Shouldn't work. {REST}", "")]),
    ],
    "Parenthetical": [
        # Two directions may follow each other.
        (("dialogue", "(bouncy) Also trying this?", ""),
         [("parenthetical", "bouncy", ""), ("dialogue", "Also trying this?", "")]),
    ],
    "Sections": [
        # A title page has keys of the standard or values; CUT TO: with nothing behind it is a transition.
        (("title", "CUT TO", ""), [("transition", "CUT TO:", "")]),
    ],
}  # fmt: skip
# Tags (#tag) are that reader's own; to the standard they are words.
DUMPS = sorted(
    each.name for each in TOOLS.glob("*.txt") if each.stem not in {"Formatted", "SimpleCallbackParser", "Tags"}
)


def plain(text):
    return " ".join(marks.read(re.sub(r"\[\[\d+\]\]|/\*\d+\*/", "", text))[0].split())


def dumped(text):
    """Return the entries of a dump: kind, words, number or depth or what stands behind a name."""
    text = re.split(r"^(?:/\*0\*/BONEYARD|\[\[0\]\]NOTE)", text, flags=re.M)[0]
    starts = [each.start() for each in ENTRY.finditer(text)]
    for begin, end in itertools.pairwise([*starts, len(text)]):
        name, _, rest = text[begin:end].partition(":")
        if name == "TITLEENTRY":
            key, _, said = rest.strip()[1:-1].partition('":"')
            yield "title", plain(f"{key} {said}"), ""
            continue
        found = FORM.fullmatch(rest.rstrip("\n"))
        extra = found[3].strip(" ()").replace("centered", "").replace("Dual", "^")
        said = found[1] + found[2].replace('"', "") if name == "CHARACTER" else found[1]
        said = re.sub(r'" "', " ", said)
        yield KINDS[name], plain(said), extra


def ours(text):
    script = fountain.read(text)
    for title in script.titles:
        yield "title", plain(" ".join((title.key, *title.lines))), ""
    for each in script.elements:
        if each.kind in ("note", "boneyard"):
            continue
        kind = "action" if each.kind == "centered" else each.kind
        said = re.sub(r"\s*\(CONT['’]D\)", "", each.text) if kind == "character" else each.text
        extra = each.number or (str(each.depth) if each.depth else "") or "^" * each.is_dual
        yield kind, " ".join(said.split()), extra


def joined(entries):
    """Join paragraphs of one kind that follow each other."""
    for kind, group in itertools.groupby(entries, key=lambda each: each[0]):
        held = list(group)
        if kind in ("action", "dialogue"):
            words = " ".join(each[1] for each in held if each[1])
            yield from [(kind, words, "")] if words else []
        else:
            yield from held


def told(name, entries):
    """Put what we read in the place of what differs on purpose."""
    differs = dict(DIFFERENT.get(name, ()))
    for each in entries:
        yield from differs.pop(each, [each])
    assert not differs, f"{name} does not say {differs}"


@pytest.mark.parametrize("name", DUMPS)
def test_the_dump_says_the_same(name):
    source = re.sub(r"-(?:Unm|M)erged", "", name.removesuffix(".txt"))
    text = (TOOLS / f"{source}.fountain").read_text("utf-8")
    expected = joined(told(source, joined(dumped((TOOLS / name).read_text("utf-8")))))
    assert list(joined(ours(text))) == list(expected)


def test_marks_are_read_as_there():
    read = []
    for each in fountain.read((TOOLS / "Formatted.fountain").read_text("utf-8")).elements:
        looks = [frozenset[str]()] * len(each.text)
        for run in each.runs:
            looks[run.start : run.end] = [frozenset(run.styles)] * (run.end - run.start)
        read += [pair for pair in zip(each.text, looks, strict=True) if pair[0] != "\n"]
    expected = (TOOLS / "Formatted.txt").read_text("utf-8")
    # The standard lets marks nest: these words are in italics within underlined ones.
    expected = expected.replace("the *Leupold Mark 4* scope", "the <i>Leupold Mark 4</i> scope")
    assert read == list(shown(expected))


def shown(page):
    """Go through the characters of a page, each with its styles."""
    names, held = {"b": "bold", "i": "italic", "u": "underline"}, set()
    for part in re.split(r"(</?[biu]>)", page):
        if re.fullmatch(r"</?[biu]>", part):
            (held.discard if part[1] == "/" else held.add)(names[part[-2]])
        else:
            yield from ((each, frozenset(held)) for each in html.unescape(part) if each != "\n")
