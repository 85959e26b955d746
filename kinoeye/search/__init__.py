"""Search: words, tags and likeness over everything that is known."""
