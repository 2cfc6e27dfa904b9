from __future__ import annotations

import base64
import os
from pathlib import Path

from arf.corpus.generator import generate
from tests.helpers.sealing import Site
from tests.helpers.sites import carry
from tests.unit.cli.invoke import arf


def test_after_it_the_old_master_key_can_go_and_not_before(here: Site, data: str) -> None:
    (call,) = generate(1, 5)
    carry(here, call, here.submit(call))
    file = Path(data) / "master.key"
    old = file.read_text(encoding="ascii")
    new = base64.b64encode(os.urandom(32)).decode() + "\n"

    file.write_text(new, encoding="ascii")
    early = arf("rewrap", "--data", data)
    assert early.status == 1
    assert "is not in the master key file" in early.err

    file.write_text(new + old, encoding="ascii")
    assert arf("rewrap", "--data", data).out.startswith("keys of 1 call rewrapped")

    file.write_text(new, encoding="ascii")
    assert arf("rewrap", "--data", data).out.startswith("keys of 0 calls rewrapped")
