"""Replaces personal data in a call by placeholders, and restores it in the answer; no map outlives its request."""
