"""``kinoeye words`` says which words are used alike."""

import json

import pytest

from kinoeye.cli.main import main

pytest.importorskip("gensim")


def test_near_words_are_found_in_the_production_and_in_other_texts(tmp_path, capsys):
    folder = tmp_path / "film"
    folder.mkdir()
    (folder / "film.fountain").write_text("INT. A - DAY\n\nThe storm comes. The storm goes.\n", encoding="utf-8")
    corpus = tmp_path / "novel.txt"
    corpus.write_text("\n\n".join(["The gale tears the sail.", "The storm tears the sail."] * 60), encoding="utf-8")
    main(["run", str(folder), "--jobs", "1"])
    capsys.readouterr()
    main(["words", str(folder), "near", "storm", "--corpus", str(corpus), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert {"gale", "tears", "sail", "the"} == {row["word"] for row in rows}
    assert next(row["count"] for row in rows if row["word"] == "gale") == 60
    main(["words", str(folder), "near", "storm"])
    assert "little better than chance" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["far", "storm"], "must be near, got 'far'"), (["near", "storm", "--corpus", "nowhere.txt"], "UTF-8")],
)
def test_bad_use_is_told(tmp_path, capsys, arguments, said):
    (tmp_path / "film.fountain").write_text("INT. A - DAY\n\nThe storm. The storm.\n", encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    with pytest.raises(SystemExit):
        main(["words", str(tmp_path), *arguments])
    assert said in capsys.readouterr().err
