"""Editor: targeted revision of flagged summaries, verified before it is accepted."""
