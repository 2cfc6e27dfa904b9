"""Rewords public threads, which the slots do not fit."""
