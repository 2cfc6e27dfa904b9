"""What is said of bytes that do not parse."""

from __future__ import annotations

import pytest
from google.protobuf.message import DecodeError
from hypothesis import example, given
from hypothesis import strategies as st

from arf.kit.server.wire_fault import fault
from arf.v1.editor_service_pb2 import ReviseBatchRequest
from arf.v1.teacher_service_pb2 import SummarizeRequest
from arf.v1.transcript_pb2 import Call, Turn

GOOD = SummarizeRequest(call=Call(id="c1", turns=[Turn(text="one"), Turn(text="two words")])).SerializeToString()


def said(data: bytes) -> str:
    return str(fault(data, SummarizeRequest.DESCRIPTOR))  # type: ignore[arg-type]  # upb's


def test_the_turn_is_named_when_its_text_is_not_utf8() -> None:
    assert said(GOOD.replace(b"two words", b"two\xc3words")) == "call.turns[1].text: not UTF-8 at byte 3 of its 9"


def test_the_text_itself_is_never_quoted() -> None:
    assert "words" not in said(GOOD.replace(b"two words", b"two\xc3words"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x0a", "call: cut off at byte 1"),
        (b"\x0a\x05ab", "call: 5 bytes are announced at byte 2, 2 are there"),
        (b"\x18" + b"\xff" * 11, "refresh: a number at byte 1 does not end"),
        (b"\x00", "no field has the number 0, at byte 1"),
        (b"\x0f", "call: wire type 7 has no meaning here"),
        (b"\xba\x06\x05a", "(unknown field 103): 5 bytes are announced at byte 3, 1 are there"),
    ],
)
def test_the_place_is_named_when_bytes_are_malformed(data: bytes, reason: str) -> None:
    with pytest.raises(DecodeError):
        SummarizeRequest.FromString(data)

    assert said(data) == reason


@pytest.mark.parametrize("fields", [9_999, 10_000, 2_000_000])
def test_the_walk_is_over_soon_however_many_fields_there_are(fields: int) -> None:
    reason = f"cut off at byte {2 * fields + 1:,}" if fields < 10_000 else "malformed somewhere after its first 10,000"

    assert said(b"\x18\x00" * fields + b"\xff").startswith(reason)


def test_what_the_walk_does_not_see_is_still_said_to_be_wrong() -> None:
    assert said(b"") == "these bytes are not a arf.v1.SummarizeRequest"


@given(st.binary(max_size=80), st.sampled_from([SummarizeRequest, ReviseBatchRequest]))
@example(b"\x0a\x00" * 300, ReviseBatchRequest)
def test_any_bytes_get_a_reason(data: bytes, kind: type[SummarizeRequest]) -> None:
    assert fault(data, kind.DESCRIPTOR).reason  # type: ignore[arg-type]  # upb's


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=2))
def test_a_fault_is_found_in_whatever_the_parser_refuses(place: int, patch: bytes) -> None:
    data = GOOD[:place] + patch + GOOD[place + len(patch) :]
    try:
        SummarizeRequest.FromString(data)
    except DecodeError:
        assert "are not a" not in said(data)
