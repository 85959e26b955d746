"""``kinoeye audience``."""

from kinoeye.cli.lazy import lazily
from kinoeye.cli.options import verb

# Verb, the module in kinoeye.cli that holds it, and what it does; in the order in which one needs them.
VERBS = (
    ("log", "audience_log", "Say what a viewing log holds and what is wrong with it, before a run."),
    ("sessions", "audience_sessions", "Say how often, how long and how smoothly each title was watched."),
    ("retention", "audience_retention", "Draw where viewers of a title stay, leave, jump and look again."),
    ("funnel", "audience_funnel", "Count viewers from being shown a title to its end."),
    ("segments", "audience_segments", "Say which kinds of viewers there are, in words."),
    ("forecast", "audience_forecast", "Say how much will be watched on the days to come."),
    ("why", "audience_why", "Say why viewers leave a film, by the second, and show it."),
    ("purpose", "audience_purpose", "Say what viewing logs may be used for, by whose word and until when."),
    ("publish", "audience_publish", "Write of a table about viewers what may leave the house."),
    ("count", "audience_count", "Count viewers with noise that hides each of them."),
    ("trial", "audience_trial", "Plan a trial of two ways of showing, or say what it tells so far."),
    ("budget", "audience_budget", "Say what of the viewers' privacy was spent, or set the limit."),
    ("access", "audience_access", "Give a viewer everything that is known of the viewer."),
)

app = verb(cls=lazily(VERBS), no_args_is_help=True)


@app.callback(epilog="Example: kinoeye audience purpose my-film. Every one takes --json and has a --help of its own")
def audience() -> None:
    """Say what viewers did, why they left, and what may be done with it, without giving any of them away."""
