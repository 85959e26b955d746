"""Trials, planned and judged, by command."""

import json

import pytest

from kinoeye.cli.main import main


def test_a_trial_is_planned(capsys: pytest.CaptureFixture[str]) -> None:
    main(["audience", "trial", "--usual", "0.1", "--change", "0.02", "--json"])
    assert json.loads(capsys.readouterr().out)["viewers_each"] == pytest.approx(3841, abs=3)
    main(["audience", "trial", "--usual", "0.1", "--change", "0.02", "--viewers", "3841"])
    assert "found 80% of the time" in capsys.readouterr().out


def test_a_trial_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    main(["audience", "trial", "10000:1000", "10000:1300", "--change", "0.02"])
    assert "they differ, and one may stop" in capsys.readouterr().out
    main(["audience", "trial", "800:31.5:12", "1200:31.6:12"])
    told = capsys.readouterr().out
    assert "not sure yet" in told
    assert "WARNING: the arms have too unequal numbers" in told


@pytest.mark.parametrize(("given", "said"), [
    ([], "--usual and --change must be given"), (["100:1"], "there must be two arms, got 1"),
    (["100:x", "100:1"], "an arm must be written as"), (["100:101", "100:1"], "who did it must lie in"),
])  # fmt: skip
def test_wrong_use_is_told(given: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audience", "trial", *given])
    assert said in capsys.readouterr().err
