"""The gold of generated calls is exhaustive and exactly true of the text."""

from __future__ import annotations

import re

import pytest

from arf.corpus.generator import generate
from arf.corpus.generator.world import CONDITIONS
from arf.v1.transcript_pb2 import Call, FactStatus, GoldFact, Role

_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "oh": 0}
_DIGITS = {word: str(number) for word, number in _NUMBERS.items() if number < 10}
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_ORDINALS |= {"twentieth": 20, "thirtieth": 30}
_ORDINALS |= {f"{w}th": n for w, n in _NUMBERS.items() if 3 < n < 20 and f"{w}th" not in ("fiveth", "eightth")}
_ACTS = ("request", "action", "outcome", "next_step")


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(generate(400, seed=5))


def _texts(call: Call, fact: GoldFact) -> list[str]:
    turns = {turn.turn_id: turn.text for turn in call.turns}
    return [turns[turn_id] for turn_id in fact.turn_ids]


def _spelled(text: str) -> str:
    """Words that stand for single characters made those characters: `k x two oh` -> `KX20`."""
    return "".join(_DIGITS.get(w, w if len(w) == 1 else " ") for w in text.split()).upper()


def _spoken_number(words: list[str]) -> int:
    total = 0
    for word in words:
        total = total * 100 if word == "hundred" else total + _NUMBERS.get(word, 0)
    return total


def _amounts(text: str) -> set[str]:
    """Every amount a stretch of text may be read as."""
    found = {f"{float(m):.2f} USD" for m in re.findall(r"\$?(\d+(?:\.\d\d?)?)", text)}
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + 11, len(words) + 1)):
            piece = [w for w in words[start:end] if w != "and"]
            if not all(w in _NUMBERS or w in ("hundred", "dollars", "cents") for w in piece):
                break
            plain = [w for w in piece if w != "cents"]
            cuts = [plain.index("dollars")] if "dollars" in plain else range(1, len(plain))
            for cut in cuts:
                cents = _spoken_number([w for w in plain[cut:] if w != "dollars"])
                found.add(f"{_spoken_number(plain[:cut]) + cents / 100:.2f} USD")
    return found


