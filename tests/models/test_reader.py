"""The reader: real weights on drawn lines; nothing is fetched."""

import socket
import subprocess
import sys

import cv2
import numpy as np
import pytest

from kinoeye.models import reader


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the reader must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def card(*texts: str, height: int = 360, width: int = 640) -> np.ndarray:
    drawn = np.full((height, width, 3), (30, 40, 60), np.uint8)
    for number, text in enumerate(texts):
        place = (40, 80 + 90 * number)
        cv2.putText(drawn, text, place, cv2.FONT_HERSHEY_DUPLEX, 1.2, (250, 240, 230), 2, cv2.LINE_AA)
    return drawn


def test_lines_are_found_and_read() -> None:
    picture = card("SCENE 12", "TAKE 3", "Hello there")
    found = reader.find(picture)
    assert [line.text for line in found] == ["", "", ""]
    read = reader.read(picture, [line.corners for line in found])
    assert [line.text for line in read] == ["SCENE 12", "TAKE 3", "Hello there"]
    for number, line in enumerate(read):
        assert line.score > 0.9
        x, y, w, h = line.box
        assert 20 < x < 45
        assert y < 80 + 90 * number - 10 < y + h
        assert w > 2 * h


def test_a_smaller_look_finds_the_same() -> None:
    picture = card("Hello there", height=720, width=1280)
    small, large = (
        reader.read(picture, [line.corners for line in reader.find(picture, longest=size)]) for size in (320, 1280)
    )
    assert [line.text for line in small] == [line.text for line in large] == ["Hello there"]


@pytest.mark.parametrize("shape", [(360, 640), (20, 20), (4, 640), (1, 1)])
def test_an_empty_picture_has_no_lines(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 90, np.uint8)
    assert reader.find(picture) == []
    assert reader.read(picture, []) == []


def test_a_title_set_tight_is_read_as_two_lines() -> None:
    picture = np.full((360, 640, 3), 40, np.uint8)
    for number, text in enumerate(("RAINY", "WINDOW")):
        cv2.putText(picture, text, (150, 140 + 80 * number), cv2.FONT_HERSHEY_DUPLEX, 3, (255,) * 3, 12, cv2.LINE_AA)
    corners = np.array([(140, 70), (560, 70), (560, 230), (140, 230)], np.float32)
    read = reader.read(picture, [corners])
    assert [line.text for line in read] == ["RAINY", "WINDOW"]
    assert read[0].box[1] < read[1].box[1]


def test_loading_prints_and_warns_nothing() -> None:
    script = (
        "import numpy as np; from kinoeye.models import reader; "
        "picture = np.zeros((64, 64, 3), np.uint8); reader.find(picture); "
        "reader.read(picture, [np.array([(0, 0), (60, 0), (60, 20), (0, 20)], np.float32)])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""
