"""A small OpenAI-compatible server on a local port, which fails on demand and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeEndpoint:
    """Replies with a text that depends on the request alone, after the `failures`: pairs of status and headers."""

    def __init__(self, *, continues: bool = True) -> None:
        self.continues = continues
        self.failures: list[tuple[int, dict[str, str]]] = []
        self.requests: list[dict[str, Any]] = []
        self.delay = threading.Event()
        self.stalls = False
        self.url = ""

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, str], dict[str, Any]]:
        self.requests.append(request)
        if self.failures:
            status, headers = self.failures.pop(0)
            return status, headers, {"error": {"message": "on demand"}}
        if request.get("continue_final_message") and not self.continues:
            return 400, {}, {"error": {"message": "unrecognized field: continue_final_message"}}
        if self.stalls:
            self.delay.wait(5)
        words = f" the {request['model']} says {len(request['messages'][0]['content'])}.\nMore".split(" ")[1:]
        text = " " + " ".join(words[: request["max_tokens"]])
        tokens = min(len(words), request["max_tokens"])
        ended = len(words) <= request["max_tokens"]
        for stop in request.get("stop", []):
            if stop in text:
                text, ended = text.split(stop)[0], True
        choice = {"index": 0, "finish_reason": "stop" if ended else "length",
                  "message": {"role": "assistant", "content": text}}  # fmt: skip
        usage = {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": 9}
        return 200, {}, {"id": "x", "object": "chat.completion", "created": 0, "model": request["model"],
                         "choices": [choice], "usage": usage}  # fmt: skip


@contextmanager
def serving(endpoint: FakeEndpoint) -> Iterator[FakeEndpoint]:
    """Serves it on a free port of the loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the base class's name
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(*endpoint.answer(body))

        def do_GET(self) -> None:  # the base class's name
            self._send(200, {}, {"object": "list", "data": [{"id": "served", "object": "model"}]})

        def _send(self, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in (headers | {"Content-Type": "application/json"}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield endpoint
    finally:
        endpoint.delay.set()
        server.shutdown()
        server.server_close()
