"""gRPC methods called with bytes and answered with bytes, as a client without stubs does."""

from __future__ import annotations

from typing import Any

import grpc


def unary(channel: grpc.Channel, method: str) -> grpc.UnaryUnaryMultiCallable[bytes, bytes]:
    """A method of one request and one answer."""
    return channel.unary_unary(method)


def answers(channel: grpc.Channel, method: str) -> grpc.UnaryStreamMultiCallable[bytes, bytes]:
    """A method of one request and a stream of answers."""
    return channel.unary_stream(method)


def stream(channel: grpc.Channel, method: str) -> grpc.StreamStreamMultiCallable[bytes, bytes]:
    """A method of a stream of requests and a stream of answers."""
    return channel.stream_stream(method)


def trailer(call: grpc.RpcError | grpc.Call) -> dict[str, Any]:
    """What came after the answer, by name."""
    return {item[0]: item[1] for item in call.trailing_metadata() or ()}
