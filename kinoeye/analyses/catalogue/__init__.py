"""Catalogue: titles, their columns and values, which of them are one work, and what they are."""
