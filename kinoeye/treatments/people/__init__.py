"""Treatments of people."""
