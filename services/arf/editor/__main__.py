"""`python -m arf.editor --role api|worker|all`."""

from arf.editor.app import build
from arf.editor.service import SERVICE
from arf.kit.server import main

raise SystemExit(main(SERVICE, build))
