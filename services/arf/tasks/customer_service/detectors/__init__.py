"""The detectors of customer-service summaries, one error type or two a file."""

from __future__ import annotations

from arf.tasks.base import Bounds
from arf.tasks.customer_service.detectors.contradiction import Contradiction
from arf.tasks.customer_service.detectors.details import WrongDetail
from arf.tasks.customer_service.detectors.fabrication import Fabrication
from arf.tasks.customer_service.detectors.form import Format
from arf.tasks.customer_service.detectors.inference import UnsupportedInference
from arf.tasks.customer_service.detectors.omission import Omission
from arf.tasks.customer_service.detectors.redundancy import Redundancy
from arf.tasks.customer_service.detectors.role import RoleMisattribution
from arf.tasks.customer_service.detectors.status import StatusShift
from arf.tasks.customer_service.detectors.support import Support
from arf.tasks.detection import Detector, SupportChecker


def deterministic(bounds: Bounds) -> list[Detector]:
    """All detectors that need no model, in the order of the taxonomy."""
    return [
        RoleMisattribution(),
        WrongDetail(),
        StatusShift(),
        Contradiction(),
        Fabrication(),
        UnsupportedInference(),
        Omission(),
        Redundancy(bounds),
        Format(bounds),
    ]


def on_support(checker: SupportChecker) -> Detector:
    """The detector based on a support checker."""
    return Support(checker)
