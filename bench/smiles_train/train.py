"""Train the net behind `kinoeye.models.smiles`, and weigh what it says beside the points.

python bench/smiles_train/train.py make /tmp/smiles                      # 10 CPU minutes: faces whose smile is known
python bench/smiles_train/train.py fit /tmp/smiles kinoeye/models/weights/smiles.onnx       # a CPU minute and a half
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "face_basis_train"))

import plays
from head import load
from plays import SMILE, STILL, Array, Kept

from kinoeye.analyses.people.expressions import _face
from kinoeye.models import smiles

PEOPLE = (range(90000, 90180), range(91000, 91180))  # rendered; each once in each of five looks
EACH = 30  # warped pictures of each photograph
PHOTOGRAPHS = Path(__file__).resolve().parents[3] / "shared/data/faces/canada"
LEAST = (SMILE[0] + STILL) / 2
EPOCHS, BATCH, RATE = 36, 64, 4e-3
SURE = 0.98  # what is called a smile may be none
SIDE = smiles.SIDE


class Smiles(nn.Module):
    """Whether a face smiles, as log-odds, from grey squares, float32 [n, side, side], 0..255."""

    def __init__(self, widths: tuple[int, ...] = (16, 32, 48, 64)) -> None:
        super().__init__()
        layers: list[nn.Module] = _layer(1, widths[0], 5, 2)
        for before, after in pairwise(widths):
            layers += _layer(before, after, 3, 2) + _layer(after, after, 3, 1)
        self.seen = nn.Sequential(*layers)
        self.drop = nn.Dropout(0.3)
        self.answer = nn.Linear(widths[-1] * (SIDE // 16) ** 2, 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return log-odds, float32 [n]; light and contrast are taken out first."""
        level = pictures.mean((1, 2), keepdim=True)
        contrast = ((pictures - level) ** 2).mean((1, 2), keepdim=True).sqrt()
        even = ((pictures - level) / (contrast + 4))[:, None]
        return self.answer(self.drop(self.seen(even).flatten(1)))[:, 0]


def _layer(before: int, after: int, size: int, stride: int) -> list[nn.Module]:
    return [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()]


def taken(kept: Array, random: np.random.Generator) -> Array:
    """Return a picture as another camera, light and skin might have it, float32 [side, side]."""
    seen = kept.astype(np.float32)
    if random.random() < 0.3:
        small = random.uniform(0.25, 0.8)
        seen = cv2.resize(cv2.resize(seen, None, fx=small, fy=small, interpolation=cv2.INTER_AREA), kept.shape)
    if random.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(25, 90))]
        coded = cv2.imencode(".jpg", seen.clip(0, 255).astype(np.uint8), quality)[1]
        seen = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    middle, scale = len(kept) / 2, SIDE / len(kept) * random.normal(1, 0.05)
    place = cv2.getRotationMatrix2D((middle, middle), random.normal(0, 3), scale)
    place[:, 2] += SIDE / 2 - middle + random.normal(0, 0.03 * SIDE, 2)
    seen = cv2.GaussianBlur(seen, (0, 0), random.uniform(0.5, 1.3))
    seen = cv2.warpAffine(seen, place, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    seen = lit((np.maximum(seen, 0) / 255) ** random.uniform(0.6, 1.6) * 255, random)
    seen = seen + random.normal(0, random.uniform(0, 5), seen.shape)
    return np.clip(seen[:, ::-1] if random.random() < 0.5 else seen, 0, 255).astype(np.float32)


def lit(seen: Array, random: np.random.Generator) -> Array:
    """Return the picture in uneven light, some with pores or stubble, some with a highlight as on dark skin."""
    field = cv2.resize(random.normal(0, 1, (3, 3)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    seen = seen * np.exp(field * random.uniform(0, 0.2))
    if random.random() < 0.3:
        grain = cv2.GaussianBlur(random.normal(0, 1, (SIDE, SIDE)), (0, 0), random.uniform(0.5, 1.5))
        seen = seen * (1 + grain / grain.std() * random.uniform(0, 0.12))
    if random.random() < 0.25:
        down, across = np.mgrid[:SIDE, :SIDE] - random.uniform(0, SIDE, (2, 1, 1))
        seen = seen + random.uniform(0, 80) * np.exp(-(down**2 + across**2) / 2 / random.uniform(2, 7) ** 2)
    return seen


def trained(kept: Kept, seed: int = 0) -> Smiles:
    """Return a net that has seen these faces."""
    torch.manual_seed(seed)
    random, model = np.random.default_rng(seed), Smiles()
    target = torch.tensor(np.where(kept.smiles > LEAST, SURE, 1 - SURE), dtype=torch.float32)
    order, steps = np.arange(len(target)), len(target) // BATCH
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps * EPOCHS)
    for epoch in range(EPOCHS):
        random.shuffle(order)
        total = 0.0
        for batch in order[: steps * BATCH].reshape(steps, BATCH):
            pictures = torch.tensor(np.stack([taken(kept.pictures[each], random) for each in batch]))
            loss = nn.functional.binary_cross_entropy_with_logits(model(pictures), target[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"{epoch + 1}: {total / steps:.3f}", flush=True)
    return model.eval()


def write(model: Smiles, target: Path) -> None:
    """Write the net as ONNX, its weights by halves."""
    torch.onnx.export(
        model, (torch.zeros(2, SIDE, SIDE),), str(target), input_names=["pictures"], output_names=["odds"],
        dynamic_axes={"pictures": {0: "n"}, "odds": {0: "n"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    halve(target)


def halve(target: Path) -> None:
    """Keep the weights of an ONNX file as float16; they are widened when it is loaded."""
    kept = onnx.load(target)
    widened = []
    for weights in kept.graph.initializer:
        if weights.data_type == onnx.TensorProto.FLOAT:
            name = weights.name
            weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights).astype(np.float16), f"{name}_half"))
            widened.append(helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*widened, *kept.graph.node]
    del kept.graph.node[:]
    kept.graph.node.extend(nodes)
    onnx.checker.check_model(kept)
    onnx.save(kept, target)


def main() -> None:
    """Make faces, or fit the net."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("make", "fit"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path, nargs="?")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    if given.step == "make":
        given.folder.mkdir(parents=True, exist_ok=True)
        head = load()
        for number, seeds in enumerate(PEOPLE):
            plays.rendered(head, seeds).save(given.folder / f"rendered-{number}.npz")
        photographs = [cv2.imread(str(file), cv2.IMREAD_COLOR_RGB) for file in sorted(PHOTOGRAPHS.glob("*.jpg"))]
        plays.warped(photographs, _face().basis, EACH, 1).save(given.folder / "warped.npz")
        return
    write(trained(plays.load_all(sorted(given.folder.glob("*.npz")))), given.target)


if __name__ == "__main__":
    main()
