"""Models for runs: they answer by the prompt and by how many were asked before."""

from __future__ import annotations

from collections.abc import Callable

from arf.calls.prompt import Completion, Prompt
from arf.inference.port import Request
from tests.helpers.fake_model import FakeModel


def talking(name: str, reply: Callable[[Prompt, int], str]) -> FakeModel:
    """A model whose whole reply to the n-th prompt ever asked is `reply(prompt, n)`."""

    def answer(asked: Request) -> Completion:
        return Completion(reply(asked.prompt, len(model.requests) - 1), 100, 8, 0.5, "stop")

    model = FakeModel(answer, name=name)
    return model
