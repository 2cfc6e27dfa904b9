"""Analysis: what is wrong with a summary, and how often in a corpus."""
