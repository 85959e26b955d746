"""Ideas of every kind come from the user's own texts, each beside its nearest passage."""

import random

import pytest

from kinoeye.errors import DocumentError, UseError
from kinoeye.run import drafting
from kinoeye.run.ideas import KINDS, desk
from kinoeye.run.settings import IdeaSettings

PEOPLE = ("NORA", "JUNE", "VIKTOR", "HAMID")
PLACES = ("OLD HARBOUR", "RED KITCHEN", "NIGHT TRAM", "WINTER GARDEN")
SAID = "I never said that the boat was mine."
VERBS, THINGS, WHERE = ("took", "lost", "sold", "found"), ("boat", "letter", "key", "coat"), ("here", "there", "again")
CHINESE = (
    "外景 {place} 白天\n\n{who}走进来，看着窗外的雨。\n\n{who}\n你为什么不回家？\n\n{other}\n我不想回家，外面下雨。\n\n"
)


def _screenplay():
    chance = random.Random(1)

    def told(who):
        return f"{who} {chance.choice(VERBS)} the {chance.choice(THINGS)} {chance.choice(WHERE)}."

    scenes = []
    for number in range(10):
        one, other = PEOPLE[number % 4], PEOPLE[(number + 1 + number // 4) % 4]
        heading = f"{('INT', 'EXT')[number % 2]}. {PLACES[number % 4]} - {('DAY', 'NIGHT')[number // 4 % 2]}"
        parts = [heading, told(one.capitalize())]
        parts += [f"{who}\n{told('You')}" for who in (one, other, one)]
        scenes.append("\n\n".join([*parts, told(other.capitalize())]))
    return "\n\n".join([*scenes, f"HAMID\n{SAID}"]) + "\n"


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.fountain"
    path.write_text(_screenplay(), encoding="utf-8")
    return path, drafting.script_story(path)


def _desk(film, corpora=(), **settings):
    return desk(film[1], IdeaSettings(**settings), corpora=corpora)


@pytest.mark.parametrize("what", KINDS)
def test_every_kind_has_ideas_and_the_same_twice(film, what):
    table = _desk(film)
    made = table.ideas(what, count=3, seed=4)
    assert made.ideas
    assert len({each.text for each in made.ideas}) == len(made.ideas) <= 3
    assert all(each.what == what and each.text and each.based_on for each in made.ideas)
    assert made == _desk(film).ideas(what, count=3, seed=4)
    other = [table.ideas(what, count=3, seed=seed) for seed in range(5, 10)]
    assert any(each != made for each in other)


def test_continuations_copy_no_more_than_is_allowed(film):
    whole = film[0].read_text(encoding="utf-8").lower()
    for most in (5, 6):
        made = _desk(film, most_copied=most).ideas("continue", count=5)
        assert made.ideas
        assert all(each.run <= most and not each.is_copied for each in made.ideas)
        assert sum(each.run for each in made.ideas) > 0
    for idea in made.ideas:
        assert idea.source is not None
        assert idea.source.path == film[0].name
        assert idea.source.text.lower() in whole


def test_what_copies_is_marked_or_refused(film):
    marked = _desk(film, most_copied=2, refuse_copied=False).ideas("continue", count=5)
    assert any(each.is_copied for each in marked.ideas)
    assert all(each.is_copied == (each.run > 2) for each in marked.ideas)

    class Parrot:
        address, model = "http://127.0.0.1/v1", "parrot"

        def answers(self, instruction, text, count, seed):
            return [SAID, "Something else altogether"][:count]

    made = _desk(film).sent("continue", Parrot(), count=2, seed=1)
    assert [each.text for each in made.ideas] == ["Something else altogether"]
    assert made.refused == 1
    (copied, _) = _desk(film, refuse_copied=False).sent("continue", Parrot(), count=2, seed=1).ideas
    assert (copied.is_copied, copied.run, copied.share) == (True, 8, 1.0)
    assert copied.source.text == SAID


def test_who_and_lines_are_kept(film):
    made = _desk(film).ideas("continue", who="HAMID", lines=2, count=3)
    assert all(each.text.startswith("HAMID\n") for each in made.ideas)
    assert {len(each.text.split("\n\n")) for each in made.ideas} <= {1, 2}
    with pytest.raises(UseError, match=r"must be somebody of the texts, got 'EVE'"):
        _desk(film).ideas("continue", who="EVE")


def test_places_in_the_screenplay_are_found(film):
    table = _desk(film)
    assert table.passages[table.place("2")].scene == 2
    line = table.passages[7].line
    assert table.place(line=line) == 7
    assert table.passages[table.place()].scene == 10
    for said in ({"scene": "99"}, {"scene": "x"}, {"line": "gone"}):
        with pytest.raises(UseError, match="there must be such a"):
            table.place(**said)
    with pytest.raises(UseError, match="must be one of continue, names"):
        table.ideas("songs")


def test_what_an_endpoint_would_get_is_the_scene_so_far(film):
    table = _desk(film)
    instruction, text = table.asked("continue", table.place("3"))
    assert "Fountain" in instruction
    assert text.startswith("INT. NIGHT TRAM - DAY")
    assert "NORA" in table.asked("names")[1]
    assert "OLD HARBOUR" in table.asked("places")[1]
    assert "conversations: " in table.asked("loglines")[1]
    assert table.asked("beats")[1]


@pytest.mark.parametrize(
    "data",
    [
        "The ferry leaves at nine.\n\nThe ferry never comes back.".encode("utf-16"),
        "渡船九点开。\n\n渡船再也没有回来。".encode("gbk"),
        b"The ferry leaves at nine.\r\n\r\nThe ferry never comes back.",
        b"One line",
        _screenplay().encode(),
    ],
)
def test_corpora_are_learnt_from_too(film, tmp_path, data):
    path = tmp_path / "novel.txt"
    path.write_bytes(data)
    table = _desk(film, [path])
    added = [each for each in table.passages if each.source == "novel.txt"]
    assert len(added) == (1 if data == b"One line" else 2 if b"HARBOUR" not in data else 61)
    assert table.place() == _desk(film).place()
    assert table.ideas("continue", count=1).ideas


def test_a_corpus_that_is_no_text_is_an_error(film, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "bytes.txt").write_bytes(bytes(range(256)) * 9)
    for name in ("empty.txt", "bytes.txt", "gone.txt"):
        with pytest.raises(DocumentError, match=name):
            _desk(film, [tmp_path / name])


def test_of_a_heading_alone_no_idea_is_made_up(tmp_path):
    path = tmp_path / "short.fountain"
    path.write_text("INT. BAR - DAY\n\nRain.\n", encoding="utf-8")
    tables = drafting.script_story(path)
    for what in KINDS[1:]:
        assert desk(tables, IdeaSettings()).ideas(what).ideas == ()
    with pytest.raises(UseError, match="must be one of the production's, got 'x'"):
        desk(tables, IdeaSettings(), script="x")
    nothing = {name: table.slice(0, 0) for name, table in tables.items()}
    with pytest.raises(UseError, match="there must be a screenplay with lines, got none"):
        desk(nothing, IdeaSettings())


def test_chinese_screenplays_have_chinese_ideas(tmp_path):
    people = ("小满", "老周", "阿兰", "许三")
    path = tmp_path / "film.txt"
    text = "".join(
        CHINESE.format(place=place, who=people[at % 4], other=people[(at + 1) % 4])
        for at, place in enumerate(("东边院子", "西边胡同", "河边码头", "老城茶馆", "东边院子"))
    )
    path.write_bytes(text.encode("gbk"))
    table = desk(drafting.script_story(path), IdeaSettings(refuse_copied=False))
    for what in KINDS:
        made = table.ideas(what, count=3)
        assert made.ideas, what
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in each.text) for each in made.ideas)
        assert all(" " not in each.text for each in made.ideas) or what != "continue"
