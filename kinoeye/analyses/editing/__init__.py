"""Editing: what belongs together, so that it can be cut."""
