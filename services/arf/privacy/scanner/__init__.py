"""Reads a text once for masking and redaction: its plain form, its numbers and letters, and its amounts."""
