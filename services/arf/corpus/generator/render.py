"""Renders a scenario as turns, with the position of every spoken value."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from random import Random

from arf.calls.speakers import SPEAKERS
from arf.corpus.generator.banks import Chooser
from arf.corpus.generator.channels import speak, surface
from arf.corpus.generator.issues import SLOT
from arf.corpus.generator.script import Line, Scenario
from arf.corpus.generator.values import Value
from arf.v1.transcript_pb2 import Role, Turn


@dataclass(frozen=True)
class Mention:
    """One mention of a value: a half-open span of code points in a turn's text, and the line it comes from."""

    value: Value
    line: Line
    turn_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Rendered:
    """The turns of a call, the mentions in them, and each line's turn."""

    turns: tuple[Turn, ...]
    mentions: tuple[Mention, ...]
    turn_of: dict[int, str]


def render(scenario: Scenario, rng: Random) -> Rendered:
    """Renders the scenario for its channel; consecutive lines of one speaker form one turn."""
    return _Renderer(scenario, rng).rendered()


class _Renderer:
    def __init__(self, scenario: Scenario, rng: Random) -> None:
        self.scenario = scenario
        self.rng = rng
        self.phone = scenario.channel == "phone"
        self.choose = Chooser(rng, scenario.split)
        self.corrected: set[int] = set()
        self.mentions: list[Mention] = []

    def rendered(self) -> Rendered:
        turns: list[Turn] = []
        turn_of: dict[int, str] = {}
        for role, group in groupby(self.scenario.lines, key=lambda line: line.role):
            turn_id, text = str(len(turns)), ""
            for line in group:
                turn_of[id(line)] = turn_id
                text = self._add(text, line, turn_id).rstrip()
            turns.append(Turn(turn_id=turn_id, speaker=SPEAKERS[role], role=role, text=text))
        return Rendered(tuple(turns), tuple(self.mentions), turn_of)

    def _add(self, text: str, line: Line, turn_id: str) -> str:
        """Appends the line to the text and records its mentions."""
        begins = not text or text[-1] in ".!?"
        for number, (literal, value) in enumerate(self._pieces(line)):
            if value is None:
                said = self._literal(literal, line)
                if number == 0 and not self.phone:
                    said = _cased(said, begins)
                text = self._join(text, said, glue=number > 0)
                continue
            said = self._value(literal, value)
            if number == 0 and begins and not self.phone:
                said = said[:1].upper() + said[1:]
            text = self._join(text, said, glue=number > 0)
            if value.slot:
                self.mentions.append(Mention(value, line, turn_id, len(text) - len(said), len(text)))
        return text

    def _pieces(self, line: Line) -> list[tuple[str, Value | None]]:
        """Literal text and values alternately; a value that is first said wrong is followed by its correction."""
        pieces: list[tuple[str, Value | None]] = []
        for number, part in enumerate(SLOT.split(line.text)):
            if number % 2 == 0:
                if part:
                    pieces.append((part, None))
                continue
            value = line.values[part]
            if value.wrong is None or id(value) in self.corrected:
                pieces.append((part, value))
                continue
            self.corrected.add(id(value))
            if any(value.wrong is other for li in self.scenario.lines for other in li.values.values()):
                pieces.append((part, value))
                continue
            for n, word in enumerate(SLOT.split(self.choose.pick(f"correct.{'speech' if self.phone else 'text'}"))):
                if n % 2:
                    pieces.append((part, value if word == "new" else value.wrong))
                elif word:
                    pieces.append((word, None))
        return pieces

    def _literal(self, text: str, line: Line) -> str:
        if not self.phone:
            return text
        said = speak(text, self.rng, line.role == Role.ROLE_CUSTOMER)
        lead = " " if text[:1].isspace() or text[:1] in ",.;:(" else ""
        trail = " " if text[-1:].isspace() or text[-1:] == "(" else ""
        return lead + said + trail if said else " "

    def _value(self, name: str, value: Value) -> str:
        if name == "item":
            head = value.surface.split()[-1]
            return head.lower() if self.phone else head
        return surface(value, self.scenario.channel, self.rng)

    @staticmethod
    def _join(text: str, said: str, glue: bool) -> str:
        if not glue and text:
            text = text.rstrip() + " "
        if text.endswith(" "):
            said = said.lstrip()
        return text + said


def _cased(text: str, begins: bool) -> str:
    """Text adjusted to follow a comma, or to start a sentence."""
    if begins:
        return text[:1].upper() + text[1:]
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text if first == "I" or first.startswith("I'") else text[:1].lower() + text[1:]
