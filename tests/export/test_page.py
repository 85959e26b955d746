"""Page: the head of a report stands once, and nothing empty stands under it."""

import re

import pytest

from kinoeye.export.page import document

_SECTION = '<section class="list"><h2>One</h2></section><section class="list"><h2>Two</h2></section>'


@pytest.mark.parametrize(("contents", "is_bare"), [("", True), ("<nav><ol></ol></nav>", False)])
def test_the_first_section_has_a_rule_only_where_contents_stand_before_it(contents: str, is_bare: bool) -> None:
    page = document("A film", "en", brand="Notes", totals="", contents=contents, sections=_SECTION).decode()
    inside = page.split('<main id="content">')[1].lstrip()
    assert inside.startswith('<section class="list">') == is_bare
    style = page.split("<style>")[1].split("</style>")[0]
    ruled = style.index(".list { border-top: 1px")
    (bare,) = re.finditer(r"main > \.list:first-child \{ border-top: 0; padding-top: 0; \}", style)
    assert bare.start() > ruled
