"""Paper is counted as the trade prints it."""

import pytest

from kinoeye.screenplay import fountain
from kinoeye.screenplay.elements import Element, Screenplay
from kinoeye.screenplay.layout import LINES_A_PAGE, pages
from kinoeye.screenplay.pages import eighths, printed


def lines(*elements):
    return sum(each.lines for each in printed(elements))


def test_what_is_not_printed_takes_no_paper():
    assert lines(Element("note", "x"), Element("synopsis", "y"), Element("section", "z"), Element("boneyard", "b")) == 0


def test_speech_is_narrower_than_action():
    words = "word " * 24
    assert lines(Element("action", words.strip())) == 3  # an empty line, and two of 60
    assert lines(Element("dialogue", words.strip())) == 4
    assert lines(Element("action", "长" * 30)) == 2
    assert lines(Element("action", "长" * 31)) == 3


def test_two_who_speak_at_once_stand_beside_each_other():
    one = fountain.read("A\nOne.\n\nB\nTwo.").elements
    both = fountain.read("A\nOne.\n\nB ^\nTwo.").elements
    assert lines(*both) == lines(*one[:2])
    longer = fountain.read("A\nOne.\n\nB ^\n" + "Two words. " * 12).elements
    assert lines(*longer) > lines(*both)


def test_pages_are_counted():
    action = Element("action", "One line.")
    pages = [each.page for each in printed([action] * 60)]
    assert pages[0] == 1
    assert pages[LINES_A_PAGE // 2 - 1 : LINES_A_PAGE // 2 + 1] == [1, 2]
    assert [each.page for each in printed([action, Element("page_break", ""), action])] == [1, 2, 2]


def test_pages_are_those_on_which_it_is_printed():
    heading, action = Element("heading", "INT. HALL - DAY"), Element("action", "word " * 90)
    speech = [Element("character", "ANNA"), Element("dialogue", "Some words that go on. " * 30)]
    elements = [each for _ in range(12) for each in (heading, action, *speech, Element("note", "n"))]
    begun = {}
    for page in pages(Screenplay((), tuple(elements))):
        for line in page.lines:
            begun.setdefault(line.element, page.number)
    told = list(printed(elements))
    assert all(told[number].page == page for number, page in begun.items() if number >= 0)
    assert all(each.lines == 0 for each, element in zip(told, elements, strict=True) if element.kind == "note")
    assert [each.page for each in told] == sorted(each.page for each in told)
    # A heading never ends a page: with what follows it goes on overleaf.
    filled = [Element("action", "\n".join("x" * (LINES_A_PAGE - 3))), heading, Element("action", "Go.")]
    assert [each.page for each in printed(filled)] == [1, 2, 2]


@pytest.mark.parametrize(("given", "told"), [(1, 1), (27, 4), (54, 8), (55, 8), (61, 9)])
def test_eighths(given, told):
    assert eighths(given) == told
