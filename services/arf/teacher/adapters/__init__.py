"""Adapters of the teacher's ports."""
