"""Matchers that compare summaries with gold facts, one folder per task."""
