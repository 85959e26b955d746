"""dlib's own chain over pictures, for bench/identity.py: HOG, five points, ResNet; run by a Python that has dlib.

    python identity_dlib.py PICTURES.npz MODELS OUT.npz

Nothing of Kinoeye is imported here. A picture without a find is tried again at twice its size, as dlib's users do; what
is not found then has a vector of NaN. Costs are CPU seconds of one thread.
"""

import sys
import time
from pathlib import Path

import dlib
import numpy as np


def main() -> None:
    """Write the vectors, and how long each step took."""
    given, models, out = sys.argv[1:]
    pictures = np.load(given)
    finder = dlib.get_frontal_face_detector()
    folder = Path(models)
    points = dlib.shape_predictor(str(folder / "shape_predictor_5_face_landmarks.dat"))
    net = dlib.face_recognition_model_v1(str(folder / "dlib_face_recognition_resnet_model_v1.dat"))
    vectors, spent = [], [0.0, 0.0]
    for name in pictures.files:
        picture = pictures[name]
        begin = time.process_time()
        boxes = finder(picture, 0) or finder(picture, 1)
        spent[0] += time.process_time() - begin
        if not boxes:
            vectors.append(np.full(128, np.nan))
            continue
        begin = time.process_time()
        box = max(boxes, key=lambda each: each.area())
        vectors.append(np.array(net.compute_face_descriptor(picture, points(picture, box))))
        spent[1] += time.process_time() - begin
    chips = np.load(given.replace("pictures", "chips"))["chips"]
    own = np.array([np.array(net.compute_face_descriptor(chip)) for chip in chips])
    np.savez(out, vectors=np.array(vectors), spent=np.array(spent), own=own)


main()
