"""Chinese scripts: plain text as Chinese productions write it.

A scene begins with its number (第一场, 场1, 3-12) or with 内景, 外景; lines under it may say when, where and who: 时,
地, 人. A name and a colon begin a speech; what stands in parentheses says how, or that it is heard over the picture. A
triangle begins action. Half and full width are the same.

Source: the forms in common use; there is no standard.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kinoeye.screenplay import fountain
from kinoeye.screenplay.elements import Element, Screenplay, Title

_DIGITS = {each: number for number, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_COUNT = "[0-9零〇一二三四五六七八九十百两]"
_SCENE = re.compile(
    rf"(?:第\s*{_COUNT}+\s*集\s*)?(?:第\s*(?P<a>{_COUNT}+[A-Z]?)\s*场|场(?:景|次)?\s*(?P<b>{_COUNT}+[A-Z]?)(?![\u4e00-\u9fff])"
    r"|(?P<c>\d+-\d+[A-Z]?)(?=[\s.、,:])|(?P<d>\d+[A-Z]?)\s*[.、,:)]?\s*(?=(?:内外|内|外)\s*景|.*\s(?:内|外|日|夜|晨|昏)\s*$))"
    r"\s*[.、,:]?\s*(?P<rest>.*)"
)
_PLACE = re.compile(r"(?:内外|内|外|内/外)\s*景[\s.,:、].*|(?:内外|内|外)景$")
_EPISODE = re.compile(rf"第\s*{_COUNT}+\s*[集幕].*")
_HEAD = re.compile(r"(时间?|日期|地点?|场景|景|人物?|出场人物|角色|道具)\s*:\s*(.+)")
_WHEN, _WHERE = ("时", "时间", "日期"), ("地", "地点", "场景", "景")
_SAID = re.compile(r"(?P<name>[^\s:()\[\]△▲.,!?;、。《》\"“”]{1,12})\s*(?P<asides>(?:\([^()]*\)\s*)*):\s*(?P<said>.*)")
_ASIDE = re.compile(r"\(([^()]*)\)")
_OVER = re.compile(r"画外音?|旁白|内心(?:独白)?|独白|心声|电话(?:里|中)?|V\.?O\.?|O\.?[SC]\.?|VO|OS|OC", re.I)
_ACTION = re.compile(r"\s*[△▲∆▽◇■]\s*")
_CHANGE = re.compile(
    r"[(\[【]?\s*(?:切至?|淡入|淡出|化入|化出|叠化|闪回(?:结束|完)?|渐隐|渐显|黑场)\s*[:。.]?\s*[)\]】]?"
)
_TITLE = re.compile(r"《([^》]+)》.*")
_CREDIT = re.compile(r"(片名|剧名|标题|编剧|作者|导演|原著|改编|版本|日期|联系(?:方式|人)?|电话|类型)\s*:\s*(.+)")
_NO_NAMES = frozenset({"字幕", "字", "注", "备注", "音乐", "音效", "特效", "镜头", "时间", "地点", "画面", "提示"})
_KEYS = {
    **dict.fromkeys(("片名", "剧名", "标题"), "Title"),
    **dict.fromkeys(("编剧", "作者"), "Author"),
    **dict.fromkeys(("原著", "改编"), "Source"),
    **dict.fromkeys(("版本", "日期"), "Draft date"),
}
_VERB = re.compile(r".*(?:说|道|问|喊|叫|答|写着?|是|想|着|了)$")
_TRAILING = re.compile(r"(.+?)\s*(画外音|旁白|V\.?O\.?|O\.?S\.?)", re.I)
# Signs of full width, each as its half-width twin, so that places stay the same.
_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {ord("\u3000"): " "}
_HALF |= {ord(full): half for full, half in zip("【】〔〕﹙﹚", "[]()()", strict=True)}
_LEAST_SHARE = 0.3  # of the letters that are Chinese


def is_script(text: str) -> bool:
    """Say whether a text is a script in one of the Chinese forms; one in Fountain is none."""
    letters = [each for each in text[:20_000] if each.isalpha()]
    if sum("\u4e00" <= each <= "\u9fff" for each in letters) < _LEAST_SHARE * max(1, len(letters)):
        return False
    lines = [_plain(line) for line in text.split("\n")]
    scenes = [line for line in lines if _heading(line)]
    is_numbered = any(not _PLACE.fullmatch(line) for line in scenes)
    names = Counter(found["name"] for line in lines if (found := _speech(line)))
    said = sum(count for name, count in names.items() if not _VERB.match(name))
    if sum(each.kind == "character" for each in fountain.read(text[:20_000]).elements) >= max(1, said):
        return False
    marked = sum(_ACTION.match(line) is not None for line in lines)
    return bool(scenes) and said + marked >= 2 - is_numbered


def read(text: str) -> Screenplay:
    """Read a Chinese script.

    Parameters
    ----------
    text : str
        Line ends of any kind.
    """
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = _Reader([line.strip() for line in raw], [_plain(line) for line in raw])
    reader.read()
    return Screenplay(tuple(reader.titles), tuple(reader.elements), "chinese", remarks=tuple(reader.remarks()))


def _plain(line: str) -> str:
    """Return a line with half-width signs, by which it is read, as long as it is."""
    return line.strip().translate(_HALF)


def _heading(line: str) -> re.Match[str] | None:
    return _SCENE.fullmatch(line) or _PLACE.fullmatch(line)


def _speech(line: str) -> re.Match[str] | None:
    found = _SAID.fullmatch(line)
    if found is None or _ACTION.match(line) or _HEAD.fullmatch(line) or _CREDIT.fullmatch(line) or _heading(line):
        return None
    return None if found["name"] in _NO_NAMES or found["name"].isdigit() else found


def _is_told(line: str) -> bool:
    """Say whether a line names what is seen or heard, not who speaks: 字幕：."""
    found = _SAID.fullmatch(line)
    return found is not None and found["name"] in _NO_NAMES


def number(count: str) -> str:
    """Return a number as figures, whatever it is written in.

    Examples
    --------
    >>> number("二十三"), number("一百零二"), number("12A")
    ('23', '102', '12A')
    """
    if not any(each in _DIGITS or each in "十百" for each in count):
        return count
    whole = part = 0
    for each in count:
        if each in "十百":
            whole += (part or 1) * (100 if each == "百" else 10)
            part = 0
        elif each in _DIGITS:
            part = part * 10 * (each.isdigit() and each in "0123456789") + _DIGITS[each]
    return str(whole + part)


@dataclass
class _Reader:
    """Reads lines from top to bottom."""

    raw: Sequence[str]
    lines: Sequence[str]
    titles: list[Title] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    doubtful: int = 0

    def read(self) -> None:
        names = Counter(found["name"] for line in self.lines if (found := _speech(line)))
        self.names = {name for name, count in names.items() if count > 1 or not _VERB.match(name)}
        self.is_marked = any(_ACTION.match(line) for line in self.lines)
        at = 0
        while at < len(self.lines):
            at = self._line(at, self.lines[at]) if self.lines[at] else at + 1

    def remarks(self) -> Iterator[str]:
        if self.doubtful:
            yield f"{self.doubtful} lines with a colon read as action: who speaks is not sure"

    def _line(self, at: int, line: str) -> int:
        raw = self.raw[at]
        if scene := _heading(line):
            return self._scene(at, scene)
        if _CHANGE.fullmatch(line):
            return self._add("transition", raw, at)
        if not any(each.kind == "heading" for each in self.elements) and self._title(line, raw):
            return at + 1
        if _EPISODE.fullmatch(line):
            return self._add("section", raw, at, depth=1)
        if found := _speech(line):
            if found["name"] in self.names:
                return self._said(at, found)
            self.doubtful += 1
        if mark := _ACTION.match(line):
            return self._add("action", raw[mark.end() :], at)
        before = self.elements[-1] if self.elements else Element("action", "")
        goes_on = before.kind == "dialogue" and before.end_line == at + 1
        if self.is_marked and goes_on and not _is_told(line):
            self.elements[-1] = Element("dialogue", f"{before.text}\n{raw}", line=before.line, end_line=at + 2)
            return at + 1
        return self._add("action", raw, at)

    def _title(self, line: str, raw: str) -> bool:
        if found := _CREDIT.fullmatch(line):
            self.titles.append(Title(_KEYS.get(found[1], found[1]), (raw[found.start(2) :].strip(),)))
        elif (named := _TITLE.fullmatch(line)) and not self.titles and not self.elements:
            self.titles.append(Title("Title", (raw[named.start(1) : named.end(1)],)))
        else:
            return False
        return True

    def _scene(self, at: int, found: re.Match[str]) -> int:
        """Read a heading, and the lines under it that say when, where and who."""
        groups, raw = found.groupdict(), self.raw[at]
        count = next((groups[key] for key in "abcd" if groups.get(key)), "")
        text = raw[found.start("rest") :].strip() if count else raw
        text = " ".join(text.split())
        facts: list[tuple[int, str, str]] = []
        end = at + 1
        while end < len(self.lines) and (fact := _HEAD.fullmatch(self.lines[end])):
            facts.append((end, fact[1], self.raw[end][fact.start(2) :].strip()))
            end += 1
        for keys in (_WHERE, _WHEN):
            text = " ".join([text, *(said for _, key, said in facts if key in keys and said not in text)]).strip()
        self._add("heading", text or raw, at, count=number(count))
        for place, key, said in facts:
            if key not in (*_WHERE, *_WHEN):
                self._add("synopsis", f"{key}：{said}", place)
        return end

    def _said(self, at: int, found: re.Match[str]) -> int:
        """Read a speech: behind the name what says whence, before the words what says how."""
        first = self.raw[at][found.start("asides") :]
        asides = [first[each.start(1) : each.end(1)].strip() for each in _ASIDE.finditer(found["asides"])]
        said, raw = found["said"], self.raw[at][found.start("said") :]
        while lead := re.match(r"\(([^()]*)\)\s*", said):
            asides.append(raw[lead.start(1) : lead.end(1)].strip())
            said, raw = said[lead.end() :], raw[lead.end() :]
        name = found["name"]
        if trailing := _TRAILING.fullmatch(name):
            name, asides = trailing[1], [trailing[2], *asides]
        over = "".join(f"（{each}）" for each in asides if _OVER.fullmatch(each))
        self._add("character", name + over, at)
        for each in asides:
            if not _OVER.fullmatch(each):
                self._add("parenthetical", each, at)
        end = at + 1
        if not raw and end < len(self.lines) and self.lines[end] and not self._begins(self.lines[end]):
            raw, end = self.raw[end], end + 1
        if raw:
            self._add("dialogue", raw, end - 1)
        return end

    def _begins(self, line: str) -> bool:
        return bool(_heading(line) or _speech(line) or _ACTION.match(line))

    def _add(self, kind: str, text: str, at: int, *, count: str = "", depth: int = 0) -> int:
        self.elements.append(Element(kind, text, number=count, depth=depth, line=at + 1, end_line=at + 2))
        return at + 1
