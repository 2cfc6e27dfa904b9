"""What every Engine must do; each adapter's test class inherits it and gives an `engine` fixture."""

from __future__ import annotations

from arf.calls.prompt import Decoding, Message, Prompt
from arf.inference.ports import Engine


def prompt(text: str, prefill: str = "") -> Prompt:
    """A prompt of a system and a user message."""
    return Prompt((Message("system", "Summarize the call."), Message("user", text)), "test/contract@1", prefill)


PROMPTS = [prompt("hi"), prompt("a much longer request than the first one, by far"), prompt("mid length")]
SHORT = Decoding(max_new_tokens=4)


class EngineContract:
    """The laws of the Engine port."""

    def test_completions_come_in_order_when_prompts_differ_in_length(self, engine: Engine) -> None:
        together = engine.complete(PROMPTS, SHORT)
        backwards = engine.complete(PROMPTS[::-1], SHORT)
        assert [c.text for c in together] == [c.text for c in backwards[::-1]]

    def test_text_repeats_when_the_request_is_repeated(self, engine: Engine) -> None:
        sampled = Decoding(max_new_tokens=4, temperature=0.8, top_p=0.9, seed=3)
        for decoding in (SHORT, sampled):
            first, second = (engine.complete(PROMPTS, decoding) for _ in range(2))
            assert [(c.text, c.finish_reason) for c in first] == [(c.text, c.finish_reason) for c in second]

    def test_text_begins_with_the_prefill_when_there_is_one(self, engine: Engine) -> None:
        (done,) = engine.complete([prompt("hi", "The customer wrote because")], SHORT)
        assert done.text.startswith("The customer wrote because")
        assert done.text.count("The customer wrote because") == 1

    def test_finish_reason_is_length_when_the_limit_cuts_it_off(self, engine: Engine) -> None:
        (done,) = engine.complete([prompt("hi")], Decoding(max_new_tokens=1))
        assert (done.finish_reason, done.completion_tokens) == ("length", 1)

    def test_counts_are_those_of_the_request_when_completed(self, engine: Engine) -> None:
        for done in engine.complete(PROMPTS, SHORT):
            assert done.prompt_tokens > 0
            assert 0 <= done.completion_tokens <= SHORT.max_new_tokens
            assert done.seconds >= 0

    def test_progress_adds_up_to_all_prompts_when_given(self, engine: Engine) -> None:
        seen: list[int] = []
        engine.complete(PROMPTS, SHORT, progress=seen.append)
        assert sum(seen) == len(PROMPTS)

    def test_nothing_is_completed_when_there_are_no_prompts(self, engine: Engine) -> None:
        assert engine.complete([], SHORT) == []

    def test_model_has_a_name_when_opened(self, engine: Engine) -> None:
        assert engine.model
