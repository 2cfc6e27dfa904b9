"""Teacher: summarises calls with the expensive model, or takes the summaries that the corpus supplies."""
