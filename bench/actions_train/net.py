"""The net of movements: what is done at every step, from two seconds around it."""

import torch
from labels import ACTIONS, POSTURES
from torch import nn

from kinoeye.signals import movements

WIDTH = 64
DILATIONS = (1, 2, 4, 8)


class Block(nn.Module):
    """Two convolutions over time, added to what came."""

    def __init__(self, dilation: int, drop: float) -> None:
        super().__init__()
        self.first = nn.Conv1d(WIDTH, WIDTH, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv1d(WIDTH, WIDTH, 1)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.drop = nn.Dropout(drop)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Take and return float [n, width, steps]."""
        inner = torch.relu(self.first(self.norm(values)))
        return values + self.drop(self.second(inner))


class Movements(nn.Module):
    """Features [n, steps, 49] to chances of postures [n, steps, 4] and of actions [n, steps, 9]."""

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.enter = nn.Conv1d(movements.COUNT, WIDTH, 1)
        self.blocks = nn.ModuleList(Block(dilation, drop) for dilation in (*DILATIONS, *DILATIONS))
        self.posture = nn.Conv1d(WIDTH, len(POSTURES), 1)
        self.doing = nn.Conv1d(WIDTH, len(ACTIONS), 1)
        self.warmth = nn.Parameter(torch.ones(1 + len(ACTIONS)), requires_grad=False)

    def logits(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return raw scores."""
        values = self.enter(features.transpose(1, 2))
        for block in self.blocks:
            values = block(values)
        return self.posture(values).transpose(1, 2), self.doing(values).transpose(1, 2)

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return chances, evened out so that what is said with 0.9 is right nine times of ten."""
        posture, doing = self.logits(features)
        return (posture / self.warmth[0]).softmax(-1), (doing / self.warmth[1:]).sigmoid()
