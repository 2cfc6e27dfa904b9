"""The API as declared: commented in full, validated in full, and kept compatible."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from arf.corpus.call_json import MAX_TURNS
from arf.v1 import finetune_service_pb2, summarizer_service_pb2
from arf.v1 import teacher_service_pb2 as teacher
from arf.v1.editor_service_pb2 import DecideReviewRequest, ReviseRequest
from arf.v1.evaluation_run_pb2 import EvaluationRun
from arf.v1.finding_pb2 import Analysis, Finding
from arf.v1.live_pb2 import EndCall, EndReason, Segment, StartCall
from arf.v1.promotion_pb2 import Promotion
from arf.v1.transcript_pb2 import Call, Turn
from arf.v1.tuning_job_pb2 import TuningJob
from buf.validate import validate_pb2
from tests.helpers.servers import SERVICES as DECLARED
from tests.helpers.violations import violated

ROOT = Path(__file__).parents[2]
API = [import_module(f"arf.v1.{name}_service_pb2") for name in DECLARED]
SERVICES: list[ServiceDescriptor] = [s for module in API for s in module.DESCRIPTOR.services_by_name.values()]
REQUESTS: list[Descriptor] = [method.input_type for service in SERVICES for method in service.methods]

CALL = Call(id="c-1", turns=[Turn(turn_id="0", speaker="customer", text="My parcel is late.", start_ms=0, end_ms=900)])
FLAGGED = Analysis(
    call_id="c-1",
    summary="It came.",
    findings=[
        Finding(
            finding_id="f1",
            type="ERROR_TYPE_CONTRADICTION",
            severity="SEVERITY_MAJOR",
            sentence=0,
            end=8,
            turn_ids=["0"],
            confidence=0.9,
        )
    ],
    sentences=1,
)
UNTYPED = Finding(finding_id="f", severity="SEVERITY_MINOR")
NO_REASON = cast("EndReason", 4)
NAMES = {
    "ErrorProfile": "errorProfiles/p",
    "Review": "reviews/r",
    "Dataset": "datasets/d",
    "TuningJob": "tuningJobs/j",
    "Adapter": "adapters/a",
    "EvaluationRun": "evaluationRuns/e",
    "Promotion": "promotions/p",
}
# What a request needs besides its name; requests that are not here are good when they hold nothing else.
NEEDED: dict[str, dict[str, Any]] = {
    "SummarizeRequest": {"call": CALL},
    "SummarizeBatchRequest": {"calls": [CALL]},
    "StreamSummarizeRequest": {"call": CALL},
    "AnalyzeRequest": {"call": CALL, "summary": "It came.", "types": [4]},
    "ReviseRequest": {"call": CALL, "analysis": FLAGGED},
    "ReviseBatchRequest": {"requests": [ReviseRequest(call=CALL, analysis=FLAGGED)]},
    "DecideReviewRequest": {"name": "reviews/r", "verdict": 2, "text": "It is late."},
    "CreateDatasetRequest": {"prefix": "august", "target": 1, "held_out_share": 0.3},
    "ListExampleLineagesRequest": {"dataset": "datasets/d"},
    "CreateTuningJobRequest": {"tuning_job": TuningJob(dataset="datasets/d")},
    "CreateEvaluationRunRequest": {"evaluation_run": EvaluationRun(adapter="adapters/a")},
    "ListEvaluationsRequest": {"evaluation_run": "evaluationRuns/e"},
    "CreatePromotionRequest": {"promotion": Promotion(adapter="adapters/a", evaluation_run="evaluationRuns/e")},
    "AdvancePromotionRequest": {"name": "promotions/p", "share_bp": 500},
    "RollbackPromotionRequest": {"name": "promotions/p", "reason": "more omissions than before"},
    "SummarizerServiceSummarizeRequest": {"call": CALL},
    "StreamCallRequest": {"segment": Segment(segment_id="s1", text="Hello"), "sequence": 2},
}


def _good(kind: Descriptor) -> Message:
    needed = NEEDED.get(kind.name)
    if needed is None and "name" in kind.fields_by_name:
        resource = reduce(lambda name, verb: name.removeprefix(verb), ("Get", "Cancel", "Watch"), kind.name)
        needed = {"name": NAMES[resource.removesuffix("Request")]}
    return GetMessageClass(kind)(**needed or {})


def _bounded(kind: Descriptor, path: tuple[FieldDescriptor, ...] = ()) -> Iterator[tuple[FieldDescriptor, ...]]:
    """Paths to every field that a client can fill with something wrong; what only the service gives is left out."""
    for field in kind.fields:
        rules = field.GetOptions().Extensions[validate_pb2.field]
        if rules.ignore == validate_pb2.IGNORE_ALWAYS or field.type == FieldDescriptor.TYPE_BOOL:
            continue
        nested = field.message_type
        if nested is None or field.is_repeated:
            yield (*path, field)
        if nested is not None and not nested.full_name.startswith("google."):
            yield from _bounded(nested, (*path, field))


def _break(message: Any, path: tuple[FieldDescriptor, ...]) -> str:
    """Puts into the field what no field may hold, and gives the field's path as violations name it."""
    names = []
    for field in path[:-1]:
        message = getattr(message, field.name)
        if field.is_repeated:
            message = message[0] if len(message) else message.add()
        else:
            message.SetInParent()
        names.append(f"{field.name}[0]" if field.is_repeated else field.name)
    field = path[-1]
    if field.is_repeated and field.message_type is not None:
        for _ in range(5001):
            getattr(message, field.name).add()
    elif field.is_repeated:
        getattr(message, field.name).extend(["a" if field.type == FieldDescriptor.TYPE_STRING else 1] * 5001)
    else:
        wrong = {FieldDescriptor.TYPE_STRING: "x" * 20_001, FieldDescriptor.TYPE_ENUM: 999}
        setattr(message, field.name, wrong.get(field.type, -2))
    return ".".join([*names, field.name])


