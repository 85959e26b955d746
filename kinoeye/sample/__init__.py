"""The sample production: a small film of our own with its truth beside it."""
