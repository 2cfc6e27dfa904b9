"""Functions of the bug cases that reach into the project, as the project is now."""

from __future__ import annotations

import sys as _sys
from types import ModuleType as _Module
from typing import Any

from arf.calls import prompt as _prompt
from arf.finetune import dataset as _dataset
from arf.inference import chat as _chat
from arf.inference.profile import ModelProfile

_build = _dataset.build_dataset


def _build_dataset(*args: Any, render: object = None, **settings: Any) -> Any:
    """The builder as the cases call it: with a renderer, which a dataset of messages no longer needs."""
    return _build(*args, **({"profile": ModelProfile()} | settings))


_dataset.build_dataset = _build_dataset
# Names that have no single module to be looked up in any more.
_prompt.Message = _prompt.ChatMessage  # type: ignore[attr-defined]
_chat.load_renderer = lambda base: None  # type: ignore[attr-defined]


class _TransformersEngine:
    """A model in this process as the cases call it: prompts in, and whatever fails is raised."""

    def __init__(self, path: Any, **settings: Any) -> None:
        from arf.inference.loaded_model import LoadedModel

        self._model = LoadedModel(path, **settings)

    def complete(self, prompts: Any, decoding: Any, *, adapter: Any = None) -> Any:
        from arf.inference.port import ModelFailed, Request

        named = None if adapter is None else str(adapter)
        found = self._model.complete([Request(prompt, decoding, named) for prompt in prompts])
        for failed in (item for item in found if isinstance(item, ModelFailed)):
            raise failed
        return found


_engine = _Module("arf.inference.transformers_engine")
_engine.TransformersEngine = _TransformersEngine  # type: ignore[attr-defined]
_sys.modules[_engine.__name__] = _engine


def analyze(made: Any, summary: str) -> Any:
    """The deterministic detectors' analysis."""
    import asyncio

    from arf.analysis.wiring import wire_analyzer
    from arf.tasks.registry import load

    return asyncio.run(wire_analyzer(load("customer_service")).analyze(made, summary))


def edited(made: Any, summary: str) -> tuple[str, str]:
    """Decision and text of the editor with its repair rules alone."""
    import asyncio

    from arf.analysis.wiring import wire_analyzer
    from arf.editor.revise import Editor
    from arf.editor.targets import FixedTargets
    from arf.tasks.registry import load
    from arf.v1.revision_pb2 import Decision

    task = load("customer_service")
    editor = Editor(task, wire_analyzer(task), None, FixedTargets())
    (revision,) = asyncio.run(editor.revise_batch([(made, summary, analyze(made, summary))]))
    return Decision.Name(revision.decision).removeprefix("DECISION_"), revision.text


def proxy(*models: Any, limit: int = 10_000, attempts: int = 1, **_: Any) -> Any:
    """The teacher's proxy, a token costing one micro, on a ledger of its own; and what was booked."""
    import tempfile
    import time

    from arf.kit.db.database import Database
    from arf.kit.db.migrate import upgrade
    from arf.tasks.registry import load
    from arf.teacher.breaker import Breaker
    from arf.teacher.budget import Budget
    from arf.teacher.budgets_sql import SqlBudgets
    from arf.teacher.cache import NoCache
    from arf.teacher.prices import Price
    from arf.teacher.proxy import TeacherProxy
    from arf.teacher.rate_limit import RateLimiter, TenantLimits
    from arf.teacher.retry import Retry
    from arf.teacher.router import Route, Router

    clock = time.monotonic
    database = Database.open(f"sqlite:///{tempfile.mkdtemp()}/s.db")
    upgrade(database)
    budget = Budget(SqlBudgets(database), "r", clock, slice_micros=1000, limit_micros=limit)
    routes = [Route("u", model, Breaker(clock), Price(1_000_000, 1_000_000), 5.0) for model in models]
    router = Router(routes, Retry(attempts=attempts, base_s=0.01), clock)
    made = TeacherProxy(load("customer_service"), router, NoCache(), RateLimiter(TenantLimits(), clock), budget, clock)
    return made, lambda: sum(held.spent for purse in budget._purses.values() for held in purse.leases)


def asked(
    respond: Any,
    *,
    stream: bool = False,
    path: str = "/v1",
    limit: int = 10_000,
    attempts: int = 1,
    made: Any = None,
    times: int = 1,
) -> Any:
    """What the proxy makes of an upstream of a small model: results, micros booked, requests."""
    import asyncio
    import sys
    import time

    from arf.inference.adapters.openai import OpenAIModel
    from arf.inference.settings import ModelSettings
    from arf.teacher.proxy import Summarised

    cases: Any = sys.modules["_bug"]
    answer = respond if callable(respond) else (lambda body, n: (200, {}, respond))

    async def ask() -> Any:
        async with cases.upstream(answer) as fake:
            # Told what it takes, it does not ask the endpoint; a small model's reply is begun, as the cases expect.
            model = OpenAIModel(fake.url + path, "m", ModelSettings(window=8192, small=True))
            teacher, spent = proxy(model, limit=limit, attempts=attempts)
            results: list[Any] = []
            for number in range(times):
                words = f"customer: my kettle number {number} arrived broken, order 48213"
                given = made or cases.call(words, cases.KETTLE_CALL[1])
                try:
                    if stream:
                        pieces = [piece async for piece in teacher.stream(given, time.monotonic() + 10)]
                        results.append(next(piece for piece in pieces if isinstance(piece, Summarised)))
                    else:
                        results.append(await teacher.summarise(given, time.monotonic() + 10))
                except Exception as error:  # noqa: BLE001  # it is what the case looks at
                    results.append(error)
            await model.close()
            return results, spent(), fake.requests

    return asyncio.run(ask())


def _old_engines() -> None:
    """The engine of this process, and an endpoint of one, by the names that they had."""
    import asyncio
    import sys
    from types import ModuleType

    from arf.inference import chat_server
    from arf.inference.port import ModelFailed, Request
    from tests.helpers.fake_model import FakeModel

    class TransformersEngine:
        def __init__(self, path: Any, **given: Any) -> None:
            from arf.inference.loaded_model import LoadedModel

            self._model = LoadedModel(path, **given)

        def complete(self, prompts: Any, decoding: Any, *, adapter: Any = None) -> Any:
            folder = None if adapter is None else str(adapter)
            made = self._model.complete([Request(prompt, decoding, folder) for prompt in prompts])
            for outcome in made:
                if isinstance(outcome, ModelFailed):
                    raise outcome
            return made

    class EngineModel(FakeModel):
        def __init__(self, engine: Any, batch: int) -> None:
            super().__init__(name=engine.model)
            self._engine, self._places = engine, asyncio.Semaphore(batch)

        async def complete(self, request: Any, timeout_s: float) -> Any:
            async with self._places:
                (made,) = await asyncio.to_thread(self._engine.complete, [request.prompt], request.decoding)
            return made

    application = chat_server.application

    def of_engine(engine: Any, *, api_key: str = "", batch: int = 64) -> Any:
        return application(EngineModel(engine, batch), api_key=api_key)

    chat_server.application = of_engine  # type: ignore[assignment]
    module: Any = ModuleType("arf.inference.transformers_engine")
    module.TransformersEngine = TransformersEngine
    sys.modules[module.__name__] = module


def _install() -> None:
    import os
    import sys

    sys.path.insert(0, os.getcwd())  # noqa: PTH109  # the cases are run from the project's root
    _old_engines()


if __name__ == "bug_cases":
    _install()
