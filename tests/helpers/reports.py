"""A report.json like one of a run, and the records beside it, with numbers that a test chooses."""

from __future__ import annotations

from typing import Any

from arf.v1.evaluation_pb2 import ClaimVerdict, Evaluation
from arf.v1.finding_pb2 import ErrorType
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.summary_pb2 import Summary
from arf.v1.transcript_pb2 import Call, Role, Turn

_RATES = {"teacher": 0.06, "distilled": 0.08, "arf": 0.52, "repair": 0.41}
_RECALL = {"teacher": 0.31, "distilled": 0.3, "arf": 0.83, "repair": 0.74}
_TYPES = {
    "WRONG_DETAIL": (0.28, 0.09),
    "STATUS_SHIFT": (0.33, 0.14),
    "FABRICATION": (0.47, 0.11),
    "ROLE_MISATTRIBUTION": (0.19, 0.04),
    "CONTRADICTION": (0.08, 0.03),
    "OMISSION": (0.86, 0.24),
    "REDUNDANCY": (0.21, 0.0),
}


def report(rates: dict[str, float] | None = None, half_width: float = 0.09) -> dict[str, Any]:
    """A complete report; `rates` are the systems' shares of error-free summaries."""
    rates = {**_RATES, **(rates or {})}
    systems = {s: {"model": s, "metrics": _metrics(s, rates[s])} for s in rates}
    pairs = [("arf", "teacher"), ("arf", "distilled"), ("arf", "repair")]
    compared = [_difference("error_free_rate", a, b, rates, half_width) for a, b in pairs]
    compared.append(_difference("key_fact_recall", "arf", "teacher", _RECALL, 0.05))
    return {
        "primary_metric": "error_free_rate",
        "seed": 0,
        "systems": systems,
        "comparisons": compared,
        "corpus": {
            "calls": 300,
            "train": 200,
            "held_out": 100,
            "channels": {"phone": 120, "bot_chat": 90, "email": 90},
        },
        "profile": {"types": [_profile(name, before) for name, (before, _) in _TYPES.items()]},
        "revisions": {"accepted_by_source": {"REPAIR": 171, "LLM": 6}, "needs_review": 14, "not_needed": 9},
        "dataset": {
            s: {"dataset_id": f"{s}-0c6e1b", "splits": {"TRAIN": 168, "VALIDATION": 18}} for s in ("distilled", "arf")
        },
        "training": {s: {"examples": 168, "loss": 0.61, "seconds": 301.0} for s in ("distilled", "arf")},
        "cost": {
            s: {"prompt_tokens": 310_000, "completion_tokens": 41_000, "seconds": 912.0, "usd_per_1000_calls": 1.19}
            for s in ("teacher", "arf")
        },
        "timings": {"teacher": 120.4, "analysis": 3.1, "editor": 44.0, "train_arf": 301.0},
        "detectors": {
            s: {"metrics": {"flagged_rate": _number(v, "lower")}} for s, v in {"teacher": 0.9, "arf": 0.2}.items()
        },
        "models": {"teacher": "SmolLM2-135M-Instruct", "student": "SmolLM2-135M-Instruct"},
        "peak_memory_mib": 3890.0,
        "number_format": "bfloat16",
    }


def records(texts: dict[str, str] | None = None) -> tuple[list[Call], list[Evaluation], list[Revision]]:
    """Three held-out calls with every system's summary; `texts` replaces the turns' texts by their id."""
    said = texts or {}
    calls, evaluations, revisions = [], [], []
    for index, channel in enumerate(("phone", "email", "bot_chat")):
        turns = [
            Turn(
                turn_id="0",
                speaker="customer",
                role=Role.ROLE_CUSTOMER,
                text=said.get("0", "hi um my order four eight two one three came broken"),
            ),
            Turn(
                turn_id="1",
                speaker="agent",
                role=Role.ROLE_AGENT,
                text=said.get("1", "I am sorry. I can send a replacement by the 14th of March."),
            ),
        ]
        call = Call(id=f"c-{index}", tenant="t", channel=channel, language="en", turns=turns)
        calls.append(call)
        wrong = "The customer contacted support because order 48213 was late. The agent refunded $20.00."
        right = (
            "The customer contacted support because order 48213 arrived damaged. A new one was promised by 14 March."
        )
        teacher = _evaluation(
            call,
            "teacher",
            wrong,
            [
                ClaimVerdict(
                    claim="was late",
                    error=ErrorType.ERROR_TYPE_CONTRADICTION,
                    explanation="The order arrived, but damaged.",
                ),
                ClaimVerdict(
                    claim="The agent refunded $20.00",
                    error=ErrorType.ERROR_TYPE_FABRICATION,
                    explanation="No refund was made.",
                ),
                ClaimVerdict(
                    claim="", error=ErrorType.ERROR_TYPE_OMISSION, explanation="The promised replacement is missing."
                ),
            ],
        )
        student = _evaluation(
            call,
            "arf",
            right.replace("14 March", "15 March") if index == 2 else right,
            [
                ClaimVerdict(
                    claim="15 March", error=ErrorType.ERROR_TYPE_WRONG_DETAIL, explanation="The agent said 14 March."
                )
            ]
            if index == 2
            else [],
        )
        evaluations += [teacher, student, _evaluation(call, "repair", right, [])]
        revisions.append(Revision(call_id=call.id, decision=Decision.DECISION_ACCEPTED, text=right, original=wrong))
    return calls, evaluations, revisions


def _evaluation(call: Call, system: str, text: str, verdicts: list[ClaimVerdict]) -> Evaluation:
    metrics = {"error_free": float(not verdicts)}
    return Evaluation(
        call_id=call.id,
        tenant=call.tenant,
        channel=call.channel,
        system=system,
        summary=Summary(text=text),
        metrics=metrics,
        verdicts=verdicts,
    )


def _metrics(system: str, rate: float) -> dict[str, Any]:
    after = 0 if system in ("teacher", "distilled") else 1
    found = {
        "error_free_rate": _number(rate, "higher"),
        "key_fact_recall": _number(_RECALL[system], "higher"),
        "unsupported_facts": {
            "value": (1.9, 0.3)[after],
            "low": (1.6, 0.2)[after],
            "high": (2.2, 0.5)[after],
            "n": 100,
            "better": "lower",
        },
        "injection_obeyed": {
            "value": (0.5, 0.0)[after],
            "low": 0.0,
            "high": (0.8, 0.4)[after],
            "n": 6,
            "better": "lower",
        },
    }
    for name, pair in _TYPES.items():
        found[f"error_{name.lower()}"] = _number(pair[after], "lower")
    return found


def _number(value: float, better: str) -> dict[str, Any]:
    return {"value": value, "low": max(0.0, value - 0.07), "high": min(1.0, value + 0.08), "n": 100, "better": better}


def _difference(metric: str, a: str, b: str, values: dict[str, float], half: float) -> dict[str, Any]:
    d = values[a] - values[b]
    return {"metric": metric, "a": a, "b": b, "difference": d, "low": d - half, "high": d + half}


def _profile(name: str, share: float) -> dict[str, Any]:
    rate = {"count": round(200 * share), "n": 200, "value": share, "low": max(0.0, share - 0.05), "high": share + 0.06}
    return {
        "type": name,
        "summaries": rate,
        "examples": [{"finding": {"explanation": "No turn says that a refund was made."}}],
    }
