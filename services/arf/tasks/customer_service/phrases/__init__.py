"""Renders slots as text."""
