"""Customer-service calls."""
