"""Support checkers: how well a call supports a claim."""
