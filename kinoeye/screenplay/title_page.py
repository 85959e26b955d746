"""Title page: its entries, told by how they stand on paper, and set on paper again.

Word processors keep a title page as a picture of it: lines in the middle, lines at a side. Groups between empty lines
are entries; the first in the middle is the title, and words that the trade always uses tell the rest. An entry that
would not be told so is written with its key.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kinoeye.screenplay.elements import Title

_CREDIT = re.compile(
    r"(?:(?:written|screenplay|teleplay|script|created|adapted|directed)(?:\s*(?:&|and)\s*\w+)*\s+)?by|编剧|作者", re.I
)
_SOURCE = re.compile(r"(?:based (?:up)?on|story by|from (?:the|a|an)\b|inspired by|adapted from)|改编自", re.I)
_COPYRIGHT = re.compile(r"copyright|©|\(c\)|all rights reserved|版权", re.I)
_DRAFT = re.compile(
    r"\b(?:draft|revis\w+|version|rev\.)|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|第.{1,3}稿|"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b.*\d",
    re.I,
)
_KEYED = re.compile(r"([^\s:：][^:：\n]{0,23})[:：](?!//)[ \t]*(.*)")
_IN_THE_MIDDLE = ("title", "credit", "author", "authors", "source")
_KNOWN = frozenset({*_IN_THE_MIDDLE, "draft date", "contact", "copyright", "notes", "revision", "episode"})


@dataclass(frozen=True)
class Group:
    """Lines of a title page without an empty one between them."""

    lines: tuple[str, ...]
    is_centered: bool


def titles(groups: Iterable[Group]) -> tuple[Title, ...]:
    """Return the entries of a title page."""
    found: list[Title] = []
    for group in (part for each in groups for part in _parted(each)):
        keyed = _KEYED.fullmatch(group.lines[0])
        if keyed and (keyed[1].lower() in _KNOWN or not group.is_centered) and (keyed[2] or len(group.lines) > 1):
            found.append(Title(keyed[1].strip(), tuple(each for each in (keyed[2], *group.lines[1:]) if each)))
        elif group.is_centered:
            found += _centered(group.lines, {each.key.lower() for each in found})
        else:
            said = "\n".join(group.lines)
            known = (("Copyright", _COPYRIGHT), ("Draft date", _DRAFT))
            found.append(Title(next((key for key, words in known if words.search(said)), "Contact"), group.lines))
    return tuple(found)


def groups(entries: Sequence[Title]) -> list[Group]:
    """Set entries on paper, so that `titles` tells them again."""
    plain = [_group(each, is_keyed=False) for each in entries]
    told = titles(plain)
    if told == tuple(entries):
        return plain
    return [
        group if titles(plain[: number + 1])[number : number + 1] == (each,) and len(told) == len(entries)
        else _group(each, is_keyed=True)
        for number, (group, each) in enumerate(zip(plain, entries, strict=True))
    ]  # fmt: skip


def _parted(group: Group) -> list[Group]:
    """Part lines in the middle where one says what the story is from."""
    places = [at for at, line in enumerate(group.lines) if at and group.is_centered and _SOURCE.match(line)]
    bounds = [0, *places[:1], len(group.lines)]
    return [Group(group.lines[begin:end], group.is_centered) for begin, end in itertools.pairwise(bounds)]


def _group(entry: Title, *, is_keyed: bool) -> Group:
    lines = entry.lines or ("",)
    if is_keyed:
        lines = (f"{entry.key}: {lines[0]}",) if len(lines) == 1 else (f"{entry.key}:", *lines)
    return Group(lines, entry.key.lower() in _IN_THE_MIDDLE)


def _centered(lines: tuple[str, ...], known: set[str]) -> list[Title]:
    if "title" not in known:
        return [Title("Title", lines)]
    if _CREDIT.fullmatch(lines[0].strip(" :")) and "credit" not in known:
        return [Title("Credit", lines[:1]), *([_author(lines[1:])] if lines[1:] else [])]
    if _SOURCE.match(lines[0]) or {"author", "authors"} & known:
        return [Title("Source", lines)]
    return [_author(lines)]


def _author(lines: tuple[str, ...]) -> Title:
    is_many = len(lines) > 1 or re.search(r"\s(?:and|&)\s", lines[0]) is not None
    return Title("Authors" if is_many else "Author", lines)
