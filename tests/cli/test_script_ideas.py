"""``kinoeye script ideas`` gives ideas, and sends nothing to anybody without being told."""

import json
import random

import pytest

from kinoeye.cli.main import main
from kinoeye.models.endpoint import Endpoint

PEOPLE = ("NORA", "JUNE", "VIKTOR")


def _screenplay():
    chance = random.Random(1)
    verbs, things = ("took", "lost", "sold", "found"), ("boat", "letter", "key", "coat")
    parts = []
    for number in range(8):
        parts.append(f"INT. {('HARBOUR', 'KITCHEN', 'TRAM', 'GARDEN')[number % 4]} - DAY")
        parts.append(f"The {chance.choice(things)} is gone.")
        parts += [f"{who}\nYou {chance.choice(verbs)} the {chance.choice(things)} again." for who in PEOPLE]
    return "\n\n".join(parts) + "\n"


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "film.fountain"
    path.write_text(_screenplay(), encoding="utf-8")
    return path


@pytest.fixture
def sent(monkeypatch):
    """Record what goes to the endpoint, and answer nonsense."""
    calls = []

    def answers(self, *asked):
        calls.append((self, *asked))
        return ["Zounds gadzooks"] * asked[2]

    monkeypatch.setattr(Endpoint, "answers", answers)
    return calls


def test_ideas_of_a_file_are_said_with_their_source(script, capsys, sent):
    main(["script", "ideas", str(script), "--count", "2"])
    out = capsys.readouterr().out
    assert "based on how the texts go on in:" in out
    assert "  nearest: film.fountain, page " in out
    assert "words (" in out
    main(["script", "ideas", str(script), "names", "--count", "2", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["refused"] == 0
    assert [each["what"] for each in told["ideas"]] == ["names", "names"]
    assert sent == []


def test_what_is_marked_says_so(script, capsys):
    main(["script", "ideas", str(script), "--most-copied", "1", "--mark"])
    assert " COPIED" in capsys.readouterr().out


def test_of_a_production_the_endpoint_gets_only_what_was_agreed_to(script, tmp_path, capsys, sent):
    folder = tmp_path / "film"
    folder.mkdir()
    script.rename(folder / script.name)
    (folder / "kinoeye.toml").write_text(
        '[ideas]\nendpoint = "http://127.0.0.1:9/v1"\nendpoint_model = "tiny"\n', encoding="utf-8"
    )
    main(["run", str(folder), "--jobs", "1"])
    main(["script", "ideas", str(folder)])
    assert sent == []
    capsys.readouterr()
    main(["script", "ideas", str(folder), "--by", "endpoint", "--json"])
    would = json.loads(capsys.readouterr().out)["would_send"]
    assert (would["to"], would["model"]) == ("http://127.0.0.1:9/v1", "tiny")
    assert would["text"].startswith("INT. GARDEN - DAY")
    main(["script", "ideas", str(folder), "--by", "endpoint"])
    assert "nothing was sent. With --send, tiny at http://127.0.0.1:9/v1 gets:" in capsys.readouterr().out
    assert sent == []
    main(["script", "ideas", str(folder), "--by", "endpoint", "--send", "--count", "1", "--json"])
    (idea,) = json.loads(capsys.readouterr().out)["ideas"]
    assert (idea["text"], idea["run"], idea["source"]) == ("Zounds gadzooks", 0, None)
    ((_, instruction, text, *_),) = sent
    assert (instruction, text) == (would["instruction"], would["text"])
    with pytest.raises(SystemExit):
        main(["script", "ideas", str(folder), "--by", "transformer"])
    assert "Learn first: kinoeye script learn DIR" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["songs"], 2, "ideas must be one of continue, names"),
        (["--by", "magic"], 2, "--by must be one of ngrams, transformer, endpoint"),
        (["--by", "endpoint"], 2, "an endpoint must be set, got none"),
        (["--by", "endpoint", "--who", "NORA"], 2, "must go with --by ngrams"),
        (["names", "--by", "transformer"], 2, "must go with continue, got names"),
        (["--by", "transformer"], 2, "must be a folder"),
        (["--who", "EVE"], 2, "who speaks must be somebody of the texts"),
        (["--scene", "99"], 2, "there must be such a scene"),
        (["--line", "x"], 2, "there must be such a line"),
        (["--script", "other.fountain"], 2, "the script must be one of the production's"),
        (["--corpus", "gone.txt"], 3, "gone.txt"),
    ],
)
def test_bad_use_is_one_line(script, capsys, options, code, said):
    with pytest.raises(SystemExit) as ended:
        main(["script", "ideas", str(script), *options])
    told = capsys.readouterr()
    assert ended.value.code == code
    assert told.out == ""
    assert said in told.err
    assert told.err.startswith("kinoeye: ")


def test_bad_settings_are_told(script, capsys):
    (script.parent / "kinoeye.toml").write_text("[ideas]\nmost_copied = 0\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["script", "ideas", str(script.parent)])
    assert ended.value.code == 2
    assert "[ideas] most_copied must lie in 1..1000, got 0" in capsys.readouterr().err
