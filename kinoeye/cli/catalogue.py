"""``kinoeye catalogue``."""

from kinoeye.cli.lazy import lazily
from kinoeye.cli.options import verb

# Verb, the module in kinoeye.cli that holds it, and what it does; in the order in which one needs them.
VERBS = (
    ("profile", "catalogue_profile", "Say what the columns of a catalogue are, and what is wrong with them."),
    ("clean", "catalogue_clean", "Write the titles in one form, with a list of what was changed."),
    ("duplicates", "catalogue_duplicates", "Find titles that stand there twice, in one catalogue or in several."),
    ("same", "catalogue_same", "Say which titles of a production are one film, and which are not."),
    ("repair", "catalogue_repair", "Fill what is missing by the method that proves best, and mark it."),
    ("statistics", "catalogue_statistics", "Count and measure titles: what is usual, in which groups, what changes."),
    ("classify", "catalogue_classify", "Tell genres and language of titles, with the words that speak for them."),
    ("fairness", "catalogue_fairness", "Say how good the told genres are for each group of titles."),
)

app = verb(cls=lazily(VERBS), no_args_is_help=True)


@app.callback(
    epilog="Example: kinoeye catalogue profile titles.csv. Every one takes --json and has a --help of its own"
)
def catalogue() -> None:
    """Clean a catalogue of titles: what its columns are, what lacks, what is there twice, what the titles are."""
