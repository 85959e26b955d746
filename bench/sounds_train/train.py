"""Train the net that hears sounds: make a bank of sounds, mix scenes of it, and learn to say what is heard when.

    python train.py make PACK BANK          # sounds made by rule, and the recorded ones of a folder: BANK.npz, CPUs
    python train.py fit BANK OUT.onnx --seconds 300 [--from OUT.pt]

A folder PACK holds CLASS-*.ogg (and room-*.ogg), as material.py reads them; real-CLASS-*.ogg are only looked at.
"""

import argparse
import multiprocessing
import time
from pathlib import Path

import creatures
import electronic
import impacts
import machines
import numpy as np
import torch
import voices
import weather
from mixing import RATE, Bank, scenes
from net import CLASSES, Listener, filters, mels
from torch import nn

MAKERS = {
    "crowd": (creatures.cheer,), "applause": (impacts.applause,), "laughter": (creatures.laughter,),
    "scream": (creatures.scream,), "bell": (impacts.bell,), "telephone": (machines.telephone,),
    "alarm": (machines.alarm,), "siren": (machines.siren,),
    "engine": (machines.engine, machines.engine, machines.engine, machines.helicopter, machines.jet, machines.train),
    "gunshot": (impacts.gunshot,), "explosion": (impacts.explosion,), "thunder": (weather.thunder,),
    "glass": (impacts.glass,), "door": (impacts.door,), "footsteps": (impacts.footsteps,), "hooves": (creatures.horse,),
    "rain": (weather.rain,), "water": (weather.stream, weather.sea, weather.waterfall, weather.splash),
    "wind": (weather.wind,), "fire": (weather.fire,), "bird": (creatures.bird,), "insects": (creatures.insects,),
    "dog": (creatures.dog, creatures.dog, creatures.growl), "noise": (weather.plain_noise,),
    "music": (electronic.electronic,),
}  # fmt: skip
BATCH, WIDTH = 192, 192


def made(job):
    """One sound by rule as int16."""
    name, number = job
    makers = MAKERS[name]
    random = np.random.default_rng([list(MAKERS).index(name), number])
    sound = makers[number % len(makers)](random)
    return name, np.int16(np.clip(sound / max(np.abs(sound).max(), 1e-9), -1, 1) * 32000)


def spoken(job):
    """One sound made of recorded speech as int16: many who talk, or one who laughs."""
    name, number, speech = job
    maker = {"crowd": voices.babble, "laughter": voices.laugh}[name]
    sound = maker(speech, np.random.default_rng([number, len(name)]))
    return name, np.int16(np.clip(sound / max(np.abs(sound).max(), 1e-9), -1, 1) * 32000)


