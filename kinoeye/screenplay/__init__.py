"""Screenplays: what one is made of, and the forms in which people write it down."""
