"""Screenplay: what is written."""
