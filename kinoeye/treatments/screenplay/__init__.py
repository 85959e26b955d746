"""Screenplay: what is made from what is written."""
