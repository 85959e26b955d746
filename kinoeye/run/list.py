"""The list of analyses: what a run does, in the order in which people read of it."""

from kinoeye.analyses.footage.shots import SHOTS, shots
from kinoeye.analysis import Analysis, marked
from kinoeye.media.assets import ASSETS
from kinoeye.run.faults import FAULTS
from kinoeye.tables import Table

ANALYSES: tuple[Analysis, ...] = tuple(marked(each) for each in (shots,))

TABLES: tuple[Table, ...] = (ASSETS, SHOTS, FAULTS)
