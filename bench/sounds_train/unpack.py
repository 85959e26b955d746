"""Unpack the sounds that some packages keep inside one file, so that material.py finds them as files.

    python unpack.py PACKAGES

Freedoom's WAD (BSD), OpenSFX' CAT, Tennix' TNX, the ZIPs of four games, and two sound fonts lie in folders of their
package's name; `unpacked` is made in each. What OpenSFX says of a sound, licence included, goes into a list beside
them: `unpacked/sounds.tsv`. The fonts' recorded effects are played by FluidSynth.
"""

import argparse
import re
import struct
import wave
import zipfile
from pathlib import Path

import numpy as np
from songs import effect, played

TENNIX = ("applause", "audience", "background", "ground1", "ground2", "mouseclick", "mouseover", "out", "racket1",
          "racket2", "rain")  # fmt: skip
EFFECTS = {"sea": 122, "bird": 123, "telephone": 124, "helicopter": 125, "applause": 126, "gunshot": 127}


def freedoom(package):
    """Write every `DS` lump, 8 bits at its own rate, as a WAV file."""
    for wad in sorted(package.rglob("*.wad")):
        data = wad.read_bytes()
        count, directory = struct.unpack("<ii", data[4:12])
        for number in range(count):
            at, size, name = struct.unpack_from("<ii8s", data, directory + 16 * number)
            name = name.rstrip(b"\0").decode("ascii", "replace")
            if name.startswith("DS") and size > 8:
                rate, samples = struct.unpack_from("<HI", data, at + 2)
                with wave.open(str(_place(package) / f"{name.lower()}.wav"), "wb") as file:
                    file.setnchannels(1)
                    file.setsampwidth(1)
                    file.setframerate(rate)
                    file.writeframes(data[at + 8 : at + 8 + min(samples, size - 8)])


def opensfx(package):
    """Write every sound of the CAT file, and what stands of it there."""
    listed = []
    for cat in sorted(package.rglob("*.cat")):
        data = cat.read_bytes()
        for number in range((struct.unpack_from("<I", data)[0] & 0x7FFFFFFF) // 8):
            at, size = struct.unpack_from("<II", data, 8 * number)
            at &= 0x7FFFFFFF
            told = data[at + 1 : at + 1 + data[at]].rstrip(b"\0").decode("utf-8", "replace")
            title = re.sub(r"[^a-z0-9]+", "-", told.split(". ")[0].lower()).strip("-")
            (_place(package) / f"{number:02d}-{title}.wav").write_bytes(data[at + 1 + data[at] :][:size])
            listed.append(f"{number:02d}-{title}.wav\t{told}")
    (_place(package) / "sounds.tsv").write_text("\n".join(listed) + "\n")


def trigger_rally(package):
    """Write the sounds of the ZIP file, the co-drivers' words left out."""
    for file in sorted(package.rglob("data.zip")):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"sounds/\w+\.wav", name):
                    (_place(package) / Path(name).name).write_bytes(archive.read(name))


def zipped(package):
    """Write the sounds of ZIP and PK3 files, by their own paths."""
    for file in sorted(path for path in package.rglob("*") if path.suffix in {".zip", ".pk3"}):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if name.endswith((".ogg", ".wav")):
                    archive.extract(name, _place(package))


def tennix(package):
    """Write the OGG files of the TNX file, of which each is masked by a byte of its own."""
    for file in sorted(package.rglob("*.tnx")):
        data = np.frombuffer(file.read_bytes(), np.uint8)
        signs = np.frombuffer(b"OggS\0\2", np.uint8)
        changes = np.lib.stride_tricks.sliding_window_view(data[1:] ^ data[:-1], len(signs) - 1)
        for name, at in zip(TENNIX, np.flatnonzero((changes == (signs[1:] ^ signs[:-1])).all(1)), strict=False):
            (_place(package) / f"{name}.ogg").write_bytes(_stream(bytes(data[at:] ^ data[at] ^ signs[0])))


def _stream(data):
    """One OGG stream from the beginning of what may go on."""
    at, is_last = 0, False
    while not is_last:
        count = data[at + 26]
        is_last = bool(data[at + 5] & 4)
        at += 27 + count + sum(data[at + 27 : at + 27 + count])
    return data[:at]


def font(package):
    """Write the effects of General MIDI that are recordings of things."""
    for file in sorted(path for path in package.rglob("*.sf2") if not path.is_symlink()):
        for name, program in EFFECTS.items():
            samples = played(effect(0, program, 60), file, seconds=8)
            with wave.open(str(_place(package) / f"{name}.wav"), "wb") as target:
                target.setnchannels(1)
                target.setsampwidth(2)
                target.setframerate(16_000)
                target.writeframes(np.int16(np.clip(samples, -1, 1) * 32767).tobytes())


def _place(package):
    (package / "unpacked").mkdir(exist_ok=True)
    return package / "unpacked"


def main():
    """Unpack what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path)
    packages = parser.parse_args().packages
    ways = {"freedoom": freedoom, "openttd-opensfx": opensfx, "trigger-rally-data": trigger_rally, "tennix": tennix}
    ways |= dict.fromkeys(("0ad-data", "nexuiz-data", "openarena-data"), zipped)
    ways |= dict.fromkeys(("timgm6mb-soundfont", "csound-soundfont"), font)
    for name, unpack in ways.items():
        if (packages / name).is_dir():
            unpack(packages / name)


if __name__ == "__main__":
    main()
