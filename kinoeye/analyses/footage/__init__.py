"""Footage: what the pictures themselves show."""
