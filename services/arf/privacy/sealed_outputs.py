"""Helpers of stages for sealed records: forgotten calls are passed by, errors concern their own record alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from google.protobuf.message import Message

from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, sealed_for_call

T = TypeVar("T")


def settled(work: Callable[[], T]) -> T | NoOutput | ArfError:
    """The result of the work; PASSED_BY if its call was forgotten, or the error, for this record alone."""
    try:
        return work()
    except Forgotten:
        return NoOutput.PASSED_BY
    except ArfError as error:
        return error


def sealed_output(seals: Seals, tenant: str, call_id: str, message: Message) -> Output | NoOutput | ArfError:
    """A stage's output, sealed with its call's key; as `settled` if it cannot be sealed."""

    def sealed() -> Output:
        value = sealed_for_call(seals, tenant, call_id, message).SerializeToString()
        return Output(value, message.DESCRIPTOR.full_name)

    return settled(sealed)
