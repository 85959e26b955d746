"""Names of files and boards say which take it is."""

import pytest

from kinoeye.signals.slates import Slated, meant, of_board, of_name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Scene 12A Take 3", ("12", "A", "3", "")),
        ("SC012A_T03", ("12", "A", "3", "")),
        ("12A-3", ("12", "A", "3", "")),
        ("12-3_A003C001_2501", ("12", "", "3", "A003")),
        ("S1T2", ("1", "", "2", "")),
        ("A001C003_250101_R1AB", ("", "", "", "A001")),
        ("第3场第二镜第4条", ("3", "2", "4", "")),
        ("十二场2条", ("12", "", "2", "")),
        ("Roof Tone scene 1 take 2", ("1", "", "2", "")),
        ("rush 2024-05-03", ("", "", "", "")),
        ("IMG_0042", ("", "", "", "")),
        ("holiday", ("", "", "", "")),
    ],
)
def test_names_of_files(name, told):
    assert of_name(name) == Slated(*told)


@pytest.mark.parametrize(
    ("scene", "take", "told"),
    [
        ("12A", "3", ("12", "A", "3")),
        ("1", "02", ("1", "", "2")),
        ("A12", "1", ("A12", "", "1")),
        ("三", "二", ("3", "", "2")),
    ],
)
def test_boards(scene, take, told):
    assert of_board(scene, take) == Slated(*told)


def test_a_letter_is_the_scripts_where_the_script_has_it():
    assert meant(of_board("12A", "1"), {"12", "12A"}) == Slated("12A", "", "1")
    assert meant(of_board("12AB", "1"), {"12A"}) == Slated("12A", "B", "1")
    assert meant(of_board("12A", "1"), {"12"}) == Slated("12", "A", "1")
