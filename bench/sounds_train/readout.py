"""Teach the net more kinds by recordings: its layers stay as they are, and what they hear over two seconds is weighed.

    python readout.py look NET.pt PACK LEARNT BANK LOOKS.npz  # features of every recording, bent in up to ten ways
    python readout.py join NET.pt LOOKS.npz OUT.onnx          # a linear reading of them, in one ONNX with the net

LEARNT is made by recorded.py; of PACK speech and music are taken, of BANK 40 made sounds a kind (train.py). What is
heard in a frame is the mean and the highest of two layers' features over two seconds, where there is sound at all: not
40 dB under the loudest of six seconds.
"""

import argparse
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from material import RATE, staged
from net import CLASSES, FRAMES, Listener, filters, mels
from tools import resample
from torch import nn
from train import WIDTH, split

GROUPS = {"blast": ("gunshot", "explosion")}
OUTPUTS = (*CLASSES, *GROUPS)
# Read from recordings: on those for development better so than by the net alone.
READ = ("scream", "blast")
WINDOW, REACH = 25, 75  # frames: over which features are taken, and loudness compared
FLOOR = 1e-4  # of the loudest power
PENALTY = 0.003  # inverse strength, scikit-learn's C
MADE, SPOKEN = 40, 25  # sounds a kind, and how many of them are made of speech where some are
EVERY = {"speech": 2, "music": 6}  # every so many clips of PACK


class Reader(nn.Module):
    """Log-odds of all classes and groups, float [batch, frames // 8, 27], of mel powers, float [batch, frames, 64]."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        self.read = nn.Linear(4 * WIDTH, len(READ))

    def features(self, powers):
        """What two layers hear: float [batch, 384, answers]; and where there is sound: [batch, 1, answers]."""
        x = ((torch.log(powers + 1e-6) + 5) / 5).unsqueeze(1)
        joined = self.net.joined(self.net.near(x).transpose(2, 3).flatten(1, 2))
        around = self.net.around(joined)
        return torch.cat([joined, around], 1), self.sounding(powers), around

    def sounding(self, powers):
        """Where there is sound at all: float [batch, 1, answers]."""
        power = nn.functional.avg_pool1d(powers.sum(2, keepdim=True).transpose(1, 2), FRAMES)
        loudest = nn.functional.max_pool1d(power, REACH, 1, REACH // 2)
        return (power > FLOOR * loudest).float()

    def pooled(self, powers):
        """Mean and highest of the features over two seconds: float [batch, answers, 768]; and the net's own answer."""
        heard, is_on, around = self.features(powers)
        return over_two_seconds(heard, is_on), self.net.told(around).transpose(1, 2)

    def forward(self, powers):
        """The net's answers, those that are read put in their places."""
        pooled, told = self.pooled(powers)
        read = self.read(pooled)
        columns = [
            read[:, :, READ.index(name)] if name in READ else told[:, :, CLASSES.index(name)] for name in OUTPUTS
        ]
        return torch.stack(columns, 2)


