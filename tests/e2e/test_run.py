"""`arf run` as a user types it, on a real but tiny model: what comes out, and what a kill -9 changes (nothing)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from arf.calls import records
from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.evaluation.summary_report import check
from arf.v1.evaluation_pb2 import Evaluation
from tests.helpers.tiny_model import make_tiny_model

CALLS = 40
KILLS = 10


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, the same without gold, a tiny model, and a finished run."""
    root = tmp_path_factory.mktemp("world")
    calls = list(generate(CALLS, seed=5))
    records.write(root / "calls.jsonl", calls)
    records.write(root / "blind.jsonl", map(strip_gold, calls))
    make_tiny_model(root / "model", positions=8192)
    process = _run(root, "calls.jsonl", "whole")
    output, _ = process.communicate()
    assert process.returncode == 0, output
    return root


def _run(world: Path, corpus: str, out: str, *options: str) -> subprocess.Popen[str]:
    model = str(world / "model")
    command = [sys.executable, "-c", "from arf.cli import main; main()", "run", str(world / corpus)]
    command += [
        "--out",
        str(world / out),
        "--teacher",
        model,
        "--editor",
        model,
        "--student",
        model,
        "--epochs",
        "2",
        *options,
    ]
    source = str(Path(__file__).parents[2] / "services")
    environment = os.environ | {"PYTHONPATH": source, "ARF_THREADS": "1"}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _scores(run: Path) -> list[tuple[str, str, str, dict[str, float]]]:
    """An evaluation without what the clock decides."""
    rows = records.read(run / "evaluation.jsonl", Evaluation)
    return [(r.call_id, r.system, r.summary.text, dict(r.metrics)) for r in rows]


def _artefacts(run: Path) -> dict[str, str]:
    """Hashes of what must be the same to the byte."""
    wanted = [run / "findings.jsonl", run / "profile.json"]
    wanted += sorted((run / "dataset").rglob("*.jsonl")) + sorted((run / "adapters").rglob("*.safetensors"))
    return {str(path.relative_to(run)): _digest(path) for path in wanted}


def test_run_leaves_every_artefact_when_it_ends(world: Path) -> None:
    run = world / "whole"
    report = json.loads((run / "report.json").read_text(encoding="utf-8"))
    check(report)
    assert set(report["systems"]) == {"teacher", "distilled", "arf", "repair"}
    assert report["systems"]["arf"]["metrics"]["error_free_rate"]["n"] == report["corpus"]["held_out"]
    assert len((run / "teacher.jsonl").read_text(encoding="utf-8").splitlines()) == CALLS
    assert "<html" in (run / "report.html").read_text(encoding="utf-8")
    assert {"distilled", "arf"} == {path.name for path in (run / "adapters").iterdir() if not path.name.startswith(".")}


def test_students_learn_from_the_same_calls_when_both_are_trained(world: Path) -> None:
    ids = {
        student: [json.loads(line)["call_id"] for line in (world / "whole/dataset" / student / "examples.jsonl").open()]
        for student in ("distilled", "arf")
    }
    assert ids["distilled"] == ids["arf"]
    assert ids["arf"]


@pytest.mark.timeout(900)
def test_datasets_and_evaluation_are_the_same_when_killed_at_ten_moments(world: Path) -> None:
    rng = random.Random(7)
    seconds = _duration(world)
    kills = 0
    while True:
        process = _run(world, "calls.jsonl", "killed")
        try:
            process.wait(timeout=rng.uniform(0.3, 1.0) * seconds if kills < KILLS else None)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            continue
        output, _ = process.communicate()
        assert process.returncode == 0, output
        if (world / "killed/report.json").exists():
            break
    assert kills > 0
    assert _artefacts(world / "killed") == _artefacts(world / "whole")
    assert _scores(world / "killed") == _scores(world / "whole")


def _duration(world: Path) -> float:
    """Seconds that starting and doing something takes, so that kills fall into the work and not before it."""
    account = json.loads((world / "whole/resources.json").read_text(encoding="utf-8"))
    return max(3.0, float(account["seconds"]["all"]) / 2)


def test_artefacts_are_the_same_when_gold_is_stripped(world: Path) -> None:
    process = _run(world, "blind.jsonl", "blind")
    output, _ = process.communicate()
    assert process.returncode == 0, output
    assert _artefacts(world / "blind") == _artefacts(world / "whole")
    with_gold = [(call, system, text) for call, system, text, _ in _scores(world / "whole")]
    assert [(call, system, text) for call, system, text, _ in _scores(world / "blind")] == with_gold
    report = json.loads((world / "blind/report.json").read_text(encoding="utf-8"))
    assert "error_free_rate" not in report["systems"]["arf"]["metrics"]


def test_run_refuses_a_folder_when_it_holds_another_run(world: Path) -> None:
    process = _run(world, "calls.jsonl", "whole", "--seed", "9")
    output, _ = process.communicate()
    assert process.returncode == 1
    assert "another seed" in output
