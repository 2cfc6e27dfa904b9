"""Card numbers and CVVs, written or spoken, are taken out of a call for good before it reaches any log.

`cards` and `cvv` find what has to go among the numbers that `scanner` reads, `calls` takes it out of a text or a call.
"""
