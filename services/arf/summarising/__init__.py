"""How a summary comes about, once: for teacher and student, in batches and in services."""
