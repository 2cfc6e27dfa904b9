"""Writes and repairs summaries without a model."""
