"""A plan holds exactly what is not known yet."""

import pyarrow as pa
import pytest

from kinoeye.analysis import Analysis, analysis, marked
from kinoeye.errors import MissingError, UseError
from kinoeye.run.plan import Material, Plan, analysis_fingerprint, chosen, plan, stages, stream_fingerprint
from kinoeye.run.settings import MediaSettings, Settings
from kinoeye.tables import Table


def _table(name: str) -> Table:
    return Table(name, "A row.", (("number", pa.int32(), "a number"),))


@analysis(_table("shots"), version=1, models=("net",))
def shots(thumbs: object, *, threshold: float = 0.5) -> pa.Table:
    """Find shots."""


@analysis(_table("colours"), version=1)
def colours(stills: object, shots: object) -> pa.Table:
    """Find colours."""


@analysis(_table("levels"), version=1)
def levels(mono_16k: object, shots: object = None) -> pa.Table:
    """Find levels; shots are welcome, not needed."""


@analysis(_table("twins"), version=1, scope="production")
def twins(colours: object) -> pa.Table:
    """Find twins."""


ALL = [marked(each) for each in (shots, colours, levels, twins)]
FILM = Material("film", "video", frozenset({"thumbs", "stills", "mono_16k"}))
TAPE = Material("tape", "sound", frozenset({"mono_16k"}))


def _settings(threshold: float = 0.5) -> Settings:
    return Settings(analyses={each.name: {**each.settings} for each in ALL} | {"shots": {"threshold": threshold}})


def _plan(known: Plan | None = None, *, threshold: float = 0.5, net: str = "1", analyses: list[Analysis] = ALL,
          failed: dict[tuple[str, str], str] | None = None) -> Plan:  # fmt: skip
    streams = {}
    if known is not None:
        media = MediaSettings()
        streams = {(m.asset, s): stream_fingerprint(s, m.asset, media) for m in (FILM, TAPE) for s in m.streams}
    return plan(
        [FILM, TAPE], analyses, _settings(threshold), lambda _: net,
        results=known.fingerprints if known else {}, streams=streams, failed=failed or {},
    )  # fmt: skip


def _done(made: Plan) -> set[tuple[str, str]]:
    return {key for key in made.steps if key[1] != "production"}


def test_everything_is_to_do_at_first() -> None:
    made = _plan()
    assert _done(made) == {("decode", "film"), ("decode", "tape"), ("shots", "film"), ("colours", "film"),
                           ("levels", "film"), ("levels", "tape")}  # fmt: skip
    assert made.steps["decode", "film"].streams == ("mono_16k", "stills", "thumbs")
    assert made.steps["decode", "tape"].streams == ("mono_16k",)
    assert ("shots", "film") in made.steps["colours", "film"].needs


def test_nothing_is_to_do_when_all_is_known() -> None:
    assert _done(_plan(_plan())) == set()


def test_a_changed_setting_redoes_exactly_what_depends_on_it() -> None:
    assert _done(_plan(_plan(), threshold=0.6)) == {("shots", "film"), ("colours", "film"), ("levels", "film")}


def test_another_model_redoes_what_uses_it() -> None:
    assert ("shots", "film") in _done(_plan(_plan(), net="2"))
    assert ("levels", "tape") not in _done(_plan(_plan(), net="2"))


def test_streams_that_went_are_made_again_only_for_what_is_stale() -> None:
    known = _plan()
    made = plan([FILM, TAPE], ALL, _settings(0.6), lambda _: "1", results=known.fingerprints, streams={}, failed={})
    assert made.steps["decode", "film"].streams == ("mono_16k", "stills", "thumbs")
    assert ("decode", "tape") not in made.steps


def test_what_failed_is_not_tried_again_and_blocks_what_needs_it() -> None:
    first = _plan()
    made = _plan(failed={("shots", "film"): first.fingerprints["shots", "film"]})
    assert made.blocked["shots", "film"] == ("shots", "film")
    assert made.blocked["colours", "film"] == ("shots", "film")
    assert ("levels", "film") in made.steps, "an optional input may be missing"
    changed = _plan(failed={("shots", "film"): first.fingerprints["shots", "film"]}, threshold=0.6)
    assert ("shots", "film") in changed.steps


def test_a_film_that_cannot_be_decoded_is_left_alone() -> None:
    first = _plan()
    made = _plan(failed={("decode", "film"): first.steps["decode", "film"].fingerprint})
    assert not [key for key in made.steps if key[1] == "film"]
    assert ("levels", "tape") in made.steps


