"""Slates: which scene, set-up and take a name says, on a board or of a file.

The American way numbers scenes and letters their set-ups: 12A take 3 is the third take of set-up A of scene 12, and 12
alone is the first set-up. A scene may itself have a letter in the script (A12, 12A): which is meant is told by the
script's own numbers.

Source: "The Camera Assistant's Manual" (Elkins), chapter on slates; camera file names as ARRI, RED and Sony write them
(A001C003_250101_R1AB).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

_NUMERALS = {each: number for number, each in enumerate("一二三四五六七八九", 1)}
_NAMED = re.compile(
    r"(?:scene|sc)[\s._-]*(?P<scene>[A-Z]{0,2}\d{1,4})[\s._-]*(?P<setup>(?![Tt]\d|[Tt](?:ake|k))[A-Z]{1,2}(?![a-z]))?"
    r"[\s._-]*(?:t|take|tk)[\s._-]*(?P<take>\d{1,3})",
    re.I,
)
_SHORT = re.compile(r"(?:^|[\s_])(?P<scene>\d{1,4})(?P<setup>[A-Z]{0,2})[-_.](?P<take>\d{1,2})(?:$|[\s_.])")
_LETTERED = re.compile(r"(?:^|[\s_-])S(?P<scene>\d{1,4})(?P<setup>[A-Z]{0,2})[\s._-]?T(?P<take>\d{1,3})(?:$|[\s_.-])")
_CHINESE = re.compile(
    r"第?(?P<scene>\d{1,4}|[一二三四五六七八九十百]{1,5})场[\s_-]*"
    r"(?:第?(?P<setup>\d{1,3}|[一二三四五六七八九十]{1,3})镜)?[\s_-]*"
    r"(?:第?(?P<take>\d{1,3}|[一二三四五六七八九十]{1,3})[条次])"
)
_CAMERA = re.compile(r"(?:^|[\s_-])(?P<roll>[A-Z]\d{3})_?C(?P<clip>\d{3,4})(?:_|$|\b)")
_SCENE = re.compile(r"(?P<before>[A-Z]{0,2})(?P<number>\d{1,4})[\s._-]?(?P<after>[A-Z]{0,2})")


@dataclass(frozen=True)
class Slated:
    """What a name says.

    Parameters
    ----------
    scene, setup, take, roll : str
        Empty where it does not say; the number of a scene as printed in the script.
    """

    scene: str = ""
    setup: str = ""
    take: str = ""
    roll: str = ""


def of_name(name: str) -> Slated:
    """Return what a file's name says, without its ending."""
    for form in (_NAMED, _LETTERED, _CHINESE, _SHORT):
        if found := form.search(name):
            roll = _CAMERA.search(name)
            return Slated(_plain(found["scene"]), _plain(found["setup"] or ""), _plain(found["take"]),
                          roll["roll"] if roll else "")  # fmt: skip
    camera = _CAMERA.search(name.upper())
    return Slated(roll=camera["roll"]) if camera else Slated()


def of_board(scene: str, take: str, roll: str = "") -> Slated:
    """Return what a board says; a set-up's letters stand behind the scene's number."""
    found = _SCENE.fullmatch(_plain(scene).upper().strip())
    if not found:
        return Slated(_plain(scene).upper().strip(), "", _plain(take), roll)
    return Slated(found["before"] + found["number"], found["after"], _plain(take), roll)


def meant(slated: Slated, numbers: Collection[str]) -> Slated:
    """Return the same with a scene that the script has: 12A is scene 12A if there is one, else set-up A of scene 12."""
    whole = slated.scene + slated.setup
    if whole in numbers and slated.setup:
        return Slated(whole, "", slated.take, slated.roll)
    lettered = re.fullmatch(r"(\d+)([A-Z]{2})", whole)
    if lettered and lettered[1] + lettered[2][0] in numbers:
        return Slated(lettered[1] + lettered[2][0], lettered[2][1], slated.take, slated.roll)
    return slated


def _plain(text: str) -> str:
    """Return a number in figures, without zeros in front."""
    if text and all(each in _NUMERALS or each in "十百" for each in text):
        total, last = 0, 0
        for each in text:
            if each in _NUMERALS:
                last = _NUMERALS[each]
            else:
                total, last = total + max(1, last) * (10 if each == "十" else 100), 0
        return str(total + last)
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)
