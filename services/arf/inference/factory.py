"""An engine by its spec: the one place that knows which adapter serves what."""

from __future__ import annotations

from urllib.parse import urldefrag

from arf.inference import models
from arf.inference.ports import Engine
from arf.inference.settings import InferenceSettings


def names(spec: str) -> frozenset[str]:
    """What the model of a spec goes by, without loading it: two specs that share a name mean the same model.

    A model that an endpoint serves under a name of its own making cannot be told. Raises as `open_engine` does.
    """
    if _is_url(spec):
        return frozenset({open_engine(spec).model})
    return frozenset({spec, str(models.ensure(spec))})


def open_engine(
    spec: str = models.DEFAULT_MODEL,
    *,
    settings: InferenceSettings | None = None,
    progress: models.Progress = lambda _: None,
) -> Engine:
    """The engine of a spec: `https://host/v1#model` for an OpenAI-compatible endpoint, else a model by name or folder.

    Without `#model` the endpoint's first model is meant. Raises Unavailable, NotFound or Corrupt.
    """
    settings = settings or InferenceSettings()
    if _is_url(spec):
        from arf.inference.openai_engine import OpenAIEngine

        url, model = urldefrag(spec)
        return OpenAIEngine(
            url,
            model or None,
            api_key=settings.api_key.get_secret_value(),
            timeout=settings.request_timeout,
            concurrency=settings.concurrency,
        )
    # A vllm adapter (in process, on a GPU) would be chosen here, by a `vllm:` before the name.
    from arf.inference.transformers_engine import TransformersEngine

    path = models.ensure(spec, progress, home=settings.home)
    return TransformersEngine(
        path,
        name=spec if spec in models.list_models(settings.home) else path.name,
        threads=settings.threads,
        dtype=settings.dtype,
        token_budget=settings.token_budget,
    )


def _is_url(spec: str) -> bool:
    return spec.startswith(("http://", "https://"))