def test_production_waits_for_the_tables_it_reads() -> None:
    made = _plan()
    assert made.steps["twins", "production"].needs == (("colours", "film"),)
    order: list[tuple[str, str]] = []
    sorter = made.sorter()
    while sorter.is_active():
        ready = sorter.get_ready()
        order.extend(ready)
        sorter.done(*ready)
    assert order.index(("colours", "film")) < order.index(("twins", "production"))


def test_only_brings_what_is_needed() -> None:
    assert [each.name for each in chosen(ALL, ["colours"])] == ["shots", "colours"]
    with pytest.raises(UseError, match=r"got colors\. Did you mean colours"):
        chosen(ALL, ["colors"])


def test_a_decision_redoes_what_reads_the_corrected_table() -> None:
    known = _plan()
    media = MediaSettings()
    streams = {(m.asset, s): stream_fingerprint(s, m.asset, media) for m in (FILM, TAPE) for s in m.streams}

    def decided(table: str, asset: str) -> list[int]:
        return [7] if (table, asset) == ("shots", "film") else []

    made = plan([FILM, TAPE], ALL, _settings(), lambda _: "1", results=known.fingerprints, streams=streams, failed={},
                decided=decided)  # fmt: skip
    assert _done(made) == {("colours", "film"), ("levels", "film")}


def test_a_table_of_the_production_waits_for_those_it_reads() -> None:
    @analysis(_table("pairs"), version=1, scope="production")
    def pairs(twins: object, previous: object) -> pa.Table:
        """Find pairs of twins."""

    made = _plan(analyses=[marked(pairs), *ALL])
    assert ("twins", "production") in made.steps["pairs", "production"].needs
    order = []
    sorter = made.sorter()
    while sorter.is_active():
        for key in sorter.get_ready():
            order.append(key[0])
            sorter.done(key)
    assert order.index("twins") < order.index("pairs")


@analysis(_table("wordings"), version=1, scope="production")
def wordings(colours: object) -> pa.Table:
    """Say which text belongs to which sound."""


@analysis(_table("words"), version=1)
def words(mono_16k: object, wordings: object) -> pa.Table:
    """Find words."""


@analysis(_table("heard"), version=1, models=("net",), may_use=("large", "small"))
def heard(mono_16k: object) -> pa.Table:
    """Hear, better with a large net."""


def test_the_best_model_that_is_there_enters_the_fingerprint() -> None:
    def made(**there: str) -> str:
        def identity(name: str) -> str:
            if name not in there:
                raise MissingError(f"models: {name} must be there, got no file")
            return there[name]

        assert set(marked(heard).weights(identity)) == {"net"} | set(list(there)[1:2])
        return analysis_fingerprint(marked(heard), {}, {}, identity)

    without = made(net="1")
    small, large = made(net="1", small="2"), made(net="1", large="3")
    assert len({without, small, large, made(net="1", large="4")}) == 4
    assert made(net="1", large="3", small="2") == large


HANDING = [*ALL, marked(wordings), marked(words)]


def _handing(rows: dict[str, str], known: Plan | None = None) -> Plan:
    return plan(
        [FILM, TAPE], HANDING, Settings(analyses={each.name: {**each.settings} for each in HANDING}), lambda _: "1",
        results=known.fingerprints if known else {}, streams={}, failed={},
        handed=lambda table, asset: rows.get(asset, "") if table == "wordings" else "",
    )  # fmt: skip


def test_what_a_production_hands_down_is_made_a_stage_before() -> None:
    assert [[each.name for each in stage] for stage in stages(HANDING)] == [
        ["shots", "colours", "wordings"], [each.name for each in HANDING],
    ]  # fmt: skip
    assert stages(ALL) == [ALL]


def test_rows_that_are_handed_down_redo_only_what_they_concern() -> None:
    first = _handing({"film": "1", "tape": "1"})
    again = _handing({"film": "2", "tape": "1"}, first)
    assert _done(again) == {("words", "film"), ("decode", "film")}
    assert not _done(_handing({"film": "1", "tape": "1"}, first))


def test_a_table_handed_down_is_no_asset_of_its_own() -> None:
    assert all(name not in {"wordings", "twins"} for name, _ in _handing({}).fingerprints)
    text = Material("page", "text", frozenset({"text"}))
    made = plan([text], HANDING, Settings(analyses={each.name: {**each.settings} for each in HANDING}),
                lambda _: "1", results={}, streams={}, failed={}, handed=lambda *_: "1")  # fmt: skip
    assert _done(made) == set()
