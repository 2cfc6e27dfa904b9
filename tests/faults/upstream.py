"""The simulated LLM of the fault test, a process of its own, so that it can be away.

`python -m tests.faults.upstream PORT SECONDS [TROUBLE ...]` serves OpenAI's chat API and takes SECONDS for an answer,
which names the prompt that it is of. It has each TROUBLE with the prompts that hold the trouble's word.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.fake_upstream import Act, FakeUpstream, serving

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Trouble:
    """What an LLM's endpoint does with some prompts, until somebody mends it."""

    word: str
    act: Act
    meaning: str


TROUBLES = {
    "refused": Trouble("hippogriff", Act(status=400), "as by a content filter or a context window that is too short"),
    "broken": Trouble("basilisk", Act(status=500), "as by a server that falls over a prompt, each time"),
    "garbled": Trouble("wyvern", Act(content="<html>busy</html>"), "as by a gateway with a page in place of an answer"),
}
"""What makes single calls poisonous in production: an endpoint that answers others. Mending it cures them."""


def sentence(trouble: str) -> str:
    """What the customer of a poisonous call says: plain words, which no redaction takes out."""
    return f"the picture on the box shows a {TROUBLES[trouble].word}"


def mark(prompt: str) -> str:
    """A word that no other prompt has."""
    return "".join(chr(ord("a") + byte % 26) for byte in hashlib.sha256(prompt.encode()).digest()[:10])


def answer(prompt: str) -> str:
    """The upstream's answer to a prompt: nothing of it is true, so that all stages have something to do."""
    return f" of a late parcel. The agent noted {mark(prompt)} and refunded $20.00."


class UpstreamProcess:
    """The upstream on a port of its own; it may be killed and started again."""

    def __init__(self, log: Path, answer_s: float) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self._port}/v1"
        self._log, self._answer_s = log, answer_s
        self._process: subprocess.Popen[str] | None = None

    def start(self, troubles: Sequence[str] = ()) -> None:
        """Starts it; returns when it listens."""
        command = [sys.executable, "-m", "tests.faults.upstream", str(self._port), str(self._answer_s), *troubles]
        with self._log.open("a") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), f"the upstream did not start: see {self._log}"

    def kill(self) -> None:
        """Ends it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


async def serve(port: int, answer_s: float, troubles: Sequence[str], host: str = "127.0.0.1") -> None:
    """Serves until it is killed; prints its URL once it listens."""
    found = [TROUBLES[name] for name in troubles]

    def act_on(prompt: str) -> Act | None:
        return next((trouble.act for trouble in found if trouble.word in prompt), None)

    async with serving(FakeUpstream(answer, delay_s=answer_s, keep=False, act_on=act_on), port, host) as upstream:
        sys.stdout.write(f"{upstream.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
