"""Calls: text, speakers, records on disk, and prompts about them."""
