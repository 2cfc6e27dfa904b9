"""A model in this process, on transformers and peft, in its own thread `model-NAME`."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from arf.calls.prompt import ChatMessage, Completion, Decoding, Prompt
from arf.inference import failures, models
from arf.inference.batcher import Batcher
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.inference.profiles import profile_of_folder
from arf.inference.settings import InferenceSettings, ModelSettings
from arf.kit.errors import ArfError, Code, Unavailable

if TYPE_CHECKING:
    from arf.inference.loaded_model import Listener, LoadedModel

_Key = tuple[Decoding, str | None]
_Heard = Callable[[str], None]

_BATCH = 64
_ONE_WORD = Prompt((ChatMessage("user", "Hello"),), "load@1")


class TransformersModel:
    """A Model that is loaded on first use. Requests that arrive while it works form its next batch."""

    def __init__(
        self,
        spec: str = models.DEFAULT_MODEL,
        settings: ModelSettings | None = None,
        inference: InferenceSettings | None = None,
        *,
        say: Callable[[str], None] = lambda _: None,
        batch: int = _BATCH,
    ) -> None:
        """`spec` is a model's name, folder or hub id; `say` is called with download progress.

        `batch` limits how many separately submitted requests run together.
        """
        self._spec, self._settings = spec, settings or ModelSettings()
        self._inference = inference or InferenceSettings()
        self._say, self._batch = say, batch
        self._profile: ModelProfile | None = None
        self._loaded: LoadedModel | None = None
        self._batcher: Batcher[_Key, tuple[Request, Listener], Completion | ModelFailed] | None = None

    @property
    def name(self) -> str:
        return models.name_of(self._spec)

    @property
    def waiting(self) -> int:
        """The number of requests waiting."""
        return self._batcher.waiting if self._batcher is not None else 0

    async def profile(self) -> ModelProfile:
        if self._profile is None:
            self._profile = await asyncio.to_thread(lambda: profile_of_folder(self._folder(), self._settings))
        return self._profile

    async def complete(self, request: Request, timeout_s: float, heard: _Heard | None = None) -> Completion:
        """As the port says; `heard` is called in the model's thread with the text so far, after each token."""
        try:
            async with asyncio.timeout(timeout_s):
                (made,) = await self._answers([request], heard=heard)
        except TimeoutError as error:
            raise failures.of_connection(self.name, error) from error
        except ArfError as error:
            passing = error.code is Code.UNAVAILABLE
            raise ModelFailed(error.message, passing=passing, sick=True) from error
        if isinstance(made, ModelFailed):
            raise made
        return made

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        loop = asyncio.get_running_loop()
        texts: asyncio.Queue[str | None] = asyncio.Queue()

        def heard(text: str) -> None:
            loop.call_soon_threadsafe(texts.put_nowait, text)

        reply = asyncio.create_task(self.complete(request, timeout_s, heard))
        reply.add_done_callback(lambda _: texts.put_nowait(None))
        said = 0
        try:
            while (text := await texts.get()) is not None:
                text = request.prompt.prefill + _settled(text, request.decoding.stop)
                if text[said:]:
                    yield text[said:]
                    said = len(text)
            made = await reply
            if made.text[said:]:
                yield made.text[said:]
            yield made
        finally:
            reply.cancel()

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        groups: dict[_Key, list[int]] = {}
        for index, request in enumerate(requests):
            groups.setdefault((request.decoding, request.adapter), []).append(index)
        made: dict[int, Completion | ModelFailed] = {}
        for places in groups.values():
            made |= zip(places, await self._answers([requests[i] for i in places], progress), strict=True)
        return [made[index] for index in range(len(requests))]

    async def load(self, adapters: Iterable[Path] = ()) -> None:
        """Loads the model and these adapters now, to fail early. Raises NotFound, Corrupt or Unavailable."""
        await self._answers([])
        for folder in adapters:
            await self._answers([Request(_ONE_WORD, Decoding(1), str(folder))])

    async def close(self) -> None:
        batcher, self._batcher = self._batcher, None
        if batcher is not None:
            await batcher.close()
        self._loaded = None
        gc.collect()

    async def _answers(
        self, requests: Sequence[Request], progress: Progress | None = None, heard: _Heard | None = None
    ) -> list[Completion | ModelFailed]:
        gone = threading.Event()

        def listener(text: Callable[[], str]) -> bool:
            if heard is not None:
                heard(text())
            return gone.is_set()

        if self._batcher is None:
            self._batcher = Batcher(self._work, f"model-{self.name}", self._batch)
        first = requests[0] if requests else None
        key = (first.decoding, first.adapter) if first else (Decoding(0), None)
        try:
            return await self._batcher.answers(key, [(request, listener) for request in requests], progress)
        finally:
            gone.set()

    def _work(
        self, key: _Key, asked: Sequence[tuple[Request, Listener]], progress: Progress
    ) -> list[Completion | ModelFailed]:
        """Runs in the model's thread."""
        try:
            if self._loaded is None:
                from arf.inference.loaded_model import LoadedModel

                own = self._inference
                self._loaded = LoadedModel(
                    self._folder(), name=self.name, threads=own.threads, dtype=own.dtype, token_budget=own.token_budget
                )
            return self._loaded.complete([r for r, _ in asked], progress, [listener for _, listener in asked])
        except ArfError:
            raise
        except Exception as error:
            # The exception's text may quote the prompt.
            raise Unavailable(f"{self.name}: {type(error).__name__} while it worked") from error

    def _folder(self) -> Path:
        return models.ensure(self._spec, self._say, home=self._inference.home)


def _settled(text: str, stop: Sequence[str]) -> str:
    """An unfinished text without what may change yet: half a character, or what may become a stop string."""
    text = text.rstrip("\ufffd")
    begun = [n for end in stop for n in range(1, len(end)) if text.endswith(end[:n])]
    return text[: len(text) - max(begun, default=0)]