def _cases() -> list[Any]:
    paths = [(kind, path) for kind in REQUESTS for path in _bounded(kind)]
    return [pytest.param(k, p, id=f"{k.name}-{'.'.join(f.name for f in p)}") for k, p in paths]


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.name)
def test_a_good_request_passes(kind: Descriptor) -> None:
    assert violated(_good(kind)) == {}


@pytest.mark.parametrize(("kind", "path"), _cases())
def test_each_field_of_each_request_is_bounded(kind: Descriptor, path: tuple[FieldDescriptor, ...]) -> None:
    request = _good(kind)
    name = _break(request, path)

    assert name in violated(request)


TURN = Turn(text="Hi")


@pytest.mark.parametrize(
    ("request_", "field", "rule"),
    [
        (teacher.SummarizeRequest(), "call", "required"),
        (teacher.SummarizeRequest(call=Call(id="c-1")), "call.turns", "repeated.min_items"),
        (teacher.SummarizeRequest(call=Call(id="two words", turns=[TURN])), "call.id", "string.pattern"),
        (teacher.SummarizeRequest(call=Call(id="c-1\n", turns=[TURN])), "call.id", "string.pattern"),
        (teacher.SummarizeRequest(call=Call(id="c" * 129, turns=[TURN])), "call.id", "string.pattern"),
        (teacher.SummarizeRequest(call=Call(id="c", turns=[TURN] * 2001)), "call.turns", "repeated.max_items"),
        (
            teacher.SummarizeRequest(call=Call(id="c", turns=[TURN, Turn(text="é" * 20_001)])),
            "call.turns[1].text",
            "string.max_len",
        ),
        (
            teacher.SummarizeRequest(call=Call(id="c", turns=[Turn(text="Hi", start_ms=2, end_ms=1)])),
            "call.turns[0]",
            "turn.ends_after_start",
        ),
        (teacher.SummarizeBatchRequest(calls=[CALL] * 1001), "calls", "repeated.max_items"),
        (ReviseRequest(call=CALL, analysis=Analysis(call_id="c-2")), "", "revise.same_call"),
        (
            ReviseRequest(
                call=CALL,
                analysis=Analysis(call_id="c-1", findings=[UNTYPED]),
            ),
            "analysis.findings[0].type",
            "enum.not_in",
        ),
        (DecideReviewRequest(name="reviews/r"), "verdict", "enum.not_in"),
        (DecideReviewRequest(name="reviews/r", verdict="REVIEW_VERDICT_EDITED"), "", "decide_review.text_if_edited"),
        (
            DecideReviewRequest(name="reviews/r", verdict="REVIEW_VERDICT_CANDIDATE"),
            "",
            "decide_review.candidate_if_chosen",
        ),
        (
            DecideReviewRequest(name="reviews/r", verdict="REVIEW_VERDICT_ORIGINAL", comment="a\0b"),
            "comment",
            "string.pattern",
        ),
        (DecideReviewRequest(name="datasets/r", verdict="REVIEW_VERDICT_ORIGINAL"), "name", "string.pattern"),
        (summarizer_service_pb2.StreamCallRequest(), "event", "required"),
        (
            summarizer_service_pb2.StreamCallRequest(segment=Segment(segment_id="s", start_ms=2, end_ms=1)),
            "segment",
            "segment.ends_after_start",
        ),
        (
            summarizer_service_pb2.StreamCallRequest(end=EndCall(reason=NO_REASON)),
            "end.reason",
            "enum.not_in",
        ),
        (summarizer_service_pb2.StreamCallRequest(start=StartCall()), "start.call_id", "string.pattern"),
        (finetune_service_pb2.CreateDatasetRequest(prefix="d"), "target", "enum.not_in"),
        (
            finetune_service_pb2.CreateDatasetRequest(prefix="d", target="DATASET_TARGET_REVISED", request_id="again"),
            "request_id",
            "string.uuid",
        ),
        (finetune_service_pb2.ListDatasetsRequest(page_size=1001), "page_size", "int32.gte_lte"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_request_names_field_and_rule(request_: Message, field: str, rule: str) -> None:
    assert violated(request_).get(field) == rule


def test_the_largest_request_passes() -> None:
    turns = [Turn(turn_id=str(i), text="é" * 20_000 if i == 0 else "Hi") for i in range(2000)]

    assert violated(teacher.SummarizeRequest(call=Call(id="c" * 128, turns=turns))) == {}


def _undocumented(file: descriptor_pb2.FileDescriptorProto) -> Iterator[str]:
    """Declarations without a leading comment; paths as descriptor.proto numbers them."""
    commented = {tuple(spot.path) for spot in file.source_code_info.location if spot.leading_comments.strip()}

    def walk(message: descriptor_pb2.DescriptorProto, path: tuple[int, ...], name: str) -> Iterator[tuple[Any, str]]:
        if message.options.map_entry:
            return
        yield path, name
        yield from (((*path, 2, i), f"{name}.{f.name}") for i, f in enumerate(message.field))
        yield from (((*path, 8, i), f"{name}.{o.name}") for i, o in _real_oneofs(message))
        for i, nested in enumerate(message.nested_type):
            yield from walk(nested, (*path, 3, i), f"{name}.{nested.name}")

    declared = [found for i, m in enumerate(file.message_type) for found in walk(m, (4, i), m.name)]
    for i, enum in enumerate(file.enum_type):
        declared += [((5, i), enum.name), *(((5, i, 2, j), v.name) for j, v in enumerate(enum.value))]
    for i, service in enumerate(file.service):
        declared += [((6, i), service.name), *(((6, i, 2, j), m.name) for j, m in enumerate(service.method))]
    return (f"{file.name}: {name}" for path, name in declared if path not in commented)


def _real_oneofs(message: descriptor_pb2.DescriptorProto) -> list[tuple[int, descriptor_pb2.OneofDescriptorProto]]:
    optional = {field.oneof_index for field in message.field if field.proto3_optional}
    return [(i, oneof) for i, oneof in enumerate(message.oneof_decl) if i not in optional]


def test_every_declaration_has_a_comment(tmp_path: Path) -> None:
    from grpc_tools import protoc

    image = tmp_path / "image.binpb"
    ours = [str(p.relative_to(ROOT / "protos")) for p in (ROOT / "protos/arf").rglob("*.proto")]
    includes = [f"--proto_path={ROOT / 'protos'}", f"--proto_path={Path(protoc.__file__).parent / '_proto'}"]
    assert protoc.main(["protoc", *includes, f"--descriptor_set_out={image}", "--include_source_info", *ours]) == 0
    files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes()).file

    assert len(files) == len(ours)
    assert [name for file in files for name in _undocumented(file)] == []


def test_the_api_page_lists_every_method() -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    rows = {
        name: row for row in page.splitlines() for name in (s.name for s in SERVICES) if row.startswith(f"| `{name}`")
    }

    assert {m.full_name for s in SERVICES for m in s.methods if f"`{m.name}`" not in rows[s.name]} == set()


def _breaking(module: Path) -> subprocess.CompletedProcess[str]:
    buf = shutil.which("buf", path=str(Path(sys.executable).parent))
    assert buf is not None
    command = [buf, "breaking", "--against", str(ROOT / "protos/arf.binpb")]
    return subprocess.run(command, cwd=module, capture_output=True, text=True, check=False)


def test_buf_breaking_fails_when_a_field_is_removed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    shutil.copytree(ROOT / "protos", tmp_path / "protos")
    before = _breaking(tmp_path)
    transcript = tmp_path / "protos/arf/v1/transcript.proto"
    text = transcript.read_text(encoding="utf-8")
    transcript.write_text(text.replace("  bool key = 10;\n", ""), encoding="utf-8")
    after = _breaking(tmp_path)

    assert (before.returncode, before.stdout) == (0, "")
    assert after.returncode != 0
    assert 'Previously present field "10" with name "key" on message "GoldFact" was deleted' in after.stdout


def test_a_comment_may_have_lines_and_a_file_as_many_turns_as_a_request() -> None:
    comment = DecideReviewRequest(name="reviews/r", verdict="REVIEW_VERDICT_ORIGINAL", comment="one\ntwo \u00e9")
    assert violated(comment) == {}
    assert violated(teacher.SummarizeRequest(call=Call(id="c", turns=[TURN] * MAX_TURNS))) == {}
    assert "call.turns" in violated(teacher.SummarizeRequest(call=Call(id="c", turns=[TURN] * (MAX_TURNS + 1))))
