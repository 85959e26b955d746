"""Export: timelines, markers, lists and reports for other tools."""
