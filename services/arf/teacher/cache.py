"""The key of a cached answer, and a cache in this process's memory."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from arf.calls.prompt import Prompt
from arf.teacher.ports import Answer
from arf.teacher.rate_limit import Clock


def answer_key(tenant: str, prompt: Prompt, model: str, parameters: str, policy: str) -> str:
    """SHA-256 in hex of everything an answer depends on; `prompt` holds the transcript redacted under `policy`.

    `model` is the requested one, empty for the default; `parameters` is the decoding as JSON.
    """
    parts = [tenant, model, prompt.version, parameters, policy, prompt.prefill]
    for message in prompt.messages:
        parts += [message.role, message.content]
    # Each part is preceded by its length, so that different lists of parts never give the same bytes.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hashlib.sha256(b"".join(b"%d:%b" % (len(e), e) for e in encoded)).hexdigest()


class MemoryCache:
    """This replica's most recently used answers, each for `ttl_s` seconds."""

    def __init__(self, clock: Clock, *, ttl_s: float, most: int = 10_000) -> None:
        self._clock, self._ttl_s, self._most = clock, ttl_s, most
        self._held: OrderedDict[tuple[str, str], tuple[float, Answer]] = OrderedDict()

    async def get(self, tenant: str, key: str) -> Answer | None:
        held = self._held.get((tenant, key))
        if held is None:
            return None
        until, answer = held
        if self._clock() >= until:
            del self._held[tenant, key]
            return None
        self._held.move_to_end((tenant, key))
        return answer

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        self._held[tenant, key] = (self._clock() + self._ttl_s, answer)
        self._held.move_to_end((tenant, key))
        if len(self._held) > self._most:
            self._held.popitem(last=False)

    async def close(self) -> None: ...


class NoCache:
    """A cache that keeps nothing."""

    async def get(self, tenant: str, key: str) -> Answer | None:
        return None

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None: ...

    async def close(self) -> None: ...
