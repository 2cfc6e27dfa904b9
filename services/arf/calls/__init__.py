"""What a call is: its text, its speakers, its records, and what is asked about it."""
