"""Sounds of a sound font's effects: recorded instruments' other half, under the MIT licence."""

from songs import played

# Class, bank and program in FluidR3_GS (effects) or FluidR3_GM, and the notes that sound like themselves.
EFFECTS = (
    ("rain", "gs", 1, 122), ("thunder", "gs", 2, 122), ("wind", "gs", 3, 122), ("water", "gs", 4, 122), ("water", "gs", 5, 122),
    ("dog", "gs", 1, 123), ("hooves", "gs", 2, 123), ("bird", "gs", 3, 123), ("telephone", "gs", 1, 124),
    ("door", "gs", 2, 124), ("door", "gs", 3, 124), ("bell", "gs", 5, 124), ("engine", "gs", 1, 125), ("engine", "gs", 3, 125),
    ("siren", "gs", 5, 125), ("engine", "gs", 6, 125), ("engine", "gs", 7, 125), ("laughter", "gs", 1, 126), ("scream", "gs", 2, 126),
    ("footsteps", "gs", 5, 126), ("gunshot", "gs", 1, 127), ("explosion", "gs", 3, 127),
    ("water", "gm", 0, 122), ("bird", "gm", 0, 123), ("telephone", "gm", 0, 124), ("engine", "gm", 0, 125), ("gunshot", "gm", 0, 127),
    ("bell", "gm", 8, 14),
)  # fmt: skip
NOTES = (48, 55, 60, 64, 69)


def effect(font, bank, program, note):
    """One note held four seconds: float [n] at 16 kHz."""
    import struct

    ticks = 480 * 8
    events = bytes([0, 0xB0, 0, bank, 0, 0xB0, 32, 0, 0, 0xC0, program, 0, 0x90, note, 110])
    events += bytes([0x80 | (ticks >> 7), ticks & 127, 0x80, note, 0, 0, 0xFF, 0x2F, 0])
    midi = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(events)) + events
    return played(midi, font)
