"""Extracts slots from a call: reason, acts with their status, values."""
