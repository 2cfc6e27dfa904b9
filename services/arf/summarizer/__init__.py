"""Summarizer: the distilled model on finished and on live calls."""
