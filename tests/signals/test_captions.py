"""Captions: kinds and fields from words and places alone."""

import pytest

from kinoeye.signals.captions import Caption, classified, figures, is_counter, slate, timecode


def line(text: str, x: float = 0.3, y: float = 0.8, w: float = 0.4, h: float = 0.05, **more: object) -> Caption:
    return Caption(text, (x, y, w, h), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("01:00:08:12", "01:00:08:12"),
        ("TCR 10:59:59;28", "10:59:59;28"),
        ("01.00.08.12", "01:00:08:12"),
        ("01: 00:08:12", "01:00:08:12"),
        ("23:59:59:119", "23:59:59:119"),
        ("01:75:08:12", None),
        ("12:30", None),
        ("1024 x 768", None),
        ("101:00:08:12", None),
    ],
)
def test_a_time_code_is_told_by_its_form(text: str, code: str | None) -> None:
    assert timecode(text) == code


def test_counters_have_one_form() -> None:
    assert figures("0.000") == figures("105.000") == figures("16. 000")
    assert figures("TAKE 3") != figures("TAKE C")
    assert is_counter("00:05")
    assert not is_counter("Apollo 13")


BESIDE = [
    line("SCENE", 0.1, 0.2, 0.1),
    line("12", 0.25, 0.2, 0.05),
    line("TAKE", 0.5, 0.2, 0.1),
    line("3", 0.65, 0.2, 0.03),
]
BELOW = [
    line("ROLL", 0.1, 0.1, 0.1),
    line("A001", 0.1, 0.2, 0.1),
    line("TAKE", 0.6, 0.1, 0.1),
    line("7", 0.62, 0.2, 0.03),
]


@pytest.mark.parametrize(
    ("lines", "scene", "take"),
    [
        ([line("SCENE 12A"), line("TAKE 3")], "12A", "3"),
        ([line("Scene: 12 A"), line("Take: 3")], "12 A", "3"),
        ([line("SCENE 7 TAKE 2")], "7", "2"),
        (BESIDE, "12", "3"),
        (BELOW, None, "7"),
        ([line("第12场"), line("3次")], "12", "3"),
        ([line("场次：12"), line("镜号：5"), line("条数：3")], "12", "3"),
        ([line("SC. 45-B"), line("TK 11"), line("DIRECTOR: ANNA KLEIN")], "45-B", "11"),
        ([line("PROD. NIGHT TRAIN"), line("SCENE"), line("TAKE 4")], None, "4"),
    ],
)
def test_a_slate_says_scene_and_take(lines: list[Caption], scene: str | None, take: str | None) -> None:
    told = classified(lines)
    assert {caption.kind for caption in told} == {"slate"}
    assert told[0].field("take") == take
    assert told[0].field("scene") == scene


@pytest.mark.parametrize(
    "lines",
    [
        [line("The scene of the crime"), line("is not far")],
        [line("Take it easy"), line("and roll on")],
        [line("Directed by"), line("Anna Klein")],
        [line("SCENE 12")],
        [line("Take 5 and relax"), line("Scene of a murder")],
    ],
)
def test_words_of_a_slate_alone_make_none(lines: list[Caption]) -> None:
    assert slate(lines) is None


def test_a_time_code_on_a_slate_stays_one() -> None:
    told = classified([line("SCENE 1"), line("TAKE 2"), line("01:00:00:00")])
    assert [caption.kind for caption in told] == ["slate", "slate", "timecode"]
    assert told[2].field("timecode") == "01:00:00:00"


@pytest.mark.parametrize(
    ("caption", "kind"),
    [
        (line("We must leave tonight."), "subtitle"),
        (line("我们今晚必须离开"), "subtitle"),
        (line("KINOEYE", y=0.4, h=0.15), "title"),
        (line("Directed by Anna Klein", y=0.4), "credit"),
        (line("导演：张三", y=0.4), "credit"),
        (line("BAKERY", x=0.1, w=0.1, y=0.3, is_moving=True), "sign"),
        (line("BAKERY", x=0.1, w=0.1, y=0.3, is_tilted=True), "sign"),
        (line("STYLISED", y=0.4, h=0.1, score=0.7), "sign"),
        (line("CH 4", x=0.02, w=0.1, y=0.05), "other"),
        (line("150.000"), "other"),
    ],
)
def test_a_line_is_told_by_its_words_and_place(caption: Caption, kind: str) -> None:
    assert classified([caption])[0].kind == kind


def test_a_crowd_of_lines_is_a_roll_of_credits() -> None:
    told = classified([line(f"Name Of Number {number}", y=0.1 + 0.1 * number) for number in range(7)])
    assert {caption.kind for caption in told} == {"credit"}


def test_a_subtitle_under_credits_stays_one() -> None:
    told = classified([line("Directed by", y=0.1), line("Anna Klein", y=0.17), line("Where are you?", y=0.85)])
    assert [caption.kind for caption in told] == ["credit", "credit", "subtitle"]
