"""The peer dlib, run by an interpreter of its own: finds faces in a file of pictures, writes boxes and CPU seconds.

    PYTHON bench/faces_dlib.py PICTURES.npz ANSWERS.json

dlib's frontal HOG detector, the pictures enlarged once, as its documentation advises for faces below 80 pixels.
"""

import json
import sys
import time
from pathlib import Path

import dlib
import numpy as np


def main() -> None:
    """Answer one file."""
    detector = dlib.get_frontal_face_detector()
    answers = []
    pictures = np.load(sys.argv[1])
    begin = time.process_time()
    for name in pictures.files:
        found = detector(pictures[name], 1)
        answers.append([(box.left(), box.top(), box.right(), box.bottom()) for box in found])
    seconds = time.process_time() - begin
    Path(sys.argv[2]).write_text(json.dumps({"answers": answers, "seconds": seconds}), "utf-8")


if __name__ == "__main__":
    main()
