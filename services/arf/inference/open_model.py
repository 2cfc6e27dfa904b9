"""Opens a model by its spec: the only place that chooses an adapter."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urldefrag, urlsplit

from arf.inference import models
from arf.inference.port import Model
from arf.inference.settings import InferenceSettings, ModelSettings
from arf.kit.errors import InvalidRecord

_HTTP = ("http://", "https://")
_TGI = "tgi+"
_SIMULATED = "simulated:"
PREFIXES = {"openai": "", "tgi": _TGI}
"""The kinds of endpoints, and what stands before the URL in the spec of one."""


def is_endpoint(spec: str) -> bool:
    """Whether a spec names an endpoint rather than a model in this process."""
    return any(spec.removeprefix(prefix).startswith(_HTTP) for prefix in PREFIXES.values())


def open_model(
    spec: str = models.DEFAULT_MODEL,
    settings: ModelSettings | None = None,
    *,
    inference: InferenceSettings | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Model:
    """The model of a spec: `https://host/v1#model` is OpenAI-compatible, `tgi+https://host#model` is TGI.

    `simulated:MS` stands in for an engine in load tests. Any other spec is a model in this process by name, folder or
    hub id. Nothing is requested or loaded yet. Without `#model` it is the endpoint's first model, which `profile` looks
    up. `say` is called with download progress. Raises InvalidRecord for an address that is none, NotFound if the chat
    template is missing.
    """
    settings = settings or ModelSettings()
    if spec.startswith(_SIMULATED):
        from arf.inference.adapters.simulated import SimulatedModel

        return SimulatedModel(spec.removeprefix(_SIMULATED), settings)
    _require_known_address(spec)
    if not is_endpoint(spec):
        from arf.inference.adapters.transformers import TransformersModel

        return TransformersModel(spec, settings, inference, say=say)
    url, model = urldefrag(spec.removeprefix(_TGI))
    if not spec.startswith(_TGI):
        from arf.inference.adapters.openai import OpenAIModel

        return OpenAIModel(url, model, settings)
    from arf.inference.adapters.chat_template import ChatTemplate
    from arf.inference.adapters.tgi import TGIModel

    template = None if settings.chat_template is None else ChatTemplate(settings.chat_template)
    return TGIModel(url, model, settings, template)


def _require_known_address(spec: str) -> None:
    """Raises InvalidRecord for URLs that no adapter speaks to, whoever they come from; names and folders are none."""
    if "://" not in spec:
        return
    shown = spec.partition("#")[0]
    if not is_endpoint(spec):
        known = ", ".join(f"{prefix}https://" for prefix in PREFIXES.values())
        raise InvalidRecord("model", f"{shown}: such an address is not spoken to; known are {known} (or http)")
    try:
        parts = urlsplit(spec.removeprefix(_TGI))
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0) and parts.username is None
    except ValueError:
        usable = False
    if not usable:
        raise InvalidRecord("model", "an endpoint's URL needs a host, a good port if any, and no user or password")
