"""Export: the trained net as two ONNX files, `shots-look` (pictures to facts) and `shots` (facts to answers).

Two, because the first is nine tenths of the work and needs only three pictures of the past, while the second looks
132 pictures to either side: in one graph every block's overlap would be paid in full.

    python export.py --net run/net.pt --out ../../kinoeye/models/weights
"""

import argparse
import hashlib
import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from net import Shots
from torch import nn
from train import CUT_WEIGHT

RARER = (
    1.7  # log odds: 17 % of training pictures lie in graduals, 1.6 % of ClipShots' (2.5); chosen on held-out windows
)


class Facts(nn.Module):
    """Uint8 [t, 27, 48, 3] to float [t, facts + 48 + 432]; the first three pictures only serve as past."""

    def __init__(self, shots):
        super().__init__()
        self.shots = shots

    def forward(self, thumbs):
        """See the class."""
        return torch.cat(self.shots.pictures(thumbs, 1), 1)


class Answers(nn.Module):
    """Float [t, facts + 48 + 432] to the chances [t, 5]: cut, none, dissolve, fade, wipe."""

    def __init__(self, shots):
        super().__init__()
        self.shots = shots

    def forward(self, facts):
        """See the class."""
        logits = self.shots.answers(facts[None])[0]
        # Cuts weighed more in training, and graduals came more often, than films have them: taken back here.
        cut = torch.sigmoid(logits[:, :1] - math.log(CUT_WEIGHT))
        kinds = torch.softmax(torch.cat([logits[:, 1:2] + RARER, logits[:, 2:]], 1), 1)
        return torch.cat([cut, kinds], 1)


def write(module, example, names, path):
    """Export one graph with a free number of pictures."""
    count = torch.export.Dim("pictures", min=2, max=100_000)
    torch.onnx.export(
        module,
        (example,),
        str(path),
        dynamo=True,
        external_data=False,
        verbose=False,
        input_names=names[:1],
        output_names=names[1:],
        dynamic_shapes=({0: count},),
        opset_version=20,
    )
    model = onnx.load(path)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        if hasattr(value, "metadata_props"):
            del value.metadata_props[:]
    del model.graph.metadata_props[:], model.metadata_props[:]
    model.producer_name = "kinoeye"
    onnx.save(model, path)


def main():
    """Export, and check that both runtimes agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net")
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    torch.manual_seed(1)
    shots = Shots()
    if given.net:
        shots.load_state_dict(torch.load(given.net, weights_only=True))
    shots.eval()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    thumbs = torch.randint(0, 256, (300, 27, 48, 3), dtype=torch.uint8)
    facts = Facts(shots)(thumbs)
    answers = Answers(shots)(facts)
    write(Facts(shots), thumbs[:67], ("thumbs", "facts"), out / "shots-look.onnx")
    write(Answers(shots), facts.detach(), ("facts", "chances"), out / "shots.onnx")
    look = onnxruntime.InferenceSession(str(out / "shots-look.onnx"))
    time = onnxruntime.InferenceSession(str(out / "shots.onnx"))
    found = time.run(None, {"facts": look.run(None, {"thumbs": thumbs.numpy()})[0]})[0]
    print("largest difference", np.abs(found - answers.detach().numpy()).max())
    for name in ("shots-look.onnx", "shots.onnx"):
        data = (out / name).read_bytes()
        print(hashlib.sha256(data).hexdigest(), "", name, len(data), "bytes")


if __name__ == "__main__":
    main()
