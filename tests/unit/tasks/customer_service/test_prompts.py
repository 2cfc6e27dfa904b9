"""The prompts of teacher and student."""

import pytest

from arf.calls.prompt import Prompt
from arf.inference.profile import ModelProfile, small_profile
from arf.tasks.customer_service.prompts import BEGINNING, STUDENT_VERSION
from arf.tasks.registry import load
from arf.v1.transcript_pb2 import Call, Gold, Role, Turn

TASK = load("customer_service")
LARGE, SMALL = ModelProfile(), small_profile(8192)


def _call(turns: int) -> Call:
    return Call(turns=[Turn(role=Role.ROLE_CUSTOMER, text=f"my order {i} is late") for i in range(turns)])


def _tokens(prompt: Prompt, profile: ModelProfile) -> int:
    return sum(profile.count(m.content) for m in prompt.messages) + profile.count(prompt.prefill)


def test_question_follows_the_transcript_when_the_teacher_is_asked() -> None:
    text = TASK.teacher_prompt(_call(1), LARGE).messages[-1].content
    assert text.index("Customer: my order 0 is late") < text.index("Why did the customer contact support")


def test_reply_is_begun_and_ends_with_its_line_when_the_model_is_small() -> None:
    small, large = TASK.teacher_prompt(_call(1), SMALL), TASK.teacher_prompt(_call(1), LARGE)
    assert (small.prefill, large.prefill) == (BEGINNING, "")
    assert small.version != large.version
    assert (TASK.decoding(SMALL).stop, TASK.decoding(LARGE).stop) == (("\n",), ())
    assert TASK.decoding(SMALL).max_new_tokens < TASK.decoding(LARGE).max_new_tokens


def test_first_message_is_the_system_one_when_either_is_asked() -> None:
    for prompt in (TASK.teacher_prompt(_call(1), LARGE), TASK.student_prompt(_call(1), LARGE)):
        assert [m.role for m in prompt.messages] == ["system", "user"]
        assert prompt.messages[0].content


def test_student_prompt_grows_at_its_end_when_a_turn_is_added() -> None:
    short, long = (TASK.student_prompt(_call(n), SMALL).messages[-1].content for n in (3, 4))
    suffix = "\nSummary:"
    assert short.endswith(suffix)
    assert long.startswith(short.removesuffix(suffix) + "\n")
    assert TASK.student_prompt(_call(3), SMALL).version == STUDENT_VERSION


@pytest.mark.parametrize("window", [512, 2048, 8192])
@pytest.mark.parametrize("small", [True, False])
def test_prompt_and_reply_are_within_the_window_when_the_call_is_long(window: int, small: bool) -> None:
    profile = small_profile(window) if small else ModelProfile(window)
    limit = TASK.decoding(profile).max_new_tokens
    for prompt in (TASK.teacher_prompt(_call(5000), profile), TASK.student_prompt(_call(5000), profile)):
        assert _tokens(prompt, profile) + limit <= window
    for prompt, decoding in TASK.edit_prompts(_call(5000), "It is so.", [], 2, profile):
        assert _tokens(prompt, profile) + decoding.max_new_tokens <= window


def test_model_sees_all_that_its_window_has_room_for_unless_it_is_small() -> None:
    call = _call(500)
    whole = TASK.teacher_prompt(call, ModelProfile(window=32_768)).messages[-1].content
    assert all(f"my order {i} is late" in whole for i in range(500))
    assert "my order 100 is late" not in TASK.teacher_prompt(call, small_profile(32_768)).messages[-1].content


def test_prompts_are_the_same_when_the_call_has_gold() -> None:
    bare, golden = _call(2), _call(2)
    golden.gold.CopyFrom(Gold(summary="secret"))
    for ask in (TASK.teacher_prompt, TASK.student_prompt):
        assert ask(bare, LARGE) == ask(golden, LARGE)
