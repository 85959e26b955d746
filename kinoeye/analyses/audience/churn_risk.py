"""Churn risk: how likely it is that somebody who watches now will not in the weeks to come, and what speaks for it.

Left has who does nothing for `horizon` days. Learnt is from what was known `2 * horizon` days before the log ends and
what came in the `horizon` days behind that; judged is on the last `horizon` days, which taught nothing. Beside the AUC
stand the base rate and the AUC of "longer away, likelier gone" alone.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.leaving import Learnt, learn_leaving
from kinoeye.signals.viewer_habits import DAY_MS, Sittings, lately, sittings_of
from kinoeye.tables import Stored, Table, Typed, score

CHURN_RISK = Table("churn_risk", "One row a viewer of the last `horizon` days, who is likeliest to go first.", (
    ("viewer", pa.int64(), "who, as in `events`"),
    ("risk", score(), "chance of no session in the `horizon` days behind the log's end"),
    ("last", pa.timestamp("ms", "UTC"), "end of the last session"),
    ("reason", pa.string(), "what speaks for it most, in words; empty where nothing does"),
    ("way", pa.string(), "logistic or boosted trees; the same for all, as all that follows"),
    ("auc", Typed(pa.float64(), "0..1"), "how often who went was told to be likelier to than who stayed, later on"),
    ("auc_error", pa.float64(), "its standard error"),
    ("simple_auc", Typed(pa.float64(), "0..1"), "the same of days since the last session alone"),
    ("base_rate", Typed(pa.float64(), "0..1"), "share of viewers that went"),
    ("calibration_error", Typed(pa.float64(), "0..1"), "mean distance between chances told and shares that went"),
))  # fmt: skip

Floats = npt.NDArray[np.float64]
_LEAST_EACH = 20  # viewers who went and who stayed, of both times
_REASONS: Mapping[str, str] = {
    "days_since": "away for longer", "tenure_days": "", "sessions": "", "sessions_before": "",
    "fewer_sessions": "fewer sessions than before", "hours": "", "fewer_hours": "watches less than before",
    "active_days": "", "late": "away for longer than usual", "titles": "", "waiting": "much rebuffering",
    "gave_up": "gave up while it was loading",
}  # fmt: skip
_FEWER: Mapping[str, str] = {
    "sessions": "few sessions", "hours": "watches little", "active_days": "few active days",
    "tenure_days": "came not long ago", "titles": "one title only",
}  # fmt: skip
_SPEAKS = 0.2  # log odds


@analysis(CHURN_RISK, version=1, scope="production", purpose="profiles")
def churn_risk(sessions: Stored, *, horizon: int = 28) -> pa.Table:
    """Say how likely each active viewer is to go.

    Parameters
    ----------
    sessions : table `sessions`
    horizon : days
        Without a session after which somebody has gone. Logs must hold four times as many; else there are no rows.

    Raises
    ------
    SettingError
        If `horizon` is below 1.
    """
    if horizon < 1:
        raise SettingError(f"churn_risk: horizon must be 1 day or more, got {horizon}")
    own = sittings_of(sessions)
    span = horizon * DAY_MS
    if not len(own) or int(own.end.max()) - int(own.start.min()) < 4 * span:
        return CHURN_RISK.empty()
    end = int(own.end.max()) + 1
    told = [_at(own, end - back * span, span) for back in (2, 1)]
    if any(min(left.sum(), len(left) - left.sum()) < _LEAST_EACH for _, _, left in told):
        return CHURN_RISK.empty()
    (_, train, left), (_, later, later_left) = told
    names = list(lately(own, end, horizon))
    learnt = learn_leaving(train, left, later, later_left, names.index("days_since"))
    who, now, _ = _at(own, end, span)
    return _rows(own, who, now, learnt, names)


def _at(own: Sittings, cut: int, span: int) -> tuple[npt.NDArray[np.int64], Floats, npt.NDArray[np.int64]]:
    """Return who was active just before a moment, what was known of them then, and who did not come again."""
    features = lately(own, cut, span / DAY_MS)
    counts = len(own.viewers)
    before = np.bincount(own.viewer[(own.start < cut) & (own.start >= cut - span)], minlength=counts) > 0
    after = np.bincount(own.viewer[(own.start >= cut) & (own.start < cut + span)], minlength=counts) > 0
    who = np.flatnonzero(before)
    stacked = np.stack([np.asarray(each, np.float64) for each in features.values()], axis=1)
    return who, stacked[who], (~after[who]).astype(np.int64)


def _rows(own: Sittings, who: npt.NDArray[np.int64], now: Floats, learnt: Learnt, names: list[str]) -> pa.Table:
    risk = learnt.chance(now)
    last = np.zeros(len(own.viewers), np.int64)
    np.maximum.at(last, own.viewer, own.end)
    apart = (now - learnt.middle) / learnt.spread
    speaks = apart * learnt.pull
    words = np.array([[_FEWER.get(name, ""), _REASONS[name]] for name in names], object)
    text = words[np.arange(len(names))[None], (apart > 0).astype(int)]
    speaks = np.where(text == "", 0.0, speaks)
    best = speaks.argmax(axis=1)
    reason = np.where(speaks.max(axis=1) >= _SPEAKS, text[np.arange(len(text)), best], "")
    same = {"way": learnt.way, "auc": learnt.auc, "auc_error": learnt.auc_error, "simple_auc": learnt.simple_auc,
            "base_rate": learnt.base_rate, "calibration_error": learnt.calibration_error}  # fmt: skip
    rows = CHURN_RISK.from_columns(
        viewer=own.viewers[who], risk=risk, reason=reason.tolist(),
        last=pa.array(last[who]).cast(pa.timestamp("ms", "UTC")),
        **{name: [value] * len(who) for name, value in same.items()},
    )  # fmt: skip
    return rows.sort_by([("risk", "descending"), ("viewer", "ascending")])
