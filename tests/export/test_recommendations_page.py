import pytest

from kinoeye.errors import UseError
from kinoeye.export.recommendations_page import recommendations_page

ROWS = [
    {"viewer": "anna", "rank": 1, "title": "t1", "name": "Rain <b>", "score": 0.9, "way": "blend", "cold": False,
     "because": [{"title": "t2", "name": "Sun", "share": 0.4, "moments": []}]},
    {"viewer": "anna", "rank": 2, "title": "t3", "name": None, "score": 0.5, "way": "content", "cold": True,
     "because": []},
]  # fmt: skip


def score(measure: str, value: float | None, **more: object) -> dict[str, object]:
    return {"way": "blend", "is_chosen": True, "split": "viewers", "measure": measure, "group": None, "value": value,
            "low": None, "high": None, "watched": None, "n": 90, **more}  # fmt: skip


SCORES = [
    score("ndcg_100", 0.41, low=0.4, high=0.42), score("gini", 0.8), score("diversity", None),
    score("exposure", 0.3, low=0.25, high=0.33, group="Crime", watched=0.2),
    score("attack_scores", 0.99, split="members", low=0.98, high=1.0),
    score("apart_attack_scores", 0.49, split="members", low=0.44, high=0.53),
]  # fmt: skip


def test_lists_and_reasons_stand_there_in_both_languages_and_escaped() -> None:
    page = recommendations_page(ROWS, title="a & b").decode()
    assert "Rain &lt;b&gt;" in page
    assert "because of Sun 40%" in page
    assert "因为Sun 40%" in page
    assert "a &amp; b: Recommendations" in page
    assert 'id="accuracy"' not in page


def test_scores_are_drawn() -> None:
    page = recommendations_page(ROWS, SCORES, language="zh").decode()
    for part in ("accuracy", "besides", "exposure", "attack", "lists"):
        assert f'id="{part}"' in page
    assert page.count("<svg") >= 3
    assert "0.490" in page


def test_nothing_to_show_is_told() -> None:
    with pytest.raises(UseError, match="there must be something to show, got nothing"):
        recommendations_page([])
    with pytest.raises(UseError, match="language must be one of"):
        recommendations_page(ROWS, language="fr")
