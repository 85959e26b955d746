"""``kinoeye catalogue``."""

from kinoeye.cli import catalogue_classify
from kinoeye.cli.options import verb

app = verb()


@app.callback(
    epilog="Example: kinoeye catalogue profile titles.csv. Every one takes --json and has a --help of its own"
)
def catalogue() -> None:
    """Clean a catalogue of titles: what its columns are, what lacks, what is there twice, what the titles are."""


app.command("classify", epilog=catalogue_classify.EPILOG)(catalogue_classify.classify)
