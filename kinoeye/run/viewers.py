"""Viewers: those whose viewings stand in a production's logs, and what they may ask for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kinoeye.run.forget_viewer import ForgettingViewer, ViewerProof
from kinoeye.run.list import ANALYSES
from kinoeye.run.progress import Progress
from kinoeye.run.settings import Settings, with_jobs
from kinoeye.run.viewer_access import known_of
from kinoeye.store.index import Index
from kinoeye.store.purposes import Purposes
from kinoeye.store.spending import Spending


class Viewers:
    """The viewers of one production.

    Parameters
    ----------
    folder : Path
    index : Index
    settings : Settings
    """

    def __init__(self, folder: Path, index: Index, settings: Settings) -> None:
        self._folder, self._index, self._settings = folder, index, settings

    @property
    def purposes(self) -> Purposes:
        """What logs may be used for: ``.all()``, ``.say(…)``."""
        return Purposes(self._index)

    @property
    def spending(self) -> Spending:
        """What of the viewers' privacy was spent: ``.budget()``, ``.allow(…)``."""
        return Spending(self._index)

    def known(self, viewer: str) -> dict[str, Any]:
        """Return everything that is known of a viewer, as the logs name the viewer; see `known_of`."""
        return known_of(self._index, viewer)

    def forget(
        self,
        viewer: str,
        *,
        is_dry: bool = False,
        jobs: int | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> ViewerProof:
        """Take a viewer out of all that logs told, fit anew what learnt from them, and look at every byte.

        Said again, it finishes a forgetting that was stopped; dry, it only says what would go.
        """
        settings = with_jobs(self._settings, jobs)
        task = ForgettingViewer(self._folder, self._index, ANALYSES, settings, on_progress)
        return task.plan(viewer) if is_dry else task.do(viewer)
