"""AnalysisService over gRPC: maps requests to the domain, and its results to responses."""

# ruff: noqa: N802  # gRPC's names

from __future__ import annotations

from collections.abc import Mapping

from arf.analysis.analyzer import Analyzer
from arf.analysis.profiles import Profiles
from arf.calls.requested_call import requested_call
from arf.kit.server.principal import Role
from arf.kit.server.request_context import request_context
from arf.kit.threads import Threads
from arf.v1.analysis_service_pb2 import (
    AnalyzeRequest,
    CreateErrorProfileRequest,
    GetErrorProfileRequest,
    ListErrorProfilesRequest,
    ListErrorProfilesResponse,
)
from arf.v1.analysis_service_pb2_grpc import AnalysisServiceServicer
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis

ROLES: Mapping[str, Role] = {
    "Analyze": Role.SUBMIT,
    "CreateErrorProfile": Role.READ,
    "GetErrorProfile": Role.READ,
    "ListErrorProfiles": Role.READ,
}
PAGE_SIZE = 50
"""Page size if the request does not say."""


class AnalysisServicer(AnalysisServiceServicer):
    """Maps messages. Profiles run on threads of their own, since they read the whole log."""

    def __init__(self, analyzer: Analyzer, profiles: Profiles, profiling: Threads) -> None:
        self._analyzer = analyzer
        self._profiles = profiles
        self._profiling = profiling

    async def Analyze(self, request: AnalyzeRequest, context: object) -> Analysis:
        call = requested_call(request.call)
        analysis = await self._analyzer.analyze(call, request.summary)
        if request.types:
            wanted = [finding for finding in analysis.findings if finding.type in request.types]
            del analysis.findings[:]
            analysis.findings.extend(wanted)
        return analysis

    async def CreateErrorProfile(self, request: CreateErrorProfileRequest, context: object) -> ErrorProfile:
        tenant, sees = request_context().tenant, await self._analyzer.sees()
        return await self._profiling.run(
            self._profiles.create, tenant, request.filter, sees, request.examples, request.request_id
        )

    async def GetErrorProfile(self, request: GetErrorProfileRequest, context: object) -> ErrorProfile:
        return await self._profiling.run(self._profiles.get, request_context().tenant, request.name)

    async def ListErrorProfiles(self, request: ListErrorProfilesRequest, context: object) -> ListErrorProfilesResponse:
        tenant, limit = request_context().tenant, request.page_size or PAGE_SIZE
        page = await self._profiling.run(self._profiles.page, tenant, limit, request.page_token)
        return ListErrorProfilesResponse(error_profiles=page.profiles, next_page_token=page.next_token)
