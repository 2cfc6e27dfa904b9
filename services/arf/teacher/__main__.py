"""`python -m arf.teacher --role api|worker|all`."""

from arf.kit.server import main
from arf.teacher.app import build
from arf.teacher.service import SERVICE

raise SystemExit(main(SERVICE, build))
