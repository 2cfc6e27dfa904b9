"""A table of roles or a servicer that does not fit is refused when the server is made, not when somebody calls."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from arf.kit.server import Role
from arf.kit.server.methods import methods
from tests.helpers.servers import SERVICES, api


def test_every_method_of_every_service_has_its_role_and_its_kind() -> None:
    found = {method.label: method for name in SERVICES for method in methods(api(name))}

    assert {label.partition("/")[0] for label in found} == {f"{name.title()}Service" for name in SERVICES}
    assert found["TeacherService/Summarize"].role == Role.SUBMIT
    assert not found["TeacherService/Summarize"].streaming
    assert found["TeacherService/SummarizeBatch"].streams_out
    assert found["SummarizerService/StreamCall"].streams_in


@pytest.mark.parametrize("change", ["forgotten", "unknown"])
def test_a_table_of_roles_that_does_not_cover_the_methods_is_refused(change: str) -> None:
    good = api("teacher")
    roles = dict(good.roles)
    if change == "forgotten":
        del roles["Summarize"]
    else:
        roles["Sumarize"] = Role.SUBMIT

    with pytest.raises(TypeError, match="table of roles and the methods differ in Sum"):
        methods(replace(good, roles=roles))


def _blocking(request: Any, context: Any) -> None: ...


async def _coroutine(request: Any, context: Any) -> None: ...


@pytest.mark.parametrize(
    ("name", "behaviour"),
    [("Summarize", _blocking), ("StreamSummarize", _coroutine), ("StreamSummarize", _blocking)],
)
def test_a_method_that_would_block_the_loop_is_refused(name: str, behaviour: Any) -> None:
    good = api("teacher")
    servicer = SimpleNamespace(**{**vars(good.servicer), name: behaviour})

    with pytest.raises(TypeError, match=f"{name} is not an? "):
        methods(replace(good, servicer=servicer))
