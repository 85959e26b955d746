"""Presence: who comes, goes, dies or is alone by what the action says, and who speaks all the same.

Only what is said outright counts: a name, and right behind it what he or she does. Whatever may bring somebody back
(any action that has the name, a transition, a voice from elsewhere) ends what is known; pronouns are nobody.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kinoeye.signals.notices import Line, Notice, clauses

_BETWEEN = (
    r"(?:,? (?:then|both|all|also|finally|suddenly|turns? and|gets? up and|stands? up and|rises and|nods? and"
    r"|\w+ly))*,?"
)
_ENDS = (
    r"(?=\s*(?:,|$)|\s+(?:and|through|with|without|into the night|in a|by|from|behind|carrying|holding|followed"
    r"|the room"
    r"|the house|the office|the kitchen|the bar|the building|the apartment|the flat|the store|the shop)\b)"
)
_GOES = (
    rf"(?:(?:exits?|leaves?|departs?|disappears?|vanish(?:es)?|is gone|are gone){_ENDS}"
    r"|(?:goes?|walks?|storms?|hurr(?:y|ies)|runs?|rush(?:es)?|strides?|slips?|sneaks?|drives?|heads?|rides?|scuttles?)"
    rf" (?:out|off|away){_ENDS})"
)
_COMES = (
    rf"(?:(?:enters?|re-enters?|arrives?|appears?){_ENDS}"
    rf"|(?:comes?|walks?|bursts?|rush(?:es)?|runs?|steps?|storms?|hurr(?:y|ies)|strides?) in{_ENDS})"
)
_DIES = (
    r"(?:dies|(?:is|lies|falls|drops|collapses,?) (?:shot )?dead|is (?:killed|executed|murdered|beheaded)"
    r"|breathes (?:his|her|their) last|passes away)"
    r"(?!\s+(?:laugh|tired|set|serious|drunk|asleep|wrong|silent|inside|to\b))"
)
_ALONE = r"(?:(?:is|sits|stands|waits|lies|remains|is left|stays),? (?:all )?alone)(?!\s+with)"
_HAN_BETWEEN = (
    r"(?:[和与、][\u4e00-\u9fff]{1,4})?"
    r"(?:转身|起身|站起来|站起身|头也不回地|匆匆|慢慢|默默|突然|终于|[\u4e00-\u9fff]{1,3}地)*"
)
_HAN_END = r"(?=$|，|,|了|房间|屋子|办公室)"
_GOES_HAN = rf"(?:(?:离开|离去|退下|下场|退场|走开|出走){_HAN_END}|走了(?!\w)|(?:走|跑|冲|退)出去|(?:走|跑)远)"
_COMES_HAN = rf"(?:(?:进来|进门|上场){_HAN_END}|(?:走|跑|冲|闯)进(?:来|屋|门)|推门(?:进来|而入))"
_DIES_HAN = r"(?:死了|死去|断气|断了气|咽了气|咽气|毙命|身亡|气绝|停止了呼吸|被杀|牺牲)"
_ALONE_HAN = r"(?:独自一人|独自|一个人)(?:坐|站|待|等|留|躺)"
_ALIVE = re.compile(
    r"\b(?:wakes?|stirs?|gasps?|breath\w*|reviv\w*|ghost|spirit|alive|rises?|eyes|pulse|moves?|dream\w*)\b|活|醒|鬼|魂|睁",
    re.I,
)
_OTHER_TIME = re.compile(
    r"FLASH ?BACK|DREAM|MEMOR|NIGHTMARE|VISION|FANTASY|EARLIER|AGO\b|PAST|RECORDING|TAPE|VIDEO|MONTAGE|INTERCUT|SCREEN"
    r"|闪回|回忆|梦|录像|从前|年前|交叉",
    re.I,
)
_CROWD = re.compile(
    r"\b(?:everyone|everybody|all|they|voices?|crowd|door opens|others?)\b|大家|众人|声音|他们|门开", re.I
)


@dataclass(frozen=True)
class _State:
    """What the action said last of somebody: where, and its words."""

    line: int
    words: str


class _Names:
    """The names of a screenplay as patterns."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.whose = {**{name.lower(): whose for name, whose in names.items()}}
        calls = sorted(names, key=len, reverse=True)
        words = [re.escape(each) for each in calls if each.isascii()]
        signs = [re.escape(each) for each in calls if not each.isascii()]
        self._word = rf"(?:{'|'.join(words)})" if words else r"(?!)"
        self._sign = rf"(?:{'|'.join(signs)})" if signs else r"(?!)"
        self._any = re.compile(rf"(?<!\w){self._word}(?!\w)|{self._sign}", re.I)

    def doing(self, english: str, chinese: str) -> re.Pattern[str]:
        """Return a pattern of one or several of them who do something."""
        several = rf"(?P<who>{self._word}(?:(?:,? and |, ){self._word})*)"
        signs = rf"(?P<han>{self._sign}(?:[和与、]{self._sign})*)"
        return re.compile(
            rf"(?:^|[,\n] ?|\b(?:as|and|then|while|when) )(?<!\w)(?:The )?{several}{_BETWEEN} {english}"
            rf"|(?:^|[，,、\s]){signs}{_HAN_BETWEEN}{chinese}",
            re.I,
        )  # fmt: skip

    def found(self, pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
        """Yield who does it, and the words that say so."""
        for clause in clauses(text):
            for each in pattern.finditer(clause):
                for name in self._any.finditer(each["who"] or each["han"]):
                    if _is_written_as_name(name[0]):
                        yield self.whose[name[0].lower()], clause

    def mentioned(self, text: str) -> set[str]:
        """Return who is named in a text."""
        return {self.whose[each[0].lower()] for each in self._any.finditer(text)}


def presence_notices(lines: Sequence[Line], names: Mapping[str, str]) -> Iterator[Notice]:
    """Yield who speaks without being there, or after having died.

    Parameters
    ----------
    lines : sequence of Line
    names : mapping of str to str
        Whose name each way of writing it is.
    """
    if not names:
        return
    known = _Names(names)
    goes, comes = known.doing(_GOES, _GOES_HAN), known.doing(_COMES, _COMES_HAN)
    alone, dies = known.doing(_ALONE, _ALONE_HAN), known.doing(_DIES, _DIES_HAN)
    by_scene: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        by_scene.setdefault(line.scene, []).append(number)
    for scene, numbers in by_scene.items():
        if scene and not _OTHER_TIME.search(lines[numbers[0]].text):
            yield from _gone(lines, numbers, known, goes)
            yield from _early(lines, numbers, known, comes, goes)
            yield from _beside(lines, numbers, known, alone)
    yield from _dead(lines, known, dies)


def _gone(lines: Sequence[Line], numbers: Iterable[int], known: _Names, goes: re.Pattern[str]) -> Iterator[Notice]:
    """Yield who speaks after going, where nothing brings him or her back."""
    out: dict[str, _State] = {}
    for number in numbers:
        line = lines[number]
        if line.is_apart or line.text.isupper() or line.kind == "centered":
            out.clear()
        if line.kind == "action":
            mentioned = set(out) if _CROWD.search(line.text) else known.mentioned(line.text)
            for name in mentioned:
                out.pop(name, None)
            last = dict(known.found(goes, line.text))
            out |= {name: _State(number, words) for name, words in last.items() if _is_last(name, words, line, known)}
        elif line.is_present and line.who in out:
            left = out.pop(line.who)
            yield Notice("after_exit", line.who, number, left.line, "", _short(line.text), left.words, 0.75)


def _is_last(name: str, words: str, line: Line, known: _Names) -> bool:
    """Say whether nothing more is told of somebody behind the words, and nobody waits for what comes."""
    behind = line.text.partition(words)[2]
    return name not in known.mentioned(behind) and not _CROWD.search(behind)


def _early(
    lines: Sequence[Line], numbers: Sequence[int], known: _Names, comes: re.Pattern[str], goes: re.Pattern[str]
) -> Iterator[Notice]:
    """Yield who speaks in a scene before coming into it."""
    spoke: dict[str, int] = {}
    seen: set[str] = set()
    for number in numbers:
        line = lines[number]
        if line.is_apart or line.text.isupper() or line.kind == "centered":
            spoke.clear()
        if line.kind == "action":
            seen |= {name for name, _ in known.found(goes, line.text)}
            for name, words in known.found(comes, line.text):
                if name in spoke and name not in seen:
                    first = spoke.pop(name)
                    yield Notice("before_entering", name, first, number, "", _short(lines[first].text), words, 0.75)
            seen |= known.mentioned(line.text)
        elif line.is_present and line.who not in seen:
            spoke.setdefault(line.who, number)


def _beside(lines: Sequence[Line], numbers: Iterable[int], known: _Names, alone: re.Pattern[str]) -> Iterator[Notice]:
    """Yield who speaks beside somebody who is alone."""
    state: tuple[str, _State] | None = None
    for number in numbers:
        line = lines[number]
        if line.kind == "action" or line.is_apart or line.kind == "centered":
            told = list(known.found(alone, line.text)) if line.kind == "action" else []
            is_one = len(told) == 1 and known.mentioned(line.text) == {told[0][0]} and not _CROWD.search(line.text)
            state = (told[0][0], _State(number, told[0][1])) if is_one else None
        elif state and line.is_present and line.who and line.who != state[0]:
            if line.who in set(known.whose.values()):
                yield Notice("without_entering", line.who, number, state[1].line, state[0], _short(line.text),
                             state[1].words, 0.6)  # fmt: skip
            state = None


def _dead(lines: Sequence[Line], known: _Names, dies: re.Pattern[str]) -> Iterator[Notice]:
    """Yield who speaks after having died, where nothing brings him or her back and time runs on."""
    dead: dict[str, _State] = {}
    is_other_time = False
    for number, line in enumerate(lines):
        if line.kind == "heading":
            is_other_time = bool(_OTHER_TIME.search(line.text))
        if _OTHER_TIME.search(line.text) and line.kind in ("action", "centered"):
            is_other_time = True
        if is_other_time:
            continue
        if line.kind == "action":
            if _ALIVE.search(line.text):
                for name in known.mentioned(line.text):
                    dead.pop(name, None)
            dead |= {name: _State(number, words) for name, words in known.found(dies, line.text)}
        elif line.is_present and line.who in dead:
            state = dead.pop(line.who)
            yield Notice("after_death", line.who, number, state.line, "", _short(line.text), state.words, 0.8)


def _is_written_as_name(word: str) -> bool:
    return not word.isascii() or all(part[:1].isupper() or not part[:1].isalpha() for part in word.split())


def _short(text: str) -> str:
    """Return the first words of a text."""
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79].rstrip() + "…"
