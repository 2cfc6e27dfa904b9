"""The wiring of the summarizer service: which adapter each port gets, from settings."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from arf.backbone import open_backbone
from arf.calls.subject import CALL
from arf.inference.open_model import open_model
from arf.inference.settings import ModelSettings
from arf.kit.environment import from_environment
from arf.kit.metrics import Metrics
from arf.kit.server import Api, ServerSettings, Service
from arf.kit.stage_worker import keyed_worker
from arf.kit.threads import Threads
from arf.summarizer.finished import FinishedCalls
from arf.summarizer.following import UpdateFeed
from arf.summarizer.refreshes import Refreshes
from arf.summarizer.resuming import Resumed, resume
from arf.summarizer.segment_log import SegmentLog
from arf.summarizer.servicer import ROLES, SummarizerServicer
from arf.summarizer.settings import SummarizerSettings
from arf.summarizer.streaming import CallStreams
from arf.summarizer.tables import RoutingTables
from arf.summarizer.worker import LiveHandler
from arf.summarizer.writing import SummaryWriter
from arf.tasks.registry import load
from arf.v1.summarizer_service_pb2 import ResumeCall
from arf.v1.summarizer_service_pb2_grpc import add_SummarizerServiceServicer_to_server

_STORAGE_THREADS = 4
_POLL_S = 0.02
"""How often the live stage looks for events: somebody waits for each summary."""


async def build(settings: ServerSettings, metrics: Metrics) -> Service:
    """Builds the service from the `ARF_…` and `ARF_SUMMARIZER_…` variables. Raises ArfError if it cannot be built."""
    own = from_environment(SummarizerSettings)
    backbone = await asyncio.to_thread(open_backbone)
    bus, sealer, loop = backbone.bus, backbone.sealer, asyncio.get_running_loop()
    of_model = ModelSettings.of_role("SUMMARIZER_MODEL")
    task, model = load(own.task), open_model(own.model, of_model)
    redaction, storage = Threads(own.threads, "redaction"), Threads(_STORAGE_THREADS, "summarizer-storage")
    writer = SummaryWriter(task, model, redaction, redaction=own.redaction, timeout_s=of_model.timeout_s)
    tables = RoutingTables(bus, task.name, own.adapter)
    await asyncio.to_thread(tables.catch_up)
    following = loop.create_task(tables.follow())

    async def resumed(tenant: str, asked: ResumeCall) -> Resumed:
        return await storage.run(resume, bus, sealer, tenant, asked)

    async def stop_following() -> None:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following

    pace = replace(own.pace, poll_s=_POLL_S)
    refreshes, feed = Refreshes(writer.update, own.concurrency), UpdateFeed(bus, sealer, storage)
    handler = LiveHandler(refreshes, sealer, tables, own.pacing, storage, metrics)
    streams = CallStreams(SegmentLog(bus, sealer, storage), feed, resumed, own.lateness)
    servicer = SummarizerServicer(FinishedCalls(writer, task, tables), streams)
    return Service(
        "summarizer",
        apis=[Api(add_SummarizerServiceServicer_to_server, servicer, ROLES, CALL)],
        workers=[
            keyed_worker(bus, handler.stage(), metrics, loop, pace),
            backbone.upkeep(),
        ],
        readiness=backbone.readiness,
        closing=[
            backbone.close,
            storage.close,
            redaction.close,
            model.close,
            refreshes.close,
            feed.close,
            stop_following,
        ],
    )
