"""Retells what was said in public threads, which the slots do not fit."""
