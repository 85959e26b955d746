"""Store: tables, streams and decisions, kept whole on any file system."""
