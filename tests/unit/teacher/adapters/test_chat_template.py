from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.calls.prompt import ChatMessage, Prompt
from arf.inference.adapters.chat_template import ChatTemplate
from arf.kit.errors import InvalidRecord, NotFound

SOURCE = (
    "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
PROMPT = Prompt((ChatMessage("system", "s"), ChatMessage("user", "u {{ 7 * 7 }}")), "p@1", prefill="It")


def test_prompt_is_written_as_the_tokenizer_says_up_to_the_prefill(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps({"chat_template": SOURCE, "bos_token": {"content": "<s>"}}))
    assert ChatTemplate(path)(PROMPT) == "<s>[system]s[user]u {{ 7 * 7 }}[assistant]It"


def test_jinja_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text(SOURCE.replace("{{ bos_token }}", ""))
    assert ChatTemplate(path)(PROMPT).startswith("[system]s")


TURNS = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}{% endfor %}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ strftime_now('%d %b %Y')[:0] }}" + TURNS,
        [{"name": "rag", "template": "[documents]"}, {"name": "default", "template": TURNS}],
        "{% for m in messages %}{% if not m %}{% continue %}{% endif %}<{{ m.role }}>{{ m.content }}{% endfor %}",
        "{% for m in messages %}<{{ m['role'] }}>{% generation %}{{ m['content'] }}{% endgeneration %}{% endfor %}",
        TURNS + "{{ {'é': 1} | tojson | truncate(0, True, '') }}",
    ],
    ids=["date", "several", "loop control", "generation", "tojson"],
)
def test_template_renders_as_in_transformers_when_it_uses_what_transformers_offers(
    tmp_path: Path, template: object
) -> None:
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps({"chat_template": template}))
    assert ChatTemplate(path)(PROMPT) == "<system>s<user>u {{ 7 * 7 }}It"


def test_tokens_are_those_of_the_configuration_beside_when_the_template_has_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<s>"}))
    path = tmp_path / "chat_template.jinja"
    path.write_text(SOURCE)
    assert ChatTemplate(path)(PROMPT).startswith("<s>[system]s")


@pytest.mark.parametrize("template", ["{{ raise_exception('no system role') }}", "{{ messages[7].content.x }}"])
def test_template_that_takes_no_messages_of_ours_is_refused_at_once(tmp_path: Path, template: str) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text(template)
    with pytest.raises(InvalidRecord, match=r"chat_template\.jinja: its chat template fails on"):
        ChatTemplate(path)


@pytest.mark.parametrize(
    "content", ["{}", "{", "[]", "\udcff", '{"chat_template": ""}', '{"chat_template": "{% for %}"}']
)
def test_file_without_a_template_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokenizer_config.json"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InvalidRecord, match="tokenizer_config"):
        ChatTemplate(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        ChatTemplate(tmp_path / "nowhere.jinja")
