"""`python -m arf.cli`: the same as `arf`."""

from arf.cli import main

main()
