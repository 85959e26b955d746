"""Arcs: whether lines of screenplays that please or trouble are heard as such, beside VADER.

Usage: python bench/arcs.py [DATA]

DATA is the folder of screenplays; ../shared/data/screenplays if not given. Lines were marked by one person: pleasant or
unpleasant; lines that are neither, or of which one cannot say, are left out.
"""

import sys
from pathlib import Path

from elements import DATA, SCRIPTS, tables
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from kinoeye.models.feelings import feeling

# Numbers of parts, as in `script_parts`.
PLEASANT = {
    "ascent": (2, 19, 59, 62, 64, 69, 70, 71, 75, 76, 79, 80, 81),
    "cyber": (6, 7, 9, 19, 22, 27, 28, 62, 63, 64, 65, 68, 69, 70, 75),
}
UNPLEASANT = {
    "ascent": (15, 24, 27, 28, 30, 32, 33, 39, 42, 43, 45, 48, 49, 55, 65, 72, 77, 82, 83, 84),
    "cyber": (10, 14, 24, 25, 45, 48, 54, 56, 61, 66, 72),
}
NOTHING = 0.05  # of VADER's compound: what its authors take for neither


def main() -> None:
    """Print how many lines are heard rightly, wrongly and not at all."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    vader = SentimentIntensityAnalyzer()
    ways = {
        "Kinoeye": lambda text: feeling(text).valence,
        "VADER": lambda text: value if abs(value := vader.polarity_scores(text)["compound"]) >= NOTHING else 0.0,
    }
    texts = {
        name: {
            row["part"]: row["text"] for row in tables({name: (data / SCRIPTS[name]).read_text("utf-8")})[0].to_pylist()
        }
        for name in PLEASANT
    }
    marked = [
        (texts[name][part], sign)
        for sign, parts in ((1, PLEASANT), (-1, UNPLEASANT))
        for name, numbers in parts.items()
        for part in numbers
    ]
    print(f"{'':10}{'lines':>6}{'right':>7}{'wrong':>7}{'not heard':>11}")
    for way, heard in ways.items():
        signs = [heard(text) * sign for text, sign in marked]
        right, wrong = sum(each > 0 for each in signs), sum(each < 0 for each in signs)
        print(f"{way:10}{len(marked):6}{right:7}{wrong:7}{len(marked) - right - wrong:11}")


if __name__ == "__main__":
    main()
