"""Makes summaries: one implementation for teacher and student, batch and services."""
