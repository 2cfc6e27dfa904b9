"""`python -m arf.summarizer --role api|worker|all`."""

from arf.kit.server import main
from arf.summarizer.app import build
from arf.summarizer.service import SERVICE

raise SystemExit(main(SERVICE, build))
