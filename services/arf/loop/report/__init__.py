"""The report of a run, rendered from one dict as an HTML page and as terminal tables."""
