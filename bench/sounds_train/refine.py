"""Teach the net's upper half with recorded sounds too: scenes as before, half of their events recorded.

    python refine.py BANK RECORDED IN.pt OUT.onnx --scenes 3000

BANK as `train.py make` writes it; RECORDED a folder of CLASS-*.ogg. What the lower half hears in each scene is kept, so
that it fits a CPU: half an hour on one core.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from mixing import Bank, scenes
from net import CLASSES, Listener, filters, mels
from torch import nn
from train import WIDTH, loss_of, rooms_of, split

BATCH = 12


def bank_of(data, recorded):
    """Made sounds, and as often the recorded ones."""
    import soundfile

    clips = {name: split(data[f"{name}.samples"], data[f"{name}.ends"]) for name in CLASSES if f"{name}.samples" in data}
    for name in CLASSES:
        sounds = [np.int16(soundfile.read(path)[0] * 32767) for path in sorted(Path(recorded).glob(f"{name}-*.ogg"))]
        if sounds:
            clips[name] = clips[name] + sounds * max(1, len(clips[name]) // len(sounds))
    return Bank(clips, "cpu")


def upper(net, heard):
    """Log-odds of what the lower half heard, [batch, channels, frames]."""
    return net.told(net.around(heard)).transpose(1, 2)


def main():
    """Read what to do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bank")
    parser.add_argument("recorded")
    parser.add_argument("start")
    parser.add_argument("target")
    parser.add_argument("--scenes", type=int, default=3000)
    parser.add_argument("--passes", type=int, default=10)
    given = parser.parse_args()
    data = np.load(given.bank)
    bank, random = bank_of(data, given.recorded), torch.Generator().manual_seed(11)
    rooms, bands = rooms_of([], np.random.default_rng(2), "cpu"), torch.tensor(filters())
    net = Listener(WIDTH)
    net.load_state_dict(torch.load(given.start, map_location="cpu"))
    net.eval()
    heard, targets, begin = [], [], time.monotonic()
    with torch.no_grad():
        for number in range(0, given.scenes, BATCH):
            samples, target = scenes(bank, BATCH, random, rooms)
            x = net.near(((torch.log(mels(samples, bands) + 1e-6) + 5) / 5).unsqueeze(1))
            heard.append(net.joined(x.transpose(2, 3).flatten(1, 2)).half())
            targets.append(target.to(torch.int8))
            if number % (BATCH * 20) == 0:
                print(number, f"{time.monotonic() - begin:.0f} s", flush=True)
    heard, targets = torch.cat(heard), torch.cat(targets)
    net.around.train()
    optimizer = torch.optim.AdamW([*net.around.parameters(), *net.told.parameters()], 1e-3, weight_decay=0.02)
    steps = given.passes * (len(heard) // 32)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=steps + 1)
    for step in range(steps):
        rows = torch.randint(len(heard), (32,), generator=random)
        loss = loss_of(upper(net, heard[rows].float()), targets[rows].float())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(step, steps, f"loss {loss.item():.4f}, {time.monotonic() - begin:.0f} s", flush=True)
    net.eval()
    torch.save(net.state_dict(), Path(given.target).with_suffix(".pt"))
    torch.onnx.export(net, torch.rand(1, 800, 64), given.target, input_names=["powers"], output_names=["odds"],
                      dynamic_axes={"powers": {0: "batch", 1: "frames"}, "odds": {0: "batch", 1: "answers"}}, dynamo=False)  # fmt: skip


if __name__ == "__main__":
    main()
