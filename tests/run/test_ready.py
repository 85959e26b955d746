"""Analyses that cannot run here are left out, once, with one sentence."""

from collections.abc import Callable

import pyarrow as pa
import pytest

from kinoeye.analysis import analysis, marked
from kinoeye.errors import MissingError, ModelError
from kinoeye.run.ready import ready, without
from kinoeye.tables import Table


def _table(name: str) -> Table:
    return Table(name, "A row.", (("number", pa.int32(), "a number"),))


@analysis(_table("faces"), version=1, models=("net",))
def faces(stills: object) -> pa.Table:
    """Find faces."""


@analysis(_table("vectors"), version=1, asks=("purpose",))
def vectors(faces: object, *, purpose: str = "") -> pa.Table:
    """Tell them apart."""


@analysis(_table("persons"), version=1, scope="production")
def persons(vectors: object) -> pa.Table:
    """Gather them."""


@analysis(_table("framing"), version=1)
def framing(shots: object, faces: object = None) -> pa.Table:
    """Say how they are framed; faces are welcome, not needed."""


@analysis(_table("words"), version=1, may_use=("large", "small"))
def words(sound: object) -> pa.Table:
    """Find words, better with a net."""


ALL = [marked(each) for each in (persons, faces, vectors, framing)]


def _identity(name: str) -> str:
    return "1"


def _missing(name: str) -> str:
    raise MissingError(
        f"models: {name} must be there, got no file", remedy=f"Fetch it with: kinoeye models pull {name}"
    )


def test_what_is_asked_for_and_said_runs() -> None:
    running, left_out = ready(ALL, {"vectors": {"purpose": "continuity"}}, _identity)
    assert (running, left_out) == (ALL, {})


def test_without_a_purpose_it_and_what_needs_it_are_left_out() -> None:
    running, left_out = ready(ALL, {"vectors": {"purpose": ""}}, _identity)
    assert [each.name for each in running] == ["faces", "framing"]
    assert left_out["vectors"] == 'asks for purpose. Say it in kinoeye.toml, in [vectors]: purpose = "…"'
    assert left_out["persons"] == "needs vectors, which is left out"


def test_without_weights_it_and_what_needs_it_are_left_out() -> None:
    running, left_out = ready(ALL, {"vectors": {"purpose": "continuity"}}, _missing)
    assert [each.name for each in running] == ["framing"]
    assert left_out["faces"] == "needs net must be there, got no file. Fetch it with: kinoeye models pull net"


def test_a_model_that_it_may_use_can_be_missing() -> None:
    assert ready([marked(words)], {}, _missing) == ([marked(words)], {})


def test_a_model_that_it_may_use_is_not_used_damaged() -> None:
    def damaged(name: str) -> str:
        raise ModelError(f"models: {name} must be there, got another SHA-256", remedy="Fetch it again")

    every = [marked(words), marked(framing)]
    assert ready(every, {}, damaged) == (every, {})
    assert marked(words).weights(damaged) == {}
    told = "{0} must be there, got another SHA-256. Fetch it again"
    assert without(every, damaged) == {"words": f"{told.format('large')}; {told.format('small')}"}


def test_the_next_that_can_be_used_is_used_and_the_better_one_told() -> None:
    def damaged(name: str) -> str:
        if name == "large":
            raise ModelError("models: large must be there, got another SHA-256", remedy="Fetch it again")
        return "1"

    assert marked(words).weights(damaged) == {"small": "1"}
    assert without([marked(words)], damaged) == {"words": "large must be there, got another SHA-256. Fetch it again"}


@pytest.mark.parametrize("identity", [_identity, _missing])
def test_of_models_that_are_whole_or_not_there_nothing_is_told(identity: Callable[[str], str]) -> None:
    assert without([marked(words)], identity) == {}


@pytest.mark.parametrize("order", [ALL, ALL[::-1]])
def test_the_order_of_the_list_does_not_matter(order: list[object]) -> None:
    _, left_out = ready(order, {}, _missing)  # type: ignore[arg-type]
    assert set(left_out) == {"faces", "vectors", "persons"}
