"""Models: the only place that loads weights."""
