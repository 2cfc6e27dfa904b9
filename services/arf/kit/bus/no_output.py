"""What a handler answers for a record of which it makes no output, though nothing is wrong with it."""

from __future__ import annotations

from enum import Enum


class NoOutput(Enum):
    """Why there is no output. Neither is a failure, nor ever becomes a dead letter."""

    PASSED_BY = "passed by"
    """The stage makes nothing of such records: it is committed without an output."""

    NOT_YET = "not yet"
    """What belongs to it has not come: it is tried again, and holds up its partition alone.

    The worker sets no limit; a handler does where the wait might never end, and answers an error then.
    """