def over_two_seconds(heard, is_on):
    """Mean and highest of features where there is sound: float [batch, answers, 768]."""
    count = nn.functional.avg_pool1d(is_on, WINDOW, 1, WINDOW // 2)
    mean = nn.functional.avg_pool1d(heard * is_on, WINDOW, 1, WINDOW // 2) / (count + 1e-6)
    highest = nn.functional.max_pool1d(heard * is_on, WINDOW, 1, WINDOW // 2)
    return torch.cat([mean, highest], 1).transpose(1, 2)


def bent(samples, random):
    """The same recording faster or slower, through a microphone, half of the times in a room."""
    sound = resample(samples[: 8 * RATE].astype(float), 2 ** random.uniform(-0.4, 0.4))
    count = len(sound)
    octaves = np.log2(np.linspace(0, 511, count // 2 + 1) + 1) / 9
    gain = np.interp(octaves, np.linspace(0, 1, 9), random.normal(0, 4, 9))
    sound = np.fft.irfft(np.fft.rfft(sound) * 10 ** (gain / 20), count)
    if random.random() < 0.5:
        tail = random.standard_normal(RATE) * 10 ** (-3 * np.arange(RATE) / RATE / random.uniform(0.1, 1))
        tail[0] += random.uniform(4, 20)
        both = count + RATE
        sound = np.fft.irfft(np.fft.rfft(sound, both) * np.fft.rfft(tail, both), both)[: count + RATE // 4]
    return np.int16(np.clip(sound / max(np.abs(sound).max(), 1e-9), -1, 1) * 30000)


def times(name):
    """How many ways a sound is bent: fewer where there are many of its kind."""
    kind = name.split("-")[0]
    return 1 if kind in {"speech", "music", "hit"} or "-made-" in name else 3 if kind == "other" or "-g" in name else 10


def made(bank):
    """Sounds made by rule, the first of each kind; of two also the last, which are made of speech."""
    data = np.load(bank)
    for kind in CLASSES:
        if kind not in {"speech", "music"}:
            sounds = split(data[f"{kind}.samples"], data[f"{kind}.ends"])
            late = SPOKEN if kind in {"crowd", "laughter"} else 0
            for number, sound in enumerate(sounds[: MADE - late] + sounds[len(sounds) - late :]):
                yield f"{kind}-made-{number}", sound[: 5 * RATE]


def loaded(file):
    """The net that is built upon."""
    net = Listener(WIDTH)
    net.load_state_dict(torch.load(file, map_location="cpu"))
    return Reader(net).eval()


@torch.no_grad()
def look(net_file, pack, learnt, bank, target):
    """Write down what the layers hear of every recording as a whole."""
    import soundfile

    reader, random, bands = loaded(net_file), np.random.default_rng(0), torch.tensor(filters())
    spoken = [path for kind, every in EVERY.items() for path in sorted(Path(pack).glob(f"{kind}-*.ogg"))[::every]]
    recorded = ((path.name, soundfile.read(path)[0] * 32767) for path in [*sorted(Path(learnt).glob("*.ogg")), *spoken])
    looks, kinds, files = [], [], []
    for name, samples in chain(recorded, made(bank)):
        for _ in range(times(name) if len(samples) >= RATE // 20 else 0):
            scene = torch.tensor(staged(bent(samples, random), random)[0], dtype=torch.float32)
            powers = mels(scene[None], bands)
            heard, is_on, _ = reader.features(powers[:, : powers.shape[1] // FRAMES * FRAMES])
            on = heard[0][:, is_on[0, 0] > 0]
            looks.append(torch.cat([on.mean(1), on.amax(1)]).numpy())
            kinds.append(name.split("-")[0])
            files.append(name)
    np.savez(target, looks=np.array(looks), kinds=np.array(kinds), files=np.array(files))


def join(net_file, looks_file, target):
    """Find the weights, every file as heavy as any other, and write one net of both."""
    from sklearn.linear_model import LogisticRegression

    data, reader = np.load(looks_file), loaded(net_file)
    looks, kinds, files = data["looks"], data["kinds"], data["files"]
    weight = 1 / np.unique(files, return_counts=True)[1][np.unique(files, return_inverse=True)[1]]
    mean, spread = looks.mean(0), looks.std(0) + 1e-3
    for row, name in enumerate(READ):
        own = np.isin(kinds, GROUPS.get(name, (name,)))
        model = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=300)
        model.fit((looks - mean) / spread, own, sample_weight=weight)
        found = model.coef_[0] / spread
        reader.read.weight.data[row] = torch.tensor(found, dtype=torch.float32)
        reader.read.bias.data[row] = float(model.intercept_[0] - found @ mean)
    torch.onnx.export(reader, torch.rand(1, 800, 64), target, input_names=["powers"], output_names=["odds"],
                      dynamic_axes={"powers": {0: "batch", 1: "frames"}, "odds": {0: "batch", 1: "answers"}},
                      dynamo=False)  # fmt: skip


def main():
    """Read what to do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["look", "join"])
    parser.add_argument("files", nargs="+")
    given = parser.parse_args()
    torch.set_num_threads(1)
    {"look": look, "join": join}[given.what](*given.files)


if __name__ == "__main__":
    main()
