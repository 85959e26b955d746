"""Analyses of what viewers did: sessions, what was watched, who stays and who leaves."""
