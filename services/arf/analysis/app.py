"""The wiring of the analysis service: which adapter each port gets, from settings."""

from __future__ import annotations

import asyncio

from arf.analysis.committed import LoggedAnalyses
from arf.analysis.measured import AnalysisCounts
from arf.analysis.profile_store import SqlProfiles
from arf.analysis.profiles import Profiles
from arf.analysis.servicer import ROLES, AnalysisServicer
from arf.analysis.settings import AnalysisSettings
from arf.analysis.wiring import wire_analyzer
from arf.analysis.worker import AnalysisHandler
from arf.backbone import open_backbone
from arf.calls.call_log import CallLog
from arf.calls.subject import CALL
from arf.flow import ANALYSIS, ancestors
from arf.inference.open_model import open_model
from arf.inference.settings import ModelSettings
from arf.kit.bus.stage import Stage
from arf.kit.environment import from_environment
from arf.kit.metrics import Metrics
from arf.kit.server import Api, ServerSettings, Service
from arf.kit.stage_worker import StageWorker, cache_file
from arf.kit.threads import Threads
from arf.privacy.sealed_records import opener
from arf.tasks.registry import load
from arf.v1.analysis_service_pb2_grpc import add_AnalysisServiceServicer_to_server
from arf.v1.transcript_pb2 import Call

_PROFILING_THREADS = 2
"""A profile reads the whole log: more at a time would only wait for each other."""


async def build(settings: ServerSettings, metrics: Metrics) -> Service:
    """Builds the service from the `ARF_…` and `ARF_ANALYSIS_…` variables. Raises ArfError if it cannot be built."""
    own = from_environment(AnalysisSettings)
    backbone = await asyncio.to_thread(open_backbone)
    task = load(own.task)
    analysing, storage = Threads(own.threads, "analysis"), Threads(1, "analysis-storage")
    judge = None if own.judge is None else open_model(own.judge, ModelSettings.of_role("ANALYSIS_JUDGE"))
    analyzer = wire_analyzer(
        task, checker=own.checker, judge=judge, runner=analysing, observe=AnalysisCounts(metrics).observe
    )
    caches = own.cache_dir if settings.role != "api" else None
    calls = CallLog(
        backbone.bus, opener(backbone.sealer, Call), ancestors(ANALYSIS), cache_file(caches, "analysis-calls")
    )
    handler = AnalysisHandler(task, analyzer, calls, backbone.sealer, storage)
    worker = StageWorker(
        backbone.bus,
        Stage(ANALYSIS.stage, [ANALYSIS.input], ANALYSIS.output, handler, answers=handler.answers),
        metrics,
        asyncio.get_running_loop(),
        own.pace,
        cache_file(caches, "analysis-done"),
    )
    profiles = Profiles(LoggedAnalyses(backbone.bus, backbone.sealer), SqlProfiles(backbone.database), backbone.sealer)
    profiling = Threads(_PROFILING_THREADS, "profiles")
    servicer = AnalysisServicer(analyzer, profiles, profiling)
    return Service(
        "analysis",
        apis=[Api(add_AnalysisServiceServicer_to_server, servicer, ROLES, CALL)],
        workers=[worker, backbone.upkeep()],
        readiness=backbone.readiness,
        closing=[
            backbone.close,
            calls.close,
            *([] if judge is None else [judge.close]),
            profiling.close,
            storage.close,
            analysing.close,
        ],
    )
