"""The gold matcher of customer-service summaries, and what its metrics count."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from arf.evaluation.matchers.customer_service.form import MAX_COPIED_WORDS, MAX_WORDS, MIN_WORDS
from arf.evaluation.matchers.customer_service.match import match
from arf.evaluation.matchers.customer_service.text_match import content
from arf.evaluation.matching import Matcher, MatchResult
from arf.v1.transcript_pb2 import Call

_EXPLANATIONS = {
    "error_free_rate": "nothing unsupported or contradicted, every issue's reason and outcome stated, at most "
    f"{MAX_COPIED_WORDS} words in a row copied, {MIN_WORDS} to {MAX_WORDS} words in whole sentences",
    "key_fact_recall": "share of reasons, outcomes, their amounts and deadlines, and next steps that the summary "
    "tells rightly",
    "error_wrong_link": "share of summaries in which a true value is put to the wrong act, issue or item",
    "error_omission": "share of summaries in which the reason or the outcome of an issue is missing",
    "error_redundancy": f"share of summaries in which more than {MAX_COPIED_WORDS} words in a row are copied from one "
    "turn",
    "error_format": f"share of summaries in which it has fewer than {MIN_WORDS} or more than {MAX_WORDS} words, or "
    "breaks off",
}


class CustomerServiceMatcher:
    """Gold facts of customer-service calls: reasons, acts, outcomes and their values."""

    explanations: Mapping[str, str] = MappingProxyType(_EXPLANATIONS)

    def match(self, call: Call, summary: str) -> MatchResult:
        return match(call, summary)

    def content(self, text: str) -> list[str]:
        """The text's words without function words and without those that every summary contains."""
        return content(text)


MATCHER: Matcher = CustomerServiceMatcher()
