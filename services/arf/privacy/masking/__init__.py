"""Masks card numbers and CVVs, written or spoken, for good before a call reaches any log.

`cards` and `cvv` find them among the numbers that `scanner` reads; `calls` masks them in a text or a call.
"""
