from __future__ import annotations

import pytest

from arf.calls.prompt import Decoding, Message, Prompt
from arf.inference.old_chat_completions import asking, begin_with, going_on

PROMPT = Prompt((Message("system", "be brief"), Message("user", "the call")), "p@1", prefill="The customer")
DECODING = Decoding(max_new_tokens=20, temperature=0.5, top_p=0.9, seed=3, stop=("\n",))
REST = {"model": "m", "max_tokens": 20, "temperature": 0.5, "top_p": 0.9, "seed": 3, "stop": ["\n"]}


def test_beginning_is_asked_for_in_words_or_is_the_last_message() -> None:
    system, user = {"role": "system", "content": "be brief"}, {"role": "user", "content": "the call"}
    in_words = user | {"content": 'the call\nBegin the reply with these words: "The customer"'}
    assert asking("m", PROMPT, DECODING) == REST | {"messages": [system, in_words]}
    begun = {"role": "assistant", "content": "The customer"}
    assert going_on("m", PROMPT, DECODING) == REST | {"messages": [system, user, begun]}


def test_no_stop_is_sent_when_there_is_none() -> None:
    assert "stop" not in asking("m", PROMPT, Decoding(max_new_tokens=5))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (" called.", "The customer called."),
        ("called.", "The customer called."),
        ("  The customer called.", "The customer called."),
        (", a baker,", "The customer, a baker,"),
        ("", "The customer"),
    ],
)
def test_reply_begins_once_with_its_beginning(text: str, whole: str) -> None:
    assert begin_with("The customer", text) == whole
