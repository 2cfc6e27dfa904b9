"""The report of a run, told twice from one dict: a page for a manager, tables for a terminal."""
