"""People: who can be seen, and what they do."""
