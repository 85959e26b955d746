"""The network of characters is drawn as SVG that can be read."""

import xml.etree.ElementTree as ET

from kinoeye.export.network import MOST_CHARACTERS, network


def _row(one, other, exchanges):
    return {"one": one, "other": other, "exchanges": exchanges, "scenes": 1}


def test_each_character_once_and_who_talks_most_by_the_thickest_line():
    drawn = ET.fromstring(network([_row("A<", "B", 9), _row("B", "C", 1)], {"A<": 50, "B": 10, "C": 1}))
    names = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(names) == ["A<", "B", "C"]
    widths = [float(each.get("stroke-width")) for each in drawn.iter("{http://www.w3.org/2000/svg}line")]
    assert widths[0] > widths[1]
    sizes = [float(each.get("r")) for each in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert sizes == sorted(sizes, reverse=True)


def test_of_many_those_who_say_most_are_drawn():
    rows = [_row("A", f"B{number}", 1) for number in range(40)]
    drawn = network(rows, {"A": 100} | {f"B{number}": number for number in range(40)})
    assert drawn.count("<circle") == MOST_CHARACTERS
    assert ">B39<" in drawn
    assert ">B0<" not in drawn


def test_nobody_nothing():
    assert network([], {}) == ""
