"""Scenes: sounds at random moments, levels, pitches and places, over each other; and what is heard in them when."""

import torch
from net import CLASSES, FRAMES, HOP, RATE

SECONDS = 10
BEDS = ("noise", "rain", "water", "wind", "fire", "engine", "crowd", "insects", "bird")
EVENTS = tuple(name for name in CLASSES if name not in {"speech", "music", "noise"})
FRAME = HOP * FRAMES
GAP = 5  # frames: a shorter gap within one sound still belongs to it


class Bank:
    """All sounds in one tensor: int16 samples, and for each class where its clips begin and how long they are."""

    def __init__(self, clips, device):
        parts, at = [], 0
        self.places = {}
        for name, sounds in clips.items():
            rows = []
            for sound in sounds:
                rows.append((at, len(sound)))
                parts.append(torch.from_numpy(sound))
                at += len(sound)
            self.places[name] = rows
        self.samples = torch.cat(parts).to(device)
        self.device = device

    def layer(self, names, random, seconds=SECONDS):
        """One sound for each scene, by name or None: float [scenes, n], and the number of its class, -1 if of none."""
        scenes, count = len(names), seconds * RATE
        begin = torch.zeros(scenes, dtype=torch.long)
        long = torch.ones(scenes, dtype=torch.long)
        for number, name in enumerate(names):
            if name is not None:
                rows = self.places[name]
                begin[number], long[number] = rows[int(torch.randint(len(rows), (1,), generator=random))]
        kinds = torch.tensor([CLASSES.index(name) if name in CLASSES else -1 for name in names])
        speed = 2 ** (torch.rand(scenes, generator=random) * 0.7 - 0.35)
        own = (long / speed).long().clamp(min=1)
        # A long sound begins anywhere in itself; a short one anywhere in the scene.
        free = torch.rand(scenes, generator=random)
        inside = torch.where(own > count, (free * (own - count).clamp(min=0)).long(), 0)
        late = torch.where(
            own > count, 0, (torch.rand(scenes, generator=random) * (count - own * 0.5).clamp(min=0)).long()
        )
        t = torch.arange(count, device=self.device)
        at = (t[None] - late.to(self.device)[:, None] + inside.to(self.device)[:, None]) * speed.to(self.device)[
            :, None
        ]
        heard = (at >= 0) & (at < (long.to(self.device) - 2)[:, None])  # of None, one sample long, nothing
        whole = at.long().clamp(min=0)
        place = (begin.to(self.device)[:, None] + torch.where(heard, whole, 0)).clamp(max=len(self.samples) - 2)
        part = at - whole
        left, right = self.samples[place].float(), self.samples[place + 1].float()
        return torch.where(heard, (left + (right - left) * part) / 32768, 0), kinds.to(self.device)


def scenes(bank, count, random, rooms, seconds=SECONDS, bare=0.0, others=()):
    """Scenes and what is heard in them; of a share `bare` of them one sound alone; `others` are sounds of no class.

    Returns samples float [count, n], and targets float [count, frames, classes]: 1 heard, 0 not, -1 too soft to say.
    """

    def some(odds):
        return torch.rand(count, generator=random) < odds

    def pick(names):
        return [names[i] for i in torch.randint(len(names), (count,), generator=random).tolist()]

    layers = [
        [("speech" if yes else None) for yes in some(0.42)],
        [("music" if yes else None) for yes in some(0.4)],
        [(name if yes else None) for name, yes in zip(pick(BEDS), some(0.6), strict=True)],
    ]
    layers += [
        [(name if yes else None) for name, yes in zip(pick((*EVENTS, *others)), some(odds), strict=True)]
        for odds in (0.8, 0.5, 0.25)
    ]
    alone = some(bare)
    layers = [[None if lone else name for name, lone in zip(names, alone, strict=True)] for names in layers]
    one = pick((*CLASSES, *others))
    layers[0] = [name if lone else layer for name, lone, layer in zip(one, alone, layers[0], strict=True)]
    mix, found = 0, []
    for names in layers:
        sound, kinds = bank.layer(names, random, seconds)
        sound = shaped(sound, random, rooms, is_dry=0.6)
        power = sound.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6)
        top = sound.abs().amax(1, keepdim=True).clamp(min=1e-6)
        gain = 10 ** (-(torch.rand(count, 1, generator=random) ** 1.5 * 24).to(bank.device) / 20)
        sound = sound / torch.maximum(power * 4, top) * gain
        found.append((powers(sound), kinds))
        mix = mix + sound
    hiss = 10 ** (-(torch.rand(count, 1, generator=random) * 60 + 30).to(bank.device) / 20)
    mix = mix + torch.randn(mix.shape, device=bank.device) * hiss
    total = powers(mix)
    targets = torch.zeros(count, total.shape[1], len(CLASSES), device=bank.device)
    for power, kinds in found:
        targets = heard(targets, power, kinds, total)
    level = 10 ** (-(torch.rand(count, 1, generator=random) * 42 + 1).to(bank.device) / 20)
    mix = mix / mix.abs().amax(1, keepdim=True).clamp(min=1e-6) * level
    clipped = torch.where(some(0.06).to(bank.device)[:, None], (mix * 6 / level).clamp(-1, 1) * level, mix)
    return (clipped * 32768).round() / 32768, targets


