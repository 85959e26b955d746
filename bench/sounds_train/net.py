"""The net: what is heard every 80 ms, from the mel bands of sound."""

import numpy as np
import torch
from torch import nn

RATE, SIZE, HOP, BANDS = 16_000, 400, 160, 64
FRAMES = 8  # of 10 ms in one answer
CLASSES = ("speech", "music", "crowd", "applause", "laughter", "scream", "bell", "telephone", "alarm", "siren",
           "engine", "gunshot", "explosion", "thunder", "glass", "door", "footsteps", "hooves", "rain", "water", "wind",
           "fire", "bird", "insects", "dog", "noise")  # fmt: skip


def filters():
    """Slaney's mel bands, float32 [64, 201]; as kinoeye.models.mel has them."""

    def mel(hz):
        return hz * 3 / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)

    marks = np.linspace(0, mel(RATE / 2), BANDS + 2)
    edges = np.where(marks < 15, marks * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (marks - 15)))
    bins = np.fft.rfftfreq(SIZE, 1 / RATE)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32) * (2 / (edges[2:] - edges[:-2]))[
        :, None
    ].astype(np.float32)


def mels(samples, bank):
    """Power in mel bands: float [batch, frames, 64] of float [batch, n], full scale 1."""
    window = torch.hann_window(SIZE, periodic=True, device=samples.device)
    spectrum = torch.stft(samples, SIZE, HOP, window=window, center=True, pad_mode="constant", return_complex=True)
    return (spectrum.abs().square().transpose(1, 2) @ bank.T)[:, : samples.shape[1] // HOP]


class Both(nn.Module):
    """Two convolutions, over each band alone and across channels."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False), nn.BatchNorm2d(before), nn.ReLU(),
            nn.Conv2d(before, after, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(),
        )  # fmt: skip

    def forward(self, x):
        """[batch, channels, time, bands]."""
        return self.layers(x)


class Around(nn.Module):
    """What comes before and after, at a distance."""

    def __init__(self, channels, apart):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(channels, channels, 3, padding=apart, dilation=apart, bias=False),
            nn.BatchNorm1d(channels), nn.ReLU(),
            nn.Conv1d(channels, channels, 1, bias=False), nn.BatchNorm1d(channels), nn.Dropout(0.1),
        )  # fmt: skip

    def forward(self, x):
        """[batch, channels, time]."""
        return torch.relu(x + self.layers(x))


class Listener(nn.Module):
    """Log-odds of every class, float [batch, frames // 8, 26], of mel powers, float [batch, frames, 64]."""

    def __init__(self, width=192):
        super().__init__()
        self.near = nn.Sequential(
            nn.Conv2d(1, 32, 3, (2, 2), 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
            Both(32, 64, (2, 2)), Both(64, 64, 1), Both(64, 128, (2, 2)), Both(128, 128, 1), Both(128, 192, (1, 2)),
        )  # fmt: skip
        self.joined = nn.Sequential(nn.Conv1d(192 * 4, width, 1, bias=False), nn.BatchNorm1d(width), nn.ReLU())
        self.around = nn.Sequential(*(Around(width, apart) for apart in (1, 2, 4, 8, 1)))
        self.told = nn.Conv1d(width, len(CLASSES), 1)

    def forward(self, powers):
        """Log first: what is twice as loud is as far off at every level."""
        x = (torch.log(powers + 1e-6) + 5) / 5
        x = self.near(x.unsqueeze(1))
        x = x.transpose(2, 3).flatten(1, 2)
        return self.told(self.around(self.joined(x))).transpose(1, 2)
