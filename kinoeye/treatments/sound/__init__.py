"""Treatments of sound."""
