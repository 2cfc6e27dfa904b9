"""Load on the proxy and on its upstream: open loop at a rate, or as much as one client process gets through.

Every call is different, before and after redaction, so that no answer comes from a cache.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import grpc
import openai

from arf.inference.profile import ModelProfile
from arf.tasks.registry import load
from arf.v1.teacher_service_pb2 import SummarizeRequest
from arf.v1.teacher_service_pb2_grpc import TeacherServiceStub
from arf.v1.transcript_pb2 import Call, Role
from tests.bench.proxy_site import Process, Site
from tests.helpers.tokens import bearer
from tests.unit.teacher.test_privacy import calls as personal_calls

Ask = Callable[[Call], Awaitable[None]]

TASK = load("customer_service")
PROFILE = ModelProfile()
_DEADLINE_S = 30.0
_AT_ONCE = 48


class Transcripts:
    """Calls that hold personal data, no two alike, each of so many characters at least."""

    def __init__(self, seed: int, characters: int = 0) -> None:
        self._characters = characters
        self._rng = random.Random(seed)
        self._base = []
        for call in personal_calls():
            bare = Call(id=call.id, channel=call.channel, turns=call.turns)
            self._base.append(bare)
        spoken = {word for call in self._base for turn in call.turns for word in turn.text.split() if word.isalpha()}
        self._words = sorted(word for word in spoken if word.islower())
        self._made = 0

    def next(self) -> Call:
        """Another call."""
        call = Call()
        call.CopyFrom(self._base[self._made % len(self._base)])
        self._made += 1
        call.id = f"{call.id}-{self._made}"
        length = sum(len(turn.text) for turn in call.turns)
        text = ""
        while not text or length < self._characters:
            text = " ".join(self._rng.choices(self._words, k=8))
            call.turns.add(speaker="customer", role=Role.ROLE_CUSTOMER, text=text)
            length += len(text)
        return call


@asynccontextmanager
async def directly(here: Site) -> AsyncIterator[Ask]:
    """Asks the upstream itself, as a program without the proxy would: by the openai SDK as it comes."""
    async with openai.AsyncOpenAI(base_url=f"{here.upstream_url}/v1", api_key="none", max_retries=0) as client:

        async def ask(call: Call) -> None:
            made = await client.chat.completions.create(**_request(call), timeout=_DEADLINE_S)
            if not made.choices[0].message.content:
                raise RuntimeError("no answer")

        yield ask


@asynccontextmanager
async def barely(here: Site) -> AsyncIterator[Ask]:
    """Asks the upstream with as little as HTTP takes: what no SDK gets below."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_DEADLINE_S)) as session:

        async def ask(call: Call) -> None:
            body = json.dumps(_request(call)).encode()
            headers = {"Content-Type": "application/json", "Authorization": "Bearer none"}
            async with session.post(f"{here.upstream_url}/v1/chat/completions", data=body, headers=headers) as answer:
                made = json.loads(await answer.read())
            if not made["choices"][0]["message"]["content"]:
                raise RuntimeError("no answer")

        yield ask


def _request(call: Call) -> dict[str, Any]:
    """What the proxy would ask, unredacted."""
    prompt, decoding = TASK.teacher_prompt(call, PROFILE), TASK.decoding(PROFILE)
    return {
        "model": "fake",
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        "max_tokens": decoding.max_new_tokens,
        "temperature": decoding.temperature,
        "stop": list(decoding.stop),
    }


@asynccontextmanager
async def proxied(here: Site, proxy: Process) -> AsyncIterator[Ask]:
    """Asks the proxy, by gRPC and with a token. Raises if an answer came from a cache."""
    token = bearer(here.issuer.token("submit", expires_in=3600.0))
    async with grpc.aio.insecure_channel(proxy.target) as channel:
        await asyncio.wait_for(channel.channel_ready(), 60)
        stub = TeacherServiceStub(channel)

        async def ask(call: Call) -> None:
            answer = await stub.Summarize(SummarizeRequest(call=call), timeout=_DEADLINE_S, metadata=token)
            if answer.cached or answer.cost_micros <= 0:
                raise RuntimeError("an answer that was not asked for, or not paid for")

        yield ask


async def open_loop(ask: Ask, transcripts: Transcripts, rate: float, seconds: float) -> list[float]:
    """Seconds of each request from when it was due, whether or not those before it are over; infinite if refused."""
    calls = [transcripts.next() for _ in range(round(rate * seconds))]
    took: list[float] = []

    async def one(call: Call, due: float) -> None:
        try:
            await ask(call)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise
            took.append(math.inf)
        else:
            took.append(time.perf_counter() - due)

    begun = time.perf_counter() + 0.05
    tasks = []
    for n, call in enumerate(calls):
        due = begun + n / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(call, due)))
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return took


async def closed_loop(ask: Ask, transcripts: Transcripts, seconds: float) -> float:
    """Answers a second while so many requests are always open."""
    until = time.perf_counter() + seconds
    done = 0

    async def client_loop() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await ask(transcripts.next())
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(client_loop() for _ in range(_AT_ONCE)))
    return done / (time.perf_counter() - begun)
