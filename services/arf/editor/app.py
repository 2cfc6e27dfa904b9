"""The wiring of the editor service: which adapter each port gets, from settings."""

from __future__ import annotations

import asyncio

from arf.audit.log import SqlAudit
from arf.backbone import Backbone, open_backbone
from arf.calls.call_log import CallLog
from arf.calls.subject import CALL
from arf.editor.adapters.analysis_client import AnalysisClient, Tokens
from arf.editor.measured import RevisionCounts
from arf.editor.publications import SqlPublications
from arf.editor.review_projection import NAME, ReviewProjection
from arf.editor.reviewing import Reviewing
from arf.editor.reviews_sql import SqlReviews
from arf.editor.revise import Editor
from arf.editor.servicer import ROLES, EditorServicer
from arf.editor.settings import EditorSettings
from arf.editor.targets import FixedTargets, ProfiledTargets
from arf.editor.worker import EditorHandler
from arf.flow import EDITOR, REVISIONS, ancestors
from arf.inference.open_model import open_model
from arf.inference.settings import ModelSettings
from arf.kit.bus.stage import Stage
from arf.kit.environment import from_environment
from arf.kit.metrics import Metrics
from arf.kit.periodic import Periodic
from arf.kit.server import Api, ServerSettings, Service
from arf.kit.server.peer_settings import PeerSettings
from arf.kit.stage_worker import StageWorker, cache_file, projection_worker
from arf.kit.threads import Threads
from arf.privacy.sealed_records import opener
from arf.tasks.registry import load
from arf.v1.editor_service_pb2_grpc import add_EditorServiceServicer_to_server
from arf.v1.transcript_pb2 import Call

_STORAGE_THREADS = 4
_PUBLISH_EVERY_S = 30.0


async def build(settings: ServerSettings, metrics: Metrics) -> Service:
    """Builds the service from the `ARF_…` and `ARF_EDITOR_…` variables. Raises ArfError if it cannot be built."""
    own = from_environment(EditorSettings)
    backbone = await asyncio.to_thread(open_backbone)
    analysis = PeerSettings.of("ARF_EDITOR_ANALYSIS_", "localhost:50052")
    client = AnalysisClient(analysis.peer(), Tokens(analysis.token))
    revising, storage = Threads(own.threads, "revisions"), Threads(_STORAGE_THREADS, "editor-storage")
    model = None if own.model == "none" else open_model(own.model, ModelSettings.of_role("EDITOR_MODEL"))
    task = load(own.task)
    editor = Editor(
        task,
        client,
        model,
        FixedTargets(own.fixed_targets)
        if own.fixed_targets
        else ProfiledTargets(client.newest_profile, own.targets_refresh),
        own.options,
        runner=revising,
        observe=RevisionCounts(metrics).observe,
    )
    caches = own.cache_dir if settings.role != "api" else None
    calls = CallLog(backbone.bus, opener(backbone.sealer, Call), ancestors(EDITOR), cache_file(caches, "editor-calls"))
    handler = EditorHandler(task, editor, calls, backbone.sealer, storage)
    worker = StageWorker(
        backbone.bus,
        Stage(EDITOR.stage, [EDITOR.input], EDITOR.output, handler, answers=handler.answers),
        metrics,
        asyncio.get_running_loop(),
        own.pace,
        cache_file(caches, "editor-done"),
    )
    reviewing = _reviewing(backbone, calls, client, storage)
    servicer = EditorServicer(editor, reviewing, storage, own.revisions)
    return Service(
        "editor",
        apis=[Api(add_EditorServiceServicer_to_server, servicer, ROLES, CALL)],
        workers=[
            worker,
            projection_worker(backbone.bus, NAME, [REVISIONS], _projection(backbone).apply, metrics),
            Periodic("publication of decided reviews", reviewing.publish_missing, _PUBLISH_EVERY_S),
            backbone.upkeep(),
        ],
        readiness=backbone.readiness,
        closing=[
            backbone.close,
            calls.close,
            client.close,
            *([] if model is None else [model.close]),
            storage.close,
            revising.close,
        ],
    )


def _reviewing(backbone: Backbone, calls: CallLog, client: AnalysisClient, storage: Threads) -> Reviewing:
    database = backbone.database
    return Reviewing(
        SqlReviews(database),
        SqlPublications(database),
        SqlAudit(database),
        backbone.bus,
        backbone.sealer,
        calls,
        client,
        storage,
    )


def _projection(backbone: Backbone) -> ReviewProjection:
    return ReviewProjection(SqlReviews(backbone.database), SqlPublications(backbone.database), backbone.sealer)
