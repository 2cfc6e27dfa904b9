"""Aligns a sentence with the turns of its call: which words are supported, and which turns it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from arf.tasks.customer_service.detectors.lexicon import stop
from arf.tasks.customer_service.detectors.meaning import (
    Word,
    above,
    close_synonyms,
    kin,
    lemma_set,
    read_words,
    synonyms,
)
from arf.tasks.customer_service.tagging.mentions import mentions
from arf.tasks.customer_service.tagging.slots import ActKind, Slots
from arf.tasks.customer_service.tagging.tagger import tag
from arf.tasks.customer_service.tagging.values import Value, find_values, same
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class AlignedTurn:
    """One turn: its words, all lemmas, all synonyms of them."""

    turn_id: str
    speaker: str
    words: tuple[Word, ...]
    lemmas: frozenset[str]
    wide: frozenset[str]


_LONG = 250
_ABBREVIATION = re.compile(r"\b([A-Z][a-z]{1,3})\.(?=\s[A-Z])")
_TAKES_BACK = re.compile(
    r"\b(?:no,? (?:wait|sorry|the|it's|i mean|not|make)|sorry,|i mean|i meant|actually|make that|scratch that"
    r"|correction|my mistake|typo|misread|mixed it up|no,)"
)


class Transcript:
    """A call prepared for look-ups."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.turns = [_aligned(t.turn_id, t.speaker, t.text) for t in call.turns]

    @cached_property
    def lemmas(self) -> Counter[str]:
        """The number of turns that have each lemma, speakers' names included."""
        counts: Counter[str] = Counter()
        for turn in self.turns:
            counts.update(turn.lemmas)
        counts.update(word for name in self.speakers for word in name.split())
        return counts

    @cached_property
    def text(self) -> str:
        """All that was said, in lower case."""
        return "\n".join(turn.text.lower() for turn in self.call.turns)

    def words_of(self, turn_ids: Iterable[str]) -> list[Word]:
        """What these turns say."""
        wanted = frozenset(turn_ids)
        return [word for turn in self.turns if turn.turn_id in wanted for word in turn.words]

    @cached_property
    def has_roles(self) -> bool:
        """Whether the call says who is the customer; in a free chat speakers only have names."""
        return any(turn.role == t.ROLE_CUSTOMER for turn in self.call.turns)

    @cached_property
    def is_long(self) -> bool:
        """Whether so much is said that what is true is said more than once, and in plain words."""
        return sum(len(turn.words) for turn in self.turns) >= _LONG

    @cached_property
    def speakers(self) -> frozenset[str]:
        """Speakers' names in lower case."""
        return frozenset(turn.speaker.lower() for turn in self.call.turns)

    @cached_property
    def slots(self) -> Slots:
        """The call's slots according to the tagger."""
        return tag(self.call)

    @cached_property
    def acts(self) -> dict[ActKind, list[str]]:
        """The acts that the call names at all, in whatever way, and the turns that name them."""
        found: dict[ActKind, list[str]] = {}
        for turn in self.call.turns:
            for mention in mentions(turn.text.lower()):
                found.setdefault(mention.kind, []).append(turn.turn_id)
        return found

    @cached_property
    def values(self) -> list[tuple[str, Value]]:
        """Every value in the call, with its turn."""
        return [(turn.turn_id, value) for turn in self.call.turns for value in find_values(turn.text)]

    @cached_property
    def superseded(self) -> list[tuple[Value, tuple[str, Value]]]:
        """Values that were taken back and never repeated, each with its replacement and its turn."""
        found: list[tuple[Value, tuple[str, Value]]] = []
        said: list[tuple[int, Value]] = []
        last_of: dict[str, tuple[int, Value]] = {}
        for number, turn in enumerate(self.call.turns):
            at = 0
            for value in find_values(turn.text):
                before = turn.text[max(at, value.start - 45) : value.start].lower()
                at = value.end
                heard, old = last_of.get(value.kind, (number, value))
                if number - heard <= 2 and not same(old, value) and _TAKES_BACK.search(before):
                    found.append((old, (turn.turn_id, value)))
                said.append((number, value))
                last_of[value.kind] = said[-1]
        last = [value for _, value in said]
        return [
            (old, new)
            for old, new in found
            if not any(same(v, old) for v in last[max(i for i, v in enumerate(last) if v == new[1]) + 1 :])
        ]

    @cached_property
    def wide(self) -> frozenset[str]:
        """Every lemma said and its synonyms."""
        return frozenset(self.lemmas) | frozenset(w for t in self.turns for w in t.wide)

    @cached_property
    def close(self) -> frozenset[str]:
        """Every lemma said, and the synonyms of its commonest sense."""
        said = (w for turn in self.turns for w in turn.words if w.lower not in stop())
        return frozenset(self.lemmas) | frozenset(s for w in said for s in close_synonyms(w.lower))

    @cached_property
    def above(self) -> frozenset[str]:
        """What the things that were named are kinds of."""
        return frozenset(lemma for turn in self.turns for w in turn.words for lemma in above(w.lower))

    @cached_property
    def short_forms(self) -> frozenset[str]:
        """What words side by side are written as in one: "fedex", and "eta" for "estimated time of arrival"."""
        found: set[str] = set()
        for turn in self.turns:
            said = [w.lower for w in turn.words]
            telling = [w for w in said if w not in stop()]
            found |= {"".join(said[at : at + n]) for at in range(len(said)) for n in (2, 3)}
            found |= {
                "".join(w[0] for w in some[at : at + n])
                for some in (said, telling)
                for at in range(len(some))
                for n in range(3, 7)
            }
        return frozenset(found)

    def writes_short(self, name: str) -> bool:
        """Whether a lower-case name is the long form of an abbreviation before another name: "Dr. Smith"."""
        return any(
            name[:1] == short[0] and name[-1:] == short[-1] and re.search(".*".join(short), name)
            for short in map(str.lower, _ABBREVIATION.findall("\n".join(turn.text for turn in self.call.turns)))
        )

    def names(self, word: str) -> bool:
        """Whether the thing that a lower-case word names was spoken of, in a more general or special word perhaps."""
        return self.says(word) or bool(kin(word) & self.close or lemma_set(word) & self.above)

    def says(self, word: str) -> bool:
        """Whether a lower-case word was said in one of its forms."""
        return any(lemma in self.lemmas for lemma in lemma_set(word))

    def supports(self, word: str) -> bool:
        """Whether a lower-case word or one close in meaning was said."""
        return self.says(word) or bool(kin(word) & self.wide)

    def align(self, words: Iterable[Word], most: int = 3) -> list[AlignedTurn]:
        """The turns that share most with the words, rare words counting more; best first."""
        scored: list[tuple[float, int]] = []
        content = [w for w in words if w.lower not in stop()]
        for index, turn in enumerate(self.turns):
            score = 0.0
            for word in content:
                if lemma_set(word.lower) & turn.lemmas:
                    score += 1 / self._spread(word.lower)
                elif synonyms(word.lower) & turn.lemmas:
                    score += 0.4 / self._spread(word.lower)
            if score > 0:
                scored.append((-score, index))
        return [self.turns[index] for _, index in sorted(scored)[:most]]

    def _spread(self, word: str) -> int:
        return max(1, *(self.lemmas[lemma] for lemma in lemma_set(word)))


def _aligned(turn_id: str, speaker: str, text: str) -> AlignedTurn:
    words = tuple(read_words(text))
    lemmas = frozenset(lemma for w in words for lemma in lemma_set(w.lower))
    content = (w for w in words if w.lower not in stop())
    wide = frozenset(s for w in content for s in synonyms(w.lower))
    return AlignedTurn(turn_id, speaker, words, lemmas, lemmas | wide)


@lru_cache(maxsize=32)
def _transcript(serialised: bytes) -> Transcript:
    return Transcript(Call.FromString(serialised))


def transcript(call: Call) -> Transcript:
    """The prepared call; cached, since every detector asks for it."""
    bare = Call(turns=call.turns)
    return _transcript(bare.SerializeToString(deterministic=True))
