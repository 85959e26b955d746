"""Editing: what was shot, how it covers the screenplay, and how it goes together."""
