"""An LLM server over real HTTP that keeps what it was asked and fails on demand: OpenAI's chat API and TGI's /generate.

`python -m tests.helpers.fake_upstream [SECONDS]` serves on a free port, prints its URL, and answers after SECONDS.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

MODEL = "m"


@dataclass(frozen=True)
class Act:
    """What to do instead of answering: a status, a silence, the end of the connection, at once or within a stream."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    drop: bool = False
    cut_after: int | None = None
    content: str | bytes | None = None
    events: tuple[str, ...] = ()
    endless: bytes = b""


def _answer(prompt: str) -> str:
    return f" of a problem, and {len(prompt)} characters were read."


class FakeUpstream:
    """Answers by `reply` from the prompt's text, after doing the `acts` that are left, one a request.

    `act_on` says what is done with a prompt whenever it comes. A request with one of the parameters in `refuses` is
    turned down, naming it. A reply has as many words as the request allows.
    """

    def __init__(
        self,
        reply: Callable[[str], str] = _answer,
        *,
        delay_s: float = 0.0,
        keep: bool = True,
        act_on: Callable[[str], Act | None] = lambda prompt: None,
        refuses: Collection[str] = (),
        window: int = 2048,
    ) -> None:
        self.refuses, self.window = refuses, window
        self.reply, self.delay_s, self.keep, self.act_on = reply, delay_s, keep, act_on
        self.acts: list[Act] = []
        self.requests: list[dict[str, Any]] = []
        self.heads: list[str] = []
        """The request line and headers of each request, in lower case."""
        self.at_once = 0
        self.most_at_once = 0
        self.sent = 0
        """Bytes of endless answers."""
        self.about: Act | None = None
        """What is done instead of saying what the model is."""
        self.url = ""

    @property
    def received(self) -> str:
        """All that has come in, as one text."""
        return "\n".join(json.dumps(r, ensure_ascii=False) for r in self.requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                lines = head.split("\r\n")
                lengths = [line.split(":")[1] for line in lines if line.lower().startswith("content-length:")]
                body = json.loads(await reader.readexactly(int(lengths[0]))) if lengths else {}
                if head.startswith("GET "):
                    about = self.about or Act(content=json.dumps(self._about(lines[0].split(" ")[1])))
                    await self._send(writer, about.status, about.headers, str(about.content).encode())
                    continue
                if self.keep:
                    self.heads.append(head.lower())
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    if not await self._respond(lines[0].split(" ")[1], body, writer):
                        return
                finally:
                    self.at_once -= 1
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _about(self, path: str) -> dict[str, Any]:
        """What a server says of its model: TGI at /info, others in a list."""
        if path.endswith("/info"):
            return {"model_id": MODEL, "max_total_tokens": self.window}
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "max_model_len": self.window}]}

    async def _respond(self, path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        if self.keep:
            self.requests.append(body)
        generate = not path.endswith("/chat/completions")
        prompt = body["inputs"] if generate else "\n".join(m["content"] for m in body["messages"])
        act = self.acts.pop(0) if self.acts else self.act_on(prompt) or Act()
        if act.wait_s or self.delay_s:
            await asyncio.sleep(act.wait_s or self.delay_s)
        if act.drop:
            return False
        if act.content is not None:
            content = act.content if isinstance(act.content, bytes) else act.content.encode()
            return await self._send(writer, act.status, act.headers, content)
        if act.status != 200:
            return await self._send(writer, act.status, act.headers, {"error": {"message": "on demand"}})
        if act.events:
            writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for event in act.events:
                writer.write(f"data: {event}\n\n".encode())
                await writer.drain()
            return False
        if act.endless:
            writer.write(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n")
            while True:
                writer.write(act.endless)
                self.sent += len(act.endless)
                await writer.drain()
        if refused := next((name for name in self.refuses if name in body), None):
            return await self._send(writer, 400, {}, {"error": {"message": "on demand", "param": refused}})
        text, ended = _within(body, self.reply(prompt))
        if body.get("stream") or path.endswith("/generate_stream"):
            return await self._stream(writer, body, text, generate, act, "stop" if ended else "length")
        made = _generated(prompt, text, ended) if generate else _completed(body, prompt, text, ended)
        return await self._send(writer, 200, {}, made)

    async def _send(self, writer: asyncio.StreamWriter, status: int, headers: dict[str, str], body: Any) -> bool:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"Content-Type": "application/json", "Content-Length": str(len(data))} | headers
        head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        writer.write(head.encode() + b"\r\n" + data)
        await writer.drain()
        return True

    async def _stream(
        self, writer: asyncio.StreamWriter, body: dict[str, Any], text: str, generate: bool, act: Act, reason: str
    ) -> bool:
        writer.write(b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        pieces = [text[i : i + 3] for i in range(0, len(text), 3)]
        for number, piece in enumerate(pieces):
            if number == act.cut_after:
                break
            last = number == len(pieces) - 1
            event = (
                _token(piece, text, last, reason)
                if generate
                else _chunk(body, {"content": piece}, reason if last else None)
            )
            writer.write(f"data: {json.dumps(event)}\n\n".encode())
            await writer.drain()
        else:
            if not generate:
                usage = {"prompt_tokens": 70, "completion_tokens": len(pieces), "total_tokens": 70 + len(pieces)}
                writer.write(f"data: {json.dumps(_chunk(body, None, None) | {'usage': usage})}\n\n".encode())
                writer.write(b"data: [DONE]\n\n")
            await writer.drain()
        return False


def _within(body: dict[str, Any], text: str) -> tuple[str, bool]:
    """The text cut to as many words as the request allows, and whether it ended by itself."""
    limit = body.get("max_tokens") or body.get("max_completion_tokens") or body["parameters"]["max_new_tokens"]
    words = re.findall(r"\s*\S+", text)
    return "".join(words[:limit]), len(words) <= limit


def _tokens(text: str, ended: bool) -> int:
    return len(text) // 4 if ended else len(text.split())


def _completed(body: dict[str, Any], prompt: str, text: str, ended: bool) -> dict[str, Any]:
    tokens = {"prompt_tokens": len(prompt) // 4, "completion_tokens": _tokens(text, ended)}
    reason = "stop" if ended else "length"
    choice = {"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": text}}
    usage = tokens | {"total_tokens": sum(tokens.values())}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [choice],
        "usage": usage,
    }


def _chunk(body: dict[str, Any], delta: dict[str, str] | None, reason: str | None) -> dict[str, Any]:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": body["model"], "choices": choices}


def _generated(prompt: str, text: str, ended: bool) -> dict[str, Any]:
    prefill = [{"id": n, "text": "x", "logprob": None} for n in range(len(prompt) // 4)]
    details = {
        "finish_reason": "eos_token" if ended else "length",
        "generated_tokens": _tokens(text, ended),
        "prefill": prefill,
        "tokens": [],
        "seed": 0,
    }
    return {"generated_text": text, "details": details}


def _token(piece: str, text: str, last: bool, reason: str) -> dict[str, Any]:
    event: dict[str, Any] = {"index": 0, "token": {"id": 1, "text": piece, "logprob": 0.0, "special": False}}
    event |= {"generated_text": text if last else None, "details": None}
    if last:
        ended = "eos_token" if reason == "stop" else reason
        event["details"] = {"finish_reason": ended, "generated_tokens": 9, "input_length": 70, "seed": 0}
    return event


@asynccontextmanager
async def serving(upstream: FakeUpstream, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[FakeUpstream]:
    """Serves it until the block ends, on a free port unless one is given; `url` is its root."""
    server = await asyncio.start_server(upstream.serve, host, port)
    upstream.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield upstream
    finally:
        server.close()


async def _main(delay_s: float) -> None:
    async with serving(FakeUpstream(delay_s=delay_s, keep=False)) as upstream:
        sys.stdout.write(f"{upstream.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
