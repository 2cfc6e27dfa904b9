"""The engine's routes for controllers (`arf.inference.ray_app`), as a client. Its calls block."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from google.protobuf.json_format import MessageToDict

from arf.kit.errors import InvalidRecord, Unavailable
from arf.v1.routing_table_pb2 import RoutingTable

_TIMEOUT_S = 180.0
"""A table is answered when all replicas have loaded its adapters."""


class EngineAdmin:
    """One engine, at an address that ends in /v1."""

    def __init__(self, url: str, key: str, admin_key: str) -> None:
        self._url, self._key, self._admin_key = url.rstrip("/"), key, admin_key
        # The engine is the company's own: no proxy stands before it.
        self._opener = build_opener(ProxyHandler({}))

    def generations(self) -> Mapping[str, int]:
        """The generation of each table that it serves, by tenant/task. Raises as `serve` does."""
        found: Mapping[str, int] = self._asked("GET", "/adapters")["tables"]
        return found

    def loaded(self) -> list[list[str]]:
        """The adapters that each replica has loaded. Raises as `serve` does."""
        found: list[list[str]] = self._asked("GET", "/adapters")["replicas"]
        return found

    def serve(self, key: str, table: RoutingTable) -> list[list[str]]:
        """Makes it serve a table; returns the adapters that each replica has loaded then.

        Raises InvalidRecord if it refuses the table, Unavailable if it does not answer.
        """
        body = MessageToDict(table, preserving_proto_field_name=True)
        loaded: list[list[str]] = self._asked("PUT", f"/adapters/{key}", body)["replicas"]
        return loaded

    def token_logprobs(self, model: str, text: str) -> list[float]:
        """The log-probability that a served model or adapter gives each token of a text but the first."""
        body = {"model": model, "prompt": text, "max_tokens": 1, "temperature": 0, "prompt_logprobs": 0}
        tokens = self._asked("POST", "/completions", body)["choices"][0]["prompt_logprobs"]
        return [next(iter(token.values()))["logprob"] for token in tokens[1:]]

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        key = self._admin_key if path.startswith("/adapters") else self._key
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = Request(self._url + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code >= 500:
                raise Unavailable(f"{self._url}: HTTP {error.code}") from error
            raise InvalidRecord(self._url, _said(error)) from error
        except (URLError, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Unavailable(f"{self._url}: the engine does not answer: {reason}") from error


def _said(error: HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (ValueError, LookupError, TypeError):
        return f"HTTP {error.code}"
