"""Telling props: things on which a story may hang, used before they are seen, or taken and never seen again.

Only things that seldom lie about by chance: weapons, keys, letters, rings. That a cup vanishes says nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from kinoeye.signals.notices import Line, Notice, clauses

# A thing with the words by which it may be called later: who finds one of them again has found the thing.
_THINGS: Mapping[str, str] = {
    "pistol": "pistol gun revolver handgun weapon firearm shot shoots shooting",
    "revolver": "revolver gun pistol weapon shot shoots",
    "gun": "gun pistol revolver rifle shotgun weapon firearm shot shoots",
    "rifle": "rifle gun weapon shot shoots", "shotgun": "shotgun gun weapon shot shoots",
    "knife": "knife knives blade dagger weapon", "dagger": "dagger blade knife weapon",
    "sword": "sword blade weapon", "axe": "axe hatchet weapon", "key": "key keys lock unlocks",
    "letter": "letter letters envelope note page paper", "envelope": "envelope letter note paper",
    "telegram": "telegram wire message", "diary": "diary journal notebook book pages",
    "notebook": "notebook book diary pages", "photograph": "photograph photo picture photographs photos",
    "photo": "photo photograph picture photos", "ring": "ring rings", "necklace": "necklace pendant chain",
    "locket": "locket necklace pendant", "medallion": "medallion pendant", "amulet": "amulet pendant",
    "map": "map maps", "passport": "passport passports papers", "briefcase": "briefcase case bag",
    "suitcase": "suitcase case bag luggage", "bomb": "bomb explosive explosives device explodes",
    "grenade": "grenade explodes", "poison": "poison vial poisons poisoned", "vial": "vial poison bottle",
    "syringe": "syringe needle", "contract": "contract papers document deal", "testament": "testament will",
    "cheque": "cheque check money",
    "枪": "枪 开火", "手枪": "枪 开火", "匕首": "匕首 刀", "菜刀": "刀", "钥匙": "钥匙 锁", "信": "信 纸条",
    "信封": "信", "戒指": "戒指", "照片": "照片 相片", "日记": "日记 本子", "炸弹": "炸弹 爆炸", "护照": "护照 证件",
    "遗嘱": "遗嘱", "地图": "地图", "毒药": "毒药 药", "合同": "合同 协议", "项链": "项链", "纸条": "纸条 字条 信",
}  # fmt: skip
_USES = (
    r"(?:fires|draws|grabs|picks up|aims|raises|points|opens|reads|unlocks|takes|uses|throws|loads|cocks|hands|holds up"
    r"|tears|snatches|lifts)"
)
_TAKES = r"(?:pockets|grabs|picks up|hides|steals|takes|snatches|palms|tucks|slips|stuffs|(?:puts|drops|slides) )"
_USES_HAN = "(?:举起|拿起|端起|打开|拆开|抓起|捡起|扣动|读着|点燃)"
_TAKES_HAN = "(?:揣进|揣起|收起|藏起|藏进|塞进|拿走|偷走|捡起|装进)"


def prop_notices(lines: Sequence[Line]) -> Iterator[Notice]:
    """Yield telling things that come from nowhere or are lost."""
    for thing, words in _THINGS.items():
        called = _pattern(words.split())
        places = [number for number, line in enumerate(lines) if called.search(f"{line.text} {line.who}")]
        if not places or not any(_pattern([thing]).search(lines[each].text) for each in places):
            continue
        yield from _unannounced(lines, places[0], thing)
        yield from _lost(lines, places[-1], thing)


def _unannounced(lines: Sequence[Line], first: int, thing: str) -> Iterator[Notice]:
    """Yield a thing that is used as if it were known and stands nowhere before."""
    if lines[first].kind != "action":
        return
    used = re.compile(
        rf"\b{_USES} (?:up )?(?P<known>the|that) (?:\w+ )?{thing}\b" if thing.isascii()
        else rf"{_USES_HAN}了?(?:那|这)[把封张个枚本颗只份]{thing}",
        re.I,
    )  # fmt: skip
    for clause in clauses(lines[first].text):
        before = lines[first].text.partition(clause)[0]
        if (found := used.search(clause)) and not _pattern([thing]).search(before + clause[: found.start()]):
            yield Notice("prop_unannounced", thing, first, None, "", clause, "", 0.55)


def _lost(lines: Sequence[Line], last: int, thing: str) -> Iterator[Notice]:
    """Yield a thing that somebody takes and that no later line has, though scenes follow in which he or she acts."""
    line = lines[last]
    left = {each.scene for each in lines[last:]} - {line.scene}
    if line.kind != "action" or len(left) < 2:
        return
    taken = re.compile(
        rf"(?P<who>[A-Z][\w'’-]+) (?:\w+ly |then |and )?{_TAKES} ?(?:up )?(?:the|a|an|his|her|that) "
        rf"(?:\w+ ){{0,2}}{thing}\b"
        if thing.isascii()
        else rf"(?P<who>[\u4e00-\u9fff]{{2,4}}?)(?:悄悄|偷偷|赶紧|慢慢)?[把将].{{0,6}}{thing}.{{0,3}}{_TAKES_HAN}"
    )
    for clause in clauses(line.text):
        found = taken.search(clause)
        if found and any(_acts(each, found["who"]) for each in lines[last + 1 :] if each.scene in left):
            yield Notice("prop_lost", thing, last, None, found["who"], clause, "", 0.5)


def _acts(line: Line, who: str) -> bool:
    return (
        who.upper() in line.who.upper().split()
        or (not who.isascii() and who == line.who)
        or (line.kind == "action" and who in line.text)
    )


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    ascii_words = [re.escape(each) for each in words if each.isascii()]
    signs = [re.escape(each) for each in words if not each.isascii()]
    either = ([rf"\b(?:{'|'.join(ascii_words)})\b"] if ascii_words else []) + signs
    return re.compile("|".join(either), re.I)
