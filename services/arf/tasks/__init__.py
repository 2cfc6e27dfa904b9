"""Tasks: everything specific to one kind of summary, behind one Task object each."""
