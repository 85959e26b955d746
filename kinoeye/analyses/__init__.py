"""Analyses: pure functions from streams and tables to one table."""
