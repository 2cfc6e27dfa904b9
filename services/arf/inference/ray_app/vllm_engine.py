"""The adapters of a running vLLM 0.29, through its registry of names and its engine client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from vllm.lora.request import LoRARequest
from vllm.lora.resolver import LoRAResolver, LoRAResolverRegistry

from arf.kit.errors import ArfError, Corrupt, Unavailable

_POLL_S = 0.1


class ByFolder(LoRAResolver):  # type: ignore[misc]
    """Finds the adapter of a name that vLLM does not know yet; vLLM answers 404 if there is none."""

    def __init__(self, folder: Callable[[str], Awaitable[Path | None]], told: Callable[[str], None]) -> None:
        self._folder, self._told = folder, told

    async def resolve_lora(self, base_model_name: str, lora_name: str) -> LoRARequest | None:
        try:
            folder = await self._folder(lora_name)
        except ArfError as error:
            self._told(error.message)
            return None
        # vLLM gives the request a number of its own.
        return None if folder is None else LoRARequest(lora_name=lora_name, lora_int_id=1, lora_path=str(folder))

    def register(self) -> None:
        """Makes vLLM ask it; before the engine starts, and with VLLM_ALLOW_RUNTIME_LORA_UPDATING set."""
        LoRAResolverRegistry.register_resolver("arf", self)


class VllmEngine:
    """Loads adapters into vLLM and takes them out of it."""

    def __init__(self, models: Any, client: Any, patience_s: float = 120.0) -> None:
        """`models` is vLLM's OpenAIServingModels, `client` its engine client; `unload` waits for `patience_s`."""
        self._models, self._client, self._patience_s = models, client, patience_s

    async def load(self, name: str) -> None:
        found = await self._models.resolve_lora(name)
        if not isinstance(found, LoRARequest):
            raise Corrupt(f"adapter {name}: the engine cannot load it: {found.error.message}")
        if found.lora_int_id not in await self._client.list_loras():
            await self._client.add_lora(found)

    async def unload(self, name: str) -> None:
        # vLLM's own unloading forgets the name alone (its issue 54839).
        known = self._models.lora_requests.pop(name, None)
        try:
            async with asyncio.timeout(self._patience_s):
                while known is not None:
                    busy = name in self.running()
                    if not busy:
                        await self._client.remove_lora(known.lora_int_id)
                    # A request that was being tokenised would have brought it back.
                    await asyncio.sleep(_POLL_S)
                    if not busy and known.lora_int_id not in await self._client.list_loras():
                        break
        except TimeoutError:
            self._models.lora_requests.setdefault(name, known)
            raise Unavailable(f"adapter {name}: still answers requests after {self._patience_s:.0f} s") from None

    async def loaded(self) -> list[str]:
        names = {request.lora_int_id: name for name, request in self._models.lora_requests.items()}
        return sorted(names.get(number, f"?{number}") for number in await self._client.list_loras())

    def running(self) -> set[str]:
        return {state.lora_name for state in self._client.output_processor.request_states.values() if state.lora_name}
