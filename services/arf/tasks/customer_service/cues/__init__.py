"""Word lists and patterns that detectors, taggers and writer read by."""
