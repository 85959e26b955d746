"""What a user gives is brought into the form that a model states."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.models.foreign import About, fit
from kinoeye.models.foreign_inputs import from_arrays, from_picture, from_row, told


def about(*inputs: tuple[str, str, list[Any]]) -> About:
    stated = tuple({"name": name, "type": kind, "shape": shape} for name, kind, shape in inputs)
    return About("net.onnx", "onnx", 1, "", stated)


PICTURE = np.zeros((40, 60, 3), np.uint8)
PICTURE[:, :30] = (255, 0, 0)


@pytest.mark.parametrize(
    ("kind", "shape", "scale", "wanted", "first"),
    [
        ("float32", [None, 8, 10, 3], "0..1", (1, 8, 10, 3), [1, 0, 0]),
        ("float32", [1, 8, 10, 3], "-1..1", (1, 8, 10, 3), [1, -1, -1]),
        ("uint8", [1, 8, 10, 3], "0..1", (1, 8, 10, 3), [255, 0, 0]),
        ("float32", [None, None, None, 3], "0..255", (1, 224, 224, 3), [255, 0, 0]),
    ],
)
def test_a_picture_is_brought_to_size_and_scale(
    kind: str, shape: list[Any], scale: str, wanted: tuple[int, ...], first: list[float]
) -> None:
    (array,) = from_picture(about(("in", kind, shape)), PICTURE, scale).values()
    assert array.shape == wanted
    assert array.dtype == kind
    assert np.allclose(array[0, 0, 0], first, atol=1e-5)


def test_channels_first_and_grey() -> None:
    (array,) = from_picture(about(("in", "float32", [1, 3, 8, 10])), PICTURE, "0..1").values()
    assert array.shape == (1, 3, 8, 10)
    assert array[0, :, 0, 0].tolist() == [1, 0, 0]
    (array,) = from_picture(about(("in", "float32", [None, 8, 10, 1])), PICTURE, "0..255").values()
    assert array.shape == (1, 8, 10, 1)
    assert array[0, 0, 0, 0] == 76  # red, by its lightness


def test_what_takes_no_picture_says_so() -> None:
    with pytest.raises(InputError, match=r"must take pictures \[n, height, width, 3\], got \['any', 7\]"):
        from_picture(about(("in", "float32", [None, 7])), PICTURE, "0..1")
    with pytest.raises(SettingError, match=r"scale must be one of 0\.\.255"):
        from_picture(about(("in", "float32", [None, 8, 8, 3])), PICTURE, "0..2")
    with pytest.raises(InputError, match="must take a picture, got the inputs a, b"):
        from_picture(about(("a", "float32", [1]), ("b", "float32", [1])), PICTURE, "0..1")


def test_a_row_of_a_table() -> None:
    one = about(("in", "float32", [None, 2]))
    assert from_row(one, {"title": "Alien", "year": "1979", "minutes": "117"})["in"].tolist() == [[1979, 117]]
    with pytest.raises(InputError, match="must have 2 columns of numbers, got 1: year"):
        from_row(one, {"title": "Alien", "year": "1979"})
    several = about(("year", "int64", [None, 1]), ("plot", "str", [None, 1]))
    row = from_row(several, {"plot": "In space", "year": "1979", "more": "x"})
    assert (row["year"].tolist(), row["plot"].tolist()) == ([[1979]], [["In space"]])
    with pytest.raises(InputError, match="the column 'year' must be a number, got 'soon'"):
        from_row(several, {"plot": "In space", "year": "soon"})
    with pytest.raises(InputError, match="must take the columns 'year', 'plot', got the inputs"):
        from_row(several, {"plot": "In space"})


def test_arrays_are_named_and_get_an_axis() -> None:
    one = about(("in", "float32", [None, 2]))
    assert from_arrays(one, {"": np.zeros(2)})["in"].shape == (1, 2)
    assert from_arrays(one, {"": np.zeros((3, 2))})["in"].shape == (3, 2)
    assert set(from_arrays(one, {"a": np.zeros(1)})) == {"a"}


def test_whole_numbers_must_be_whole_and_fit() -> None:
    net = about(("in", "uint8", [None]))
    assert fit(net, {"in": np.array([1.0, 255.0])})["in"].dtype == np.uint8
    for array in ([256], [-1], [0.5], [np.nan]):
        with pytest.raises(InputError, match="whole numbers that fit into uint8"):
            fit(net, {"in": np.array(array)})


def test_the_highest_are_told() -> None:
    rows = told({"scores": np.array([[0.1, 0.7, 0.2]]), "names": np.array(["a", "b"])}, 2)
    assert rows[0]["highest"] == [[1, 0.7], [2, 0.2]]
    assert rows[1]["highest"] == [[0, "a"], [1, "b"]]


def test_files_of_inputs(tmp_path: Path) -> None:
    import cv2

    from kinoeye.media.model_inputs import read_arrays, read_picture, read_row

    cv2.imwrite(str(tmp_path / "a.png"), PICTURE[..., ::-1])
    assert np.array_equal(read_picture(tmp_path / "a.png"), PICTURE)
    (tmp_path / "a.csv").write_text('title,year\nAlien,1979\n"Up, up",2009,more\n', "utf-8-sig")
    assert read_row(tmp_path / "a.csv", 2) == {"title": "Up, up", "year": "2009"}
    np.save(tmp_path / "a.npy", np.arange(3))
    np.savez(tmp_path / "a.npz", x=np.arange(2))
    assert read_arrays(tmp_path / "a.npy")[""].tolist() == [0, 1, 2]
    assert read_arrays(tmp_path / "a.npz")["x"].tolist() == [0, 1]
    np.save(tmp_path / "pickle.npy", np.array([{}], object), allow_pickle=True)
    for read, name, match in (
        (read_arrays, "pickle.npy", "must hold arrays of numbers"), (read_arrays, "no.npy", "must hold arrays"),
        (read_picture, "a.csv", "must be a picture"), (lambda path: read_row(path, 9), "a.csv", "must have a row 9"),
        (lambda path: read_row(path, 1), "a.png", "must be a table in UTF-8"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=match):
            read(tmp_path / name)
