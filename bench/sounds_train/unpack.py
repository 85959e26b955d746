"""Unpack the sounds that three packages keep inside one file, so that material.py finds them as files.

    python unpack.py PACKAGES

Freedoom's WAD (BSD), OpenSFX' CAT and Trigger Rally's ZIP lie in folders of their package's name; `unpacked` is made in
each. What OpenSFX says of a sound, licence included, goes into a list beside them: `unpacked/sounds.tsv`.
"""

import argparse
import re
import struct
import wave
import zipfile
from pathlib import Path


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


def _place(package):
    (package / "unpacked").mkdir(exist_ok=True)
    return package / "unpacked"


def main():
    """Unpack what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path)
    packages = parser.parse_args().packages
    for name, unpack in (("freedoom", freedoom), ("openttd-opensfx", opensfx), ("trigger-rally-data", trigger_rally)):
        if (packages / name).is_dir():
            unpack(packages / name)


if __name__ == "__main__":
    main()
