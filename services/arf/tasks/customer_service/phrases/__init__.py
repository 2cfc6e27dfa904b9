"""Puts slots into words."""
