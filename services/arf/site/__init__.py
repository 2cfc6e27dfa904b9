"""Operates the services as a whole: runs them on one machine, submits calls, and tracks them."""
