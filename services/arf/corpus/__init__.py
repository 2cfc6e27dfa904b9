"""Corpus: reading, importing and generating calls."""
