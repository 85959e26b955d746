"""Progress: how far a run is, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kinoeye.run.faults import Fault


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    stage : scan, look, work, learn or done
    done, total : float
        Expected CPU seconds (bytes while scanning).
    text : str
        What was finished last.
    """

    stage: str
    done: float
    total: float
    text: str = ""


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Parameters
    ----------
    assets, ignored : int
    steps : int
        Results made; 0 if everything was known.
    faults : tuple of Fault
        All that are open now, not only this run's.
    seconds : float
        Wall time.
    left_out : mapping
        Analyses that could not run here, and why, as a sentence.
    without : mapping
        Analyses that ran without a model that is there and cannot be used, and why, as a sentence.
    """

    assets: int
    ignored: int
    steps: int
    faults: tuple[Fault, ...]
    seconds: float
    left_out: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
