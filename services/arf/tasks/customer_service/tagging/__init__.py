"""Reads a call into slots: reason, acts with their status, values."""
