"""Summarizer: the distilled model on live calls. Its service comes with its own issue."""
