from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest

from arf.editor.settings import EditorSettings
from arf.inference.models import DEFAULT_MODEL
from arf.inference.settings import ModelSettings
from arf.kit.environment import from_environment, variables
from arf.kit.errors import InvalidRecord, NotFound
from arf.kit.server.peer_settings import PeerSettings
from arf.kit.server.settings import ServerSettings
from arf.kit.server.spec import services
from arf.site.processes import PortAllocator, plan
from arf.teacher.settings import TeacherSettings

SHARED = {"ARF_BUS": "sqlite:x"}


def test_services_are_on_their_standard_ports_and_no_two_on_one() -> None:
    processes, addresses = plan(DEFAULT_MODEL, SHARED, PortAllocator(variables()), variables())
    listens = {process.name: process.listens for process in processes}
    assert list(listens) == ["serve", *(spec.name for spec in services())]
    assert [listens[spec.name]["gRPC"] for spec in services()] == [f"127.0.0.1:{spec.port}" for spec in services()]
    everything = [where for listen in listens.values() for where in listen.values()]
    assert len(set(everything)) == len(everything)
    assert addresses == {f"ARF_{s.name.upper()}_ADDRESS": f"127.0.0.1:{s.port}" for s in services()}
    assert addresses["ARF_EDITOR_ADDRESS"] == "127.0.0.1:50053"


def test_free_ports_differ_and_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_TEACHER_PORT", "4711")
    ports = PortAllocator(variables(), free=True)
    processes, _ = plan(DEFAULT_MODEL, SHARED, ports, variables())
    ports.release()
    numbers = [re.search(r":(\d+)", where.removeprefix("http:")) for p in processes for where in p.listens.values()]
    assert len({number[1] for number in numbers if number}) == len(numbers) == 1 + 3 * len(services())
    assert processes[1].listens["gRPC"] == "127.0.0.1:4711"
    monkeypatch.setenv("ARF_TEACHER_PORT", "x")
    with pytest.raises(InvalidRecord, match="ARF_TEACHER_PORT"):
        plan(DEFAULT_MODEL, SHARED, PortAllocator(variables()), variables())


def test_port_that_is_taken_is_named_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("ARF_ANALYSIS_HEALTH_PORT", str(other.getsockname()[1]))
        ports = PortAllocator(variables(), free=True)
        plan(DEFAULT_MODEL, SHARED, ports, variables())
        with pytest.raises(InvalidRecord, match=r"ARF_ANALYSIS_HEALTH_PORT: .* --free-ports"):
            ports.check()
        ports.release()
    plan(DEFAULT_MODEL, SHARED, ports, variables())
    ports.check()
    ports.release()


@pytest.mark.parametrize(("model", "key"), [("http://there/v1#m", "theirs"), (DEFAULT_MODEL, None)])
def test_openais_key_goes_to_an_endpoint_alone(model: str, key: str | None) -> None:
    given = {"OPENAI_API_KEY": "theirs"}
    processes, _ = plan(model, SHARED, PortAllocator(given, free=True), given)
    (teacher,) = [process for process in processes if process.name == "teacher"]
    assert teacher.environment.get("ARF_TEACHER_API_KEY") == key


def test_services_read_what_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_API_KEY", "k")
    processes, _ = plan(DEFAULT_MODEL, SHARED, PortAllocator(variables()), variables())
    for process in processes[1:]:
        for name, value in process.environment.items():
            monkeypatch.setenv(name, value)
    teacher, editor = from_environment(TeacherSettings), from_environment(EditorSettings)
    (upstream,) = teacher.upstreams
    assert f"{upstream.url}#{upstream.model}" == editor.model == f"http://127.0.0.1:8000/v1#{DEFAULT_MODEL}"
    assert (teacher.cache, teacher.api_key.get_secret_value()) == ("database", "k")
    assert PeerSettings.of("ARF_EDITOR_ANALYSIS_", "nobody:1").address == "127.0.0.1:50052"
    assert ServerSettings.of("editor").health_port == 50063
    # A model of this machine is slow, and there is nobody else to ask.
    assert (upstream.timeout_s, teacher.deadline_s, ModelSettings.of_role("EDITOR_MODEL").timeout_s) == (600.0,) * 3


def test_what_the_environment_says_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_TEACHER_UPSTREAMS", "[]")
    processes, _ = plan(DEFAULT_MODEL, SHARED, PortAllocator(variables()), variables())
    assert "ARF_TEACHER_UPSTREAMS" not in processes[1].environment
    assert "ARF_EDITOR_MODEL" in processes[3].environment


def test_endpoint_is_asked_when_the_model_is_a_url() -> None:
    processes, _ = plan("https://host/v1#gpt", SHARED, PortAllocator(variables()), variables())
    assert [process.name for process in processes] == [spec.name for spec in services()]
    (upstream,) = json.loads(processes[0].environment["ARF_TEACHER_UPSTREAMS"])
    assert (upstream["url"], upstream["model"]) == ("https://host/v1", "gpt")
    assert processes[2].environment["ARF_EDITOR_MODEL"] == "https://host/v1#gpt"
    with pytest.raises(InvalidRecord, match="which model"):
        plan("https://host/v1", SHARED, PortAllocator(variables()), variables())


def test_folder_that_holds_no_model_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"config\.json"):
        plan(str(tmp_path), SHARED, PortAllocator(variables()), variables())


def test_a_service_is_ended_before_those_that_it_needs_and_all_before_the_model() -> None:
    processes, _ = plan(DEFAULT_MODEL, SHARED, PortAllocator(variables()), variables())
    rank = {process.name: process.rank for process in processes}
    assert rank["editor"] > rank["analysis"] > rank["serve"]
    assert rank["teacher"] > rank["serve"]
