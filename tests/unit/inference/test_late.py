"""An engine that is opened when it is asked, again until it can be, and once."""

from __future__ import annotations

import pytest

from arf.calls.prompt import Decoding, Message, Prompt
from arf.inference.late import LateEngine
from arf.inference.ports import Engine
from arf.kit.errors import Unavailable
from tests.unit.editor.fakes import ScriptEngine


def test_it_is_opened_once_after_it_could_not_be() -> None:
    opened: list[int] = []

    def open_() -> Engine:
        opened.append(1)
        if len(opened) == 1:
            raise Unavailable("endpoint: down")
        return ScriptEngine(lambda text, seed: text.upper())

    late = LateEngine(open_)
    prompt = Prompt((Message("user", "hi"),), "test@1")
    assert opened == []
    with pytest.raises(Unavailable):
        late.complete([prompt], Decoding(8))
    assert late.complete([prompt], Decoding(8))[0].text == "HI"
    assert late.model == "script"
    assert len(opened) == 2
