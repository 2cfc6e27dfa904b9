"""The wrapper around every servicer method, for unary calls and all kinds of streams.

In: authentication, deadline, the tenant's turn, parsing and validation. Out: bytes, or a status for whatever was
raised. Requests arrive as bytes, since gRPC itself answers UNKNOWN to a request that does not parse.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc
import structlog
from google.protobuf.message import Message
from grpc import aio

from arf.kit import tracing
from arf.kit.errors import ArfError, DeadlineExceeded, InvalidRequest, PermissionDenied
from arf.kit.server.deadlines import Allowance, Deadlines
from arf.kit.server.fair_gate import FairGate
from arf.kit.server.methods import Method
from arf.kit.server.parsing import parse, validate
from arf.kit.server.principal import Authenticator, CallMetadata, Principal
from arf.kit.server.request_context import RequestContext, enter
from arf.kit.server.request_stream import RequestStream
from arf.kit.server.rpc_metrics import RpcMetrics
from arf.kit.server.service import Public
from arf.kit.server.status import Failure, failure
from arf.kit.server.throttle import Throttle

logger = structlog.get_logger(__name__)

Context = aio.ServicerContext[Any, Any]
Work = Callable[[Principal], Awaitable[bytes | None]]

_EXPLAINED_ITEMS = 200
"""In messages with more items only the first broken rule is reported: each takes 50 µs of the event loop."""

_NOBODY = Principal("nobody", "")


class _CallerGone(Exception):
    """The caller has gone: nobody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Lane:
    """How one kind of method is admitted: unary calls, streams and public methods have separate places."""

    gate: FairGate
    deadlines: Deadlines


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on a message's size, its number of items, the length of one transcript, and on how long one message may
    take to arrive or to be taken.
    """

    message_bytes: int
    message_items: int
    transcript_chars: int
    idle_s: float


class Interceptor:
    """Wraps servicer methods for gRPC. One per server."""

    def __init__(
        self,
        authenticator: Authenticator,
        lanes: Callable[[Method], Lane],
        throttle: Throttle,
        limits: Limits,
        metrics: RpcMetrics,
        draining: asyncio.Event,
    ) -> None:
        self._authenticator = authenticator
        self._lanes = lanes
        self._throttle = throttle
        self._limits = limits
        self._metrics = metrics
        self._draining = draining

    def wrap(self, method: Method) -> grpc.RpcMethodHandler[Any, Any]:
        """The handler that gRPC calls: bytes in, bytes out."""
        lane = self._lanes(method)

        async def handle(raw: AsyncIterator[bytes], context: Context) -> bytes | None:
            async def respond(principal: Principal) -> bytes | None:
                if not method.streams_in:
                    request = self._checked(method, await self._only(raw), principal)
                    return await self._respond(method, request, context)
                requests = RequestStream(raw, lambda data: self._checked(method, data, principal))
                try:
                    return await self._respond(method, requests, context)
                except BaseException:
                    if requests.fault is not None:
                        raise requests.fault from None
                    raise
                finally:
                    if requests.fault is not None:
                        _uncancel()

            return await self._answer(method, lane, context, respond)

        # As streams also where there is one request: gRPC would read that before it calls the handler, hence without
        # a token and for ever.
        if method.streams_out:
            return grpc.stream_stream_rpc_method_handler(handle)
        return grpc.stream_unary_rpc_method_handler(handle)

    async def _only(self, raw: AsyncIterator[bytes]) -> bytes:
        """The message of a call with one. Raises InvalidRequest if there is none, DeadlineExceeded if it is late."""
        try:
            async with asyncio.timeout(self._limits.idle_s):
                return await anext(raw)
        except TimeoutError:
            raise DeadlineExceeded(f"the request did not arrive within {self._limits.idle_s:g} s") from None
        except StopAsyncIteration:
            raise InvalidRequest([("request", "there is none")]) from None

    def _checked(self, method: Method, data: bytes, principal: Principal) -> Message:
        request = parse(data, method.request, self._limits.message_bytes)
        if not isinstance(method.role, Public):
            items = method.shape.count(request, self._limits.message_items)
            method.shape.check_times(request)
            validate(request, first_only=items > _EXPLAINED_ITEMS)
            method.shape.claim(request, principal.tenant)
            method.shape.limit(request, self._limits.transcript_chars)
            if about := method.shape.subject_id(request):
                structlog.contextvars.bind_contextvars(**dict([about]))
        return request

    async def _respond(self, method: Method, request: Message | RequestStream, context: Context) -> bytes | None:
        """Runs the servicer; a stream's messages are sent as they come."""
        if not method.streams_out:
            response = await method.behaviour(request, context)
            if isinstance(request, RequestStream) and request.fault is not None:
                raise request.fault
            return _serialized(response)
        responses = method.behaviour(request, context)
        try:
            async for response in responses:
                await self._write(context, _serialized(response))
        finally:
            await responses.aclose()
        if isinstance(request, RequestStream) and request.fault is not None:
            raise request.fault
        return None

    async def _write(self, context: Context, data: bytes) -> None:
        """Sends a message; waits while the caller takes none. Raises DeadlineExceeded if it takes none for too long."""
        try:
            async with asyncio.timeout(self._limits.idle_s):
                await context.write(data)
        except TimeoutError:
            raise DeadlineExceeded(f"the caller took no message for {self._limits.idle_s:g} s") from None
        except aio.InternalError:  # the caller has ended the call; our task's cancellation has not arrived yet
            raise _CallerGone from None

    async def _answer(self, method: Method, lane: Lane, context: Context, work: Work) -> bytes | None:
        """Counts and logs the call, and turns every exception into a status."""
        metadata = [(name, value) for name, value in context.invocation_metadata() or ()]
        principal = self._principal(method, metadata)
        if not isinstance(principal, ArfError):
            busy = lane.gate.refusal(principal.tenant) or self._throttle.refusal(principal.tenant)
            if busy is not None:
                await self._refuse(method, context, failure(busy))
        begun = time.perf_counter()
        self._metrics.begun(method.label)
        code, failed = grpc.StatusCode.CANCELLED, None
        with tracing.serving(method.label, metadata):
            try:
                if isinstance(principal, ArfError):
                    raise principal
                response = await self._admitted(method, lane, context, principal, work)
                code = grpc.StatusCode.OK
                return response
            except aio.AbortError:  # by the servicer itself; gRPC does not reveal its code
                code = grpc.StatusCode.UNKNOWN
                raise
            except _CallerGone:
                return None
            except asyncio.CancelledError:
                failed = _stray_cancellation()
                if failed is None:
                    if context.time_remaining() == 0:
                        code = grpc.StatusCode.DEADLINE_EXCEEDED
                    raise
            except Exception as error:  # noqa: BLE001  # the one place where every exception becomes a status
                failed = failure(error)
            finally:
                code = failed.code if failed is not None else code
                seconds = time.perf_counter() - begun
                self._metrics.ended(method.label, code.name, seconds)
                logger.info(
                    "rpc",
                    method=method.label,
                    code=code.name,
                    seconds=round(seconds, 6),
                    reason=failed.message if failed is not None else None,
                    error_id=failed.error_id if failed is not None else None,
                )
        await context.abort(failed.code, failed.message, failed.trailers)
        return None

    async def _refuse(self, method: Method, context: Context, busy: Failure) -> None:
        """Refuses a call and counts it, with neither log line nor span: under load, refusing must take little."""
        self._metrics.refused(method.label, busy.code.name)
        await context.abort(busy.code, busy.message, busy.trailers)

    async def _admitted(
        self, method: Method, lane: Lane, context: Context, principal: Principal, work: Work
    ) -> bytes | None:
        allowance = lane.deadlines.allow(context.time_remaining())
        if method.streaming and principal.expires_at is not None:
            allowance = allowance.within_token(principal.expires_at - time.time())
        deadline = asyncio.get_running_loop().time() + allowance.seconds
        enter(RequestContext(method.label, principal, deadline, self._draining))
        structlog.contextvars.bind_contextvars(tenant=principal.tenant, subject=principal.subject)
        return await _within(allowance, lane.gate, principal.tenant, lambda: work(principal))

    def _principal(self, method: Method, metadata: CallMetadata) -> Principal | ArfError:
        """Who calls; or the error that says why the caller may not."""
        if isinstance(method.role, Public):
            return _NOBODY
        try:
            principal = self._authenticator.authenticate(metadata)
        except ArfError as error:
            return error
        if method.role not in principal.roles:
            has = ", ".join(sorted(principal.roles)) or "none"
            return PermissionDenied(f"{method.label} needs the role {method.role}; the token has {has}")
        return principal


async def _within(
    allowance: Allowance, gate: FairGate, tenant: str, work: Callable[[], Awaitable[bytes | None]]
) -> bytes | None:
    """Runs it when it is the tenant's turn, within the deadline. Raises DeadlineExceeded."""
    timeout = asyncio.timeout(allowance.seconds)
    try:
        async with timeout, gate.place(tenant):
            return await work()
    except TimeoutError:
        if timeout.expired():
            raise allowance.exceeded() from None
        raise


def _stray_cancellation() -> Failure | None:
    """None if caller or server cancelled the call; a failure if the servicer leaked another task's cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        return None
    return failure(RuntimeError("a cancellation that was not the call's own"))


def _uncancel() -> None:
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        task.uncancel()


def _serialized(response: Any) -> bytes:
    data: bytes = response.SerializeToString()
    return data
