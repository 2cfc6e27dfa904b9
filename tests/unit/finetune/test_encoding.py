from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from arf.finetune.encoding import Encoded, encode, pad
from arf.kit.errors import ArfError
from arf.v1.dataset_pb2 import Example, PromptMessage
from tests.helpers.tiny_model import make_tiny_model

EXAMPLE = Example(messages=[PromptMessage(role="user", content="hi")], prefill="Y", completion="es.")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return AutoTokenizer.from_pretrained(make_tiny_model(tmp_path_factory.mktemp("tiny")))


def test_completion_ends_with_the_end_token_when_encoded(tokenizer: Any) -> None:
    encoded = encode(EXAMPLE, tokenizer)
    assert tokenizer.decode(encoded.ids[encoded.start :]) == "es.<|im_end|>"
    assert tokenizer.pad_token_id == tokenizer.eos_token_id


def test_messages_are_rendered_with_the_bases_own_template_when_encoded(tokenizer: Any, tmp_path: Path) -> None:
    other = AutoTokenizer.from_pretrained(
        make_tiny_model(tmp_path, template="{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }} {% endfor %}>")
    )
    assert _prompt_text(EXAMPLE, tokenizer) == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nY"
    assert _prompt_text(EXAMPLE, other) == "[user] hi >Y"


def _prompt_text(example: Example, tokenizer: Any) -> str:
    encoded = encode(example, tokenizer)
    return str(tokenizer.decode(encoded.ids[: encoded.start]))


def test_error_is_raised_when_the_tokenizer_has_no_end_token(tokenizer: Any) -> None:
    class Endless:
        eos_token_id = None

    with pytest.raises(ArfError, match="no end token"):
        encode(EXAMPLE, Endless())


def test_only_completion_tokens_are_predicted_when_padded() -> None:
    batch = pad([Encoded([5, 6, 7, 2], 2), Encoded([5, 6, 7, 8, 9, 2], 4)])
    assert batch.ids.tolist() == [[5, 6, 7, 2, 0, 0], [5, 6, 7, 8, 9, 2]]
    assert batch.rows.tolist() == [0, 0, 1, 1]
    assert batch.places.tolist() == [1, 2, 3, 4]
    assert batch.wanted.tolist() == [7, 2, 9, 2]
