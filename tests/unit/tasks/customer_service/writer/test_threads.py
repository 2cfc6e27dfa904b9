from __future__ import annotations

import asyncio

from arf.analysis.wiring import wire_analyzer
from arf.editor.revise import Editor
from arf.editor.targets import FixedTargets
from arf.tasks.customer_service.tagging.tagger import tag
from arf.tasks.customer_service.task import TASK
from arf.tasks.customer_service.threads.reason import find_reason
from arf.tasks.customer_service.writer.threads import write_thread
from arf.v1.revision_pb2 import Decision

from ..calls import call

_THREAD = call(
    (
        "customer",
        "@LampHelp Hi there! My reading lamp stopped working after the storm. So annoying https://example.org/p",
    ),
    ("agent", "@12345 Sorry to hear that! Can you DM us your order number? ^KP"),
    ("customer", "@LampHelp Sent it."),
    ("agent", "@12345 Thanks. Please try unplugging the lamp for a minute. ^KP"),
    ("customer", "@LampHelp That worked, thank you"),
)
_TOLD = (
    "The customer contacted support because their reading lamp stopped working after the storm. "
    "The agent asked the customer to send a direct message with their order number "
    "and suggested unplugging the device. "
    "The customer confirmed that the issue was resolved."
)


def test_thread_is_written_from_reason_moves_and_outcome() -> None:
    assert write_thread(_THREAD) == _TOLD


def test_repair_of_a_thread_passes_verification_when_its_summary_is_flagged() -> None:
    analyzer = wire_analyzer(TASK)
    bad = "The customer contacted support because they had a problem."
    editor = Editor(TASK, analyzer, None, FixedTargets())
    analysis = asyncio.run(analyzer.analyze(_THREAD, bad))
    (revision,) = asyncio.run(editor.revise_batch([(_THREAD, bad, analysis)]))
    assert revision.decision == Decision.DECISION_ACCEPTED
    assert revision.text == _TOLD


def test_nothing_is_written_when_the_company_only_apologises() -> None:
    assert (
        write_thread(call(("customer", "@LampHelp my lamp broke yesterday"), ("agent", "@1 We are so sorry."))) is None
    )


def test_nothing_is_written_when_the_customer_gives_no_reason() -> None:
    assert write_thread(call(("customer", "@LampHelp hello?"), ("agent", "@1 Please DM us your order number."))) is None


def test_reason_is_the_problem_when_other_things_are_said_beside_it() -> None:
    told = find_reason(
        call(("customer", "Good morning. I bought a lamp from you in May. Now the switch of the lamp is broken."))
    )
    assert told is not None
    assert told.clause == "because the switch of the lamp was broken"


def test_copied_words_stay_within_the_bound_when_a_clause_is_long() -> None:
    long = "the lamp in the hall of the old house of the aunt of a friend is broken"
    told = find_reason(call(("customer", long)))
    assert told is None or len(told.clause.split()) <= 13


def test_slots_of_a_thread_keep_the_customers_own_reason_when_shop_cues_match_by_chance() -> None:
    slots = tag(
        call(("customer", "@RailHelp My train is delayed by an hour and I missed the last bus"), ("agent", "@1 Sorry!"))
    )
    assert slots.from_thread
    assert slots.reason is not None
    assert "train" in slots.reason.text


def test_cause_of_something_else_is_no_reason_when_it_follows_because() -> None:
    told = find_reason(call(("customer", "Return refused because I missed the deadline for the lamp")))
    assert told is None or "because they missed" not in told.clause
