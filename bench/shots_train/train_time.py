"""Train the second half alone: what the first half sees is computed once, then the net over time learns from it.

Looking at a picture is nine tenths of the work, and with the first half fixed it need not be done again in every step:
ten times as many pictures are learnt from in the same time.

    python train_time.py --net run/net.pt --bank bank/train --held bank/val --seeds 11 12 13 --steps 2700 --out run/time
"""

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch
from export import Facts, write
from net import BLOCKS, NAMED, Shots, distances
from torch import nn
from torch.nn import functional
from train import EDGE, f1, loss_of
from windows import Bank, window

LENGTH = 300
BATCH = 16
CALM = 21  # seeds from which windows are calm


def seen(net, folder):
    """Return a function from thumbs of a window to what the net over time is given, float16 [n, facts]."""
    write(Facts(net), torch.zeros((67, 27, 48, 3), dtype=torch.uint8), ("thumbs", "facts"), folder / "look.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "look.onnx"), options)

    def see(thumbs):
        past = np.concatenate([np.repeat(thumbs[:1], 4, axis=0), thumbs])
        parts = [session.run(None, {"thumbs": past[i : i + 68]})[0][4:] for i in range(0, len(thumbs), 64)]
        facts = torch.from_numpy(np.concatenate(parts))[None]
        with torch.inference_mode():
            far = distances(facts[..., -BLOCKS:], facts[..., -NAMED - BLOCKS : -BLOCKS])
        return torch.cat([facts[..., : -NAMED - BLOCKS], far], 2)[0].half()

    return see


def made(path, seed, count, cache, *, calm=False):
    """Make windows, or take those made before: thumbs, cuts, kinds."""
    if not cache.with_suffix(".npy").exists():
        rng, bank = np.random.default_rng(seed), Bank(path)
        shape = (count, LENGTH, 27, 48, 3)
        thumbs = np.lib.format.open_memmap(f"{cache}.part.npy", mode="w+", dtype=np.uint8, shape=shape)
        truth = np.zeros((2, count, LENGTH), np.uint8)
        for i in range(count):
            thumbs[i], truth[0, i], truth[1, i] = window(rng, bank, LENGTH, calm=calm)
        np.save(f"{cache}-truth.npy", truth)
        Path(f"{cache}.part.npy").rename(cache.with_suffix(".npy"))
    truth = torch.from_numpy(np.load(f"{cache}-truth.npy"))
    return np.load(cache.with_suffix(".npy"), mmap_mode="r"), truth[0].float(), truth[1]


def gathered(see, windows, cache):
    """Return what is seen of the windows, or was seen before: inputs, cuts, kinds."""
    thumbs, cuts, kinds = windows
    if not cache.exists():
        torch.save(torch.stack([see(np.array(window)) for window in thumbs]), cache)
    return torch.load(cache, weights_only=True), cuts, kinds


class Standard(nn.Module):
    """The second half of the net over standardised inputs: the same answers, sooner learnt."""

    def __init__(self, net, inputs):
        super().__init__()
        flat = inputs[::7].float().flatten(0, 1)
        self.register_buffer("mean", flat.mean(0))
        self.register_buffer("scale", flat.std(0) + 1e-3)
        self.enter = nn.Parameter(net.enter.weight.detach() * self.scale)
        self.bias = nn.Parameter(net.enter.bias.detach() + net.enter.weight.detach() @ self.mean)
        self.net = net

    def forward(self, inputs):
        """Float [batch, t, facts] to logits [batch, t, 5]."""
        x = functional.relu(functional.linear((inputs - self.mean) / self.scale, self.enter, self.bias))
        for part in self.net.times:
            x = part(x)
        return self.net.leave(functional.relu(x))

    def plain(self):
        """Return the weights of the net itself."""
        state = {name: value.clone() for name, value in self.net.state_dict().items()}
        state["enter.weight"] = (self.enter / self.scale).detach()
        state["enter.bias"] = (self.bias - (self.enter / self.scale) @ self.mean).detach()
        return state


def measure(standard, held):
    """Return loss, best F1 of cuts with its threshold, F1 of being inside a gradual."""
    inputs, cuts, kinds = held
    standard.eval()
    with torch.inference_mode():
        logits = torch.cat([standard(part.float()) for part in inputs.split(BATCH)])
        loss = loss_of(logits, cuts, kinds.long()).item()
    logits, cuts, kinds = (x[:, EDGE:-EDGE] for x in (logits, cuts, kinds))
    chance = torch.sigmoid(logits[..., 0])
    peak = functional.max_pool1d(chance[:, None], 5, 1, 2)[:, 0] == chance
    best = max((f1(chance * peak > t, cuts > 0.5), t) for t in np.arange(0.2, 0.95, 0.05).tolist())
    inside = torch.softmax(logits[..., 1:], -1)[..., 0] < 0.5
    return loss, *best, f1(inside, kinds > 0)


def main():
    """Gather, train, keep the moving average."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("net", "bank", "held", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--windows", type=int, default=3000)
    parser.add_argument("--steps", type=int, default=2700)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11], help="one set of windows for each; calm from 21")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--only-windows", action="store_true", help="make them and stop")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(given.seeds[0])
    net = Shots()
    net.load_state_dict(torch.load(given.net, weights_only=True))
    net.eval()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    see = seen(net, out)
    held = gathered(see, made(given.held, 7, 160, out / "held"), out / "held.pt")
    known = []
    for seed in given.seeds:
        windows = made(given.bank, seed, given.windows, out / f"windows{seed}", calm=seed >= CALM)
        known.append(gathered(see, windows, out / f"seen{seed}.pt"))
    if given.only_windows:
        return
    inputs, cuts, kinds = (torch.cat(parts) for parts in zip(*known, strict=True))
    print(len(inputs), "windows", flush=True)
    standard = Standard(net, inputs)
    print("before", measure(standard, held), flush=True)
    net.times.train()
    learnt = [standard.enter, standard.bias, *net.times.parameters(), *net.leave.parameters()]
    optimiser = torch.optim.AdamW(learnt, lr=given.rate, weight_decay=0.02)
    average = torch.optim.swa_utils.AveragedModel(
        standard, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995)
    )
    shown, step, order = time.process_time(), 0, torch.empty(0)
    while step < given.steps:
        for group in optimiser.param_groups:
            group["lr"] = (
                given.rate * min(1, (step + 1) / 50) * max(0.01, 0.5 * (1 + np.cos(np.pi * step / given.steps)))
            )
        if len(order) < BATCH:
            order = torch.randperm(len(inputs))
        chosen, order = order[:BATCH], order[BATCH:]
        loss = loss_of(standard(inputs[chosen].float()), cuts[chosen], kinds[chosen].long())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        average.update_parameters(standard)
        step += 1
        if time.process_time() - shown > 40:
            shown = time.process_time()
            print(step, f"{loss.item():.3f}", measure(average.module, held), flush=True)
            torch.save(average.module.plain(), out / "net.pt")
    print("end", step, measure(average.module, held), flush=True)
    torch.save(average.module.plain(), out / "net.pt")


if __name__ == "__main__":
    main()
