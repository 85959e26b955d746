from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.signals.title_rows import title_rows


def test_ids_go_before_names_and_doubles_mean_nothing() -> None:
    rows = [{"row": 0, "title": "7", "source_id": "a"}, {"row": 1, "title": "Rain", "source_id": "7"},
            {"row": 2, "title": "Sun"}, {"row": 3, "title": "Sun"}]  # fmt: skip
    found = title_rows(TITLES.from_rows(rows))
    assert found == {"a": 0, "7": 1, "Rain": 1}
    assert title_rows(None) == {}
