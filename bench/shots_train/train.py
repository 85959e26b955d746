"""Train: the net on endless windows, with a held-out bank to choose by.

python train.py --bank bank/train --held bank/val --steps 1350 --out run
"""

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from net import Shots
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset
from windows import Bank, window

LENGTH = 200
BATCH = 8
EDGE = 8  # pictures at both ends of a window whose past or future the net cannot know
CUT_WEIGHT = 4.0


class Windows(IterableDataset):
    """Batches of windows without end."""

    def __init__(self, path, seed):
        super().__init__()
        self.path, self.seed = path, seed

    def __iter__(self):
        """Yield thumbs, cuts, kinds."""
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        bank = Bank(self.path)
        while True:
            made = [window(rng, bank, LENGTH) for _ in range(BATCH)]
            yield tuple(torch.from_numpy(np.stack(parts)) for parts in zip(*made, strict=True))


def loss_of(logits, cut, kind):
    """Return the loss of a batch: binary for cuts, four classes for graduals."""
    inner = slice(EDGE, -EDGE)
    logits, cut, kind = logits[:, inner], cut[:, inner], kind[:, inner]
    weight = 1 + (CUT_WEIGHT - 1) * cut
    cuts = functional.binary_cross_entropy_with_logits(logits[..., 0], cut, weight=weight)
    kinds = functional.cross_entropy(logits[..., 1:].flatten(0, 1), kind.flatten())
    return 3 * cuts + kinds


def measure(net, batches):
    """Return F1 of cuts at their best threshold, that threshold, and F1 of being inside a gradual."""
    net.eval()
    scores, cuts, inside, kinds = [], [], [], []
    with torch.inference_mode():
        for thumbs, cut, kind in batches:
            logits = net(thumbs)[:, EDGE:-EDGE]
            chance = torch.sigmoid(logits[..., 0])
            peak = functional.max_pool1d(chance[:, None], 5, 1, 2)[:, 0] == chance
            scores.append((chance * peak).flatten())
            inside.append((torch.softmax(logits[..., 1:], -1)[..., 0] < 0.5).flatten())
            cuts.append(cut[:, EDGE:-EDGE].flatten())
            kinds.append(kind[:, EDGE:-EDGE].flatten())
    net.train()
    scores, cuts = torch.cat(scores), torch.cat(cuts) > 0.5
    inside, kinds = torch.cat(inside), torch.cat(kinds) > 0
    best = max((f1(scores > t, cuts), t) for t in np.arange(0.1, 0.95, 0.05).tolist())
    return *best, f1(inside, kinds)


def f1(found, true):
    """Return the harmonic mean of precision and recall."""
    hits = (found & true).sum().item()
    return 2 * hits / max(1, found.sum().item() + true.sum().item())


def main():
    """Train and keep the moving average of the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bank", required=True)
    parser.add_argument("--held", required=True)
    parser.add_argument("--steps", type=int, default=1350)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start")
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)  # more threads wait for one another on a busy machine
    net = Shots()
    if given.start:
        net.load_state_dict(torch.load(given.start, weights_only=True))
    average = torch.optim.swa_utils.AveragedModel(net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.997))
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=0.01)
    held = iter(DataLoader(Windows(given.held, 7), batch_size=None))
    held = [next(held) for _ in range(12)]
    batches = iter(DataLoader(Windows(given.bank, given.seed), batch_size=None, num_workers=1, prefetch_factor=6))
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    begin, step, shown, running = time.time(), 0, time.time(), 0.0
    while step < given.steps:
        for group in optimiser.param_groups:
            group["lr"] = (
                given.rate * min(1, (step + 1) / 200) * max(0.01, 0.5 * (1 + np.cos(np.pi * step / given.steps)))
            )
        thumbs, cut, kind = next(batches)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(thumbs)
        loss = loss_of(logits.float(), cut, kind)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        average.update_parameters(net)
        step += 1
        running = loss.item() if step == 1 else 0.98 * running + 0.02 * loss.item()
        if time.time() - shown > 180:
            shown = time.time()
            figures = " ".join(f"{x:.4f}" for x in measure(average.module, held))
            print(
                f"{step} steps, {time.time() - begin:.0f} s, loss {running:.4f}, held out {figures}",
                flush=True,
            )
            torch.save(average.module.state_dict(), out / "net.pt")
    print("end", measure(average.module, held), flush=True)
    torch.save(average.module.state_dict(), out / "net.pt")


if __name__ == "__main__":
    main()
