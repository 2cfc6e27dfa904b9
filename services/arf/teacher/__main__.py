"""`python -m arf.teacher --role api|worker|all`."""

from arf.kit.server import main
from arf.teacher.app import build

raise SystemExit(main("teacher", build))
