"""Consents: what a person has allowed to be done with face and voice, for how long, by which document.

A consent is a decision of its own, kept for a person by id and by where the face is seen, so that it outlives every
re-run. The document is hashed where it lies and never copied. Whether a consent is valid is asked when it is used: at
a day, never once for all. Whoever has no valid consent of the scope ``index`` is unconsented.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from blake3 import blake3

from kinoeye.errors import ConsentError, UseError
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.store.people import anchors_in, anchors_of, called, person, person_at, rows

# What a decision about a consent is about.
CONSENTS = "consents"

# What may be allowed: to be known in the index; a new voice; a moved or made face; training of models.
SCOPES = ("index", "dub", "animate", "train")


@dataclass(frozen=True)
class Consent:
    """One scope of what a person allowed.

    Parameters
    ----------
    person : str
        Id as it is now; as it was when it was said, if the person is no longer known.
    name : str or None
    scope : index, dub, animate, train
    start, end : date
        First and last day.
    document : str
        Name of the file that says so, without its folder.
    sha256, blake3 : str
        Of the document.
    withdrawn : date or None
        First day on which it is no longer valid.
    number : int
        The decision's.
    is_known : bool
        Whether the person is in the index now.
    """

    person: str
    name: str | None
    scope: str
    start: date
    end: date
    document: str
    sha256: str
    blake3: str
    withdrawn: date | None
    number: int
    is_known: bool = True

    def is_valid(self, on: date) -> bool:
        """Say whether it is valid on a day."""
        return self.start <= on <= self.end and (self.withdrawn is None or on < self.withdrawn)

    def state(self, on: date) -> str:
        """Say in one word how it stands on a day: valid, withdrawn, ended or future."""
        if self.withdrawn is not None and on >= self.withdrawn:
            return "withdrawn"
        return "valid" if self.is_valid(on) else ("future" if on < self.start else "ended")


class Consents:
    """The consents of one production.

    Parameters
    ----------
    index : Index
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def give(
        self,
        said: str,
        scopes: Iterable[str],
        document: Path,
        start: date,
        end: date,
        *,
        who: str = "",
        why: str = "",
    ) -> int:
        """Keep a consent, and return the decision's number.

        Parameters
        ----------
        said : str
            The person's id or name.
        scopes : iterable of index, dub, animate, train
        document : Path
            Hashed, never copied.
        start, end : date
            First and last day.
        who, why : str

        Raises
        ------
        UseError
            If the person is unknown or named twice, a scope is none, the days are the wrong way round, or the document
            cannot be read.
        """
        row = person(self._index, said)
        wanted = _checked(scopes)
        if end < start:
            raise UseError(f"consent: the last day must not come before the first, got {start} to {end}")
        value = {"scopes": wanted, "from": start.isoformat(), "to": end.isoformat(), **_hashed(document)}
        return self._index.decisions.add(Decision(CONSENTS, _key(self._index, row["person"]), value, who, why))

    def withdraw(
        self, said: str, scopes: Iterable[str] = SCOPES, *, on: date | None = None, who: str = "", why: str = ""
    ) -> int:
        """Take consents back from a day on (today), and return the decision's number.

        Raises
        ------
        UseError
            If the person is unknown or named twice, a scope is none, or nothing was given that could be taken back.
        """
        row = person(self._index, said)
        wanted, day = _checked(scopes), on or date.today()
        mine = [each for each in self.all() if each.person == row["person"] and each.scope in wanted]
        if not any(each.withdrawn is None or each.withdrawn > day for each in mine):
            raise UseError(
                f"consent: {called(row)} must have given what is taken back, got nothing for {', '.join(wanted)}",
                remedy="All that was given: kinoeye consent DIR list",
            )
        value = {"scopes": wanted, "withdrawn": day.isoformat()}
        return self._index.decisions.add(Decision(CONSENTS, _key(self._index, row["person"]), value, who, why))

    def all(self) -> list[Consent]:
        """Return every consent, one for each scope, in the order in which they were given."""
        said = self._index.decisions.all(CONSENTS)
        if not said:
            return []
        names = {row["person"]: row["name"] for row in rows(self._index, "persons")}
        now = {decision.id: _now(self._index, decision, names) for decision in said}
        given: list[Consent] = []
        for decision in said:
            who, value = now[decision.id], decision.value
            if "withdrawn" in value:
                day = date.fromisoformat(value["withdrawn"])
                given = [_until(each, day) if each.person == who and each.scope in value["scopes"] else each
                         for each in given]  # fmt: skip
                continue
            given += [
                Consent(
                    who, names.get(who), scope, date.fromisoformat(value["from"]), date.fromisoformat(value["to"]),
                    value["document"], value["sha256"], value["blake3"], None, decision.id, who in names,
                )
                for scope in value["scopes"]
            ]  # fmt: skip
        return given

    def require(self, said: str, scope: str, on: date | None = None) -> Consent:
        """Return a person's valid consent for a scope; whatever uses a likeness or a voice asks here first.

        Parameters
        ----------
        said : str
            The person's id or name.
        scope : index, dub, animate, train
        on : date
            Today if not given.

        Raises
        ------
        ConsentError
            If there is none that is valid on that day.
        UseError
            If the person is unknown or named twice, or the scope is none.
        """
        (scope,) = _checked([scope])
        row, day = person(self._index, said), on or date.today()
        mine = [each for each in self.all() if each.person == row["person"] and each.scope == scope]
        for each in mine:
            if each.is_valid(day):
                return each
        raise ConsentError(
            f"consent: {called(row)} must have allowed {scope} on {day}, got {_why_not(mine, day)}",
            remedy=f"With a signed document: kinoeye consent DIR give {row['person']} --scope {scope} "
            "--document FILE --from DATE --to DATE",
        )

    def unconsented(self, on: date | None = None) -> set[str]:
        """Return the ids of the people without a valid consent of the scope ``index``."""
        day = on or date.today()
        allowed = {each.person for each in self.all() if each.scope == "index" and each.is_valid(day)}
        return {row["person"] for row in rows(self._index, "persons")} - allowed


