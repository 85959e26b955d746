"""Poster: the sample's one still picture."""

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.sample.brush import Pen
from kinoeye.sample.figures import JUNE, NORA, TEO, Pose, draw_figure, draw_pigeon
from kinoeye.sample.roof import ROOF
from kinoeye.sample.sets import View, compose, paint_layers

_WIDTH, _HEIGHT = 800, 1200


def poster() -> npt.NDArray[np.uint8]:
    """Return the poster: uint8 [1200, 800, 3], RGB."""
    view = View(520, 92, 2.3)
    layers = paint_layers(ROOF, scale=1.9, blur=0.0)
    picture = compose(layers, view, _WIDTH, _HEIGHT)
    pen = view.pen(picture)
    draw_pigeon(pen.moved(430, 322, 0.8), 0.1)
    draw_figure(pen.moved(404, 500, 1.15), NORA, Pose(look=0.5, brow=-0.4, smile=-0.2))
    draw_figure(pen.moved(638, 508, 1.15), TEO, Pose(look=-0.5, smile=0.8, right=(36, -172)))
    draw_figure(pen.moved(520, 522, 1.22), JUNE, Pose(look=0.2, brow=0.4, smile=0.4))
    sheet = Pen(picture, 1.0, 0.0, 0.0)
    sheet.soft(400, 150, 620, 240, "1d5f80", strength=0.62)
    sheet.write("ROOF TONE", 400, 130, 124, "fff3dc")
    sheet.box(230, 208, 340, 6, "c8402f")
    sheet.write("A film that was still rolling", 400, 250, 38, "fff3dc")
    sheet.box(0, 1130, _WIDTH, 70, "20242e")
    sheet.write("JUNE   NORA   TEO   and a PIGEON", 400, 1164, 34, "f2b632")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB), np.uint8)
