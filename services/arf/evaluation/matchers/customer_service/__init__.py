"""The gold matcher: says of each claim of a summary whether the call's gold facts bear it out."""
