"""Renders messages as the prompt text that a model continues, by the chat template in its tokenizer's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from arf.calls.prompt import Prompt
from arf.kit.errors import InvalidRecord, NotFound


class ChatTemplate:
    """A template from `tokenizer_config.json` or a `.jinja` file. Rendering runs in jinja's sandbox."""

    def __init__(self, path: Path) -> None:
        """Raises NotFound if there is no such file, InvalidRecord if it holds no template."""
        from jinja2.exceptions import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        try:
            source = path.read_text(encoding="utf-8")
        except OSError as error:
            raise NotFound(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise InvalidRecord(str(path), "not UTF-8") from None
        self._tokens: dict[str, Any] = {}
        if path.suffix == ".json":
            config = _object(path, source)
            source = config.get("chat_template", "")
            self._tokens = {name: _content(config.get(name)) for name in ("bos_token", "eos_token")}
        if not isinstance(source, str) or not source:
            raise InvalidRecord(str(path), "holds no chat_template")
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            raise InvalidRecord(str(path), f"not a template: {error}") from None

    def __call__(self, prompt: Prompt) -> str:
        """The prompt as one text, up to and including the prefill."""
        messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
        return self._template.render(messages=messages, add_generation_prompt=True, **self._tokens) + prompt.prefill


def _object(path: Path, source: str) -> dict[str, Any]:
    try:
        config = json.loads(source)
    except ValueError as error:
        raise InvalidRecord(str(path), f"not JSON: {error}") from None
    if not isinstance(config, dict):
        raise InvalidRecord(str(path), "not a JSON object")
    return config


def _content(token: Any) -> str:
    """A token from the configuration, which is a string or an object that contains it."""
    return str(token.get("content", "")) if isinstance(token, dict) else str(token or "")


def _refuse(message: str) -> None:
    raise InvalidRecord("chat_template", message)
