"""Support checkers: the probability that a call supports a claim."""
