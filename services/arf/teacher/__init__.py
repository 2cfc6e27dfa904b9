"""Teacher: asks the expensive model, or takes the summaries that a corpus brings."""
