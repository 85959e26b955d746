"""Net: per picture its look, per pair of pictures how far one can be found again in the other, then time.

`Look` turns every thumb into a map of 7x12 cells. `Compare` asks for every cell how well it is found again anywhere
(near places preferred) in an earlier picture: a pan, a zoom or a crossing walker is found, another shot is not.
`Shots` adds distances between pictures up to 64 apart on both sides, and dilated convolutions over time.

Input uint8 [t, 27, 48, 3]; output float [t, 5] logits: cut, none, dissolve, fade, wipe.
"""

import torch
from torch import nn
from torch.nn import functional

CELLS = (7, 12)
NAMED, BLOCKS = 48, 9 * 16 * 3  # numbers in a picture's name, and in its 3x3 means
FAR_COST = 0.02  # likeness a match loses per cell of way
COMPARED = (1, 2, 4)  # pictures back; 4 sees past flashes of up to three pictures
PAIRS = (
    (-1, 0), (-2, 0), (-3, 0), (-4, 0), (-6, 0), (-9, 0), (-16, 0), (-32, 0), (-64, 0),
    (0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (0, 32), (0, 64),
    (-1, 1), (-1, 2), (-1, 3), (-1, 4), (-1, 6), (-1, 9), (-2, 1), (-3, 1), (-5, 1), (-2, 2), (-3, 3), (-5, 4), (-8, 8),
    (-12, 12), (-16, 16), (-24, 24), (-32, 32), (-48, 48),
)  # fmt: skip
MIDDLES = (2, 4, 8, 12, 16, 24, 32, 48)  # is this picture the mean of those that far before and after?
DILATIONS = (1, 2, 4, 8, 16, 32, 1)
DROPPED = 0.1  # share of the numbers over time that is left out in training
REACH = 64  # pictures the distances look to either side


class Look(nn.Module):
    """Turn thumbs into maps of cells."""

    def __init__(self, width=32):
        super().__init__()
        self.first = nn.Conv2d(3, 20, 3, 2, 1)
        self.second = nn.Conv2d(20, width, 3, 2, 1)
        self.third = nn.Conv2d(width, width, 3, 1, 1)

    def forward(self, pictures):
        """Float [t, 3, 27, 48] to float [t, width, 7, 12]."""
        return self.third(functional.relu(self.second(functional.relu(self.first(pictures)))))


class Compare(nn.Module):
    """How well each cell of two pictures is found again in the other."""

    def __init__(self, width=32, out=64):
        super().__init__()
        rows, columns = torch.meshgrid(torch.arange(CELLS[0]), torch.arange(CELLS[1]), indexing="ij")
        y, x = rows.flatten().float(), columns.flatten().float()
        far = torch.hypot(y[:, None] - y[None], x[:, None] - x[None])
        self.register_buffer("far", FAR_COST * far)
        cells = CELLS[0] * CELLS[1]
        self.mix = nn.Linear(3 * cells, out)

    def forward(self, before, now):
        """Cells of unit length [t, 84, width] each, to float [t, out]."""
        if self.training:
            with torch.autocast("cpu", enabled=False):  # likeness near 1 needs all its digits
                there, here = Found.apply(before, now, self.far)
        else:
            near = before @ now.transpose(1, 2) - self.far
            there, here = near.amax(2), near.amax(1)
        return self.mix(torch.cat([there, here, (before * now).sum(2)], 1))


class Found(torch.autograd.Function):
    """Best likeness of every cell, both ways; its slope needs the 2 x 84 best pairs only, not all 84 x 84."""

    @staticmethod
    def forward(ctx, before, now, far):
        """Return [t, 84] twice."""
        near = (before @ now.transpose(1, 2)).sub_(far)
        there, where = near.max(2)
        here, whence = near.max(1)
        ctx.save_for_backward(before, now, where, whence)
        return there, here

    @staticmethod
    def backward(ctx, there, here):
        """Return the slopes of `before` and `now`."""
        before, now, where, whence = ctx.saved_tensors
        where, whence = (index[:, :, None].expand_as(now) for index in (where, whence))
        there, here = there[:, :, None], here[:, :, None]
        slope_before = (there * now.gather(1, where)).scatter_add_(1, whence, here * now)
        slope_now = (here * before.gather(1, whence)).scatter_add_(1, where, there * before)
        return slope_before, slope_now, None


class Residual(nn.Module):
    """A dilated convolution over time with a short cut, as matrix products: on a CPU six times as fast to train."""

    def __init__(self, width, dilation):
        super().__init__()
        self.dilation = dilation
        self.dropped = nn.Dropout(DROPPED)
        self.wide = nn.Linear(3 * width, width)
        self.mix = nn.Linear(width, width)

    def forward(self, x):
        """Float [batch, t, width] to the same."""
        far = self.dilation
        padded = functional.pad(x, (0, 0, far, far))
        near = torch.cat([padded[:, : -2 * far], x, padded[:, 2 * far :]], 2)
        return x + self.mix(self.dropped(functional.relu(self.wide(near))))


class Shots(nn.Module):
    """The whole net."""

    def __init__(self, width=32, hidden=96):
        super().__init__()
        self.look = Look(width)
        self.compare = nn.ModuleList([Compare(width) for _ in COMPARED])
        self.pool = nn.Linear(width * 24, 64)
        self.change = nn.Linear(144, 32)
        self.name = nn.Linear(64, NAMED)
        count = 64 * len(COMPARED) + 64 + 32 + 2 * len(PAIRS) + 2 * len(MIDDLES) + 6
        self.enter = nn.Linear(count, hidden)
        self.times = nn.ModuleList([Residual(hidden, d) for d in DILATIONS])
        self.leave = nn.Linear(hidden, 5)

    def pictures(self, thumbs, batch):
        """What every picture says alone and against its neighbours: float [batch * t, ...] each."""
        x = (thumbs.float() / 255 - 0.45).permute(0, 3, 1, 2)  # channels last in memory
        maps = self.look(x)
        cells = maps.float().flatten(2).transpose(1, 2)
        cells = cells * torch.rsqrt((cells * cells).sum(2, keepdim=True) + 1e-3)
        pooled = functional.relu(self.pool(functional.relu(pool_cells(maps)).flatten(1)))
        blocks = functional.avg_pool2d(x, 3)
        seen = [
            functional.relu(part(back(cells, lag, batch), cells))
            for part, lag in zip(self.compare, COMPARED, strict=True)
        ]
        moved = (blocks - back(blocks, 1, batch)).abs().mean(1).flatten(1)
        plain = torch.stack(
            [
                blocks.mean((1, 2, 3)),
                blocks.amax((1, 2, 3)),
                blocks.amin((1, 2, 3)),
                blocks.std((1, 2, 3)) * 2,
                moved.mean(1) * 4,
                moved.amax(1) * 2,
            ],
            1,
        )
        facts = torch.cat([*seen, pooled, functional.relu(self.change(moved * 4)), plain], 1)
        named = functional.normalize(self.name(pooled).float(), dim=1)
        return facts, named, blocks.flatten(1)

    def forward(self, thumbs):
        """Uint8 [batch, t, 27, 48, 3] to logits [batch, t, 5]."""
        batch, time = thumbs.shape[:2]
        facts = torch.cat(self.pictures(thumbs.flatten(0, 1), batch), 1)
        return self.answers(facts.reshape(batch, time, -1))

    def answers(self, facts):
        """Float [batch, t, facts + 48 + 432] to logits [batch, t, 5]."""
        facts, named, blocks = (
            facts[..., : -NAMED - BLOCKS],
            facts[..., -NAMED - BLOCKS : -BLOCKS],
            facts[..., -BLOCKS:],
        )
        far = distances(blocks, named)
        return self.judge(torch.cat([facts, far], 2))

    def judge(self, known):
        """Float [batch, t, facts + distances] to logits [batch, t, 5]."""
        x = functional.relu(self.enter(known))
        for part in self.times:
            x = part(x)
        return self.leave(functional.relu(x))


def pool_cells(maps):
    """Average 7x12 cells to 4x6 (the last row stands alone)."""
    return functional.avg_pool2d(maps, 2, 2, ceil_mode=True)


def back(x, lag, batch):
    """Shift pictures by `lag` within each sequence; the first stays at the border."""
    x = x.reshape(batch, -1, *x.shape[1:])
    return torch.cat([x[:, :1].expand(-1, lag, *x.shape[2:]), x[:, :-lag]], 1).flatten(0, 1)


def distances(blocks, named):
    """How far apart pictures around each one are: float [batch, t, 2 * pairs + 2 * middles].

    Only the few diagonals of the two Gram matrices that are asked for are formed; beyond both ends the first and the
    last picture stay.
    """
    time = blocks.shape[1]
    gram = Diagonals(held(blocks), time, 1 / blocks.shape[2])
    like = Diagonals(held(named), time, 1.0)
    parts = []
    for a, b in PAIRS:
        parts += [root(gram.at(a, a) + gram.at(b, b) - 2 * gram.at(a, b)) * 4, like.at(a, b)]
    for k in MIDDLES:
        aa, bb, ab = gram.at(-k, -k), gram.at(k, k), gram.at(-k, k)
        bent = gram.at(0, 0) + (aa + bb + 2 * ab) / 4 - gram.at(-k, 0) - gram.at(0, k)
        apart = aa + bb - 2 * ab
        parts += [root(bent.clamp_min(0) / (apart.clamp_min(0) + 1e-4)).clamp_max(3), root(bent) * 4]
    return torch.stack(parts, 2)


def held(x):
    """Put REACH copies of the first and the last vector before and behind: float [batch, t + 2 * REACH, d]."""
    return torch.cat([x[:, :1].expand(-1, REACH, -1), x, x[:, -1:].expand(-1, REACH, -1)], 1)


def root(square):
    """Square root whose slope stays finite at zero."""
    return torch.sqrt(square.clamp_min(0) + 1e-6)


class Diagonals:
    """Products of vectors a fixed number of pictures apart, each diagonal formed once."""

    def __init__(self, x, time, scale):
        self.x, self.time, self.scale, self.known = x, time, scale, {}

    def at(self, a, b):
        """Product of the vectors at t + a and t + b, for every t."""
        apart = b - a
        if apart not in self.known:
            length = self.x.shape[1] - apart
            self.known[apart] = (self.x[:, :length] * self.x[:, apart:]).sum(2) * self.scale
        return self.known[apart][:, REACH + a : REACH + a + self.time]
