"""Premises: loglines and beats put together from what is known of a screenplay, each with what it is based on.

Who says most, who talks with whom, where it plays, what it is about, where its feeling turns: nothing else is behind
them. A logline is a sentence to be rewritten; a beat is something that the story has left open, or has not done yet.

Source: the forms of the trade: who, where, against whom, and what turns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

Row = Mapping[str, Any]

_FEWEST_SCENES = 3  # before a turn can be told
_LONG_ABSENT = 3  # scenes
_FELT = 0.03  # of valence from scene to scene: less is chance
_WORDS = 3  # of a topic

_EN = {
    "place": "In {place}, {one} and {other} have to settle what is between them, until {turn} changes it.",
    "who": "{one} wants what {other} will not give; {turn} turns it {way}.",
    "about": "A story of {about}: {one}, {other}, and what happens at {turn}.",
    "ask": "What does {one} do when {turn} turns everything {way}?",
    "pair": "{one} and {other}, in {place}: a story of {about}.",
    "two": "In {place}, {one} and {other} have to settle what is between them.",
    "alone": "{one}, in {place}: a story of {about}.",
    "one": "{one} is in {place}, and nobody else has a line yet.",
    "meet": "{one} and {other} speak with each other for the first time, in {place}.",
    "absent": "{one} comes back, whom nobody has seen since scene {scene}.",
    "up": "Something goes right for {one}: three scenes in a row have grown darker.",
    "down": "Something goes wrong for {one}: three scenes in a row have grown lighter.",
    "about_again": "What scene {scene} was about comes up again: {about}.",
    "prop": "The {thing} of scene {scene} comes into play: so far it is never seen again.",
    "return": "Back in {place}, where the story has not been since scene {scene}, {one} finds it changed.",
}
_ZH = {
    "place": "在{place}，{one}和{other}必须了结彼此之间的事，直到{turn}改变了一切。",
    "who": "{one}想要的，{other}不肯给；{turn}让一切{way}。",
    "about": "一个关于{about}的故事：{one}、{other}，以及{turn}发生的事。",
    "ask": "当{turn}让一切{way}，{one}会怎么做？",
    "pair": "{place}里的{one}和{other}：一个关于{about}的故事。",
    "two": "在{place}，{one}和{other}必须了结彼此之间的事。",
    "alone": "{place}里的{one}：一个关于{about}的故事。",
    "one": "{one}在{place}，还没有别人说话。",
    "meet": "{one}和{other}第一次交谈，在{place}。",
    "absent": "第 {scene} 场之后再没出现过的{one}回来了。",
    "up": "{one}遇到一件好事：连续三场越来越沉重。",
    "down": "{one}遇到一件坏事：连续三场越来越轻松。",
    "about_again": "第 {scene} 场说的事又被提起：{about}。",
    "prop": "第 {scene} 场的{thing}派上用场：至今再没出现过。",
    "return": "回到第 {scene} 场之后再没去过的{place}，{one}发现那里变了。",
}
_WAYS = {"en": ("for the better", "for the worse"), "zh": ("好转", "恶化")}


@dataclass(frozen=True)
class Premise:
    """A logline or a beat, what it is based on in words, and the scene it leans on most; None where it is the whole."""

    text: str
    based_on: tuple[str, ...]
    scene: int | None


@dataclass(frozen=True)
class Story:
    """What is known of a screenplay: rows of the tables of these names, and its language, en or zh."""

    scenes: Sequence[Row]
    characters: Sequence[Row]
    conversations: Sequence[Row]
    arcs: Sequence[Row] = ()
    topics: Sequence[Row] = ()
    consistency_notes: Sequence[Row] = ()
    language: str = "en"
    says: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "says", _ZH if self.language == "zh" else _EN)


def loglines(story: Story, random: np.random.Generator, count: int) -> list[Premise]:
    """Return loglines, each another choice of who, where and what turns; fewer where little is known."""
    if not story.characters or not story.scenes:
        return []
    made = list(dict.fromkeys(_loglines(story)))
    order = random.permutation(len(made))
    return [made[each] for each in order[:count]]


def beats(story: Story, after: int, random: np.random.Generator, count: int) -> list[Premise]:
    """Return what could come after a scene, of what the story up to it has left open.

    Parameters
    ----------
    story : Story
    after : int
        The scene's place, from 1.
    random : np.random.Generator
    count : int
    """
    made = list(dict.fromkeys(_beats(story, after, random)))
    order = random.permutation(len(made))
    return [made[each] for each in order[:count]]


def _loglines(story: Story) -> Iterator[Premise]:
    first = story.characters[0]
    place = _places(story)[0]
    turn = _turn(story)
    about = _about(story, None)
    speaks = f"characters: {first['character']} says most ({first['words']} words in {first['scenes']} scenes)"
    plays = f"scenes: {place[0]} is where {place[1]} of {len(story.scenes)} scenes play"
    for pair in story.conversations[:3]:
        one, other = pair["one"], pair["other"]
        if other == first["character"]:
            one, other = other, one
        talks = f"conversations: {one} and {other} answer each other {pair['exchanges']} times"
        if turn:
            words = {"one": one, "other": other, "place": place[0], "turn": turn[0], "way": turn[1]}
            yield Premise(story.says["place"].format(**words), (talks, plays, turn[2]), turn[3])
            yield Premise(story.says["who"].format(**words), (talks, turn[2]), turn[3])
            if about:
                yield Premise(story.says["about"].format(**words, about=about[0]), (talks, about[1], turn[2]), turn[3])
        elif about:
            text = story.says["pair"].format(one=one, other=other, place=place[0], about=about[0])
            yield Premise(text, (talks, plays, about[1]), None)
        else:
            yield Premise(story.says["two"].format(one=one, other=other, place=place[0]), (talks, plays), None)
    if turn:
        text = story.says["ask"].format(one=first["character"], turn=turn[0], way=turn[1])
        yield Premise(text, (speaks, turn[2]), turn[3])
    if about:
        text = story.says["alone"].format(one=first["character"], place=place[0], about=about[0])
        yield Premise(text, (speaks, plays, about[1]), None)
    elif not story.conversations:
        yield Premise(story.says["one"].format(one=first["character"], place=place[0]), (speaks, plays), None)


def _beats(story: Story, after: int, random: np.random.Generator) -> Iterator[Premise]:
    seen = [scene for scene in story.scenes if scene["scene_order"] <= after]
    if not seen or not story.characters:
        return
    place = seen[-1]["set"] or seen[-1]["heading"]
    yield from _meetings(story, seen, place)
    yield from _absences(story, seen)
    yield from _turns(story, after)
    yield from _returns(story, seen, random)
    for note in story.consistency_notes:
        if note["kind"] == "prop_lost" and note["scene_order"] <= after:
            text = story.says["prop"].format(thing=note["subject"], scene=note["scene_order"])
            why = f"consistency notes: the {note['subject']} of scene {note['scene_order']} is never seen again"
            yield Premise(text, (why,), note["scene_order"])
    for row in story.topics:
        if row["scene_order"] <= after - _LONG_ABSENT and row["share"] >= 0.5:
            about = _about(story, row["scene_order"])
            if about:
                text = story.says["about_again"].format(scene=row["scene_order"], about=about[0])
                yield Premise(text, (about[1],), row["scene_order"])


def _meetings(story: Story, seen: Sequence[Row], place: str) -> Iterator[Premise]:
    spoken = {frozenset((row["one"], row["other"])) for row in story.conversations}
    chief = [row["character"] for row in story.characters[:6] if row["first_scene"] <= seen[-1]["scene_order"]]
    for number, one in enumerate(chief):
        for other in chief[number + 1 :]:
            if frozenset((one, other)) not in spoken:
                text = story.says["meet"].format(one=one, other=other, place=place)
                yield Premise(text, (f"conversations: {one} and {other} speak in no scene together",), None)


def _absences(story: Story, seen: Sequence[Row]) -> Iterator[Premise]:
    now = seen[-1]["scene_order"]
    for row in story.characters:
        names = {row["character"], *row["aliases"]}
        last = max((scene["scene_order"] for scene in seen if names & set(scene["characters"])), default=0)
        if last and now - last >= _LONG_ABSENT:
            text = story.says["absent"].format(one=row["character"], scene=last)
            yield Premise(text, (f"scenes: {row['character']} speaks in scene {last} and in none up to {now}",), last)


def _turns(story: Story, after: int) -> Iterator[Premise]:
    felt = [row for row in story.arcs if row["scene_order"] <= after][-3:]
    if len(felt) < 3:
        return
    steps = [other["smooth_valence"] - one["smooth_valence"] for one, other in pairwise(felt)]
    way = "up" if max(steps) < -_FELT else "down" if min(steps) > _FELT else ""
    if way:
        values = ", ".join(f"{row['smooth_valence']:+.2f}" for row in felt)
        text = story.says[way].format(one=story.characters[0]["character"])
        yield Premise(text, (f"arcs: the last three scenes feel {values}",), felt[-1]["scene_order"])


def _returns(story: Story, seen: Sequence[Row], random: np.random.Generator) -> Iterator[Premise]:
    last: dict[str, int] = {}
    for scene in seen:
        if scene["set"]:
            last[scene["set"]] = scene["scene_order"]
    chief = [row["character"] for row in story.characters[:4]]
    for place, order in last.items():
        if seen[-1]["scene_order"] - order >= _LONG_ABSENT:
            one = chief[int(random.integers(len(chief)))]
            text = story.says["return"].format(place=place, scene=order, one=one)
            yield Premise(text, (f"scenes: {place} was last in scene {order}",), order)


def _places(story: Story) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for scene in story.scenes:
        name = scene["set"] or scene["heading"]
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _turn(story: Story) -> tuple[str, str, str, int] | None:
    """Return where the feeling changes most, which way, what says so, and the scene; None of too few scenes."""
    if len(story.arcs) < _FEWEST_SCENES:
        return None
    steps = [
        (other["smooth_valence"] - one["smooth_valence"], other["scene_order"]) for one, other in pairwise(story.arcs)
    ]
    change, order = max(steps, key=lambda each: abs(each[0]))
    scene = next((each for each in story.scenes if each["scene_order"] == order), None)
    if scene is None or abs(change) < _FELT:
        return None
    why = f"arcs: from scene {order - 1} to scene {order} the feeling changes most ({change:+.2f})"
    return scene["set"] or scene["heading"], _WAYS[story.language][change < 0], why, order


def _about(story: Story, scene: int | None) -> tuple[str, str] | None:
    """Return the words of a scene's chief topic, or of the topic that most scenes have, and what says so."""
    rows = [row for row in story.topics if scene is None or row["scene_order"] == scene]
    shares: dict[int, float] = {}
    for row in rows:
        shares[row["topic"]] = shares.get(row["topic"], 0.0) + row["share"]
    if not shares:
        return None
    best = max(shares, key=lambda each: shares[each])
    words = next(row["words"] for row in rows if row["topic"] == best)[:_WORDS]
    where = f"scene {scene}" if scene else "most scenes"
    listed = "、".join(words) if story.language == "zh" else ", ".join(words)
    return listed, f"topics: {where} is told by {', '.join(words)}"
