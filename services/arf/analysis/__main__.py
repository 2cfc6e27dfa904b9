"""`python -m arf.analysis --role api|worker|all`."""

from arf.analysis.app import build
from arf.analysis.service import SERVICE
from arf.kit.server import main

raise SystemExit(main(SERVICE, build))
