"""Cut: what is known, put together to timelines."""
