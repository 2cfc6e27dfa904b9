"""Renders a prompt as the text that a model sees: its chat template followed by the prefill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arf.calls.prompt import Prompt

Render = Callable[[Prompt], str]
"""Renders the text before the completion, for training and inference alike, so that the two cannot diverge."""


def renderer(tokenizer: Any) -> Render:
    """The renderer of a loaded tokenizer. Without a chat template, messages are joined with newlines."""

    def render(prompt: Prompt) -> str:
        if not tokenizer.chat_template:
            return "\n".join([*(m.content for m in prompt.messages), prompt.prefill])
        messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return str(text) + prompt.prefill

    return render
