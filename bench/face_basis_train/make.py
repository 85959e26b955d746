"""Make the face basis that Kinoeye ships: render heads, look at them with its own nets, fit, write ONNX.

python bench/face_basis_train/make.py render OUT    # half an hour on one core
python bench/face_basis_train/make.py fit OUT face-basis.onnx
"""

import argparse
from pathlib import Path

import fit
import looks
import numpy as np
import onnx
from head import load
from onnx import TensorProto, helper, numpy_helper

from kinoeye.signals.expressions import NAMES, Basis, read
from kinoeye.signals.expressions_units import EMOTIONS, Weighing, scores

# No person is in two sets.
SETS = {
    "neutral": (looks.neutral, range(2000, 2160)),
    "single": (looks.single, range(1000, 1030)),
    "mixed": (looks.mixed, range(5000, 5064)),
    "turned": (looks.turned, range(3000, 3090)),
    "acted": (looks.acted, range(7000, 7044)),
}


def write(basis: Basis, weighings: list[Weighing], target: Path) -> None:
    """Write the basis as an ONNX file without inputs; its outputs are the arrays, float32."""
    arrays = {name: getattr(basis, name) for name in ("mean", "shapes", "spread", "errors", "people")}
    arrays["usual"] = np.array(basis.usual)
    arrays |= {name: np.stack([getattr(each, name) for each in weighings]) for name in ("scale", "bias")}
    nodes, kept, outputs = [], [], []
    for name, array in arrays.items():
        kept.append(numpy_helper.from_array(array.astype(np.float16), f"{name}_half"))
        nodes.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape))
    graph = helper.make_graph(nodes, "face_basis", [], outputs, kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


def report(basis: Basis, folder: Path) -> None:
    """Print how well strengths and emotions are found on faces that the fit has not seen."""
    mixed, acted = looks.load(folder / "mixed.npz"), looks.load(folder / "acted.npz")
    held = mixed.people % 4 == 3
    kept = fit.basis_of(looks.load(folder / "neutral.npz"), looks.load(folder / "single.npz"), mixed.of(~held),
                        looks.load(folder / "turned.npz"))  # fmt: skip
    errors, nothing, alike = [], [], []
    for person in np.unique(mixed.people[held]):
        own = mixed.of(mixed.people == person)
        rest = read(own.points[own.weights.sum(1) == 0], kept, doubt=1).laid.mean(0)
        found = read(own.points, kept, neutral=rest, doubt=0).strengths
        errors.append(np.abs(found - own.weights).mean())
        nothing.append(own.weights.mean())
        alike.append((found, own.weights))
    found, true = (np.concatenate(each) for each in zip(*alike, strict=True))
    likeness = [
        np.corrcoef(found[:, each], true[:, each])[0, 1] for each in range(len(NAMES) - 1) if found[:, each].any()
    ]
    print(f"held-out mixtures: error {np.mean(errors):.4f}, of all nought {np.mean(nothing):.4f}, "
          f"mean correlation {np.mean(likeness):.3f}")  # fmt: skip
    for alone in (True, False):
        evidence = fit.evidence_of(acted, basis, alone=alone)
        right = np.zeros(len(evidence), bool)
        for part in range(4):
            test = acted.people % 4 == part
            weighing = fit.weighing_of(evidence[~test], acted.emotions[~test])
            right[test] = scores(evidence[test], weighing).argmax(1) == acted.emotions[test]
        recall = [f"{name} {right[acted.emotions == each].mean():.2f}" for each, name in enumerate(EMOTIONS)]
        print(f"{'alone' if alone else 'calibrated'}: {right.mean():.3f} right; {', '.join(recall)}")


def main() -> None:
    """Render or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("render", "fit"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path, nargs="?")
    given = parser.parse_args()
    if given.step == "render":
        looks.one_thread()
        given.folder.mkdir(parents=True, exist_ok=True)
        head = load()
        for name, (play, seeds) in SETS.items():
            looks.render(head, play, seeds, given.folder / f"{name}.npz")
        return
    sets = {name: looks.load(given.folder / f"{name}.npz") for name in SETS}
    basis = fit.basis_of(sets["neutral"], sets["single"], sets["mixed"], sets["turned"])
    report(basis, given.folder)
    weighings = [
        fit.weighing_of(fit.evidence_of(sets["acted"], basis, alone=alone), sets["acted"].emotions)
        for alone in (True, False)
    ]
    write(basis, weighings, given.target)


if __name__ == "__main__":
    main()
