"""One reading of a text for all of privacy: its plain form, the numbers and letters that it says, and the amounts."""
