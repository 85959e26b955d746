"""Train small networks in a process of its own, for test_networks: Keras keeps one backend a process."""

import json
import sys
from pathlib import Path

import numpy as np

from kinoeye.learn import networks
from kinoeye.learn.networks_fit import Training


def texts() -> tuple[list[str], np.ndarray]:
    random = np.random.default_rng(0)
    words = [f"word{number}" for number in range(200)]
    kinds = np.arange(240) % 3
    return [" ".join([*random.choice(words, 12), f"key{kind}", *random.choice(words, 4)]) for kind in kinds], kinds


def pictures() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    made, kinds = random.integers(0, 120, (96, 16, 24, 3)).astype(np.uint8), np.arange(96) % 2
    made[kinds == 1, 4:12, 6:18] += 100
    return made, kinds


def numbers() -> np.ndarray:
    return np.random.default_rng(2).normal(3, 10, (240, 6)).astype(np.float32)


def main(folder: Path) -> None:
    heard: list[int] = []
    of_texts = networks.fit_texts(*texts(), kind="multi-class", classes=["a", "b", "c"], length=24, filters=16, size=16,
                                  training=Training(epochs=8, batch=32, rate=1e-2),
                                  told=lambda epoch, epochs, loss: heard.append(epoch))  # fmt: skip
    of_pictures = networks.fit_pictures(*pictures(), kind="binary", classes=["no", "yes"], filters=(8, 8),
                                        training=Training(epochs=25, batch=32, rate=1e-2))  # fmt: skip
    rows = numbers()
    of_numbers = networks.fit_head(rows, rows[:, 0] * 2 + rows[:, 1] + 500, kind="regression", hidden=8,
                                   training=Training(epochs=60, rate=2e-2, patience=5))  # fmt: skip
    labels = np.stack([rows[:, 2] > 3, rows[:, 3] > 20], 1).astype(np.int8)
    of_labels = networks.fit_head(rows, labels, kind="multi-label", classes=["p", "q"], hidden=0,
                                  training=Training(epochs=60, rate=5e-2, patience=60))  # fmt: skip
    again = networks.fit_head(rows, labels, kind="multi-label", classes=["p", "q"], hidden=0,
                              training=Training(epochs=60, rate=5e-2, patience=60))  # fmt: skip
    for name, network in (
        ("texts", of_texts),
        ("pictures", of_pictures),
        ("numbers", of_numbers),
        ("labels", of_labels),
    ):
        network.save(folder / f"{name}.onnx")
    same = np.array_equal(of_labels.scores(rows), again.scores(rows))
    (folder / "told.json").write_text(json.dumps({"heard": heard, "same": bool(same)}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
