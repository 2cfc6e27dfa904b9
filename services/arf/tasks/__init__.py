"""Tasks: all that is particular to one kind of summary, behind one Task object each."""
