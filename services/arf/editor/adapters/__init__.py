"""Adapters of the editor's ports."""
