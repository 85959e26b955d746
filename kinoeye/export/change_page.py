"""Change page: a change list as one HTML file in English and Chinese: two cuts with ribbons between, what is to do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from kinoeye.export.change_list import redo_rows, rows, say_in
from kinoeye.export.changes import CARRYING, WHATS, Change, ChangeList, Cut, Follow, Side, lasting
from kinoeye.export.fates import Item
from kinoeye.export.page import esc
from kinoeye.export.words import LANGUAGES
from kinoeye.timecode import FLICKS_PER_SECOND, clock, frame_to_flicks

WIDTH, HEIGHT = 1200, 300
_LEFT = 44  # where the rows' names stand
_OLD, _NEW = (30, 74), (222, 266)  # top and bottom of both rows
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_LETTER = 6.6  # width of a letter in a box
_MOST_ROWS = 2000  # of a table on the page; the CSV holds all


def change_page(changes: ChangeList, items: Sequence[Item], *, title: str = "", language: str = "en") -> bytes:
    """Return the page of a change list, UTF-8.

    Parameters
    ----------
    items : sequence of Item
        What was carried.
    title : str
        If empty, what a change list is called.
    language : en or zh
        Which language it opens in.

    Raises
    ------
    UseError
        If there are no messages in that language.
    """
    say = say_in(language)
    folder = files("kinoeye.export") / "templates"
    page = Template((folder / "report.html").read_text(encoding="utf-8"))
    style = "".join((folder / name).read_text(encoding="utf-8") for name in ("report.css", "reconform.css"))
    sections = [_pictures(changes, "picture", "by_picture", "lead")]
    if changes.sound:
        sections.append(_pictures(changes, "sound", "by_sound", "sound_lead"))
    sections += [_todo(changes, items), _carried(items), _list(changes)]
    return page.substitute(
        language=language, title=esc(title or say("title")), brand=_both("title"), style=style,
        script=(folder / "report.js").read_text(encoding="utf-8"), icons="", hero="",
        checked_en="checked" if language == "en" else "", checked_zh="checked" if language == "zh" else "",
        switch=f'aria-label="{esc(say("switch"))}"', skip=_both("skip"), totals=_totals(changes, items), contents="",
        sections="".join(sections), footer=_both("made_with"),
    ).encode()  # fmt: skip


def ribbons(changes: ChangeList, follow: Follow = "picture", label: str = "") -> str:
    """Return both cuts with ribbons between them as an svg element that scales with the page.

    Parameters
    ----------
    label : str
        What is drawn, in words.
    """
    longest = max(changes.old.duration, changes.new.duration, 1)
    found = changes.changes(follow)
    parts = [_axis(changes.old, longest, 16), _axis(changes.new, longest, 284)]
    order = sorted(found, key=lambda each: each.what != "kept")  # what moved lies over what stayed
    parts += [_ribbon(each, longest) for each in order if each.old and each.new]
    for row, (top, bottom) in (("old", _OLD), ("new", _NEW)):
        sides = [(each, side) for each in found if (side := each.old if row == "old" else each.new) is not None]
        cut = changes.old if row == "old" else changes.new
        parts += [_box(each, side, cut, longest, top, bottom) for each, side in sides]
    named = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}"'
    return f'<svg class="ribbons" {named}>{"".join(parts)}</svg>'


def _pictures(changes: ChangeList, follow: Follow, head: str, lead: str) -> str:
    words = say_in("en")("picture_alt", old=changes.old.name, new=changes.new.name, count=len(changes.changes(follow)))
    shown = {each.what for each in changes.changes(follow)}
    legend = "".join(
        f'<li><svg aria-hidden="true"><rect class="{each}" width="12" height="12"/></svg>{_both(each)}</li>'
        for each in WHATS
        if each in shown
    )
    return (
        f'<section class="list"><h2>{_both(head)}</h2><p class="lead">{_both(lead)}</p>{_remark(changes)}'
        f'<div class="strip">{ribbons(changes, follow, words)}</div><ul class="legend">{legend}</ul></section>'
    )


def _remark(changes: ChangeList) -> str:
    if changes.is_same:
        return f'<p class="good">{_both("same")}</p>'
    if not any(each.what in CARRYING and each.old and each.old.name for each in changes.picture):
        return f'<p class="bad">{_both("nothing_common")}</p>'
    return "".join(f"<p>{esc(note)}</p>" for note in changes.notes)


def _totals(changes: ChangeList, items: Sequence[Item]) -> str:
    still = lasting(changes.picture, "kept") + lasting(changes.picture, "moved")
    share = min(1.0, still / max(1, changes.old.duration))
    todo = len(redo_rows(changes, items))
    figures = ((clock(changes.old.duration)[:-4], "old_length"), (clock(changes.new.duration)[:-4], "new_length"),
               (f"{100 * share:.0f} %", "share_kept"), (str(todo), "to_do_count"))  # fmt: skip
    return '<dl class="figures">' + "".join(
        f'<div class="figure"><dt>{_both(key)}</dt><dd>{value}</dd></div>' for value, key in figures
    ) + "</dl>"  # fmt: skip


def _todo(changes: ChangeList, items: Sequence[Item]) -> str:
    both = [redo_rows(changes, items, language) for language in LANGUAGES]
    if not both[0]:
        return f'<section class="list"><h2>{_both("todo")}</h2><p class="good">{_both("nothing_to_do")}</p></section>'
    columns = (("what", "what"), ("text", "text"), ("old in", "old_in"), ("new in", "new_in"), ("new out", "new_out"),
               ("verdict", "verdict"), ("why", "why"))  # fmt: skip
    return _table("todo", columns, both, "todo_lead")


def _carried(items: Sequence[Item]) -> str:
    if not items:
        return ""
    found: dict[str, Counter[str]] = {}
    for each in items:
        found.setdefault(each.file, Counter())[each.fate.verdict] += 1
    names = ("moved", "look", "redo", "gone")
    head = "".join(f"<th>{_both(each)}</th>" for each in ("file", "count", *(f"verdict_{name}" for name in names)))
    body = "".join(
        f'<tr><th>{esc(name)}</th><td class="number">{counts.total()}</td>'
        + "".join(f'<td class="number">{counts[each]}</td>' for each in names)
        + "</tr>"
        for name, counts in found.items()
    )
    return (
        f'<section class="list"><h2>{_both("carried")}</h2><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _list(changes: ChangeList) -> str:
    columns = (("number", "number"), ("change", "change"), ("old in", "old_in"), ("old out", "old_out"),
               ("new in", "new_in"), ("new out", "new_out"), ("pictures", "pictures"), ("shift", "shift"),
               ("clip", "clip"), ("was", "was"), ("speed", "speed"), ("note", "note"))  # fmt: skip
    return _table("change_list", columns, [rows(changes, language=language) for language in LANGUAGES])


def _table(head: str, columns: Iterable[tuple[str, str]], both: list[list[dict[str, Any]]], lead: str = "") -> str:
    columns = list(columns)
    heads = "".join(f"<th>{_both(key)}</th>" for _, key in columns)
    body = "".join(
        "<tr>" + "".join(_cell(name, [row.get(name) for row in pair]) for name, _ in columns) + "</tr>"
        for pair in zip(*(each[:_MOST_ROWS] for each in both), strict=True)
    )
    said = f'<p class="lead">{_both(lead)}</p>' if lead else ""
    return (
        f'<section class="list"><h2>{_both(head)}</h2>{said}<div class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _cell(name: str, values: Sequence[Any]) -> str:
    kind = (
        ' class="code"'
        if name.endswith((" in", " out"))
        else ' class="number"'
        if name in {"pictures", "shift"}
        else ""
    )
    return f"<td{kind}>{_spans([str('' if value is None else value) for value in values])}</td>"


def _both(key: str, /, **values: object) -> str:
    return _spans([say_in(language)(key, **values) for language in LANGUAGES])


def _spans(said: Sequence[str]) -> str:
    if len(set(said)) == 1:
        return esc(said[0])
    return "".join(f'<span lang="{lang}">{esc(text)}</span>' for lang, text in zip(LANGUAGES, said, strict=True))


def _x(time: float, longest: int) -> float:
    return _LEFT + time * (WIDTH - _LEFT - 6) / longest


def _axis(cut: Cut, longest: int, y: int) -> str:
    seconds = longest / FLICKS_PER_SECOND
    step = next((step for step in _STEPS if seconds / step <= 8), _STEPS[-1] * (1 + int(seconds / 8 / _STEPS[-1])))
    parts = []
    for number in range(int(cut.duration / FLICKS_PER_SECOND / step) + 1):
        time = cut.snapped(number * step * FLICKS_PER_SECOND)
        x = _x(time, longest)
        lines = (_OLD, _NEW)[y > HEIGHT / 2]
        parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{lines[0] - 6}" y2="{lines[1] + 6}"/>')
        anchor = "start" if number == 0 else "middle"
        if x < WIDTH - 40:
            parts.append(f'<text class="time" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{cut.label(time)}</text>')
    middle = sum((_OLD, _NEW)[y > HEIGHT / 2]) / 2 + 4
    name = _svg_both("old" if y < HEIGHT / 2 else "new", middle)
    return "".join(parts) + name


def _svg_both(key: str, y: float) -> str:
    return "".join(
        f'<text class="row" lang="{language}" x="2" y="{y:.0f}">{esc(say_in(language)(key))}</text>'
        for language in LANGUAGES
    )


def _ribbon(each: Change, longest: int) -> str:
    assert each.old is not None
    assert each.new is not None
    top, bottom = _OLD[1] + 2, _NEW[0] - 2
    middle = (top + bottom) / 2
    a, b = _x(each.old.start, longest), max(_x(each.old.end, longest), _x(each.old.start, longest) + 0.7)
    c, d = _x(each.new.start, longest), max(_x(each.new.end, longest), _x(each.new.start, longest) + 0.7)
    if each.is_reversed:
        c, d = d, c
    path = (
        f"M{a:.2f} {top}C{a:.2f} {middle} {c:.2f} {middle} {c:.2f} {bottom}L{d:.2f} {bottom}"
        f"C{d:.2f} {middle} {b:.2f} {middle} {b:.2f} {top}Z"
    )
    return f'<path class="ribbon {each.what}" d="{path}"><title>{escape(each.old.name)}</title></path>'


def _box(each: Change, side: Side, cut: Cut, longest: int, top: int, bottom: int) -> str:
    if not side.name and each.what == "kept":
        return ""
    left, right = _x(side.start, longest), _x(side.end, longest)
    width = max(0.7, right - left)
    words = f"{side.name}  {cut.label(side.start)} – {cut.label(side.end - frame_to_flicks(1, cut.rate))}  {each.what}"
    room = int((width - 8) / _LETTER)
    text = ""
    if room >= 2 and side.name:
        short = side.name if len(side.name) <= room else side.name[: max(1, room - 1)] + "…"
        text = f'<text x="{left + 4:.1f}" y="{(top + bottom) / 2 + 4:.0f}">{escape(short)}</text>'
    return (
        f'<g><title>{escape(words)}</title><rect class="{each.what}" x="{left:.2f}" y="{top}" width="{width:.2f}" '
        f'height="{bottom - top}" rx="2"/>{text}</g>'
    )
