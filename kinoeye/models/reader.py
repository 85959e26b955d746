"""Read text in pictures: PP-OCR's detector and recogniser as rapidocr carries them, English and Chinese.

Finding lines and reading them are two calls, because finding is cheap on a small picture and reading is needed only
where something has changed. Weights come from the registry; nothing is ever fetched.

Source: PaddlePaddle/PaddleOCR, PP-OCRv6; Liao et al., "Real-time scene text detection with differentiable
binarization", AAAI 2020.
"""

import functools
import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.models.registry import path

MODELS = ("rapidocr-det", "rapidocr-rec")

_DETECTION_MULTIPLE = 32  # the detector's strides
_BATCH = 6  # lines read together are padded to the longest: more of them waste more
_TALL = 0.16  # of the picture's height: the detector takes two lines of a title set tight for one
_SHORT = 4.0  # times as wide as high: more is one line for sure

Picture = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Line:
    """A line of text in a picture.

    Parameters
    ----------
    corners : float32 [4, 2], pixels
        Clockwise from the top left of the text.
    text : str
        Empty where it has not been read.
    score : 0..1
        Of the finding where it has not been read, of the reading otherwise.
    """

    corners: Corners
    text: str
    score: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Upright x, y, width, height in pixels."""
        left, top = self.corners.min(axis=0)
        right, bottom = self.corners.max(axis=0)
        return float(left), float(top), float(right - left), float(bottom - top)


def find(picture: Picture, *, longest: int = 640) -> list[Line]:
    """Find lines of text, from top to bottom.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    longest : int
        Larger pictures are looked at with their longer side so long, in pixels.

    Raises
    ------
    ModelError
        If the weights are not there.
    """
    detector = _engine()._load_det_model()
    detector.limit_side_len = longest
    if min(picture.shape[:2]) * min(1.0, longest / max(picture.shape[:2])) < _DETECTION_MULTIPLE / 2:
        return []
    found = detector(np.ascontiguousarray(picture[:, :, ::-1]))
    if found.boxes is None:
        return []
    return [
        Line(np.asarray(box, np.float32), "", float(score))
        for box, score in zip(found.boxes, found.scores, strict=True)
    ]


def read(picture: Picture, corners: Sequence[Corners]) -> list[Line]:
    """Read lines that were found; those that hold nothing come back with an empty text, tight titles as two lines.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
        The one they were found in.
    corners : sequence of float32 [4, 2], pixels
        Of each line, as `find` gives them.

    Raises
    ------
    ModelError
        If the weights are not there.
    """
    answers: list[Line] = []
    for line in _read(picture, corners):
        _, _, width, height = line.box
        if height >= _TALL * len(picture) and width < _SHORT * height:
            halves = _read(picture, _halves(line))
            if all(len(half.text) > 1 and half.score > line.score for half in halves):
                answers += halves
                continue
        answers.append(line)
    return answers


def _read(picture: Picture, corners: Sequence[Corners]) -> list[Line]:
    if not corners:
        return []
    engine = _engine()
    turned = np.ascontiguousarray(picture[:, :, ::-1])
    crops = engine.crop_text_regions(turned, list(corners))
    answer = engine.recognize_txt(crops)
    return [
        Line(place, text.strip(), float(score))
        for place, text, score in zip(corners, answer.txts, answer.scores, strict=True)
    ]


def _halves(line: Line) -> list[Corners]:
    """Part a line into its upper and lower half."""
    above_left, above_right, below_right, below_left = line.corners
    left, right = (above_left + below_left) / 2, (above_right + below_right) / 2
    return [
        np.array([above_left, above_right, right, left], np.float32),
        np.array([left, right, below_right, below_left], np.float32),
    ]


@functools.cache
def _engine() -> Any:
    """One instance a process; a second and 150 MB, so made when first needed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rapidocr import RapidOCR
    detector, recogniser = (str(path(name)) for name in MODELS)
    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Det.model_path": detector,
            "Det.limit_type": "max",
            "Det.limit_side_len": 640,
            "Rec.model_path": recogniser,
            "Rec.rec_batch_num": _BATCH,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine
