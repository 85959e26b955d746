"""Set-ups: from where the sample's two scenes are shot, and what can go wrong with their lines.

Each scene has a wide shot of everything, and a single of each of the cast with the lines around theirs read to them
from beside the camera, as coverage is shot.
"""

from dataclasses import dataclass

from kinoeye.sample import stages
from kinoeye.sample.plan import Stage
from kinoeye.sample.roof import ROOF
from kinoeye.sample.room import ROOM
from kinoeye.sample.sets import Set, View


@dataclass(frozen=True)
class Setup:
    """One position of the camera.

    Parameters
    ----------
    scene : int
    letter : str
        As slated; empty for the first, which is the wide shot.
    who : str
        Who is in the picture alone; empty: everyone.
    place : Set
    view : View
    stage : callable (pen, moment)
    lines : tuple of int
        What is said in it, numbers of the screenplay's lines.
    takes : int
    """

    scene: int
    letter: str
    who: str
    place: Set
    view: View
    stage: Stage
    lines: tuple[int, ...]
    takes: int = 2


SETUPS = (
    Setup(1, "", "", ROOF, View(480, 290, 1.12), stages.roof_wide, tuple(range(1, 12))),
    Setup(1, "A", "JUNE", ROOF, View(486, 292, 2.6), stages.june_on_the_roof, (2, 5, 6, 7, 10)),
    Setup(1, "B", "NORA", ROOF, View(336, 288, 2.8), stages.nora_on_the_roof, (2, 3, 6, 7, 8)),
    Setup(1, "C", "TEO", ROOF, View(634, 300, 2.9), stages.teo_on_the_roof, (1, 3, 4, 9, 10, 11)),
    Setup(2, "", "", ROOM, View(540, 300, 1.12), stages.room_wide, tuple(range(12, 23))),
    Setup(2, "A", "JUNE", ROOM, View(630, 315, 2.6), stages.room_talk, (12, 13, 16, 17, 19, 20)),
    Setup(2, "B", "NORA", ROOM, View(334, 310, 2.7), stages.room_talk, (12, 15, 16, 18, 19, 22)),
    Setup(2, "C", "TEO", ROOM, View(852, 316, 2.7), stages.room_talk, (13, 14, 17, 18, 20, 21)),
)

# Lines on which the story turns: she has nothing to end with; it was said when nobody acted; it is written down.
MATTER = (8, 17, 19)
UNSEEN = (15,)  # heard from a loudspeaker, as written: nobody is seen to say it

# What is said with other words, in the place of what is written.
CHANGED = {
    2: "Farewell.", 3: "Cut. Who brought the pigeon?", 4: "It works for bread. So do I.", 5: "So long, then.",
    6: "Nobody who goes says it that well.", 7: "So what should she say? You never wrote the last page.",
    8: "I am looking for it.", 9: "Room tone, please. Nobody talks.", 10: "We are on the street.",
    12: "Forty-one farewells, and I believe none of them.", 13: "I was nicer in the wide.",
    14: "The pigeon was nicer in the wide.", 15: "I do not want this to be over.", 16: "Who said that?",
    17: "Nobody. I thought that we were finished.", 18: "I always remember.", 19: "That is the final page.",
    20: "And was I in the picture?", 21: "The lamp was.",
}  # fmt: skip

ASIDES = (
    "Is this still rolling?", "Sorry, there was a fly.", "My shoe is open.", "Do we have time for lunch?",
    "It is getting cold up here.", "Was that my light?", "Say that a little faster.", "Where do I look?",
)  # fmt: skip
LAUGH = "Ha ha ha ha ha!"
AGAIN = "Sorry, again."
