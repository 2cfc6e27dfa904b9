"""A second task is a folder: the loop on a task of five files that lies elsewhere and uses nothing of the first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from arf.calls import records
from arf.v1.dataset_pb2 import Dataset, Example
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.tiny_model import make_tiny_model

_ROOT = Path(__file__).parents[2]
_PLANS = ("call the plumber", "paint the door", "order a lamp", "clean the roof", "sell the desk", "fix the fence")
# What of the customer-service task, or of its matcher, was loaded on the way is told at the end.
_RUN = """
import sys
from arf.cli import app
app(standalone_mode=False)
sys.exit(", ".join(name for name in sys.modules if "customer_service" in name) or 0)
"""


def _meeting(number: int) -> Call:
    said = [_PLANS[number % 6], _PLANS[(number * 5 + number // 6 + 1) % 6]]
    turns = [
        Turn(turn_id="0", speaker="Ann", role=Role.ROLE_AGENT, text=f"I will {said[0]} on day {number}."),
        Turn(turn_id="1", speaker="Bob", role=Role.ROLE_CUSTOMER, text=f"Then I will {said[1]} in week {number * 7}."),
        Turn(turn_id="2", speaker="Ann", role=Role.ROLE_AGENT, text="Good. See you."),
    ]
    return Call(id=f"m{number}", tenant="t", channel="meeting", language="en", turns=turns)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run."""
    world = tmp_path_factory.mktemp("world")
    records.write(world / "meetings.jsonl", map(_meeting, range(24)))
    model = str(make_tiny_model(world / "model", positions=2048))
    options = ["--teacher", model, "--editor", model, "--student", model, "--candidates", "0", "--train", "arf"]
    options += [
        "--task",
        "tests.helpers.toy_task",
        "--prefix-share",
        "0.9",
        "--epochs",
        "1",
        "--out",
        str(world / "out"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "run", str(world / "meetings.jsonl"), *options],
        env=os.environ | {"PYTHONPATH": f"{_ROOT / 'services'}:{_ROOT}", "ARF_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    (world / "out/said.txt").write_text(done.stdout + done.stderr)
    return world / "out"


def test_a_report_is_made_when_the_task_is_a_package_of_somebodys_own(run: Path) -> None:
    report = json.loads((run / "report.json").read_text())
    assert report["task"] == "toy_task"
    assert report["systems"].keys() == {"teacher", "repair", "arf"}
    assert all("error_free_rate" not in s["metrics"] for s in report["systems"].values()), "it has no matcher"
    assert report["systems"]["repair"]["metrics"]["words"]["value"] > 0
    assert (run / "report.html").stat().st_size > 0


def test_its_own_rules_mend_what_its_own_detectors_find_when_it_runs(run: Path) -> None:
    revisions = list(records.read(run / "revisions.jsonl", Revision))
    assert revisions
    for revision in revisions:
        assert revision.decision == Decision.DECISION_ACCEPTED
        assert {f.detector for f in revision.targeted} <= {"invented@1", "forgotten@1"}
        assert revision.text.startswith("Ann will ")


def test_its_student_is_trained_on_its_own_prompts_when_it_runs(run: Path) -> None:
    card = next(records.read(run / "dataset/arf/dataset.json", Dataset))
    assert (card.task, card.prompt_version, card.asked_prefix_share) == ("toy_task", "toy_task/student@1", 0.9)
    # Every beginning says enough, but a call has one beginning at most: as many as there are whole calls.
    assert card.prefix_share == pytest.approx(0.5, abs=0.03)
    said = " ".join((run / "said.txt").read_text().split())
    assert "of the examples are prefixes of calls instead of 90%" in said
    examples = list(records.read(run / "dataset/arf/examples.jsonl", Example))
    assert all(e.messages[0].content == "You list plans." for e in examples)
    adapter = json.loads((run / "adapters/arf/arf.json").read_text())
    assert (adapter["task"], adapter["dataset_id"]) == ("toy_task", card.dataset_id)
