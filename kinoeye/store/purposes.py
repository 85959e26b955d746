"""Purposes: what may be done with what viewers did, log by log, by whose word, and until when.

A log is a viewing log of the production, by its content; what is said of `ALL` holds for each log of which nothing
else was said. The last word counts. While no one has said anything, viewers may be counted and nothing more: no picture
is made of any single one, nothing is suggested, and nothing leaves the house.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kinoeye.errors import ConsentError, UseError
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index

LOG_PURPOSES = "log_purposes"
ALL = "all"

# To count viewers, hours, who left where; to tell kinds of viewers and who may leave for good; to suggest titles to
# each; to give figures to others.
PURPOSES = ("statistics", "profiles", "recommend", "publish")
UNSAID = ("statistics",)


@dataclass(frozen=True)
class Purpose:
    """What may be done with one log.

    Parameters
    ----------
    log : str
        The log's content hash, or `all`.
    purposes : tuple of str
        Of `PURPOSES`; empty where it may not be used.
    basis : str
        Why it is lawful: consent, contract, or what else was said.
    until : date or None
        Last day.
    number : int
        The decision's; 0 where nobody has said it.
    """

    log: str
    purposes: tuple[str, ...]
    basis: str = ""
    until: date | None = None
    number: int = 0

    def is_over(self, on: date) -> bool:
        """Say whether its last day has gone by."""
        return self.until is not None and on > self.until

    def on(self, day: date) -> frozenset[str]:
        """Return what may be done on a day."""
        return frozenset() if self.is_over(day) else frozenset(self.purposes)


class Purposes:
    """What may be done with the logs of one production.

    Parameters
    ----------
    index : Index
    """

    def __init__(self, index: Index) -> None:
        self._decisions = index.decisions

    def say(
        self, log: str, purposes: Iterable[str], *, basis: str = "", until: date | None = None, who: str = "",
        why: str = "",
    ) -> int:  # fmt: skip
        """Keep what may be done with a log, in place of what was said before, and return the decision's number.

        Parameters
        ----------
        log : str
            Content hash, or `all`.
        purposes : iterable of statistics, profiles, recommend, publish
            None at all: it may no longer be used.
        basis : str
        until : date
        who, why : str

        Raises
        ------
        UseError
            If a purpose is none.
        """
        wanted = list(dict.fromkeys(purposes))
        if unknown := [each for each in wanted if each not in PURPOSES]:
            raise UseError(f"purpose: purposes must be of {', '.join(PURPOSES)}, got {', '.join(unknown)}")
        value: dict[str, Any] = {"purposes": wanted, "basis": basis}
        if until is not None:
            value["until"] = until.isoformat()
        return self._decisions.add(Decision(LOG_PURPOSES, {"log": log}, value, who, why))

    def all(self) -> list[Purpose]:
        """Return what holds now of each log of which something was said, and of all others."""
        last: dict[str, Purpose] = {ALL: Purpose(ALL, UNSAID)}
        for each in self._decisions.all(LOG_PURPOSES):
            until = each.value.get("until")
            log = str(each.key["log"])
            last[log] = Purpose(log, tuple(each.value["purposes"]), str(each.value.get("basis", "")),
                                date.fromisoformat(until) if until else None, each.id)  # fmt: skip
        return list(last.values())

    def of(self, log: str) -> Purpose:
        """Return what holds now of one log."""
        said = {each.log: each for each in self.all()}
        return said.get(log, said[ALL])

    def lacking(self, logs: Iterable[str], purpose: str, on: date | None = None) -> list[str]:
        """Return the logs that may not be used for a purpose on a day (today)."""
        day, said = on or date.today(), {each.log: each for each in self.all()}
        return [log for log in logs if purpose not in said.get(log, said[ALL]).on(day)]

    def require(self, logs: Iterable[str], purpose: str, on: date | None = None) -> None:
        """Go on only where all logs may be used for a purpose.

        Raises
        ------
        ConsentError
            If one may not.
        """
        if lacking := self.lacking(logs, purpose, on):
            raise ConsentError(
                f"purpose: every log must be kept for {purpose}, got {len(lacking)} that are not",
                remedy=f"Say it with a reason: kinoeye audience purpose DIR --for statistics,{purpose}",
            )
