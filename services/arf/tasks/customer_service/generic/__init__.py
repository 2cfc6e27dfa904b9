"""Summaries of threads that the specific slots do not fit: the customer's own problem, the company's usual moves."""
