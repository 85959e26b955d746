"""Faults: what could not be done, why, and what to do about it.

A fault is kept under the fingerprint of what was tried, so that the same thing is not tried again and again; a changed
file or setting, or ``--retry``, tries anew.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pyarrow as pa

from kinoeye.store.results import Provenance, Results
from kinoeye.tables import Table

FAULTS = Table(
    "faults",
    "One row for everything that could not be done, or only in part.",
    (
        ("asset", pa.string(), "the asset's content hash; `production` for what speaks of all of them"),
        ("path", pa.string(), "the file, as it lies in the production's folder"),
        ("analysis", pa.string(), "what was tried: scan, probe, decode, or an analysis by name"),
        ("severity", pa.string(), "failed: there is no result; damaged: there is one, of what could be read"),
        ("message", pa.string(), "where it was, what must hold and what came"),
        ("remedy", pa.string(), "what can be done about it; empty if nothing is known"),
        ("detail", pa.string(), "for whoever mends Kinoeye: the place in the code; empty for a fault of the material"),
        ("fingerprint", pa.string(), "of what was tried"),
    ),
)


@dataclass(frozen=True)
class Fault:
    """One row of `faults`."""

    asset: str
    path: str
    analysis: str
    message: str
    remedy: str = ""
    severity: str = "failed"
    detail: str = ""
    fingerprint: str = ""


class FaultBook:
    """The faults of one production while it runs.

    Parameters
    ----------
    results : Results
    """

    def __init__(self, results: Results) -> None:
        self._results = results
        self._by_asset: dict[str, list[Fault]] = {
            asset: [Fault(**row) for row in results.read("faults", asset).to_pylist()]
            for asset in results.assets("faults")
        }

    def all(self) -> list[Fault]:
        """Return every fault, in the order of paths."""
        faults = [fault for faults in self._by_asset.values() for fault in faults]
        return sorted(faults, key=lambda fault: (fault.path, fault.analysis, fault.message))

    def failed(self) -> dict[tuple[str, str], str]:
        """Return the fingerprints under which something failed, by (analysis, asset)."""
        return {(f.analysis, f.asset): f.fingerprint for f in self.all() if f.severity == "failed"}

    def replace(self, asset: str, analysis: str, faults: Iterable[Fault]) -> None:
        """Say what is wrong now with one analysis of one asset: nothing, if `faults` is empty."""
        old = self._by_asset.get(asset, [])
        new = [fault for fault in old if fault.analysis != analysis] + list(faults)
        if new != old:
            self._keep(asset, new)

    def keep_only(self, assets: set[str]) -> None:
        """Forget the faults of assets that are no longer there."""
        for asset in set(self._by_asset) - assets:
            self._keep(asset, [])

    def _keep(self, asset: str, faults: list[Fault]) -> None:
        if not faults:
            self._by_asset.pop(asset, None)
            self._results.remove("faults", asset)
            return
        self._by_asset[asset] = faults
        rows = FAULTS.from_rows([asdict(fault) for fault in faults])
        self._results.write(FAULTS, asset, rows, Provenance("faults"))
