"""Word lists and patterns of detectors, taggers and writer."""
