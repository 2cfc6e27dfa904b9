"""The analysis service over gRPC: the editor's Analyzer port, and the error profiles that it aims by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import grpc
from google.protobuf.message import Message
from grpc import aio
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from arf.kit.errors import ArfError, InvalidRecord, Unavailable
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
        # Nothing is wrong with the call: somebody has to give this service another token.
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
    }
)


class AnalysisRefused(ArfError):
    """The analysis service does not take this call or this summary, however often it is asked."""


class Tokens:
    """The tokens to show, one for everybody or one a tenant, read again when they change."""

    def __init__(self, place: Path | None) -> None:
        """`place` is a file, or a folder with a file for each tenant by its name; None where nobody asks for one."""
        self._place = place
        self._files: dict[str, WatchedFiles[str]] = {}

    @property
    def asked_for(self) -> bool:
        """Whether there are tokens to show."""
        return self._place is not None

    def of(self, tenant: str) -> str | None:
        """The tenant's token; None where there is no place for tokens. Raises Unavailable if the tenant has none."""
        if self._place is None:
            return None
        name = tenant if self._place.is_dir() else ""
        try:
            if name not in self._files:
                self._files[name] = watched_token(self._place / name if name else self._place)
            return self._files[name].current()
        except InvalidRecord as error:
            raise Unavailable(f"there is no token for tenant {tenant}: {error.message}") from None


class AnalysisClient:
    """Asks the analysis service, on the event loop that it is made on."""

    def __init__(self, peer: Peer, tokens: Tokens) -> None:
        """`peer.deadline_s` is for one attempt. Raises InvalidRecord if a file of the peer's is missing or bad."""
        self._deadline_s = peer.deadline_s
        self._channel = PeerChannel(peer)
        self._stub = AnalysisServiceStub(self._channel)
        self._tokens = tokens

    async def analyze(self, call: Call, summary: str) -> Analysis:
        request = AnalyzeRequest(call=call, summary=summary)
        for unread in ("gold", "annotations", "reference_summaries", "summary"):
            request.call.ClearField(unread)
        if not self._tokens.asked_for:
            # Where nobody asks for tokens the service has a tenant of its own, and refuses what names another one.
            request.call.tenant = ""
        analysis = await self._asked(self._stub.Analyze, request, call.tenant)
        if analysis.tenant != call.tenant:
            _give(analysis, call)
        return analysis

    async def newest_profile(self, tenant: str) -> ErrorProfile | None:
        """The tenant's newest error profile, without its examples; None if there is none. Raises as `analyze` does."""
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
    """Makes it the call's tenant's, from whom ids follow, and from these the order of findings on the whole summary."""
    subject = Subject(call, analysis.summary)
    for finding in analysis.findings:
        finding.finding_id = finding_id(subject, finding)
    analysis.findings.sort(key=place)
    analysis.tenant = call.tenant


def _meaning(error: aio.AioRpcError) -> ArfError:
    """What an error of the call means for whoever asked; the service's own words are safe to show."""
    code, details = error.code(), error.details() or ""
    passing = code == grpc.StatusCode.RESOURCE_EXHAUSTED and "grpc-retry-pushback-ms" in error.trailing_metadata()
    if code in _PASSING or passing:
        return Unavailable(f"analysis: {code.name}: {details}")
    return AnalysisRefused(f"analysis: {code.name}: {details}")
