"""Sequences: numbered pictures of one folder that are one film, as from a scanner, a camera or a renderer.

Eight consecutive numbers behind the same name make one; names that cameras give to photographs never do. A missing
number is damage: the picture before it stands on.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av

from kinoeye.errors import MediaError, UseError
from kinoeye.media.clock import Clock
from kinoeye.media.damages import Damage, Damages, listening
from kinoeye.media.decode import Decoder, packets
from kinoeye.media.guard import check_size, open_media
from kinoeye.media.pictures import Pictures
from kinoeye.media.probe import Probe, probe
from kinoeye.media.read import Block, block_of
from kinoeye.media.seeing import EVERYTHING, Seeing
from kinoeye.media.segments import WHOLE
from kinoeye.timecode import standard_rate

SHORTEST = 8
_NUMBERED = re.compile(r"(.*?)(\d{1,9})(\.[A-Za-z0-9]+)")
# Names from cameras' file systems (JEITA CP-3461, DCF) and phones: photographs, one by one.
_PHOTOGRAPHS = re.compile(
    r"(IMG|IMG_E|DSC|DSCN|DSCF|_DSC|_MG|MVI|P|PANA|PXL|SAM|GOPR|GH|GX|CIMG|IMGP|DJI|KIF|HPIM|DCP|WP|PHOTO|SCREENSHOT)"
    r"[ _-]*",
    re.I,
)


def find(paths: Collection[Path]) -> list[tuple[Path, ...]]:
    """Find the sequences among pictures.

    Parameters
    ----------
    paths : collection of Path

    Returns
    -------
    list of tuple of Path
        Each in the order of its numbers; pictures that belong to none are left out.
    """
    groups: dict[tuple[str, str, str, int], dict[int, Path]] = {}
    for path in paths:
        match = _NUMBERED.fullmatch(path.name)
        if match is None or _PHOTOGRAPHS.fullmatch(match[1]):
            continue
        digits = match[2]
        width = len(digits) if digits.startswith("0") or len(digits) > 1 else 0
        groups.setdefault((str(path.parent), match[1], match[3].lower(), width), {})[int(digits)] = path
    merged = _with_growing_numbers(groups)
    found = [tuple(path for _, path in sorted(group.items())) for group in merged if _longest_run(group) >= SHORTEST]
    return sorted(found, key=lambda group: str(group[0]))


def probe_sequence(paths: Sequence[Path], rate: Fraction | float = Fraction(24)) -> Probe:
    """Look at a sequence: its first picture speaks for all.

    Parameters
    ----------
    paths : sequence of Path
        As `find` returns them, readable from here.
    rate : pictures a second

    Raises
    ------
    MediaError
        If the first picture cannot be read.
    UseError
        If the rate is not above 0.
    """
    exact = standard_rate(Fraction(rate).limit_denominator(1001))
    if exact <= 0:
        raise UseError(f"sequence: the rate must be above 0, got {rate}")
    numbers = numbers_of(paths)
    first = probe(paths[0])
    missing = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
    damages = tuple(Damage(f"picture {number} is missing") for number in missing[:20])
    if len(missing) > 20:
        damages += (Damage(f"{len(missing) - 20} more pictures are missing"),)
    clock = Clock(1 / exact, first=0, rate=exact)
    return replace(
        first,
        kind="sequence",
        size_bytes=sum(path.stat().st_size for path in paths),
        start=0,
        end=clock.at(numbers[-1] - numbers[0] + 1),
        pictures=len(paths),
        rate=exact,
        is_variable_rate=bool(missing),
        keys=(),
        damages=first.damages + damages,
        clock=clock,
    )


def read_sequence(
    paths: Sequence[Path],
    probe: Probe,
    want: Collection[str] = ("thumbs", "stills"),
    *,
    seeing: Seeing = EVERYTHING,
) -> Iterator[Block]:
    """Read a sequence as `read.read` reads a film; a picture that cannot be decoded is left out, and a damage.

    Raises
    ------
    MediaError
        If not one picture can be decoded.
    """
    assert probe.clock is not None
    numbers = numbers_of(paths)
    with listening() as damages:
        pictures = Pictures(None, probe, WHOLE, want, seeing, damages)
        for number, path in zip(numbers, paths, strict=True):
            time = probe.clock.at(number - numbers[0])
            frame = decoded(path, damages, time)
            if frame is not None:
                pictures.add(frame, time)
            if pictures.is_full:
                yield block_of(pictures, None, damages)
        if not pictures.count:
            raise MediaError(
                f"{paths[0]}: a sequence must hold pictures that can be decoded, got none of {len(paths)}",
                remedy="Copy the folder again",
            )
        yield block_of(pictures, None, damages)


def numbers_of(paths: Sequence[Path]) -> list[int]:
    """Return the numbers in the names of a sequence's pictures."""
    matches = [_NUMBERED.fullmatch(path.name) for path in paths]
    return [int(match[2]) if match else place for place, match in enumerate(matches)]


def decoded(path: Path, damages: Damages, time: int) -> av.VideoFrame | None:
    """Decode a picture; None, and a damage at that time, if that cannot be done."""
    try:
        with open_media(path) as container:
            decoder = Decoder(path, container.streams.video[0], damages)
            for packet in [*packets(container, container.streams.video[:1], damages), None]:
                for frame in decoder.frames(packet, time):
                    assert isinstance(frame, av.VideoFrame)
                    check_size(path, frame.width, frame.height)
                    return frame
    except MediaError as error:
        damages.add(error.message, time)
    except IndexError:
        damages.add(f"{path}: must hold a picture", time)
    return None


def _with_growing_numbers(groups: dict[tuple[str, str, str, int], dict[int, Path]]) -> list[dict[int, Path]]:
    """Join groups that differ only in how many digits their unpadded numbers have: 9, 10 and 99, 100."""
    joined: dict[tuple[str, str, str, bool], dict[int, Path]] = {}
    done: list[dict[int, Path]] = []
    for (folder, stem, suffix, width), group in groups.items():
        if any(path.name[len(stem)] == "0" and width > 1 for path in group.values()):
            done.append(group)
        else:
            joined.setdefault((folder, stem, suffix, True), {}).update(group)
    return done + list(joined.values())


def _longest_run(numbers: Collection[int]) -> int:
    longest = run = 0
    last = None
    for number in sorted(numbers):
        run = run + 1 if last is not None and number == last + 1 else 1
        longest, last = max(longest, run), number
    return longest