def require(index: Index, said: str, scope: str, on: date | None = None) -> Consent:
    """Return a person's valid consent for a scope, or raise; as `Consents.require`."""
    return Consents(index).require(said, scope, on)


def _why_not(mine: Sequence[Consent], day: date) -> str:
    """Say how the consent that came nearest fails."""
    if not mine:
        return "nothing"
    last = mine[-1]
    told = {
        "withdrawn": f"one that was withdrawn on {last.withdrawn}",
        "ended": f"one that ended on {last.end}",
        "future": f"one that begins on {last.start}",
    }
    return told[last.state(day)]


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(scopes))
    unknown: Collection[str] = [each for each in wanted if each not in SCOPES]
    if unknown or not wanted:
        raise UseError(f"consent: scopes must be of {', '.join(SCOPES)}, got {', '.join(unknown) or 'none'}")
    return wanted


def _hashed(document: Path) -> dict[str, Any]:
    try:
        data = document.read_bytes()
    except OSError as error:
        raise UseError(
            f"consent: the document must be a file to read, got {document}: {error.strerror}",
            remedy="Name the signed form, a scan or a PDF; it is hashed, not copied",
        ) from error
    if not data:
        raise UseError(f"consent: the document must hold something, got 0 bytes in {document}")
    return {
        "document": document.name, "bytes": len(data),
        "sha256": sha256(data).hexdigest(), "blake3": blake3(data).hexdigest(),
    }  # fmt: skip


def _key(index: Index, who: str) -> dict[str, Any]:
    return {"person": who, "anchors": [anchor.plain() for anchor in anchors_of(index, who)]}


def _now(index: Index, decision: Decision, names: Collection[str]) -> str:
    """Return the id that the person of a decision has now."""
    who = str(decision.key["person"])
    if who in names:
        return who
    return person_at(index, anchors_in(decision)) or who


def _until(consent: Consent, day: date) -> Consent:
    earlier = day if consent.withdrawn is None else min(day, consent.withdrawn)
    return Consent(**{**vars(consent), "withdrawn": earlier})
