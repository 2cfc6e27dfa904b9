"""What every Task must do: the contract suite that real tasks and fakes run.

A test module subclasses TaskContract and gives `task` and `call`, a call of which its rules can write a summary.
"""

from __future__ import annotations

import itertools
import re
from typing import cast

import pytest

from arf.calls.text import sentences, words
from arf.inference.profile import ModelProfile
from arf.tasks.base import Task
from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType, Finding, Severity
from arf.v1.transcript_pb2 import Call

PROFILE = ModelProfile()
_TYPES = [cast("ErrorType", t) for t in ErrorType.values() if t != ErrorType.ERROR_TYPE_UNSPECIFIED]
_TEXTS = ["", "  A word.\n", "It is so. It stays so.", "It is so. It stays", 'He said "yes." Then', "x\n\ny\n" * 30]


class TaskContract:
    """The suite."""

    @pytest.fixture
    def task(self) -> Task:
        raise NotImplementedError

    @pytest.fixture
    def call(self) -> Call:
        raise NotImplementedError

    def test_prompts_have_versions_of_their_own_when_asked_for(self, task: Task, call: Call) -> None:
        findings = [_finding(ErrorType.ERROR_TYPE_OMISSION)]
        edits = [prompt for prompt, _ in task.edit_prompts(call, "A draft.", findings, 2, PROFILE)]
        prompts = [task.teacher_prompt(call, PROFILE), task.student_prompt(call, PROFILE), *edits]
        assert all(re.fullmatch(r"\w+/\w+@\d+", p.version) for p in prompts)
        assert len({p.version for p in prompts}) >= 3
        assert all(m.role in ("system", "user", "assistant") and m.content for p in prompts for m in p.messages)

    def test_as_many_edits_are_asked_for_as_are_wanted_when_any_number_is(self, task: Task, call: Call) -> None:
        findings = [_finding(kind) for kind in _TYPES]
        for n in range(5):
            asked = task.edit_prompts(call, "A draft.", findings, n, PROFILE)
            assert len(asked) == n
            assert len(set(asked)) == n, "the same request again gives the same text"

    @pytest.mark.parametrize("text", _TEXTS)
    def test_nothing_is_added_when_a_completion_is_cleaned(self, task: Task, text: str) -> None:
        cleaned = task.clean(text)
        assert cleaned == cleaned.strip()
        assert task.clean(cleaned) == cleaned
        assert " ".join(text.split()).startswith(cleaned)

    @pytest.mark.parametrize("text", _TEXTS)
    def test_no_sentence_is_lost_when_fields_are_read(self, task: Task, text: str) -> None:
        fields = task.fields(text)
        told = " ".join([fields.reason, *fields.actions, fields.outcome, *fields.next_steps])
        assert all(sentence.text in told for sentence in sentences(text))

    def test_a_summary_within_the_bounds_is_written_when_the_call_says_enough(self, task: Task, call: Call) -> None:
        text = task.write(call)
        assert text is not None
        assert task.bounds.min_words <= len(words(text)) <= task.bounds.max_words
        assert task.write(call) == text

    def test_nothing_is_written_when_the_call_says_nothing(self, task: Task) -> None:
        assert task.write(Call(id="c", tenant="t", channel="phone", language="en")) is None

    def test_nothing_is_repaired_when_nothing_is_flagged(self, task: Task, call: Call) -> None:
        assert task.repair(call, "A summary.", []) is None

    def test_a_flagged_summary_is_repaired_when_the_call_says_enough(self, task: Task, call: Call) -> None:
        assert task.repair(call, "A summary.", [_finding(ErrorType.ERROR_TYPE_OMISSION)])

    def test_every_type_has_a_severity_when_its_finding_has_none(self, task: Task) -> None:
        for kind in _TYPES:
            assert task.severity(_finding(kind), "A summary.") != Severity.SEVERITY_UNSPECIFIED

    def test_a_severity_is_kept_when_the_finding_has_one(self, task: Task) -> None:
        for kind, severity in itertools.product(_TYPES, [Severity.SEVERITY_MINOR, Severity.SEVERITY_CRITICAL]):
            assert task.severity(Finding(type=kind, severity=severity), "A summary.") == severity

    def test_findings_are_of_their_detectors_types_and_in_the_summary_when_found(self, task: Task) -> None:
        detectors = task.detectors()
        assert len({d.id for d in detectors}) == len(detectors)
        assert all("@" in d.id for d in detectors)
        subject = task.canary("t")
        for detector in detectors:
            for finding in detector.detect(subject):
                assert finding.type in detector.types
                assert 0 <= finding.start <= finding.end <= len(subject.summary)
                assert -1 <= finding.sentence < len(subject.sentences)
            assert detector.detect(subject) == detector.detect(Subject(subject.call, subject.summary))

    def test_the_canary_is_the_tenants_and_its_summary_is_wrong_when_made(self, task: Task) -> None:
        subject = task.canary("acme")
        assert (subject.call.tenant, bool(subject.call.turns)) == ("acme", True)
        assert re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", subject.call.id)
        assert not task.detectors() or any(d.detect(subject) for d in task.detectors())

    def test_a_judge_has_rules_and_questions_when_one_is_configured(self, task: Task) -> None:
        asked = task.judge
        assert asked.rules
        assert asked.complete
        assert all(asked.by_type.values())
        assert asked.absent <= asked.by_type.keys()

    def test_rules_have_a_name_and_a_version_when_recorded(self, task: Task) -> None:
        assert re.fullmatch(r"[\w/]+@\d+", task.repair_version)


def _finding(kind: ErrorType) -> Finding:
    return Finding(type=kind, sentence=-1, explanation="It is wrong.", suggested_fix="Mend it.")