def powers(samples):
    """Mean power of every frame of 80 ms."""
    return samples.unfold(1, FRAME, FRAME).square().mean(2)


def heard(targets, power, kinds, total):
    """Write down where one layer is heard: not far under its own top, nor far under all together."""
    own = power / power.amax(1, keepdim=True).clamp(min=1e-12)
    part = power / total.clamp(min=1e-12)
    is_on = (own > 1e-3) & (part > 10**-1.6)
    spread = torch.nn.functional.max_pool1d(is_on.float()[:, None], 2 * GAP + 1, 1, GAP)[:, 0]
    is_on = -torch.nn.functional.max_pool1d(-spread[:, None], 2 * GAP + 1, 1, GAP)[:, 0] > 0.5
    is_faint = (own > 1e-5) & (part > 10**-3.0) & ~is_on
    value = torch.where(is_on, 1.0, torch.where(is_faint, -1.0, 0.0))
    rows = torch.arange(len(kinds), device=kinds.device)[kinds >= 0]
    before = targets[rows, :, kinds[rows]]
    now = value[rows]
    targets[rows, :, kinds[rows]] = torch.where((before == 1) | (now == 1), 1.0, torch.minimum(before, now))
    return targets


def shaped(samples, random, rooms, is_dry):
    """The same sounds through microphones and rooms: a random curve over frequency, a limited band, an echo."""
    count, long = samples.shape
    device = samples.device
    bins = long // 2 + 1
    curve = torch.randn(count, 1, 9, generator=random).to(device) * 4
    decibels = torch.nn.functional.interpolate(curve, 256, mode="linear", align_corners=True)[:, 0]
    octaves = torch.log2(torch.linspace(1, 2**9, bins, device=device)) / 9 * 255
    gain = 10 ** (decibels[:, octaves.long()] / 20)
    limited = (torch.rand(count, generator=random) < 0.2).to(device)
    hz = torch.linspace(0, RATE / 2, bins, device=device)
    low = (torch.rand(count, 1, generator=random) * 350).to(device)
    high = (torch.rand(count, 1, generator=random) * 5000 + 3000).to(device)
    gain = torch.where(limited[:, None] & ((hz < low) | (hz > high)), gain * 0.01, gain)
    spectrum = torch.fft.rfft(samples) * gain
    chosen = rooms[torch.randint(len(rooms), (count,), generator=random).to(device)]
    is_wet = (torch.rand(count, generator=random) > is_dry).to(device)
    wet = torch.fft.irfft(spectrum * torch.fft.rfft(chosen, long), long)
    dry = torch.fft.irfft(spectrum, long)
    share = (torch.rand(count, 1, generator=random) * 0.8).to(device) * is_wet[:, None]
    wet = wet / wet.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6) * dry.square().mean(1, keepdim=True).sqrt()
    return dry * (1 - share) + wet * share
