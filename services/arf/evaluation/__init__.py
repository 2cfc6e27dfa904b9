"""Evaluation: the gold matcher, metrics and statistics. Imports nothing of tasks, analysis or editor."""
