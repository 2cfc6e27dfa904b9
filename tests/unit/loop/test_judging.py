"""The judge: who may be one, that it cannot know whose summary it reads, and that its work is done once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from arf.calls.prompt import Prompt
from arf.evaluation.summary_report import summarise
from arf.inference.open_model import open_model
from arf.kit.errors import ArfError, Corrupt
from arf.loop.evaluate import score
from arf.loop.folder import RunFolder
from arf.loop.judging import account, require_another_model, unsigned
from arf.loop.progress import Reporter
from arf.loop.stages import Stages
from arf.summarising.summary import call_summary
from arf.tasks.registry import load
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_endpoint import FakeEndpoint, serving
from tests.unit.analysis.fakes import make_analyzer
from tests.unit.evaluation.calls import damaged_toaster
from tests.unit.loop.fakes import talking

pytestmark = pytest.mark.anyio

SYSTEMS = ("teacher", "repair", "distilled", "arf")


def _calls(n: int = 6) -> list[Call]:
    calls = []
    for i in range(n):
        call = damaged_toaster()
        call.id = f"c{i}"
        calls.append(call)
    return calls


def _summaries(calls: list[Call]) -> dict[str, list[CallSummary]]:
    """Each system's own words, but the rules leave every second summary of the teacher as it is."""
    found = {
        system: [call_summary(c, Summary(text=f"{system.title()} wording of {c.id}.", model=system)) for c in calls]
        for system in SYSTEMS
    }
    found["repair"][::2] = found["teacher"][::2]
    return found


def _stages(folder: Path, batch: int = 4) -> Stages:
    return Stages(
        RunFolder(folder), load("customer_service"), make_analyzer(), Reporter(Console(file=io.StringIO())), batch
    )


def _said(prompt: Prompt) -> str:
    return prompt.messages[-1].content.split("<summary>\n")[1].split("\n</summary>")[0]


def _by_author(prompt: Prompt, n: int) -> str:
    return json.dumps({"rating": {"Teacher": 2, "Repair": 3, "Distilled": 1, "Arf": 5}[_said(prompt).split()[0]]})


def test_order_depends_on_the_seed_alone_when_summaries_are_unsigned() -> None:
    calls = _calls()
    items = unsigned(calls, _summaries(calls), 3)
    backwards = dict(reversed(_summaries(calls).items()))
    assert items == unsigned(calls, _summaries(calls), 3)
    assert items != unsigned(calls, _summaries(calls), 4)
    assert sorted(text for _, text in items) == sorted(text for _, text in unsigned(calls, backwards, 3))
    authors = [text.split()[0] for _, text in items]
    assert authors[: len(SYSTEMS)] != [s.title() for s in SYSTEMS], "still in the order of the systems"


def test_the_same_words_are_shown_once_when_two_systems_wrote_them() -> None:
    calls = _calls()
    items = unsigned(calls, _summaries(calls), 0)
    assert len(items) == len({(c.id, text) for c, text in items}) == 4 * 6 - 3


async def test_nothing_of_the_author_reaches_the_judge_when_it_rates(tmp_path: Path) -> None:
    calls = _calls()
    made = {s: [call_summary(c, Summary(text=f"Text {i}.", model=s)) for c in calls] for i, s in enumerate(SYSTEMS)}
    judge = talking("judge-1", lambda prompt, n: '{"rating": 3}')
    await _stages(tmp_path).rate(unsigned(calls, made, 0), judge)
    asked = "\n".join(message.content for prompt in judge.prompts for message in prompt.messages).lower()
    assert not [system for system in SYSTEMS if system in asked]
    assert not [system for system in SYSTEMS if system in RunFolder(tmp_path).ratings.read_text().lower()]


async def test_ratings_reach_metrics_and_comparisons_when_summaries_are_scored(tmp_path: Path) -> None:
    calls = _calls()
    made = _summaries(calls)
    ratings = await _stages(tmp_path).rate(unsigned(calls, made, 0), talking("judge-1", _by_author))
    report = summarise(await score(calls, made, make_analyzer(), None, ratings), 0)
    found = {s: report["systems"][s]["metrics"]["judge_rating"] for s in SYSTEMS}
    assert {s: m["value"] for s, m in found.items()} == {"teacher": 2, "repair": 2.5, "distilled": 1, "arf": 5}
    assert found["arf"] == {"value": 5, "low": 5, "high": 5, "n": 6, "better": "higher"}
    between = {(c["a"], c["b"]): c["difference"] for c in report["comparisons"] if c["metric"] == "judge_rating"}
    assert between["arf", "teacher"] == 3


async def test_a_reply_counts_nowhere_but_is_counted_when_it_holds_no_rating(tmp_path: Path) -> None:
    calls = _calls()
    made = _summaries(calls)

    def silent_on_c1(prompt: Prompt, n: int) -> str:
        return "I cannot say." if _said(prompt) == "Arf wording of c1." else _by_author(prompt, n)

    ratings = await _stages(tmp_path).rate(unsigned(calls, made, 0), talking("judge-1", silent_on_c1))
    metrics = {
        s: v["metrics"]
        for s, v in summarise(await score(calls, made, make_analyzer(), None, ratings), 0)["systems"].items()
    }
    assert (metrics["arf"]["judge_rating"]["n"], metrics["arf"]["judge_rating"]["value"]) == (5, 5)
    assert metrics["teacher"]["judge_rating"]["n"] == 6
    said = account(ratings)
    assert (said["model"], said["summaries"], said["unparsable"]) == ("judge-1", 21, 1)
    assert said["completion_tokens"] == 21 * 8


@pytest.mark.parametrize("lines", [0, 3, 4, 9, 20, 21])
async def test_the_same_ratings_result_when_rating_was_cut_off(tmp_path: Path, lines: int) -> None:
    calls = _calls()
    items = unsigned(calls, _summaries(calls), 0)
    await _stages(tmp_path).rate(items, talking("judge-1", _by_author))
    path = RunFolder(tmp_path).ratings
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:lines]) + (b'{"call_id": "c' if lines < 21 else b""))
    again = talking("judge-1", _by_author)
    await _stages(tmp_path).rate(items, again)
    assert path.read_bytes() == whole
    assert len(again.prompts) == (0 if lines == 21 else 21 - lines // 4 * 4)


async def test_rating_is_refused_when_the_file_rates_other_summaries(tmp_path: Path) -> None:
    calls = _calls()
    judge = talking("judge-1", _by_author)
    await _stages(tmp_path).rate(unsigned(calls, _summaries(calls), 0), judge)
    with pytest.raises(Corrupt, match=r"ratings\.jsonl: rates other summaries"):
        await _stages(tmp_path).rate(unsigned(calls, _summaries(calls), 1), judge)


@pytest.mark.parametrize(
    "editor", [lambda url: url, lambda url: f"{url}#served", lambda url: "http://elsewhere:9/v1#served"]
)
async def test_the_judge_is_refused_when_it_is_the_editors_model(editor: Callable[[str], str]) -> None:
    with serving(FakeEndpoint()) as endpoint, pytest.raises(ArfError, match="same model as --editor"):
        await require_another_model(endpoint.url, editor(endpoint.url), open_model)


async def test_the_judge_is_taken_when_it_is_another_model_of_the_editors_endpoint() -> None:
    with serving(FakeEndpoint()) as endpoint:
        await require_another_model(f"{endpoint.url}#another", endpoint.url, open_model)
