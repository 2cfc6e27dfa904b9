from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from arf.site.probes import is_ready


@pytest.fixture
def page() -> Iterator[Any]:
    """A server that answers with its `status` and `text`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the base class's name
            self.send_response(server.status)
            self.end_headers()
            self.wfile.write(server.text)

        def log_message(self, *_: Any) -> None:
            pass

    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status, server.text = 200, b""
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("text", "ready"),
    [
        (b'arf_teacher_ready{name="bus"} 1.0\narf_teacher_ready{name="database"} 1.0\n', True),
        (b'arf_teacher_ready{name="bus"} 1.0\narf_teacher_ready{name="database"} 0.0\n', False),
        (b"arf_teacher_requests_total 1.0\n", False),
        (b"\xff", False),
        (b"{{{", False),
    ],
)
def test_service_is_ready_when_each_of_its_dependencies_is(page: Any, text: bytes, ready: bool) -> None:
    page.text = text
    assert is_ready(f"{page.url}/metrics") is ready


def test_server_is_ready_when_it_says_200(page: Any) -> None:
    assert is_ready(f"{page.url}/health")
    page.status = 503
    assert not is_ready(f"{page.url}/health")
    assert not is_ready("http://127.0.0.1:1/health")


def test_server_is_asked_directly_when_a_proxy_is_set(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert is_ready(f"{page.url}/health")
