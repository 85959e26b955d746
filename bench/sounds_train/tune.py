"""Teach the net by recordings, beginning with a net as it is shipped, which is its teacher for what it knows.

    python tune.py mix BANK LEARNT SCENES --count 3000 --seed 1      # scenes of made and recorded sounds, and targets
    python tune.py fit FROM.onnx TUNED.onnx SCENES... --rounds 4 [--look PACKAGES]
    python tune.py join FROM.onnx TUNED.onnx OUT.onnx                # some kinds by what was taught, others as before

BANK is of `train.py make`, LEARNT of recorded.py, SCENES a folder. Half of what is heard of a kind with recordings is
recorded, and half of the scenes are one sound alone. The first layers, which hear what is near, stay as they are.
`--look` says after every round how the recordings for development are ordered.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from material import RATE, decoded, real, staged
from mixing import Bank, scenes
from net import CLASSES, FRAMES, Listener, filters, mels
from onnx import numpy_helper
from readout import GROUPS, OUTPUTS, READ, WINDOW, Reader, over_two_seconds
from torch import nn
from train import WIDTH, rooms_of, split

SECONDS, BATCH, BARE = 6, 16, 0.5
OTHERS = ("other", "hit", "other", "other")  # sounds of no kind, as often as four kinds
LEARNT_RATE, TEACHER = 3e-4, 0.5
# What the teacher is not asked: kinds that it does not hold.
UNSURE = ("applause", "laughter", "crowd", "engine", "gunshot", "explosion", "thunder", "door", "glass", "dog", "noise")
TAUGHT = ("applause", "laughter")  # what is told by the net that was taught: better so for development
STEADY = ("music", "rain", "water", "wind", "fire", "insects")


class Tuned(Reader):
    """The net and its reading of two seconds, added for every kind."""

    def __init__(self, net):
        super().__init__(net)
        self.read = nn.Linear(4 * WIDTH, len(OUTPUTS))

    def first(self, powers):
        """What the first layers hear: float [batch, 192, answers, 4]."""
        return self.net.near(((torch.log(powers + 1e-6) + 5) / 5).unsqueeze(1))

    def answer(self, near, is_on):
        """Log-odds of all classes and groups, float [batch, answers, 27]."""
        joined = self.net.joined(near.transpose(2, 3).flatten(1, 2))
        around = self.net.around(joined)
        pooled, told = over_two_seconds(torch.cat([joined, around], 1), is_on), self.net.told(around)
        return self.read(pooled) + nn.functional.pad(told.transpose(1, 2), (0, len(GROUPS)))

    def forward(self, powers):
        """Log-odds of all classes and groups, float [batch, frames // 8, 27]."""
        return self.answer(self.first(powers), self.sounding(powers))


def shipped(file):
    """The net out of an ONNX file, its normalisations being part of its convolutions there."""
    graph = onnx.load(file).graph
    tensors = [torch.tensor(numpy_helper.to_array(each).copy()) for each in graph.initializer]
    told, told_bias, read_bias, *layers, read = tensors
    model = Tuned(Listener(WIDTH)).eval()
    kinds = (nn.Conv1d, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d)
    folded = [each for each in model.net.modules() if isinstance(each, kinds)][:-1]
    for conv, norm, weight, bias in zip(folded[::2], folded[1::2], layers[::2], layers[1::2], strict=True):
        conv.weight.data.copy_(weight)
        norm.running_var.fill_(1 - norm.eps)
        norm.bias.data.copy_(bias)
    if len(read_bias) == len(OUTPUTS):
        rows = range(len(OUTPUTS))
    else:
        rows = [OUTPUTS.index(name) for name in READ]
        told[[row for row in rows if row < len(told)]] = 0
        told_bias[[row for row in rows if row < len(told)]] = 0
    model.net.told.weight.data.copy_(told)
    model.net.told.bias.data.copy_(told_bias)
    model.read.weight.data.zero_()
    model.read.bias.data.zero_()
    model.read.weight.data[list(rows)] = read.T.contiguous()
    model.read.bias.data[list(rows)] = read_bias
    return model


def clips_of(bank_file, learnt):
    """Sounds by kind: made ones, and recorded ones so often that they are half."""
    import soundfile

    data = np.load(bank_file)
    there = [name for name in CLASSES if f"{name}.samples" in data]
    clips = {name: split(data[f"{name}.samples"], data[f"{name}.ends"]) for name in there}
    recorded = {}
    for path in sorted(Path(learnt).glob("*.ogg")):
        kind = path.name.split("-")[0]
        recorded.setdefault(kind, []).append(np.int16(soundfile.read(path)[0] * 32767))
    for kind, sounds in recorded.items():
        made = clips.get(kind, [])
        clips[kind] = made + sounds * max(1, len(made) // len(sounds))
    return clips, split(data["room.samples"], data["room.ends"])


@torch.no_grad()
def mix(bank_file, learnt, target, count, seed):
    """Make scenes, and keep their mel bands and what is heard in them."""
    clips, recorded = clips_of(bank_file, learnt)
    bank = Bank(clips, "cpu")
    random, bands = torch.Generator().manual_seed(seed), torch.tensor(filters())
    rooms = rooms_of(recorded, np.random.default_rng(seed), "cpu")
    heard, targets = [], []
    for _ in range(count // BATCH):
        samples, truth = scenes(bank, BATCH, random, rooms, SECONDS, BARE, OTHERS)
        heard.append(torch.log(mels(samples, bands) + 1e-6).half().numpy())
        targets.append(truth.to(torch.int8).numpy())
    Path(target).mkdir(exist_ok=True)
    np.save(f"{target}/heard-{seed}.npy", np.concatenate(heard))
    np.save(f"{target}/targets-{seed}.npy", np.concatenate(targets))


def grouped(targets):
    """Targets with those of groups; a group, read over two seconds, is not asked for just beside its sounds."""
    out = [targets]
    for names in GROUPS.values():
        own = targets[:, :, [CLASSES.index(name) for name in names]].amax(2)
        near = nn.functional.max_pool1d((own == 1).float()[:, None], WINDOW, 1, WINDOW // 2)[:, 0] > 0
        out.append(torch.where(near & (own != 1), -1.0, own)[:, :, None])
    return torch.cat(out, 2)


def bent(heard, random):
    """Mel powers of the same scenes through other microphones and at other levels."""
    count = len(heard)
    curve = torch.randn(count, 1, 6, generator=random) * 3
    gain = nn.functional.interpolate(curve, heard.shape[2], mode="linear", align_corners=True)
    gain = gain + torch.rand(count, 1, 1, generator=random) * 20 - 14
    return (torch.exp(heard) - 1e-6).clamp(min=0) * 10 ** (gain / 10)


@torch.no_grad()
def known(model, folders, random):
    """What does not change while the net learns: what its first layers hear, where there is sound, its answer now."""
    near, is_on, said, truth = [], [], [], []
    for path in sorted(path for folder in folders for path in Path(folder).glob("heard-*.npy")):
        heard, targets = np.load(path), np.load(str(path).replace("heard-", "targets-"))
        for begin in range(0, len(heard), BATCH):
            powers = bent(torch.tensor(heard[begin : begin + BATCH]).float(), random)
            near.append(model.first(powers).half())
            is_on.append(model.sounding(powers).half())
            said.append(torch.sigmoid(model.answer(near[-1].float(), is_on[-1].float())).half())
            truth.append(grouped(torch.tensor(targets[begin : begin + BATCH]).float()).half())
    return [torch.cat(each) for each in (near, is_on, said, truth)]


def fit(start, target, folders, rounds, look):
    """Learn for so many rounds, and write the net; its first layers stay as they are."""
    torch.manual_seed(5)
    random = torch.Generator().manual_seed(6)
    model = shipped(start)
    near, is_on, said, truth = known(model, folders, random)
    clips = heard_of(model, look) if look else []
    if clips:
        print("before", ordered(model, clips), flush=True)
    for each in model.modules():
        if isinstance(each, nn.Dropout):
            each.train()
    rest = [p for name, p in model.named_parameters() if not name.startswith("net.near")]
    optimizer = torch.optim.AdamW(rest, LEARNT_RATE, weight_decay=0.01)
    sure = torch.tensor([name not in UNSURE for name in OUTPUTS]).float()
    steps, step = rounds * (len(near) // BATCH), 0
    for number in range(rounds):
        total = 0.0
        for rows in torch.randperm(len(near), generator=random)[: steps // rounds * BATCH].view(-1, BATCH):
            for group in optimizer.param_groups:
                group["lr"] = LEARNT_RATE * min(1, step / 50) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-6
            odds, targets = model.answer(near[rows].float(), is_on[rows].float()), truth[rows].float()
            each = nn.functional.binary_cross_entropy_with_logits(odds, targets.clamp(min=0), reduction="none")
            loss = (each * (targets >= 0)).sum() / (targets >= 0).sum()
            held = nn.functional.binary_cross_entropy_with_logits(odds, said[rows].float(), reduction="none")
            loss = loss + TEACHER * (held * sure).mean()
            optimizer.zero_grad()
            (10 * loss).backward()
            nn.utils.clip_grad_norm_(rest, 2.0)
            optimizer.step()
            step, total = step + 1, total + loss.item()
        told = ordered(model, clips) if clips else ""
        print(f"round {number + 1}, loss {total * rounds / steps:.4f}", told, flush=True)
        write(model, target)


class Joined(nn.Module):
    """Two nets that share their first layers: some kinds are told by the second, all others by the first."""

    def __init__(self, before, taught):
        super().__init__()
        self.before, self.taught = before, taught

    def forward(self, powers):
        """Log-odds of all classes and groups, float [batch, frames // 8, 27]."""
        near, is_on = self.before.first(powers), self.before.sounding(powers)
        both = self.before.answer(near, is_on), self.taught.answer(near, is_on)
        return torch.stack([both[name in TAUGHT][:, :, number] for number, name in enumerate(OUTPUTS)], 2)


def join(start, tuned, target):
    """Write both as one ONNX."""
    write(Joined(shipped(start), shipped(tuned)).eval(), target)


def write(model, target):
    """Write a net as ONNX."""
    torch.onnx.export(model, torch.rand(1, 800, 64), target, input_names=["powers"], output_names=["odds"],
                      dynamic_axes={"powers": {0: "batch", 1: "frames"}, "odds": {0: "batch", 1: "answers"}},
                      dynamo=False)  # fmt: skip


@torch.no_grad()
def heard_of(model, folder):
    """Recordings for development: rows (kind, what the first layers hear, where there is sound)."""
    rows, bands = [], torch.tensor(filters())
    for kind, _, path in real(folder, "development"):
        try:
            samples = decoded(path, 8)
        except (OSError, ValueError):
            continue
        if len(samples) >= RATE // 40 and np.abs(samples.astype(int)).max() > 30:
            scene = torch.tensor(staged(samples, np.random.default_rng(0))[0], dtype=torch.float32)
            powers = mels(scene[None], bands)
            powers = powers[:, : powers.shape[1] // FRAMES * FRAMES]
            rows.append((kind, model.first(powers), model.sounding(powers)))
    return rows


@torch.no_grad()
def ordered(model, clips):
    """Mean precision of every kind, kinds of clips weighed alike, and of all together."""
    kinds = np.array([kind for kind, _, _ in clips])
    tops = []
    for _, near, is_on in clips:
        odds = model.answer(near, is_on)[0].T[None]
        wide = {n: nn.functional.avg_pool1d(odds, n, 1, n // 2, count_include_pad=False)[0].amax(1) for n in (3, 13)}
        tops.append([wide[13 if name in STEADY else 3][n].item() for n, name in enumerate(OUTPUTS)])
    tops = np.array(tops)
    weight = 1 / np.unique(kinds, return_counts=True)[1][np.unique(kinds, return_inverse=True)[1]]
    found = {}
    for number, name in enumerate(OUTPUTS):
        own = np.isin(kinds, GROUPS.get(name, (name,)))
        if own.any():
            order = np.argsort(-tops[:, number])
            right = np.cumsum((weight * own)[order])
            precision = right / np.cumsum(weight[order])
            found[name] = float((precision * (weight * own)[order]).sum() / right[-1])
    return " ".join(f"{name} {value:.2f}" for name, value in {**found, "mean": np.mean(list(found.values()))}.items())


def main():
    """Read what to do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["mix", "fit", "join"])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--look")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.what == "mix":
        mix(*given.files, given.count, given.seed)
    elif given.what == "join":
        join(*given.files)
    else:
        fit(given.files[0], given.files[1], given.files[2:], given.rounds, given.look)


if __name__ == "__main__":
    main()
