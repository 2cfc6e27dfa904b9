"""What is somebody's is not shown, what a summary needs stays, and what comes back is what was said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arf.corpus.generator import generate
from arf.privacy.masking.calls import mask_call
from arf.privacy.redaction.redactor import redact
from arf.privacy.scanner.groups import groups
from arf.privacy.scanner.plain import lower, plain
from arf.v1.transcript_pb2 import Call, Role, Turn


def _call(*texts: str) -> Call:
    parts = [("agent", Role.ROLE_AGENT), ("customer", Role.ROLE_CUSTOMER)]
    pairs = [parts[(n + len(texts)) % 2] for n in range(1, len(texts) + 1)]
    return Call(turns=[Turn(speaker=s, role=r, text=t) for (s, r), t in zip(pairs, texts, strict=True)])


def _shown(*texts: str) -> str:
    return redact(_call(*texts)).call.turns[-1].text


def _said(text: str) -> str:
    """The letters and figures of a text, number words in figures, without hesitations."""
    low = re.sub(r"\buh\b", "", lower(plain(text)))
    for group in reversed(groups(low)):
        low = low[: group.start] + group.text + low[group.end :]
    return re.sub(r"[\W_]", "", low)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("ring 202 555 0143 x 9", "555"),
        ("ring 202 555 0143 4pm", "555"),
        ("at my 2nd line 202 555 0143 calls go dead", "555"),
        ("+33 6 12 34 56 78 ext 4", "12 34"),
        ("social 987 65 4321a", "4321"),
        ("line 3c, 202-555-0143x9", "555"),
        ("my password is tr0ub4dor", "tr0ub4dor"),
        ("Password: Sommer!2026", "Sommer"),
        ("the passcode is blue seven nine", "seven"),
        ("my pin is four seven one one", "seven"),
        ("the licence plate is KX19 ZRT", "KX19"),
        ("number plate 7XYZ482", "XYZ"),
        ("the router's MAC is 3C:22:FB:01:9a:7e", "FB:01"),
        ("its address is 10.20.30.41", "30.41"),
        ("and 2001:db8::8a2e:370:7334", "370"),
        ("one nine two dot one six eight dot one dot four", "eight"),
        ("my handle is jane underscore doe", "doe"),
        ("I was born on March 4th, 1984", "1984"),
        ("my date of birth is four march nineteen eighty four", "eighty"),
        ("I live at 42 Elm Grove Road, apt 5", "Elm"),
        ("postcode SW1A 2AB please", "2AB"),
        ("it is 4929/1234/5678/9012/ ok", "5678"),
        ("the sort code is 60-11-22", "60-11"),
        ("my pw: Sommer_26", "Sommer"),
        ("write to jo dot ann at example com", "jo dot"),
        ("my email is qaz at example co uk", "qaz"),
        ("it is q a z at gmail", "q a z"),
        ("mail me at jo dash ann forty one at example dot com", "forty"),
        ("mail is i underscore kim at sign example dot com", "kim"),
    ],
)
def test_a_secret_is_not_shown_whatever_stands_beside_it(text: str, secret: str) -> None:
    assert secret.lower() not in _shown(text).lower()


@pytest.mark.parametrize("question", ["Can I have your full name?", "and your surname, please", "who am I talking to?"])
@pytest.mark.parametrize("answer", ["Ngozi Adichie.", "ngozi adichie", "It's Ngozi Adichie", "Under Adichie, please."])
def test_a_name_is_not_shown_when_it_answers_the_question_for_one(question: str, answer: str) -> None:
    shown = _shown(question.replace("surname", "last name"), answer)
    assert "adichie" not in shown.lower()


def test_an_address_begins_after_the_at_that_leads_to_it() -> None:
    redacted = redact(_call("mail me at jo dash ann at example dot com"))
    assert redacted.placeholders.restore("<EMAIL_1>") == "jo-ann@example.com"


@pytest.mark.parametrize("answer", ["why do you need that?", "I want a refund.", "no", "it's about my order"])
def test_an_answer_stays_when_it_is_no_name(answer: str) -> None:
    assert _shown("May I have your name?", answer) == answer


@pytest.mark.parametrize(
    "text",
    [
        "from nine fifteen to ten forty five",
        "the bill is one forty nine ninety five",
        "it takes two to three weeks, or 5-7 days",
        "between 9:15 and 10:45, on 24/12/2026 or 24-12-2026",
        "on 2026-12-24T09:15:00+01:00, Dec-24-2026",
        "it was 2499 kr, NOK 2499, £2,499.00, 2499 zł, 2.499,00 € and 1000-2000 dollars",
        "2000 steps, 1500 calls, 1800 customers, 250 MB, 1080p, 64gb, 100%",
        "pi is three point one four one five nine",
        "twenty twenty six is better than twenty twenty five",
        "the password is wrong",
        "look at tag 12 of the list",
        "I have an account at yahoo and looked at amazon com",
        "the offer at gmail com is over",
    ],
)
def test_times_dates_money_and_counts_stay(text: str) -> None:
    assert _shown(text) == text


_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# No phones: one with and one without its country's code are one value, which comes back as it was first said.
_WORDS = ["twenty", "forty six", "ninety nine", "ten", "one", "oh", "two hundred"]
_WRITTEN = ["10:30", "$45.20", "09/27", "AB-12345", "kx19 zrt", "10.0.0.1"]
_BETWEEN = ["to", "and", "then", "and then", "from", "order", "my number is", ",", ".", "at", "a", "i", "for", "uh"]
_VALUE = st.one_of(
    st.text("0123456789", min_size=5, max_size=12),
    st.text("0123456789", min_size=4, max_size=10).map(lambda d: " ".join(_DIGITS[int(c)] for c in d)),
    st.lists(st.sampled_from(_WORDS), max_size=5).map(" ".join),
    st.sampled_from(_WRITTEN),
    st.sampled_from(_BETWEEN),
)


def test_two_cards_have_two_placeholders_when_an_expiry_date_follows_one() -> None:
    text = "5555 5555 5555 4444 okay? yes 5555 5555 5555 4444 0428"
    redacted = redact(_call(text))
    assert redacted.placeholders.restore(redacted.call.turns[0].text) == text


@settings(max_examples=150, derandomize=True)
@given(st.lists(_VALUE, max_size=10).map(" ".join))
def test_what_comes_back_is_what_was_said(text: str) -> None:
    redacted = redact(_call(text))
    assert _said(redacted.placeholders.restore(redacted.call.turns[0].text)) == _said(text)


def test_what_comes_back_is_what_was_said_in_generated_calls() -> None:
    for call in generate(60, 17):
        redacted = redact(call)
        for turn, shown in zip(call.turns, redacted.call.turns, strict=True):
            if "@" not in turn.text and " dot " not in turn.text:
                assert _said(redacted.placeholders.restore(shown.text)) == _said(turn.text)


def test_no_group_of_a_secret_is_left_in_what_is_shown() -> None:
    for call in generate(60, 23):
        shown = " ".join(turn.text for turn in redact(call).call.turns)
        for datum in call.gold.personal_data:
            if datum.kind in ("phone", "account_id", "email"):
                assert all(group not in shown for group in re.findall(r"\d{4,}|\S+@\S+", datum.value[-4:]))


@given(st.lists(st.text(st.characters(categories=["Nd", "Nl", "No", "Cf", "Pd", "Zs"])) | st.text(), max_size=4))
def test_any_text_is_masked_and_redacted_when_it_holds_signs_of_any_script(texts: list[str]) -> None:
    masked = mask_call(_call(*texts))
    found = redact(masked)
    said = zip(masked.turns, found.call.turns, strict=True)
    assert all(_said(found.placeholders.restore(shown.text)) == _said(turn.text) for turn, shown in said)
