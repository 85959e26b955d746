"""Shot plan: the set-ups that a screenplay asks for, and what was shot of each.

A proposal by the rule that coverage is planned by where nobody has said otherwise: each scene whole, then each of those
who speak in it alone. What was shot is not proposed: set-ups as they were slated, with their sizes and takes.

Source: "Directing: Film Techniques and Aesthetics" (Rabiger), coverage: a master and a single of each speaker.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kinoeye.export.coverage_report import SHOT, Coverage
from kinoeye.export.drafts import current_rows
from kinoeye.export.listed import Listed, Row
from kinoeye.export.listing import Column, Entry
from kinoeye.export.stripboard import pages
from kinoeye.export.tags import Tag

COLUMNS = (
    Column("scene", 5), Column("setup", 16), Column("who", 14), Column("lines", 6, "number"), Column("first_line", 24),
    Column("last_line", 24), Column("lines_shot", 8, "number"), Column("size", 16), Column("takes", 16),
)  # fmt: skip

_SHORT = 60  # letters of a line, enough to find it


def shot_plan(film: Listed) -> Iterator[Entry]:
    """Yield a head a scene, then a row a set-up."""
    known = Coverage(film.tables)
    lines: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in current_rows(film.tables, "lines"):
        if row["kind"] == "dialogue" and row["scene"]:
            lines[row["asset"], row["scene"]].append(row)
    scenes = current_rows(film.tables, "scenes")
    scripts = {scene["asset"] for scene in scenes}
    for path, instead in known.older:
        yield Entry({"setup": film.say("older_draft", path=path, instead=instead)}, "head")
    for scene in scenes:
        number = str(scene["number"] or scene["scene_order"])
        path = f"{known.paths.get(scene['asset'], '')}:  " if len(scripts) > 1 else ""
        yield Entry({"setup": f"{path}{number}  {scene['heading']}  {pages(scene['eighths'])}"}, "head")
        mine = lines[scene["asset"], scene["scene"]]
        yield _row(film, known, number, film.say("master"), "", mine)
        for who in dict.fromkeys(row["who"] for row in mine) if len({row["who"] for row in mine}) > 1 else ():
            yield _row(film, known, number, film.say("single"), who, [row for row in mine if row["who"] == who])


def _row(film: Listed, known: Coverage, number: str, setup: str, who: str, lines: Sequence[Row]) -> Entry:
    rows = [row for line in lines for row in known.by_line.get(line["line"], ()) if row["status"] in SHOT]
    rows = [row for row in rows if not who or row["is_on_camera"] is not False]
    sizes = dict.fromkeys(row["scale"] for row in rows if row["scale"] not in ("", "unknown", None))
    shot = {row["line"] for row in rows}
    return Entry({
        "scene": number, "setup": setup, "who": who or ", ".join(dict.fromkeys(row["who"] for row in lines)),
        "lines": str(len(lines)), "first_line": lines[0]["text"][:_SHORT] if lines else "",
        "last_line": lines[-1]["text"][:_SHORT] if len(lines) > 1 else "", "lines_shot": str(len(shot)),
        "size": ", ".join(film.words.tag(Tag("framing", size)) for size in sizes),
        "takes": ", ".join(dict.fromkeys(known.take_name(row) for row in rows)),
    }, "alarm" if lines and not shot and known.scripts else "plain")  # fmt: skip
