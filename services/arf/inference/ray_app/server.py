"""The Serve deployment: vLLM's own OpenAI application inside each replica, with adapters that come and go."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from ray import serve
from ray.serve.llm.deployment import LLMServer

from arf.inference.models import revision_of
from arf.inference.ray_app.adapter_files import Base, copy_of, shapes_of
from arf.inference.ray_app.admin import admin
from arf.inference.ray_app.guard import Asgi, guarded
from arf.inference.ray_app.residents import Residents, keep
from arf.inference.ray_app.settings import EngineSettings
from arf.inference.ray_app.tables import Route, Tables
from arf.inference.ray_app.vllm_engine import ByFolder, VllmEngine
from arf.kit.environment import from_environment

_WATCH_S, _RECONCILE_S = 0.25, 2.0
_LOG = logging.getLogger("ray.serve")


class AdapterServer(LLMServer):  # type: ignore[misc]
    """A replica. Serve's proxy reaches vLLM in it without a second hop, and its methods all replicas by a broadcast."""

    async def start(self) -> None:
        """Starts the engine, and loads what the routing tables name before the replica counts as ready."""
        settings = from_environment(EngineSettings)
        self._settings, self._tables = settings, Tables(settings.home / "tables")
        if not self._slots:
            await super().start()
        else:
            base = await asyncio.to_thread(self._base)
            resolver = ByFolder(lambda name: self._residents.folder(name), self._tell)
            resolver.register()
            await super().start()
            self._residents = Residents(
                VllmEngine(self.engine._oai_models, self.engine._engine_client),
                self._tables.all,
                lambda route: copy_of(route, base, settings.home / "adapters"),
                settings.retire_after_s,
            )
            for why in (await self._residents.reconcile()).values():
                self._tell(why)
            self._keeping = asyncio.create_task(keep(self._reconcile, _RECONCILE_S, self._tell))
        self._watching = asyncio.create_task(self._end_with_the_engine())

    async def __serve_build_asgi_app__(self) -> Asgi:
        app, key, admin_key = await super().__serve_build_asgi_app__(), self._settings.key, self._settings.admin_key
        if admin_key is None or not self._slots:
            return guarded(app, key.get_secret_value().encode())
        served = admin(self._tables, self._on_all, self._slots)
        return guarded(app, key.get_secret_value().encode(), served, admin_key.get_secret_value().encode())

    async def load_adapters(self, routes: list[dict[str, Any]]) -> dict[str, str]:
        """Loads the adapters of routes; for each that cannot be loaded, why."""
        return await self._residents.load([Route.model_validate(route) for route in routes])

    async def reconcile_adapters(self) -> dict[str, str]:
        """Makes the adapters those of the tables; for each that cannot be loaded, why."""
        return await self._residents.reconcile()

    async def loaded_adapters(self) -> list[str]:
        """The adapters in this replica's engine."""
        return await self._residents.loaded() if self._slots else []

    @property
    def _slots(self) -> int:
        return int(self._llm_config.engine_kwargs.get("max_loras", 0))

    def _base(self) -> Base:
        folder = Path(self._llm_config.model_loading_config.model_source)
        if not folder.is_dir():
            from huggingface_hub import snapshot_download

            folder = Path(snapshot_download(str(folder), local_files_only=True))
        return Base(shapes_of(folder), revision_of(folder), self._llm_config.engine_kwargs["max_lora_rank"])

    async def _reconcile(self) -> None:
        for why in (await self._residents.reconcile()).values():
            self._tell(why)

    async def _on_all(self, method: str, *given: Any) -> list[Any]:
        here = serve.get_replica_context()
        handle = serve.get_deployment_handle(here.deployment, here.app_name)
        return list(await handle.broadcast(method, *given).results_async(timeout_s=120))

    async def _end_with_the_engine(self) -> None:
        # Serve replaces a dead replica at once; an unhealthy one would answer 500 until its third failed check.
        while not self.engine._engine_client.errored:
            await asyncio.sleep(_WATCH_S)
        os._exit(1)

    def _tell(self, line: str) -> None:
        _LOG.warning("%s", line)
