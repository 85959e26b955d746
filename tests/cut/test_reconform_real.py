"""Timelines of other tools: the same one twice has nothing to tell, whatever it holds, and through our own formats."""

from pathlib import Path

import pytest

from kinoeye.cut.layers import heard, seen
from kinoeye.cut.reconform import change_list
from kinoeye.errors import KinoeyeError
from kinoeye.export.formats import format_named, read
from kinoeye.export.timeline import Timeline

SUFFIXES = {".otio", ".edl", ".fcpxml", ".xml", ".aaf"}


def _timelines(folder: Path) -> list[tuple[str, Timeline]]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES:
            try:
                found += [(path.name, each) for each in read(path)]
            except KinoeyeError:
                continue  # wrong on purpose
    return [(name, each) for name, each in found if any(seen(each)) or heard(each)]


@pytest.mark.realdata
def test_the_same_timeline_twice_has_nothing_to_tell(shared_data: Path) -> None:
    timelines = _timelines(shared_data / "timelines")
    assert len(timelines) > 40
    for name, each in timelines:
        assert change_list(each, each).is_same, name
        again = format_named("otio").read(format_named("otio").write(each))[0]  # type: ignore[misc]
        assert change_list(each, again).is_same, name
