from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.calls.prompt import ChatMessage, Decoding
from arf.inference.chat_request import DEFAULT_NEW_TOKENS, ChatRequest
from arf.kit.errors import InvalidRequest

USER = {"role": "user", "content": "hi"}


def parsed(**fields: Any) -> ChatRequest:
    return ChatRequest.parse(json.dumps({"model": "m", "messages": [USER], **fields}).encode())


def test_defaults_are_the_apis_when_nothing_is_said() -> None:
    assert parsed().decoding == Decoding(DEFAULT_NEW_TOKENS, temperature=1.0)


def test_decoding_is_as_asked_when_all_is_said() -> None:
    request = parsed(max_tokens=7, temperature=0, top_p=0.5, seed=3, stop=["\n", ""])
    assert request.decoding == Decoding(7, temperature=0, top_p=0.5, seed=3, stop=("\n",))
    assert parsed(max_tokens=7, max_completion_tokens=9, stop="x").decoding.max_new_tokens == 9


def test_begun_reply_is_the_prefill_when_it_is_to_be_continued() -> None:
    begun = [{"role": "developer", "content": "be brief"}, USER, {"role": "assistant", "content": "The "}]
    prompt = parsed(messages=begun, continue_final_message=True, add_generation_prompt=False).prompt
    assert (prompt.messages, prompt.prefill) == ((ChatMessage("system", "be brief"), ChatMessage("user", "hi")), "The ")
    assert parsed(messages=begun).prompt.prefill == ""


def test_content_in_parts_is_one_text() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert parsed(messages=[{"role": "user", "content": parts}]).prompt.messages == (ChatMessage("user", "ab"),)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("messages", []),
        ("messages", [{"role": "tool", "content": "x"}]),
        ("messages", [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}]),
        ("max_tokens", 0),
        ("temperature", -1),
        ("top_p", 0),
        ("n", 2),
        ("tools", [{}]),
        ("response_format", {"type": "json_object"}),
        ("logprobs", True),
        ("continue_final_message", True),
    ],
)
def test_field_is_named_when_it_is_wrong_or_not_supported(field: str, value: Any) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parsed(**{field: value})
    assert refused.value.violations[0][0].split(".")[0] == field
    assert "hi" not in refused.value.message


@pytest.mark.parametrize("field", ["n", "tools", "response_format", "logprobs", "presence_penalty"])
def test_unsupported_field_is_taken_when_it_asks_for_nothing(field: str) -> None:
    neutral = {"n": 1, "tools": [], "response_format": {"type": "text"}, "logprobs": False, "presence_penalty": 0.0}
    assert parsed(**{field: neutral[field]}).model == "m"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = st.sampled_from(["model", "messages", "max_tokens", "stop", "seed", "n", "stream_options", "tools", "x"])


@given(st.dictionaries(_FIELDS, _JSON) | _JSON)
def test_whatever_comes_is_a_request_or_refused_with_a_field(body: Any) -> None:
    try:
        request = ChatRequest.parse(json.dumps(body).encode("utf-8", "surrogatepass"))
    except InvalidRequest as refused:
        assert all(field for field, _ in refused.violations)
    else:
        assert request.decoding.max_new_tokens > 0
        assert request.prompt.messages
