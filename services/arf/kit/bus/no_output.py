"""What a handler returns for a good record from which it makes no output."""

from __future__ import annotations

from enum import Enum


class NoOutput(Enum):
    """Why there is no output. Neither is a failure, and neither makes a dead letter."""

    PASSED_BY = "passed by"
    """The stage has nothing to do for such records: committed without an output."""

    NOT_YET = "not yet"
    """Something that it needs has not arrived: it is parked with its tenant's later records, and tried again.

    The worker sets no limit; where the wait might never end, the handler gives up by returning an error.
    """
    NOT_TRIED = "not tried"
    """Two of its tenant's in a row got no answer, so it was left for later."""
