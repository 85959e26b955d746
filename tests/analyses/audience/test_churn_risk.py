"""Who is about to go is told before it happens, no better than can be known and never by what came later."""

import datetime

import numpy as np
import pytest

from kinoeye.analyses.audience.churn_risk import CHURN_RISK, churn_risk
from kinoeye.analyses.audience.sessions import SESSIONS
from kinoeye.errors import SettingError
from kinoeye.learn.metrics import roc_auc
from kinoeye.signals.viewer_habits import DAY_MS, lately, sittings_of
from kinoeye.tables import Stored, with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DAYS = 120


def sessions_of(visits):
    """Make sessions of (viewer, day, whether it stalled)."""
    made = []
    for number, (viewer, day, stalled) in enumerate(visits, 1):
        start = BEGIN + datetime.timedelta(days=float(day))
        made.append({"viewer": viewer, "session": number, "title": f"t{number % 7}", "start": start, "events": 5,
                     "end": start + datetime.timedelta(hours=1), "watched": 3600 * FLICKS_PER_SECOND, "rebuffers": 0,
                     "rebuffered": 600 * FLICKS_PER_SECOND if stalled else 0,
                     "ended": "rebuffering" if stalled else "stopped"})  # fmt: skip
    return Stored.of(with_asset(SESSIONS.from_rows(made), "production"))


def planted(random, viewers=900, stays=0.99):
    """Viewers come every few days; those who are troubled by stalls go soon, others late."""
    visits, ends, troubled = [], {}, set()
    for viewer in range(1, viewers + 1):
        is_troubled = random.random() < 0.3
        troubled |= {viewer} if is_troubled else set()
        day, end = random.uniform(0, 40), random.geometric(0.04 if is_troubled else 1 - stays) + 20.0
        ends[viewer] = day + end
        while day < min(DAYS, ends[viewer]):
            visits.append((viewer, day, is_troubled and random.random() < 0.8))
            day += random.exponential(3) + 0.1
    return visits, ends, troubled


def test_planted_reasons_are_found():
    visits, ends, troubled = planted(np.random.default_rng(1), viewers=600)
    found = churn_risk(sessions_of(visits), horizon=14)
    assert found.schema.equals(CHURN_RISK.schema)
    first = found.to_pylist()[0]
    assert first["auc"] - 2 * first["auc_error"] > 0.55
    assert 0.02 < first["base_rate"] < 0.6
    assert first["calibration_error"] < 0.1
    going = np.array([ends[row["viewer"]] < DAYS + 14 for row in found.to_pylist()])
    assert roc_auc(going.astype(int), np.array(found["risk"].to_pylist())) > 0.6
    risks = {is_troubled: [row["risk"] for row in found.to_pylist() if (row["viewer"] in troubled) is is_troubled]
             for is_troubled in (True, False)}  # fmt: skip
    assert np.mean(risks[True]) > 1.3 * np.mean(risks[False])
    stalls = {"much rebuffering", "gave up while it was loading"}
    told = {row["viewer"] for row in found.to_pylist() if row["reason"] in stalls}
    assert told
    assert told <= troubled
    assert found["risk"].to_pylist() == sorted(found["risk"].to_pylist(), reverse=True)


def test_where_nothing_can_be_known_nothing_is_claimed():
    random = np.random.default_rng(3)
    visits = [(v, d, False) for v in range(1, 500) for d in random.uniform(0, DAYS, random.poisson(12))]
    first = churn_risk(sessions_of(visits), horizon=14).to_pylist()[0]
    assert abs(first["auc"] - 0.5) < 4 * first["auc_error"]


def test_what_comes_later_is_not_looked_at():
    visits, _, _ = planted(np.random.default_rng(2), viewers=60)
    cut = BEGIN + datetime.timedelta(days=60)
    own = sittings_of(sessions_of(visits))
    past = sittings_of(sessions_of([each for each in visits if each[1] < 60]))
    at = int(cut.timestamp() * 1000)
    whole, part = (lately(each, at, 14) for each in (own, past))
    places = np.searchsorted(own.viewers, past.viewers)
    for name, values in part.items():
        assert np.allclose(whole[name][places], values), name
    assert DAY_MS == 86_400_000


def test_too_little_gives_nothing():
    assert churn_risk(sessions_of([])).num_rows == 0
    assert churn_risk(sessions_of([(1, 0, False)])).num_rows == 0
    assert (
        churn_risk(sessions_of([(v, d, False) for v in range(5) for d in range(0, 120, 3)]), horizon=14).num_rows == 0
    )


def test_settings_have_bounds():
    with pytest.raises(SettingError, match="churn_risk: horizon must be 1 day or more, got 0"):
        churn_risk(sessions_of([]), horizon=0)
