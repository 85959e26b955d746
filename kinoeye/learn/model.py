"""Model: what was learnt, as one thing that answers for rows: columns, what they look like, an estimator, chances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.errors import InputError
from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import Candidate, Estimator, Setting
from kinoeye.learn.features import Encoder, Frame, framed
from kinoeye.learn.halving import finite
from kinoeye.learn.views import Material

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """What was learnt.

    Parameters
    ----------
    label : str
    kind : of problems
    classes : tuple of str
    name : str
        Of the candidate.
    view : of features
    setting : mapping
    encoder : Encoder
    estimator : Estimator
    calibration : Calibration
    """

    label: str
    kind: str
    classes: tuple[str, ...]
    name: str
    view: str
    setting: Setting
    encoder: Encoder
    estimator: Estimator
    calibration: Calibration

    def frame(self, table: pa.Table) -> Frame:
        """Read the columns of a table that the model knows.

        Raises
        ------
        InputError
            If one lacks.
        """
        missing = [each.name for each in self.encoder.columns if each.name not in table.schema.names]
        if missing:
            raise InputError(f"learn: the table must have the columns that were learnt from, got none of "
                             f"{', '.join(missing[:5])}",
                             remedy="Give a table of the same form")  # fmt: skip
        values = {each.name: table[each.name].to_pylist() for each in self.encoder.columns}
        return framed(self.encoder.columns, values, self.encoder.known())

    def features(self, frame: Frame) -> Any:
        """Return rows as the estimator takes them."""
        if self.view == "raw":
            return frame
        return self.encoder.wide(frame) if self.view == "wide" else self.encoder.narrow(frame)

    def scores(self, frame: Frame) -> Floats:
        """Return scores of rows."""
        return finite(self.estimator.scores(self.features(frame)))

    def chances(self, frame: Frame) -> Floats:
        """Return chances of rows; of numbers the number."""
        return self.calibration.chances(self.kind, self.scores(frame))

    def named(self, chances: Floats) -> list[Any]:
        """Return what each row gets: a class, a list of labels, or a number."""
        answers = self.calibration.answers(self.kind, chances)
        if self.kind == "multi-label":
            return [[self.classes[place] for place in np.flatnonzero(row)] for row in answers]
        return [self.classes[int(each)] for each in answers] if self.classes else [float(each) for each in answers]

    def sure(self, chances: Floats) -> list[dict[str, float]]:
        """Return of each row the chance of every class; nothing of numbers."""
        if not self.classes:
            return [{} for _ in chances]
        flat = chances
        if self.kind == "binary":
            second = chances.reshape(len(chances))
            flat = np.column_stack([1 - second, second])
        return [{name: round(float(each), 4) for name, each in zip(self.classes, row, strict=True)} for row in flat]


def fitted(
    label: str, material: Material, candidate: Candidate, setting: Setting, calibration: Calibration, seed: int = 1
) -> Model:
    """Learn from all rows with what was chosen."""
    encoder = Encoder(material.frame)
    view = candidate.view
    features = material.frame if view == "raw" else encoder.wide(material.frame) if view == "wide" else encoder.narrow(
        material.frame)  # fmt: skip
    estimator = candidate.make(material.problem.kind, setting, seed)
    estimator.fit(features, material.problem)
    problem = material.problem
    return Model(label, problem.kind, problem.classes, candidate.name, view, setting, encoder, estimator, calibration)


def told_rows(model: Model, table: pa.Table) -> list[Mapping[str, Any]]:
    """Return for each row of a table what it gets, and how sure."""
    if not table.num_rows:
        return []
    chances = model.chances(model.frame(table))
    rows: Sequence[Mapping[str, Any]] = [
        {model.label: answer} | ({"chances": sure} if sure else {})
        for answer, sure in zip(model.named(chances), model.sure(chances), strict=True)
    ]
    return list(rows)
