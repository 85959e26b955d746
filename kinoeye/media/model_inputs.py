"""What a user gives a model of their own: a picture, a row of a table, or arrays of NumPy.

Here they are only opened; how a picture becomes what a model wants is for `kinoeye.models.foreign_inputs`.
"""

import csv
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from kinoeye.errors import InputError

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
TABLES = (".csv", ".tsv")
ARRAYS = (".npy", ".npz")
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
_LARGEST = 1 << 28  # bytes of an array


def read_picture(path: Path) -> npt.NDArray[np.uint8]:
    """Return a picture as uint8 [height, width, 3], RGB.

    Raises
    ------
    InputError
        If it is none, or larger than 89 million pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as opened:
                return np.asarray(opened.convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"models: {path} must be a picture ({', '.join(_FORMATS)}), got {error}") from error


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of an .npz by name, or the one of an .npy under an empty name; pickles are refused.

    Raises
    ------
    InputError
        If it is no such file.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"more than {_LARGEST >> 20} MB")
        with path.open("rb") as opened:
            loaded = np.load(opened, allow_pickle=False)
            return {"": loaded} if isinstance(loaded, np.ndarray) else {name: loaded[name] for name in loaded.files}
    except (OSError, ValueError, EOFError, KeyError, MemoryError) as error:
        raise InputError(f"models: {path} must hold arrays of numbers (.npy, .npz), got {error}") from error


def read_row(path: Path, row: int) -> dict[str, str]:
    """Return a row of a table as text by its headings; the first is 1.

    Raises
    ------
    InputError
        If it is no table, or has no such row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, delimiter="\t" if path.suffix.lower() == ".tsv" else ",", restkey="")
            for number, found in enumerate(reader, 1):
                if number == row:
                    return {str(name): str(value or "").strip() for name, value in found.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"models: {path} must be a table in UTF-8, got {error}") from error
    raise InputError(f"models: {path} must have a row {row}, got fewer", remedy="Say another with --row")
