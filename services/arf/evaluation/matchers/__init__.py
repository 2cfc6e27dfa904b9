"""Matchers of summaries against gold facts, a folder for each task."""
