"""Chinese scripts are read in the forms in which they are written."""

import pytest

from kinoeye.media.documents import read_screenplay, read_text
from kinoeye.media.kinds import recognise
from kinoeye.screenplay import chinese, fountain, fountain_write, plain
from kinoeye.screenplay.elements import Title

SCRIPT = """《屋顶》
编剧：某人

第一场　客厅　日　内
人物：小明、小红、警察甲
△小明坐在窗前，看着雨。
小明（低声，对自己）：她不会来了。
小红：（笑）谁说的？
我来了。
警察甲（画外音）：开门！
字幕：三天以后
△门开了。他说：走吧。
切至：

２、外景 街道 夜
▲雨停了。
小明OS：走。

第十二场
时间：清晨
地点：屋顶
小红：
你看。
"""


def told(text):
    return [(each.kind, each.text, each.number) for each in chinese.read(text).elements]


def test_every_form_is_told():
    assert told(SCRIPT) == [
        ("heading", "客厅 日 内", "1"),
        ("synopsis", "人物：小明、小红、警察甲", ""),
        ("action", "小明坐在窗前，看着雨。", ""),
        ("character", "小明", ""),
        ("parenthetical", "低声，对自己", ""),
        ("dialogue", "她不会来了。", ""),
        ("character", "小红", ""),
        ("parenthetical", "笑", ""),
        ("dialogue", "谁说的？\n我来了。", ""),
        ("character", "警察甲（画外音）", ""),
        ("dialogue", "开门！", ""),
        ("action", "字幕：三天以后", ""),
        ("action", "门开了。他说：走吧。", ""),
        ("transition", "切至：", ""),
        ("heading", "外景 街道 夜", "2"),
        ("action", "雨停了。", ""),
        ("character", "小明（OS）", ""),
        ("dialogue", "走。", ""),
        ("heading", "屋顶 清晨", "12"),
        ("character", "小红", ""),
        ("dialogue", "你看。", ""),
    ]
    script = chinese.read(SCRIPT)
    assert script.titles == (Title("Title", ("屋顶",)), Title("Author", ("某人",)))
    assert [(each.line, each.end_line) for each in script.elements[:3]] == [(4, 5), (5, 6), (6, 7)]
    assert script.remarks == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_any_encoding(tmp_path, encoding, ends):
    path = tmp_path / "script.txt"
    path.write_bytes(SCRIPT.replace("\n", ends).encode(encoding))
    assert recognise(path) == "screenplay"
    script = read_screenplay(path)
    assert script.form == "chinese"
    assert script.without_source() == chinese.read(SCRIPT).without_source()
    assert read_text(path).text == SCRIPT


@pytest.mark.parametrize(
    ("heading", "text", "count"),
    [
        ("第1场 客厅", "客厅", "1"),
        ("场1 内景 客厅 日", "内景 客厅 日", "1"),
        ("场景三：客厅 夜", "客厅 夜", "3"),
        ("1. 内景 客厅 日", "内景 客厅 日", "1"),
        ("3、外景　街道　夜", "外景 街道 夜", "3"),
        ("1-12 医院走廊 夜 内", "医院走廊 夜 内", "1-12"),
        ("第二集 第二十三场 客厅", "客厅", "23"),
        ("12A. 内景 客厅 日", "内景 客厅 日", "12A"),
        ("内景 客厅 日", "内景 客厅 日", ""),
    ],
)
def test_headings(heading, text, count):
    assert told(f"{heading}\n小明：早。\n小红：早。")[0] == ("heading", text, count)


def test_who_is_doubtful_is_action_with_a_remark():
    script = chinese.read("第一场 客厅\n△雨。\n\n他低声说：走吧。\n小明：好。\n")
    assert [each.kind for each in script.elements] == ["heading", "action", "action", "character", "dialogue"]
    assert script.remarks == ("1 lines with a colon read as action: who speaks is not sure",)


@pytest.mark.parametrize(
    "text",
    [
        "标题: 屋顶\n\n内景 厨房 夜\n\n水开了。\n\n小林\n现在不行。\n\n小红\n好。\n",
        "INT. HALL - DAY\n\nANNA\nHello.\n\nBEN: what?\n",
        "小明：你好。\n小红：你好。\n",
        "",
    ],
)
def test_what_is_not_in_these_forms(text):
    assert not chinese.is_script(text)
    assert plain.form(text) == "fountain"


def test_it_can_be_written_as_fountain():
    script = chinese.read(SCRIPT)
    again = fountain.read(fountain_write.write(script))
    assert again.without_source() == script.without_source()
