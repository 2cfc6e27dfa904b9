"""The analysis service over gRPC: the editor's Analyzer port, and the source of error profiles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import grpc
from google.protobuf.message import Message
from grpc import aio
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from arf.kit.errors import ArfError, InvalidRecord, TenantHeld, Unavailable
from arf.kit.server.channel import Peer, PeerChannel
from arf.kit.server.watched_files import WatchedFiles, watched_token
from arf.tasks.detection import Subject, finding_id, place
from arf.v1.analysis_service_pb2 import AnalyzeRequest, ListErrorProfilesRequest
from arf.v1.analysis_service_pb2_grpc import AnalysisServiceStub
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis
from arf.v1.transcript_pb2 import Call

M = TypeVar("M", bound=Message)

_ATTEMPTS = 3
_PASSING = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
    }
)
# Not the call's fault: somebody must give this service another token for the tenant.
_NOT_LET_IN = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


class AnalysisRefused(ArfError):
    """The analysis service permanently rejects this call or summary."""


class Tokens:
    """The tokens for the analysis service, one for all tenants or one each, read again when their files change."""

    def __init__(self, place: Path | None) -> None:
        """`place` is a token file, or a folder with one file per tenant; None if no token is needed."""
        self._place = place
        self._files: dict[str, WatchedFiles[str]] = {}

    @property
    def asked_for(self) -> bool:
        """Whether tokens are configured."""
        return self._place is not None

    def of(self, tenant: str) -> str | None:
        """The tenant's token; None if tokens are not configured. Raises TenantHeld if the tenant has none."""
        if self._place is None:
            return None
        name = tenant if self._place.is_dir() else ""
        try:
            if name not in self._files:
                self._files[name] = watched_token(self._place / name if name else self._place)
            return self._files[name].current()
        except InvalidRecord as error:
            raise TenantHeld(f"no token for tenant {tenant}: {error.message}") from None


class AnalysisClient:
    """Client of the analysis service, for the event loop that it is created on."""

    def __init__(self, peer: Peer, tokens: Tokens) -> None:
        """`peer.deadline_s` limits one attempt. Raises InvalidRecord if one of the peer's files is missing or bad."""
        self._deadline_s = peer.deadline_s
        self._channel = PeerChannel(peer)
        self._stub = AnalysisServiceStub(self._channel)
        self._tokens = tokens

    async def analyze(self, call: Call, summary: str) -> Analysis:
        request = AnalyzeRequest(call=call, summary=summary)
        for unread in ("gold", "annotations", "reference_summaries", "summary"):
            request.call.ClearField(unread)
        if not self._tokens.asked_for:
            # A service without authentication uses a tenant of its own and rejects requests that name another.
            request.call.tenant = ""
        analysis = await self._asked(self._stub.Analyze, request, call.tenant)
        if analysis.tenant != call.tenant:
            _give(analysis, call)
        return analysis

    async def newest_profile(self, tenant: str) -> ErrorProfile | None:
        """The tenant's newest error profile without examples, or None. Raises the same errors as `analyze`."""
        page = await self._asked(self._stub.ListErrorProfiles, ListErrorProfilesRequest(page_size=1), tenant)
        return page.error_profiles[0] if page.error_profiles else None

    async def close(self) -> None:
        """Closes the channel."""
        await self._channel.close()

    async def _asked(self, method: Callable[..., Awaitable[M]], request: Message, tenant: str) -> M:
        token = self._tokens.of(tenant)
        metadata = () if token is None else (("authorization", f"Bearer {token}"),)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            wait=wait_random_exponential(multiplier=0.1, max=1.0),
            stop=stop_after_attempt(_ATTEMPTS),
            reraise=True,
        ):
            with attempt:
                try:
                    return await method(request, timeout=self._deadline_s, metadata=metadata)
                except aio.AioRpcError as error:
                    raise _meaning(error) from None
        raise AssertionError("the last attempt returns or raises")


def _give(analysis: Analysis, call: Call) -> None:
    """Sets the analysis' tenant to the call's, and the ids and the order of findings that depend on it."""
    subject = Subject(call, analysis.summary)
    for finding in analysis.findings:
        finding.finding_id = finding_id(subject, finding)
    analysis.findings.sort(key=place)
    analysis.tenant = call.tenant


def _meaning(error: aio.AioRpcError) -> ArfError:
    """Maps a gRPC error to a domain error; the service's own messages are safe to show."""
    code, details = error.code(), error.details() or ""
    passing = code == grpc.StatusCode.RESOURCE_EXHAUSTED and "grpc-retry-pushback-ms" in error.trailing_metadata()
    if code in _NOT_LET_IN:
        return TenantHeld(f"analysis: {code.name}: {details}")
    if code in _PASSING or passing:
        return Unavailable(f"analysis: {code.name}: {details}")
    return AnalysisRefused(f"analysis: {code.name}: {details}")
