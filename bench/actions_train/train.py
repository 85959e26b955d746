"""Train the net of movements on drawn movements, make its chances honest, and write it as ONNX.

    python train.py --steps 4500 --out ../../kinoeye/models/weights/actions.onnx

Training draws with style 0..0.6 from seeds below 1,000; the part that makes the chances honest draws from seeds of
5,000 and up. Seeds of 9,000 and up with style 1 are never drawn here: they are the bench's.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from labels import ACTIONS, POSTURES
from net import Movements
from sequences import many
from torch.nn import functional

BATCH = 64
PER_SEED = 500
HONEST_SEED = 5_000
SPOIL = 0.02  # sizes: every look at a sequence trembles in another way
RARE = torch.tensor([1.0, 1.2, 2.5, 2.5, 2.0, 1.3, 1.3, 1.3, 1.3])  # jumps, falls and turns are short


def main() -> None:
    """Train, make honest, export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=36, help=f"{PER_SEED} sequences each")
    parser.add_argument("--steps", type=int, default=4500)
    parser.add_argument("--bank", type=Path, default=Path("bank.npz"), help="where the drawn sequences are kept")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    bank, honest = _bank(given.bank, given.seeds)
    net = Movements()
    print(sum(value.numel() for value in net.parameters()), "numbers")
    _fit(net, bank, honest, given.steps)
    _make_honest(net, honest)
    _export(net, given.out)
    print(given.out, given.out.stat().st_size, "bytes")


def _bank(file: Path, seeds: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    if not file.exists():
        parts = [many(seed, PER_SEED, 0.6 * seed / seeds) for seed in range(seeds)]
        held = [many(HONEST_SEED + seed, PER_SEED, 0.3 * seed) for seed in range(4)]
        arrays = [np.concatenate(each) for each in (*zip(*parts, strict=True), *zip(*held, strict=True))]
        np.savez(file, *arrays)
    arrays = [torch.from_numpy(array) for array in np.load(file).values()]
    print(len(arrays[0]), "sequences to learn from,", len(arrays[3]), "to be honest about", flush=True)
    return arrays[:3], arrays[3:]


def _loss(net: Movements, features: torch.Tensor, posture: torch.Tensor, doing: torch.Tensor) -> torch.Tensor:
    stands, does = net.logits(features.float())
    posture_loss = functional.cross_entropy(stands.reshape(-1, len(POSTURES)), posture.reshape(-1).long(),
                                            ignore_index=-1)  # fmt: skip
    known = (doing >= 0).float()
    target = doing.clamp(min=0).float()
    weight = known * (1 + target * (RARE - 1))
    each = functional.binary_cross_entropy_with_logits(does, target, reduction="none")
    return posture_loss * 0.5 + (each * weight).sum() / weight.sum() * 4


def _fit(net: Movements, bank: list[torch.Tensor], honest: list[torch.Tensor], steps: int) -> None:
    picker = torch.Generator().manual_seed(2)
    optimiser = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    began, mean = time.process_time(), 0.0
    for step in range(steps):
        net.train()
        chosen = torch.randint(len(bank[0]), (BATCH,), generator=picker)
        features, posture, doing = (array[chosen] for array in bank)
        features = features.float() + SPOIL * torch.randn(features.shape, generator=picker)
        loss = _loss(net, features, posture, doing)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if step % 250 == 249:
            net.eval()
            with torch.no_grad():
                held = float(_loss(net, *(array[:1000] for array in honest)))
            print(f"{step + 1}: {mean:.3f}, held {held:.3f}, {time.process_time() - began:.0f} s", flush=True)


def _make_honest(net: Movements, honest: list[torch.Tensor]) -> None:
    """Divide the raw scores by what makes the held sequences likeliest."""
    net.eval()
    with torch.no_grad():
        stands, does = net.logits(honest[0].float())
        warmths = torch.linspace(0.5, 3, 51)
        known = honest[1] >= 0
        losses = [functional.cross_entropy(stands[known] / each, honest[1][known].long()) for each in warmths]
        net.warmth[0] = warmths[int(torch.stack(losses).argmin())]
        for number in range(len(ACTIONS)):
            known = honest[2][..., number] >= 0
            target, raw = honest[2][..., number][known].float(), does[..., number][known]
            losses = [functional.binary_cross_entropy_with_logits(raw / each, target) for each in warmths]
            net.warmth[1 + number] = warmths[int(torch.stack(losses).argmin())]
    print("divided by", [round(float(each), 2) for each in net.warmth])


def _export(net: Movements, out: Path) -> None:
    net.eval()
    names = ("features", "posture", "doing")
    torch.onnx.export(
        net,
        (torch.zeros(1, 64, net.enter.in_channels),),
        str(out),
        input_names=names[:1],
        output_names=names[1:],
        opset_version=17,
        dynamo=False,
        dynamic_axes={name: {0: "bodies", 1: "steps"} for name in names},
    )


if __name__ == "__main__":
    main()
