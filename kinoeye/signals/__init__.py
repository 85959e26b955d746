"""Signals: maths on arrays that analyses share."""
