"""Fonts: which one a character is set in, in PDF.

Helvetica and Courier are in every reader of PDF. What they lack is set in a font of the system if one is there: it
comes with the file. Chinese without such a font is set in the song face that the reader of the file has.

Source: ISO 32000-1, 9.6.2.2 (standard fonts); Adobe-GB1 (Chinese without a font of one's own).
"""

import contextlib

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from kinoeye.export.bidi import in_sight

WIDE = 0x2E80  # the first Chinese character

_CHINESE = "STSong-Light"
_OWN = {"kinoeye-mono": (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "/System/Library/Fonts/Supplemental/Courier New.ttf",
    "/Library/Fonts/Courier New.ttf",
    "C:/Windows/Fonts/cour.ttf",
), "kinoeye-sans": (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
    "/Library/Fonts/Arial.ttf",
    "C:/Windows/Fonts/arial.ttf",
), "kinoeye-song": (
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/Supplemental/Songti.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "C:/Windows/Fonts/simsun.ttc",
)}  # fmt: skip


def register() -> None:
    """Make the fonts known to the writer, once."""
    known = set(pdfmetrics.getRegisteredFontNames())
    if _CHINESE not in known:
        pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    for name, files in _OWN.items():
        for file in files if name not in known else ():
            with contextlib.suppress(TTFError, OSError):
                pdfmetrics.registerFont(TTFont(name, file))
                break


def face(character: str, own: str) -> str:
    """Return the font that has a character where a standard font has not; empty where it has.

    Parameters
    ----------
    own : kinoeye-mono or kinoeye-sans
        What stands in for Courier or for Helvetica.
    """
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        wanted = ("kinoeye-song", own) if ord(character) >= WIDE else (own, "kinoeye-song")
        return next((name for name in wanted if _has(name, ord(character))), _CHINESE)
    return ""


def _has(name: str, code: int) -> bool:
    """Say whether a font of the system is there and has a character."""
    return name in pdfmetrics.getRegisteredFontNames() and code in pdfmetrics.getFont(name).face.charToGlyph


def named(character: str, font: str) -> str:
    """Return the font that a character is set in, where it stands in a text of a standard font."""
    return face(character, "kinoeye-mono" if font.startswith("Courier") else "kinoeye-sans") or font


def draw(canvas: Canvas, x: float, y: float, text: str, font: str, size: float, *, is_right: bool = False) -> float:
    """Set one line, run by run of one font, as it is seen; return how wide it is.

    Parameters
    ----------
    x, y : points
        Of its left end, or its right one.
    font : str
        A standard font.
    is_right : bool
    """
    runs: list[tuple[str, str]] = []
    for letter in in_sight(text)[0]:
        own = named(letter, font)
        if runs and runs[-1][0] == own:
            runs[-1] = (own, runs[-1][1] + letter)
        else:
            runs.append((own, letter))
    widths = [pdfmetrics.stringWidth(part, own, size) for own, part in runs]
    x -= sum(widths) if is_right else 0
    for (own, part), width in zip(runs, widths, strict=True):
        canvas.setFont(own, size)
        canvas.drawString(x, y, part)
        x += width
    return float(sum(widths))