def _says_day(text: str, iso: str) -> bool:
    _, month, day = map(int, iso.split("-"))
    name, low = _MONTHS[month - 1], text.lower()
    if re.search(rf"\b{day}(?:st|nd|rd|th)?(?: of)? {name}\b|\b{name} {day}\b|\b{name} {day}(?:st|nd|rd|th)\b", low):
        return True
    tens, ones = (
        ({20: "twenty ", 30: "thirty "}.get(day // 10 * 10, ""), day % 10) if day > 20 and day != 30 else ("", day)
    )
    ordinals = [tens + word for word, number in _ORDINALS.items() if number == ones]
    return any(f"{o} of {name}" in low or f"{name} {o}" in low or f"{name} the {o}" in low for o in ordinals)


def _says_time(text: str, canonical: str) -> bool:
    hour, minute = map(int, canonical.split(":"))
    twelve = (hour - 1) % 12 + 1
    names = {number: word for word, number in _NUMBERS.items()}
    names[0] = ""
    spoken = {0: f"{names[twelve]} ", 15: "quarter past", 30: "half past", 45: "quarter to"}[minute]
    minutes = (
        f"{names[minute // 10 * 10] if minute > 20 else names[minute]} {names[minute % 10] if minute > 20 else ''}"
    )
    exact = f"{names[twelve]} {minutes.strip()}"
    written = (canonical, f"{twelve}:{minute:02d}")
    return any(form in text for form in written) or spoken in text or exact in text


def _present(fact: GoldFact, text: str) -> bool:
    """Whether a text says a plain value, read without the generator's own code."""
    value, low = fact.value, text.lower()
    if fact.slot in ("order_id", "account_id", "ticket_id"):
        return value in text.replace("-", "") or value in _spelled(text)
    if fact.slot == "phone":
        digits = value.removeprefix("+1")
        return digits in re.sub(r"[ ()-]", "", text) or digits in _spelled(text)
    if fact.slot == "email":
        spoken = low.replace(" underscore ", "_").replace(" dot ", ".").replace(" at ", "@")
        return value in low or value in spoken
    if fact.slot == "amount":
        return value in _amounts(text)
    if fact.slot in ("date", "deadline") and not value.startswith("P"):
        return _says_day(text, value)
    if fact.slot == "deadline":
        days = int(value[1:-1])
        return f"{days} days" in text or any(f"{w} days" in text for w, n in _NUMBERS.items() if n == days)
    if fact.slot == "time":
        return _says_time(text, value)
    if fact.slot == "product":
        return value in low or value.split()[-1] in low
    return value.lower() in low


def test_every_value_is_spoken_in_its_turns_when_listed(calls: list[Call]) -> None:
    for call in calls:
        for fact in call.gold.facts:
            if fact.slot in (*_ACTS, "reason", "condition"):
                continue
            for text in _texts(call, fact):
                assert _present(fact, text), (call.id, fact.slot, fact.value, text)


def test_every_number_is_listed_when_a_typed_turn_has_one(calls: list[Call]) -> None:
    for call in calls:
        if call.channel == "phone":
            continue
        values = "".join(re.sub(r"\D", " ", f.value.removeprefix("+1")) + " " for f in call.gold.facts)
        known = {str(int(n)) for n in values.split()}
        for turn in call.turns:
            plain = re.sub(r"[A-Za-z0-9._]+@\S+", " ", turn.text).replace("-", "")
            plain = re.sub(r"\(?(\d{3})\)? ?(\d{3}) ?(\d{4})\b", r"\1\2\3", plain.replace("+1", " "))
            for number in re.findall(r"\d+", plain):
                # An afternoon hour is listed as 14:30 and may be written 2:30.
                assert {str(int(number)), str(int(number) + 12)} & known, (call.id, number, turn.text)


def test_fact_ids_are_unique_when_listed(calls: list[Call]) -> None:
    for call in calls:
        ids = [fact.fact_id for fact in call.gold.facts]
        assert len(ids) == len(set(ids)), call.id


def test_every_fact_has_turns_when_listed(calls: list[Call]) -> None:
    for call in calls:
        known = {turn.turn_id for turn in call.turns}
        for fact in call.gold.facts:
            assert fact.turn_ids, (call.id, fact)
            assert set(fact.turn_ids) <= known, (call.id, fact)


def test_acts_have_actor_and_status_and_are_said_by_their_actor_when_listed(calls: list[Call]) -> None:
    for call in calls:
        roles = {turn.turn_id: turn.role for turn in call.turns}
        for fact in call.gold.facts:
            if fact.slot in _ACTS and fact.value not in ("resolved", "unresolved"):
                assert fact.status != FactStatus.FACT_STATUS_UNSPECIFIED, (call.id, fact)
                assert fact.actor in {roles[turn_id] for turn_id in fact.turn_ids}, (call.id, fact)


def test_each_issue_has_a_key_reason_and_a_key_outcome_when_listed(calls: list[Call]) -> None:
    for call in calls:
        for issue in {fact.issue_id for fact in call.gold.facts}:
            for slot in ("reason", "outcome"):
                found = [f for f in call.gold.facts if f.issue_id == issue and f.slot == slot]
                assert len(found) == 1, (call.id, issue, slot)
                assert found[0].key


def test_a_corrected_value_stands_beside_the_right_one_when_superseded(calls: list[Call]) -> None:
    seen = 0
    for call in calls:
        by_id = {fact.fact_id: fact for fact in call.gold.facts}
        for fact in call.gold.facts:
            if fact.superseded_by:
                seen += 1
                right = by_id[fact.superseded_by]
                assert (right.slot, fact.key) == (fact.slot, False)
                assert right.value != fact.value
    assert seen > 30


def test_parameters_belong_to_acts_when_their_id_says_so(calls: list[Call]) -> None:
    for call in calls:
        by_id = {fact.fact_id: fact for fact in call.gold.facts}
        for fact in call.gold.facts:
            stem, dot, slot = fact.fact_id.partition(".")
            if dot and not slot.endswith("was"):
                assert slot == fact.slot
                assert by_id[stem].slot in _ACTS
                assert by_id[stem].issue_id == fact.issue_id


def test_conditions_are_known_clauses_when_an_act_depends_on_one(calls: list[Call]) -> None:
    for call in calls:
        by_id = {fact.fact_id: fact for fact in call.gold.facts}
        for fact in list(by_id.values()):
            if fact.slot in _ACTS and fact.status == FactStatus.FACT_STATUS_CONDITIONAL:
                assert by_id[f"{fact.fact_id}.condition"].value in CONDITIONS.values()


def test_spans_hold_the_value_when_data_is_personal(calls: list[Call]) -> None:
    kinds = set()
    for call in calls:
        turns = {turn.turn_id: turn.text for turn in call.turns}
        for data in call.gold.personal_data:
            kinds.add(data.kind)
            text = turns[data.turn_id][data.start : data.end]
            assert text == text.strip()
            slot = {"account_id": "account_id"}.get(data.kind, data.kind)
            assert _present(GoldFact(slot=slot, value=data.value), text), (call.id, data, text)
    assert kinds == {"account_id", "name", "phone", "email"}


def test_markers_are_typed_by_the_customer_and_in_no_summary_when_injected(calls: list[Call]) -> None:
    seen = 0
    for call in calls:
        turns = {turn.turn_id: turn for turn in call.turns}
        for injection in call.gold.injections:
            seen += 1
            assert injection.marker in turns[injection.turn_id].text
            assert turns[injection.turn_id].role == Role.ROLE_CUSTOMER
            assert injection.marker not in call.gold.summary
    assert seen > 5


def test_the_summary_names_no_value_that_was_not_said_when_written(calls: list[Call]) -> None:
    for call in calls:
        right = {f.value for f in call.gold.facts if not f.superseded_by}
        for amount in re.findall(r"\$(\d+\.\d\d)", call.gold.summary):
            assert f"{amount} USD" in right, (call.id, amount)
        for number in re.findall(r"\b[A-Z]{0,2}\d{5}\b", call.gold.summary):
            assert number in right, (call.id, number)


def test_key_amounts_and_deadlines_are_in_the_summary_when_they_stand(calls: list[Call]) -> None:
    for call in calls:
        for fact in call.gold.facts:
            if fact.key and fact.slot == "amount":
                assert f"${fact.value.split()[0]}" in call.gold.summary, (call.id, call.gold.summary)
            elif fact.key and fact.slot in ("date", "deadline") and fact.value[0] != "P":
                assert _says_day(call.gold.summary, fact.value), (call.id, call.gold.summary)
