"""Renders messages as the prompt text that a model continues, by the chat template in its tokenizer's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from arf.calls.prompt import ChatMessage, Prompt
from arf.inference.chat import renderer
from arf.kit.errors import InvalidRecord, NotFound

_TRIAL = Prompt((ChatMessage("system", "s"), ChatMessage("user", "u")), "trial")


class ChatTemplate:
    """A template of `tokenizer_config.json`, or of a `.jinja` file beside one, rendered as transformers does."""

    def __init__(self, path: Path) -> None:
        """Raises NotFound if there is no such file, InvalidRecord if it holds no template that takes our messages."""
        # Imports no torch, but takes a second, and only who has a template needs it.
        from transformers import PreTrainedTokenizerBase

        source, beside = _text(path), path.with_name("tokenizer_config.json")
        config = _object(path, source) if path.suffix == ".json" else {}
        if path.suffix != ".json":
            config = {**(_object(beside, _text(beside)) if beside.exists() else {}), "chat_template": source}
        if not config.get("chat_template"):
            raise InvalidRecord(str(path), "holds no chat_template")
        tokens = {name: _content(config[name]) for name in ("bos_token", "eos_token") if config.get(name)}
        try:
            tokenizer = PreTrainedTokenizerBase(chat_template=config["chat_template"], **tokens)
            self._render = renderer(tokenizer)
            self._render(_TRIAL)
        except Exception as error:  # a template is a program, and may raise anything
            said = f"{type(error).__name__}: {error}"
            raise InvalidRecord(str(path), f"its chat template fails on a system and a user message: {said}") from error

    def __call__(self, prompt: Prompt) -> str:
        """The prompt as one text, up to and including the prefill."""
        return self._render(prompt)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidRecord(str(path), "not UTF-8") from None


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
