"""Sameness: which media of one cut are which of another, whatever format each was written in.

Formats name media by path, by file, by an eight-letter reel or by the clip's name. A path that both cuts have is the
surest; then the file under the longest common end of its path, for disks change their names; then reel and clip names.
A version in a file's name (v003) does not make it other material, but is told.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from kinoeye.cut.layers import Stretch
from kinoeye.export.edl import reels
from kinoeye.export.timeline import Media

_GENERIC = frozenset({"", "ax", "bl", "black", "untitled", "aux", "none"})
_VERSION = re.compile(r"[ _.\-]+v\d{1,4}(?=$|[ _.\-])", re.IGNORECASE)


@dataclass(frozen=True)
class _Names:
    """What a media is called: the parts of its path from the end, and all other names."""

    path: tuple[str, ...]
    reel: str
    others: frozenset[str]

    @property
    def file(self) -> str:
        return self.path[0] if self.path else ""


def numbered(old: Sequence[Stretch], new: Sequence[Stretch]) -> tuple[list[int], list[int]]:
    """Return a number for the media of each stretch of two cuts; the same number is the same material."""
    mine, theirs = (list(dict.fromkeys((each.media, each.name) for each in side)) for side in (old, new))
    parents = list(range(len(mine) + len(theirs)))
    groups = {key: number for number, key in enumerate(mine)}
    names = [_named(*key) for key in (*mine, *theirs)]
    _join(parents, names, len(mine))
    for number, key in enumerate(theirs):
        if key in groups:  # as two versions in one format have it, whatever it is called
            parents[_finder(parents)(len(mine) + number)] = _finder(parents)(groups[key])
    place = {key: len(mine) + number for number, key in enumerate(theirs)}
    find = _finder(parents)
    return (
        [find(groups[each.media, each.name]) for each in old],
        [find(place[each.media, each.name]) for each in new],
    )  # fmt: skip


def is_version(old: Stretch, new: Stretch) -> bool:
    """Say whether two stretches of the same material are versions of it: files of two names."""
    before, after = (_file(each.media)[:1] or (each.name.casefold(),) for each in (old, new))
    return before != after and _unversioned(before[0]) == _unversioned(after[0])


def _join(parents: list[int], names: Sequence[_Names], count: int) -> None:
    """Make one of media that are the same: by path, by file, by reel, by name, the surest first.

    The first `count` are of the old cut.
    """
    find = _finder(parents)
    full: dict[tuple[str, ...], int] = {}
    by_file: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(names):
        if each.path:
            parents[find(number)] = find(full.setdefault(each.path, number))
        if each.path:
            by_file[_unversioned(each.file)].append(number)
    for numbers in by_file.values():
        _join_files(parents, names, numbers, count)
    sides: dict[int, set[bool]] = defaultdict(set)
    for number in range(len(names)):
        sides[find(number)].add(number < count)
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(names):
        for name in {each.reel, *each.others, _unversioned(each.file)} - _GENERIC:
            by_name[name].append(number)
    for numbers in by_name.values():
        # Two files of one cut stay two, though they share a name; who has no file is who shares the name.
        with_file = [number for number in numbers if names[number].path]
        for number in numbers:
            if not names[number].path:
                parents[find(number)] = find(with_file[0] if with_file else numbers[0])
            elif names[number].reel and names[number].reel == names[with_file[0]].reel:
                one, other = find(number), find(with_file[0])
                if len(sides[one]) == len(sides[other]) == 1 and sides[one] != sides[other]:
                    parents[one] = other


def _join_files(parents: list[int], names: Sequence[_Names], numbers: Sequence[int], count: int) -> None:
    """Join files of one name under the longest common end of their paths, if only one of both cuts has each."""
    find = _finder(parents)
    sides: dict[int, set[bool]] = defaultdict(set)
    for number in numbers:
        sides[find(number)].add(number < count)
    roots = [root for root, side in sides.items() if len(side) == 1]
    lengths = {
        (one, other): _common(names[one].path[1:], names[other].path[1:])
        for one in roots
        for other in roots
        if sides[one] == {True} and sides[other] == {False}
    }  # fmt: skip
    for (one, other), length in sorted(lengths.items(), key=lambda each: -each[1]):
        nearest = max(value for pair, value in lengths.items() if one in pair or other in pair)
        if length == nearest and (length or len(roots) == 2 or min(len(names[one].path), len(names[other].path)) == 1):
            parents[find(one)] = find(other)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _named(media: Media, clip: str) -> _Names:
    reel = media.reel.strip().casefold()
    names = {_stem(media.name), _stem(clip)}
    squeezed = next(iter(reels((Media(media.name, media.path),)).values())).casefold()
    if media.generator:
        return _Names((), "", frozenset({f"generator {media.generator} {clip}".casefold()}))
    return _Names(_file(media), "" if reel in _GENERIC else reel, frozenset(names | {squeezed}) - _GENERIC)


def _file(media: Media) -> tuple[str, ...]:
    """Return the parts of a path from the end, the file without its ending, in small letters."""
    if not media.path:
        return ()
    text = unquote(urlsplit(media.path).path) if "://" in media.path else media.path
    parts = [part.casefold() for part in PurePosixPath(text.replace("\\", "/")).parts if part not in {"/", ".", ".."}]
    return (_stem(parts[-1]), *parts[-2::-1]) if parts else ()


def _stem(name: str) -> str:
    found = name.strip().casefold()
    head, dot, ending = found.rpartition(".")
    return head if dot and head and 1 < len(ending) < 5 and ending.isalnum() else found


def _unversioned(name: str) -> str:
    return _VERSION.sub("", name)


def _finder(parents: list[int]) -> Callable[[int], int]:
    def find(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    return find
