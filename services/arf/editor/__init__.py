"""Editor: corrects flagged summaries, and verifies each correction before it is accepted."""
