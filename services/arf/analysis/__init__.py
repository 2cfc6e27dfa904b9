"""Analysis: finds the errors of a summary, and how frequent they are in a corpus."""
