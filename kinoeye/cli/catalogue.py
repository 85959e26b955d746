"""``kinoeye catalogue``."""

from kinoeye.cli import catalogue_classify, catalogue_clean, catalogue_profile
from kinoeye.cli.options import verb

app = verb()


@app.callback(
    epilog="Example: kinoeye catalogue profile titles.csv. Every one takes --json and has a --help of its own"
)
def catalogue() -> None:
    """Clean a catalogue of titles: what its columns are, what lacks, what is there twice, what the titles are."""


app.command("profile", epilog=catalogue_profile.EPILOG)(catalogue_profile.profile)
app.command("clean", epilog=catalogue_clean.EPILOG)(catalogue_clean.clean)
app.command("classify", epilog=catalogue_classify.EPILOG)(catalogue_classify.classify)
