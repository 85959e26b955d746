"""Run: what is to be done, and doing it."""
