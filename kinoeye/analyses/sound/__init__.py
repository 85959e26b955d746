"""Sound: what is heard."""
