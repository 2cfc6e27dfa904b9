"""Personal data out of a call before anything leaves, and back into the answer; the map lives in one request alone."""
