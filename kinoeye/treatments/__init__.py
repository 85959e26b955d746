"""Treatments: pure functions that make pictures, sound and text of what the tables know."""
