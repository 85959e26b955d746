"""Film: the finished short, shot by shot, and the rushes it was cut from."""

from fractions import Fraction

from kinoeye.sample import stages
from kinoeye.sample.plan import Caption, Film, Move, Shot, Slate
from kinoeye.sample.roof import CITY, NIGHT_CITY, ROOF
from kinoeye.sample.room import CARD, ROOM, SCREEN
from kinoeye.sample.sets import View

_WIDE = View(480, 270, 1.0)
_JUNE = View(486, 292, 2.6)
_NORA = View(336, 288, 2.8)
_TEO = View(634, 300, 2.9)
_ROOM_JUNE = View(630, 315, 2.6)
_ROOM_TEO = View(852, 316, 2.7)
_SLATE = View(500, 300, 2.0)

_SCENE_ONE = (
    Shot(
        "title", "title", CARD, 50, Move("static", View()),
        captions=(Caption("title", ("ROOF TONE", "A SHORT FILM"), 4, 38),),
    ),
    Shot(
        "roof", "roof wide", ROOF, 88,
        Move("pan", View(390, 262, 1.14), View(580, 262, 1.14), way="right"), stages.roof_wide,
        begins="fade", over=24, captions=(Caption("lower third", ("THE LAST DAY", "A roof above the city"), 32, 76),),
    ),
    Shot(
        "slate", "june take", ROOF, 72, Move("static", _SLATE), stages.june_on_the_roof,
        lines=((1, 6),), slate=Slate("A001", 1, 1, clap=48, gone=56),
    ),
    Shot(
        "june says goodbye", "june", ROOF, 84, Move("whip", _JUNE, View(846, 300, 2.6), when=(44, 52)),
        stages.june_on_the_roof, lines=((2, 12),),
    ),
    Shot("nora cuts", "nora", ROOF, 60, Move("handheld", _NORA, seed=4), stages.nora_on_the_roof, lines=((3, 6),)),
    Shot("teo answers", "teo", ROOF, 72, Move("static", _TEO), stages.teo_on_the_roof, lines=((4, 6),)),
    Shot(
        "june again", "june", ROOF, 66, Move("static", _JUNE), stages.june_on_the_roof,
        begins="wipe", over=16, lines=((5, 20),),
    ),
    Shot("nora doubts", "nora", ROOF, 64, Move("handheld", _NORA, seed=9), stages.nora_on_the_roof, lines=((6, 4),)),
    Shot(
        "june asks", "june", ROOF, 94, Move("zoom", View(484, 300, 1.9), View(478, 286, 2.9), way="in"),
        stages.june_turns, lines=((7, 4),),
    ),
    Shot(
        "nora waits", "nora", ROOF, 74, Move("tilt", View(336, 386, 2.8), View(336, 268, 2.8), way="up"),
        stages.nora_looks_up, lines=((8, 38),),
    ),
    Shot(
        "roof tone", "roof wide", ROOF, 168, Move("static", _WIDE), stages.roof_still,
        lines=((9, 6), (10, 82), (11, 112)), flash=138,
    ),
)  # fmt: skip

_SCENE_TWO = (
    Shot(
        "cutting room", "room wide", ROOM, 100, Move("zoom", _WIDE, View(548, 300, 1.34), way="in"),
        stages.room_wide, begins="dissolve", over=24, lines=((12, 24),),
    ),
    Shot("june defends", "room june", ROOM, 46, Move("static", _ROOM_JUNE), stages.room_talk, lines=((13, 5),)),
    Shot(
        "teo compares", "room teo", ROOM, 56, Move("handheld", _ROOM_TEO, seed=12), stages.room_talk, lines=((14, 5),)
    ),
    Shot(
        "the hump", "screen", SCREEN, 74, Move("static", View()), lines=((15, 20),),
        captions=(Caption("label", ("SCENE 1 ROOF TONE",), 0, 73),),
    ),
    Shot(
        "faces", "room faces", ROOM, 86, Move("pan", View(860, 316, 2.3), View(360, 316, 2.3), way="left"),
        stages.room_listening, lines=((16, 56),),
    ),
    Shot("nobody wrote it", "room june", ROOM, 70, Move("static", _ROOM_JUNE), stages.room_listening, lines=((17, 4),)),
    Shot(
        "teo never forgets", "room teo", ROOM, 40, Move("handheld", _ROOM_TEO, seed=15), stages.room_talk,
        lines=((18, 6),),
    ),
    Shot(
        "last page", "page", ROOM, 76, Move("zoom", View(410, 384, 3.0), View(352, 322, 1.9), way="out"),
        stages.nora_writes, begins="dissolve", over=16, lines=((19, 30),),
    ),
    Shot(
        "in focus", "june and teo", ROOM, 84, Move("static", View(748, 314, 1.9)), stages.room_talk,
        lines=((20, 6), (21, 48)),
    ),
    Shot(
        "lamp", "room wide", ROOM, 72, Move("static", _WIDE), stages.room_last, lines=((22, 18),), lamp_out=28
    ),
    Shot(
        "credits", "credits", CARD, 76, Move("static", View()), begins="fade", over=24,
        captions=(
            Caption(
                "credits",
                ("THE END", "JUNE as herself", "NORA as the director", "TEO as everybody else", "A PIGEON in focus"),
                16, 75,
            ),
        ),
    ),
)  # fmt: skip

FILM = Film("film/Roof Tone.mp4", Fraction(24), 960, 540, _SCENE_ONE + _SCENE_TWO)


def _take(number: int, line: int) -> Film:
    cue = ((1, 4), (line, 84)) if number == 1 else ((line, 84),)
    shot = Shot(
        f"take {number}", "june take", ROOF, 132, Move("static", View(500, 300, 2.0)), stages.june_on_the_roof,
        lines=cue, slate=Slate(f"A00{number}", 1, number, clap=46, gone=54),
    )  # fmt: skip
    return Film(f"rushes/A00{number}_SC1_TK{number}.mov", Fraction(24), 640, 360, (shot,), f"10:0{number}:00:00")


ROOM_TAKE = Film(
    "rushes/B001_SC2_TK1.mp4", Fraction(25), 640, 360,
    (
        Shot(
            "room take", "room take", ROOM, 130, Move("static", View(480, 300, 1.5)), stages.room_wide,
            lines=((12, 50),), slate=Slate("B001", 2, 1, clap=24, gone=34),
        ),
    ),
    "11:00:00:00",
)  # fmt: skip

CITY_VIEWS = Film(
    "rushes/C001 city.mov", Fraction(30_000, 1001), 640, 360,
    (
        Shot("city by day", "city day", CITY, 130, Move("pan", View(620, 214, 1.3), View(330, 214, 1.3), way="left")),
        Shot("city by night", "city night", NIGHT_CITY, 110, Move("static", View(420, 200, 1.2))),
    ),
    "00:08:57;10",
    is_burnt_in=True,
)  # fmt: skip

FILMS = (FILM, _take(1, 2), _take(2, 5), ROOM_TAKE, CITY_VIEWS)