def make(pack, bank, count, jobs):
    """Make all sounds and keep them in one file."""
    import soundfile

    clips = {name: [] for name in (*CLASSES, "room")}
    looks = []
    for path in sorted(Path(pack).glob("*.ogg")):
        sound = np.int16(soundfile.read(path)[0] * 32767)
        if path.name.startswith("real-"):
            looks.append((path.name.split("-")[1], sound))
        elif path.name.split("-")[0] in clips:
            clips[path.name.split("-")[0]].append(sound)
    print({name: len(sounds) for name, sounds in clips.items() if sounds}, len(looks), "real", flush=True)
    with multiprocessing.Pool(jobs) as pool:
        for name, sound in pool.imap_unordered(made, [(n, i) for i in range(count) for n in MAKERS], chunksize=16):
            clips[name].append(sound)
        some = [(n, i, clips["speech"][i % 7 :: 7]) for i in range(count // 2) for n in ("crowd", "laughter")]
        for name, sound in pool.imap_unordered(spoken, some, chunksize=1):
            clips[name].append(sound)
    kept = {f"{name}.samples": np.concatenate(sounds) for name, sounds in clips.items() if sounds}
    kept |= {f"{name}.ends": np.cumsum([len(s) for s in sounds]) for name, sounds in clips.items() if sounds}
    looked_at = np.concatenate([s for _, s in looks]) if looks else np.zeros(0, np.int16)
    ends, names = np.cumsum([len(s) for _, s in looks]), np.array([n for n, _ in looks], "U12")
    np.savez(bank, looks=looked_at, look_ends=ends, look_names=names, **kept)


def split(samples, ends):
    """Clips out of one array."""
    return np.split(samples, ends[:-1]) if len(ends) else []


def rooms_of(recorded, random, device):
    """Echoes: recorded ones, and decaying noise."""
    out = [np.pad(r / 32768, (0, max(0, RATE - len(r))))[:RATE] for r in recorded]
    for _ in range(62):
        t = np.arange(RATE) / RATE
        tail = random.standard_normal(RATE) * 10 ** (-3 * t / random.uniform(0.15, 1.6))
        tail[: int(random.uniform(0, 0.02) * RATE)] *= 0.1
        tail[0] += random.uniform(0, 8)
        out.append(tail)
    return torch.tensor(np.stack([o / np.sqrt((o**2).sum()) for o in out]), dtype=torch.float32, device=device)


def fit(bank_file, target, seconds, start, device, batch):
    """Learn until the time is over, and export the net."""
    data = np.load(bank_file)
    clips = {
        name: split(data[f"{name}.samples"], data[f"{name}.ends"]) for name in CLASSES if f"{name}.samples" in data
    }
    kept = {name: sounds[: max(1, len(sounds) // 50)] for name, sounds in clips.items()}
    taught = {name: sounds[max(1, len(sounds) // 50) :] or sounds for name, sounds in clips.items()}
    recorded = split(data["room.samples"], data["room.ends"]) if "room.samples" in data else []
    rooms = rooms_of(recorded, np.random.default_rng(2), device)
    random = torch.Generator().manual_seed(3)
    bank, other = Bank(taught, device), Bank(kept, device)
    bands = torch.tensor(filters(), device=device)
    torch.manual_seed(4)
    net = Listener(WIDTH).to(device)
    if start:
        net.load_state_dict(torch.load(start, map_location=device))
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=0.02)
    held = [scenes(other, 64, torch.Generator().manual_seed(n), rooms) for n in range(4)]
    held = [(mels(samples, bands), targets) for samples, targets in held]
    looks = list(zip(data["look_names"].tolist(), split(data["looks"], data["look_ends"]), strict=True))
    print("ready", device, len(bank.samples) / RATE / 3600, "hours", flush=True)
    begin, step = time.monotonic(), 0
    shown = begin
    while (gone := (time.monotonic() - begin) / seconds) < 1:
        rate = 2e-3 * min(1, step / 300) * (0.5 + 0.5 * np.cos(np.pi * gone)) + 1e-6
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            samples, targets = scenes(bank, batch, random, rooms)
            powers = mels(samples, bands)
        with torch.autocast(device, torch.bfloat16):
            odds = net(powers)
        loss = loss_of(odds.float(), targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        step += 1
        if time.monotonic() - shown > max(20, seconds / 5):
            shown = time.monotonic()
            seen = looked(net, looks, bands)[0]
            print(
                f"{step} steps, {shown - begin:.0f} s, loss {loss.item():.4f}, {judged(net, held)}, {seen}", flush=True
            )
    net.eval()
    print("made scenes:", judged(net, held, is_whole=True))
    print("real:", *looked(net, looks, bands), sep="\n")
    torch.save(net.state_dict(), Path(target).with_suffix(".pt"))
    torch.onnx.export(net.cpu(), torch.rand(1, 800, 64), target, input_names=["powers"], output_names=["odds"],
                      dynamic_axes={"powers": {0: "batch", 1: "frames"}, "odds": {0: "batch", 1: "answers"}},
                      dynamo=False)  # fmt: skip


def loss_of(odds, targets):
    """Cross-entropy of every class where it can be said."""
    length = min(odds.shape[1], targets.shape[1])
    odds, targets = odds[:, :length], targets[:, :length]
    each = nn.functional.binary_cross_entropy_with_logits(odds, targets.clamp(min=0), reduction="none")
    return (each * (targets >= 0)).sum() / (targets >= 0).sum() * 10


@torch.no_grad()
def judged(net, held, is_whole=False):
    """F1 of every class's frames in made scenes of sounds that were not learnt from, at even odds."""
    net.eval()
    counts = torch.zeros(3, len(CLASSES))
    for powers, targets in held:
        odds = net(powers)
        length = min(odds.shape[1], targets.shape[1])
        said, true = odds[:, :length] > 0, targets[:, :length]
        counts += torch.stack(
            [((said & (true == 1)).sum((0, 1))), (said & (true == 0)).sum((0, 1)), ((~said) & (true == 1)).sum((0, 1))]
        ).cpu()
    net.train()
    f1 = 2 * counts[0] / (2 * counts[0] + counts[1] + counts[2]).clamp(min=1)
    if is_whole:
        return {name: round(value, 2) for name, value in zip(CLASSES, f1.tolist(), strict=True)}
    return f"made F1 {f1.mean():.3f}"


@torch.no_grad()
def looked(net, looks, bands):
    """How real clips of every class are called: the part whose own class is the likeliest, and what else is said."""
    net.eval()
    rows, right = {}, []
    for name, sound in looks:
        samples = torch.tensor(sound / 32768, dtype=torch.float32, device=bands.device)[None]
        samples = nn.functional.pad(samples * 0.3 / samples.abs().max().clamp(min=1e-6), (RATE // 2, RATE // 2))
        samples = samples + torch.randn_like(samples) * 1e-4
        odds = net(mels(samples, bands))[0].amax(0).cpu()
        first = CLASSES[int(odds.argmax())]
        rows.setdefault(name, []).append((first, odds[CLASSES.index(name)].item() > 0))
    net.train()
    text = []
    for name in sorted(rows):
        firsts = [first for first, _ in rows[name]]
        right.append(np.mean([first == name for first in firsts]))
        others = {f: firsts.count(f) for f in sorted(set(firsts), key=firsts.count, reverse=True)[:5]}
        text.append(
            f"{name:10s} {len(firsts):3d} first {right[-1]:.2f} "
            f"told {np.mean([yes for _, yes in rows[name]]):.2f} {others}"
        )
    return f"real first {np.mean(right) if right else 0:.3f}", "\n".join(text)


def main():
    """Read what to do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["make", "fit"])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--count", type=int, default=500, help="made sounds a class")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--from", dest="start", default=None)
    given = parser.parse_args()
    if given.what == "make":
        make(given.source, given.target, given.count, given.jobs)
    else:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        fit(given.source, given.target, given.seconds, given.start, device, given.batch)


if __name__ == "__main__":
    main()
