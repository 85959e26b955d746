"""What inaSpeechSegmenter says of a folder of WAV files; run in an environment of its own (TensorFlow, no Kinoeye).

    python bench/sounds_ina.py FOLDER

Prints one line of JSON: for each file the class that it gives longest ("" for none), and CPU seconds a second.
"""

import json
import sys
import time
import wave
from pathlib import Path

import numpy as np

# The release asks for names, and hands over generators, that NumPy 2 does not know any more.
np.lib.pad, np.int, np.float = np.pad, int, float
np.vstack, np.hstack = (lambda parts, stack=stack: stack(list(parts)) for stack in (np.vstack, np.hstack))

from inaSpeechSegmenter.features import _wav2feats  # noqa: E402
from inaSpeechSegmenter.segmenter import Segmenter  # noqa: E402


def main():
    """Read the folder."""
    segmenter, said, seconds, begin = (
        Segmenter(vad_engine="smn", detect_gender=False, ffmpeg="true"),
        {},
        0.0,
        time.process_time(),
    )
    for path in sorted(Path(sys.argv[1]).glob("*.wav")):
        with wave.open(str(path)) as file:
            seconds += file.getnframes() / file.getframerate()
        totals = {}
        for name, start, end in segmenter.segment_feats(*_wav2feats(str(path)), 0):
            if name != "noEnergy":
                totals[name] = totals.get(name, 0.0) + end - start
        said[path.name] = max(totals, key=totals.get) if totals else ""
    print(json.dumps({"said": said, "cost": (time.process_time() - begin) / seconds}))


if __name__ == "__main__":
    main()
