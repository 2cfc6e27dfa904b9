"""What the docs say of services is what the services say of themselves."""

from __future__ import annotations

import re
from pathlib import Path

from arf.flow import STEPS, specs
from arf.kit.environment import variables
from arf.kit.server.spec import services
from arf.site.processes import PortAllocator, plan

DOCS = Path(__file__).parents[3] / "docs/services.md"
PROTOS = Path(__file__).parents[3] / "protos/arf/v1"


def test_every_service_is_in_the_docs_with_its_port_and_what_it_works_at() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d{5}) \| ([^|]*→[^|]*|) ?\|", text, re.MULTILINE)
    assert [(name, port) for name, port, _ in rows] == [(spec.name, str(spec.port)) for spec in services()]
    told = [stage for *_, works_at in rows for stage in re.findall(r"`([\w.]+)` → `([\w.]+)`", works_at)]
    assert sorted(told) == sorted((step.input, step.output) for step in STEPS)


def test_every_topic_is_in_the_docs_with_a_message_that_there_is() -> None:
    told = dict(re.findall(r"^\| `(arf\.[\w.]+)` \| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert sorted(told) == sorted(spec.name for spec in specs())
    protos = "".join(path.read_text(encoding="utf-8") for path in PROTOS.glob("*.proto"))
    assert [message for message in told.values() if f"\nmessage {message} {{" not in protos] == []


def test_the_ports_of_arf_up_are_those_in_the_docs() -> None:
    text = DOCS.read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|", text, re.MULTILINE)
    processes, _ = plan("https://host/v1#m", {}, PortAllocator({}), variables())
    ports = [
        (process.name, *(re.findall(r":(\d+)", process.listens[what])[-1] for what in ("gRPC", "health", "metrics")))
        for process in processes
    ]
    assert told == ports
