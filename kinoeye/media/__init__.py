"""Media: the only place that opens, decodes and encodes."""
