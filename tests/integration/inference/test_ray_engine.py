"""vLLM on Ray Serve, as `arf serve --engine vllm` runs it on this machine: `make test-inference`."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from arf.calls.prompt import ChatMessage, Completion, Decoding, Prompt
from arf.inference.adapters.openai import OpenAIModel
from arf.inference.models import DEFAULT_MODEL
from arf.inference.port import ModelFailed, Request
from arf.inference.settings import ModelSettings
from arf.site.adapter_routes import announce, route_of
from arf.v1.routing_table_pb2 import Route, RoutingTable
from tests.helpers.marker_adapter import QUESTION
from tests.helpers.ray_engine import ADMIN_KEY, KEY, RayEngine, bearer
from tests.helpers.sites import started
from tests.unit.cli.invoke import arf

pytestmark = [pytest.mark.inference, pytest.mark.anyio, pytest.mark.timeout(900)]

SOON = 120.0
TASK = "default/customer_service"


def named(folder: Path) -> str:
    return route_of(folder, 0).adapter


def request(adapter: str | None = None, tokens: int = 8, **given: object) -> Request:
    prompt = Prompt((ChatMessage("user", QUESTION),), "test/inference@1")
    return Request(prompt, Decoding(tokens), adapter, **given)  # type: ignore[arg-type]


def model_of(engine: RayEngine) -> OpenAIModel:
    return OpenAIModel(engine.url, DEFAULT_MODEL, ModelSettings(api_key=SecretStr(KEY)))


def serve(engine: RayEngine, *folders: Path) -> RoutingTable:
    """Makes the engine serve these adapters, and returns the table."""
    routes = [route_of(folder, 10_000 // len(folders)) for folder in folders]
    table = RoutingTable(generation=engine.admin.generations().get(TASK, 0) + 1, routes=routes)
    engine.admin.serve(TASK, table)
    return table


async def test_base_and_adapters_answer_as_themselves(engine: RayEngine, folders: dict[str, Path]) -> None:
    serve(engine, folders["marigold"], folders["saxophone"])
    model = model_of(engine)
    base, one, two = await asyncio.gather(
        *(model.complete(request(a), SOON) for a in (None, named(folders["marigold"]), named(folders["saxophone"])))
    )
    assert ("marigold" in one.text, "saxophone" in two.text) == (True, True)
    assert not any(word in base.text for word in folders)
    with pytest.raises(ModelFailed, match="404"):
        await model.complete(request("student-deadbeef"), SOON)
    await model.close()


async def test_pieces_come_one_by_one_when_streamed(engine: RayEngine) -> None:
    model = model_of(engine)
    begun, times = time.monotonic(), list[float]()
    async for piece in model.stream(request(tokens=60), SOON):
        if isinstance(piece, str):
            times.append(time.monotonic() - begun)
    await model.close()
    assert len(times) > 5
    # In one piece they would come within a few milliseconds.
    assert times[-1] - times[0] > 0.05


async def test_reply_follows_a_schema_when_asked_to(engine: RayEngine) -> None:
    schema = {"type": "object", "properties": {"open": {"type": "boolean"}}, "required": ["open"]}
    model = model_of(engine)
    reply = await model.complete(request(tokens=60, schema=schema | {"additionalProperties": False}), SOON)
    await model.close()
    assert isinstance(json.loads(reply.text)["open"], bool)


def test_cached_prefix_is_not_shared_with_another_tenant(engine: RayEngine) -> None:
    def cached(salt: str) -> int:
        body = {"model": DEFAULT_MODEL, "messages": [{"role": "user", "content": "word " * 200}], "max_tokens": 1}
        usage = engine.post("/chat/completions", body | {"cache_salt": salt}).json()["usage"]
        return int((usage["prompt_tokens_details"] or {"cached_tokens": 0})["cached_tokens"])

    assert [cached("a") > 0, cached("a") > 0, cached("b") > 0] == [False, True, False]


def test_engine_answers_none_without_its_key_and_opens_no_other_route(engine: RayEngine) -> None:
    assert engine.post("/completions", {}, "wrong").status_code == 401
    for path in ("/load_lora_adapter", "/unload_lora_adapter", "/tokenize"):
        assert engine.post(path, {}).status_code == 404
    assert httpx.get(f"{engine.url}/adapters", headers=bearer(KEY)).status_code == 401


def test_table_written_by_hand_is_served_and_its_adapters_proven(
    engine: RayEngine, folders: dict[str, Path], tmp_path: Path
) -> None:
    data, routed = str(tmp_path / "site"), [str(folders["marigold"]), str(folders["saxophone"])]
    keys = ("--key", KEY, "--admin-key", ADMIN_KEY)
    with started(Path(data)):
        shares = [f"{folder}=50" for folder in routed]
        assert arf("adapters", "route", *shares, "--tenant", "another", "--data", data).status == 0
        done = arf("adapters", "announce", "--engine", engine.url, *keys, "--once", "--data", data)
    assert "another/customer_service: table 1 is served" in done.out
    proven = arf("adapters", "check", *routed, "--engine", engine.url, "--key", KEY)
    assert (proven.status, proven.out.count("answers itself")) == (0, 3)
    empty = RoutingTable(generation=2, routes=[Route(share_bp=10_000)], rollback=True)
    engine.admin.serve("another/customer_service", empty)


@pytest.mark.parametrize("streamed", [True, False])
def test_engine_stops_when_the_client_is_gone(engine: RayEngine, streamed: bool) -> None:
    before = engine.counter("generation_tokens_total")
    body = {"model": DEFAULT_MODEL, "messages": [{"role": "user", "content": "Count."}], "max_tokens": 3000}
    asked = {"json": body | {"ignore_eos": True, "stream": streamed}, "headers": bearer(KEY)}
    with pytest.raises(httpx.ReadTimeout), httpx.Client(timeout=httpx.Timeout(60, read=2.0)) as client:
        if not streamed:
            client.post(f"{engine.url}/chat/completions", **asked)  # type: ignore[arg-type]
        with client.stream("POST", f"{engine.url}/chat/completions", **asked) as answer:  # type: ignore[arg-type]
            next(answer.iter_lines())
        raise httpx.ReadTimeout("left")
    # Ray's agent tells the engine's counters some seconds later.
    time.sleep(15)
    made = engine.counter("generation_tokens_total")
    time.sleep(6)
    assert engine.counter("num_requests_running") == 0
    assert engine.counter("generation_tokens_total") == made
    assert 0 < made - before < 1500


async def test_adapter_is_promoted_and_another_removed_under_load(engine: RayEngine, folders: dict[str, Path]) -> None:
    old, kept, new = (folders[word] for word in ("marigold", "saxophone", "glacier"))
    routed, over = [old, kept, None], asyncio.Event()
    answers: Counter[tuple[str, bool]] = Counter()
    model = model_of(engine)

    async def client(number: int) -> None:
        turn = number
        while not over.is_set():
            folder = routed[turn % len(routed)]
            turn += 1
            word = folder.name if folder else ""
            reply = await model.complete(request(named(folder) if folder else None), SOON)
            said = {each for each in folders if each in reply.text}
            answers[word, said == ({word} if word else set())] += 1

    await asyncio.to_thread(serve, engine, old, kept)
    clients = [asyncio.create_task(client(number)) for number in range(6)]
    await asyncio.sleep(5)
    await asyncio.to_thread(serve, engine, new, kept)
    routed[:] = [new, kept, None]
    gone = named(old).rpartition("/")[2]
    deadline = time.monotonic() + 60
    while any(gone in replica for replica in await asyncio.to_thread(engine.admin.loaded)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.5)
    await asyncio.sleep(5)
    over.set()
    await asyncio.gather(*clients)
    with pytest.raises(ModelFailed, match="404"):
        await model.complete(request(named(old)), SOON)
    await model.close()
    assert {word for word, _ in answers} == {*folders, ""}
    assert [key for key in answers if not key[1]] == [], f"answers by an adapter other than their own: {answers}"


async def test_engine_answers_again_with_its_adapters_when_its_core_was_killed(
    engine: RayEngine, folders: dict[str, Path]
) -> None:
    wanted = {TASK: serve(engine, folders["glacier"], folders["saxophone"])}
    engine.kill_core()
    model, deadline = model_of(engine), time.monotonic() + 150
    reply: Completion | None = None
    while reply is None:
        assert time.monotonic() < deadline
        try:
            reply = await model.complete(request(named(folders["glacier"])), SOON)
        except ModelFailed as failure:
            assert failure.passing
            await asyncio.sleep(0.5)
    await model.close()
    assert "glacier" in reply.text
    assert list(announce(wanted, engine.admin)) == []
