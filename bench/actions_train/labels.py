"""What the net tells: one posture for every moment, and any number of actions."""

POSTURES = ("stand", "sit", "lie", "other")
ACTIONS = ("walk", "run", "jump", "fall", "turn", "wave", "clap", "point", "raise hand")
