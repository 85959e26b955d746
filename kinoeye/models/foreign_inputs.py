"""Bring a picture, a row or an array into the form that a stranger's model states, and its answers into few words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, SettingError
from kinoeye.models.foreign import About

Array = npt.NDArray[Any]

SCALES = {"0..255": (1.0, 0.0), "0..1": (1 / 255, 0.0), "-1..1": (1 / 127.5, -1.0)}
_SIDE = 224  # where a model takes any size


def from_picture(about: About, picture: npt.NDArray[np.uint8], scale: str) -> dict[str, Array]:
    """Return a picture in the size and order of axes that the model states.

    Parameters
    ----------
    about : About
    picture : uint8 [height, width, 3], RGB
    scale : 0..255, 0..1 or -1..1
        What black and white become; of whole numbers, 0..255 whatever is said.

    Raises
    ------
    InputError
        If the model takes no picture.
    SettingError
        If the scale is unknown.
    """
    import cv2

    if scale not in SCALES:
        raise SettingError(f"models: scale must be one of {', '.join(SCALES)}, got {scale!r}")
    stated = _only(about, "a picture")
    shape = stated["shape"]
    is_first = len(shape) == 4 and shape[1] in (1, 3) and shape[3] not in (1, 3)
    if len(shape) != 4 or not (is_first or shape[3] in (1, 3)):
        raise InputError(f"models: {about.file} must take pictures [n, height, width, 3], got {_said(shape)}",
                         remedy="Give it an .npy of that shape")  # fmt: skip
    height, width, channels = (*shape[2:], shape[1]) if is_first else shape[1:]
    size = (width or _SIDE, height or _SIDE)
    smaller = size[0] < picture.shape[1]
    sized = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    if channels == 1:
        sized = cv2.cvtColor(sized, cv2.COLOR_RGB2GRAY)[..., None]
    if "int" not in stated["type"]:
        times, more = SCALES[scale]
        sized = sized.astype(np.float32) * np.float32(times) + np.float32(more)
    turned = sized.transpose(2, 0, 1) if is_first else sized
    return {stated["name"]: np.ascontiguousarray(turned[None])}


def from_arrays(about: About, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return arrays by the names of the model's inputs; a single one needs no name, nor the axis of rows.

    Raises
    ------
    InputError
        If a single array is given and the model takes several.
    """
    if set(arrays) != {""}:
        return dict(arrays)
    stated, array = _only(about, "one array"), arrays[""]
    if stated["shape"] and array.ndim == len(stated["shape"]) - 1:
        array = array[None]
    return {stated["name"]: array}


def from_row(about: About, row: Mapping[str, str]) -> dict[str, Array]:
    """Return a row of a table: a column for each input of that name, or all columns of numbers for the only one.

    Raises
    ------
    InputError
        If the columns do not fit the inputs.
    """
    names = [stated["name"] for stated in about.inputs]
    if set(names) <= set(row):
        return {stated["name"]: _cell(stated, row[stated["name"]]) for stated in about.inputs}
    stated = _only(about, f"the columns {', '.join(map(repr, names))}")
    if stated["type"] == "str":
        return {stated["name"]: np.array(list(row.values()))[None]}
    values = {name: number for name, cell in row.items() if (number := _number(cell)) is not None}
    width = stated["shape"][-1] if len(stated["shape"]) == 2 else None
    if width is not None and len(values) != width:
        came = f"{len(values)}: {', '.join(values)}"
        raise InputError(f"models: the row must have {width} columns of numbers, got {came}",
                         remedy="Keep the columns that the model was trained on, in their order")  # fmt: skip
    return {stated["name"]: np.array([list(values.values())])}


def _cell(stated: Mapping[str, Any], cell: str) -> Array:
    value = cell if stated["type"] == "str" else _number(cell)
    if value is None:
        raise InputError(f"models: the column {stated['name']!r} must be a number, got {cell[:40]!r}")
    return np.array(value).reshape((1,) * max(len(stated["shape"]), 1))


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _only(about: About, what: str) -> Mapping[str, Any]:
    if len(about.inputs) != 1:
        names = ", ".join(stated["name"] for stated in about.inputs)
        raise InputError(f"models: {about.file} must take {what}, got the inputs {names}",
                         remedy="Give it an .npz with an array for each")  # fmt: skip
    return about.inputs[0]


def _said(shape: list[int | None]) -> list[Any]:
    return [side if side is not None else "any" for side in shape]


def told(answers: Mapping[str, Array], most: int) -> list[dict[str, Any]]:
    """Return answers as rows: of each output its shape, and of each row of numbers the highest with their places.

    Parameters
    ----------
    answers : name to array
    most : int
        Numbers told of each.
    """
    rows = []
    highest: list[list[Any]]
    for name, array in answers.items():
        flat = array.reshape(-1)
        if array.dtype.kind in "biuf" and flat.size:
            order = np.argsort(-flat.astype(np.float64), kind="stable")[:most]
            highest = [[int(place), round(float(flat[place]), 6)] for place in order]
        else:
            highest = [[place, str(value)] for place, value in enumerate(flat[:most].tolist())]
        rows.append({"output": name, "type": str(array.dtype), "shape": list(array.shape), "highest": highest})
    return rows
