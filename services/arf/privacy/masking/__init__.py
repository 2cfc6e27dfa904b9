"""Card numbers and CVVs, written or spoken, are taken out of a call for good before it reaches any log.

`digits` reads the digits that a text says, `cards` and `cvv` find what has to go, `calls` takes it out of a text or a
call.
"""
