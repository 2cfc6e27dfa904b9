"""`python -m arf.analysis --role api|worker|all`."""

from arf.analysis.app import build
from arf.kit.server import main

raise SystemExit(main("analysis", build))
