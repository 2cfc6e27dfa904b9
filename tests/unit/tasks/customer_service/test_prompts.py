"""The prompts of teacher and student."""

from arf.tasks.customer_service.prompts import OPENING, STUDENT_VERSION, TEACHER_VERSION, student_prompt, teacher_prompt
from arf.v1.transcript_pb2 import Call, Gold, Role, Turn


def _call(turns: int) -> Call:
    return Call(turns=[Turn(role=Role.ROLE_CUSTOMER, text=f"my order {i} is late") for i in range(turns)])


def test_question_follows_the_transcript_and_the_reply_is_begun_when_the_teacher_is_asked() -> None:
    prompt = teacher_prompt(_call(1))
    text = prompt.messages[-1].content
    assert text.index("Customer: my order 0 is late") < text.index("Why did the customer contact support")
    assert (prompt.prefill, prompt.version) == (OPENING, TEACHER_VERSION)


def test_first_message_is_the_system_one_when_either_is_asked() -> None:
    for prompt in (teacher_prompt(_call(1)), student_prompt(_call(1))):
        assert [m.role for m in prompt.messages] == ["system", "user"]
        assert prompt.messages[0].content


def test_student_prompt_grows_at_its_end_when_a_turn_is_added() -> None:
    short, long = (student_prompt(_call(n)).messages[-1].content for n in (3, 4))
    suffix = "\nSummary:"
    assert short.endswith(suffix)
    assert long.startswith(short.removesuffix(suffix) + "\n")
    assert student_prompt(_call(3)).version == STUDENT_VERSION


def test_student_prompt_keeps_to_the_budget_when_the_call_is_long() -> None:
    assert len(student_prompt(_call(500), budget=100).messages[-1].content.split()) <= 110


def test_prompts_are_the_same_when_the_call_has_gold() -> None:
    bare, golden = _call(2), _call(2)
    golden.gold.CopyFrom(Gold(summary="secret"))
    assert (teacher_prompt(bare), student_prompt(bare)) == (teacher_prompt(golden), student_prompt(golden))
