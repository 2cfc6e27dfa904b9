"""Amounts, times, dates and durations in the forms that people write and say them: fifty and more of each.

Each form is the value that it stands under, and none of the other values of its kind.
"""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.tasks.customer_service.tagging.values import Value, find_values, same

AMOUNTS = {
    "$1,299.50": (
        "1299.50 USD|1,299.50 dollars|USD 1,299.50|US$1299.50|$1299.50|1.299,50 $|1 299,50 USD|1'299.50 usd|"
        "twelve hundred ninety nine dollars and fifty cents|"
        "one thousand two hundred and ninety nine dollars fifty|I paid 1,299.50 for it"
    ),
    "$12.99": (
        "twelve ninety-nine|it costs twelve ninety nine|twelve dollars ninety nine|12.99|12,99 dollars|"
        "$ 12.99|12 dollars 99|12 bucks and 99 cents|USD 12,99|"
        "a charge of twelve dollars and ninety nine cents"
    ),
    "$129.99": "one twenty nine ninety nine|the total was one twenty nine ninety nine|129,99 USD|129.99 dollars",
    "€49.90": (
        "49.90€|49,90 €|49,90 Euro|EUR 49.90|49.9 euros|forty nine euros ninety|forty-nine euros and ninety cents"
    ),
    "€1234.56": "1.234,56 EUR|1.234,56 €|€1,234.56|1 234,56 euros|EUR 1'234.56",
    "£250": (
        "£250.00|250 quid|250 pounds|GBP 250|two hundred and fifty pounds|two hundred fifty quid|two fifty pounds"
    ),
    "£0.50": "50p|50 pence|fifty pence",
    "$1.50": "a dollar fifty|a dollar and a half|one dollar fifty|one and a half dollars|1.5 dollars",
    "$2,000": "two grand|2k dollars|$2k|two thousand dollars|2 thousand bucks|2.000 USD|a couple thousand dollars",
    "$200": "a couple hundred dollars|two hundred bucks|200$",
    "$100": "a hundred dollars|one hundred bucks",
    "$2.5 million": "two and a half million dollars|$2,500,000|2.500.000 USD",
    "$3.05": "three dollars and five cents|three oh five dollars|$3.05",
    "$0": "your balance is zero|zero dollars",
}
TIMES = {
    "2:30": (
        "half past two|half two|two thirty|at two thirty|2.30 p.m.|2:30pm|02:30|14:30|at 14.30|14h30|"
        "two thirty in the afternoon|2 30 am|thirty minutes past two"
    ),
    "2:50": "ten to three|ten minutes to three|10 minutes before 3|two fifty|14:50|ten till three",
    "2:15": ("quarter past two|a quarter past two|quarter after two|two fifteen pm|2:15 a.m.|fifteen minutes past two"),
    "4:45": "quarter to five|a quarter of five|four forty five|16:45|4:45 PM",
    "5:20": "twenty past five|five twenty pm|17:20|20 minutes past 5|twenty after five",
    "8:55": "it's at five to nine|five minutes to nine|20:55|eight fifty five",
    "9:00": "nine o'clock|9 o'clock|nine am|9 pm|9 a.m.|09:00|21:00|nine in the morning|nine o clock",
    "12:00": "noon|midday|midnight|12 pm|twelve o'clock",
    "17:30": "5.30 pm|half five|half past five|five thirty in the evening|17:30:00|5:30 P.M.",
    "8:05": "eight oh five|five past eight|8:05 am|20:05",
}
DATES = {
    "March 14": (
        "14 March|14th of March|the 14th of March|the fourteenth of march|March 14th|march the fourteenth|"
        "Mar. 14|14-Mar-2026|14-03-2026|14.03.2026|14/03/2026|2026/03/14|2026-03-14|03/14/2026|3/14|14/3|"
        "on the 14th|14 Mar 2026|March 14, 2026|2026-03-14T10:00:00Z|14.3.2026|14.03.26|"
        "march fourteenth twenty twenty six"
    ),
    "May 4": "4 May|4/5|5/4|May the 4th|the fourth of May|04.05.2026|4th May|2026-05-04",
    "June 2, 2025": "2 June 2025|June 2nd|02/06/2025|2025-06-02|the second of June|2nd of June, 2025|june second",
    "December 31": "31 Dec|31.12.2026|12/31|31/12|the thirty-first of December|Dec 31st|2026-12-31",
    "February 29": "29 Feb|29/2|2/29|2028-02-29|the twenty ninth of february",
    "Friday": "this Friday|next friday|on Friday|Fridays|Fri.",
    "tomorrow": "tomorrow morning|by tomorrow",
    "the day after tomorrow": "on the day after tomorrow",
    "yesterday": "since yesterday",
    "the day before yesterday": "it was the day before yesterday",
    "tonight": "this evening",
    "the 3rd": "the 3rd of next month|on the 3rd|the 3rd of the month",
}
DURATIONS = {
    "30 minutes": "half an hour|30 mins|thirty minutes|30-minute|0.5 hours|30min|30 min",
    "90 minutes": (
        "an hour and a half|one and a half hours|1.5 hours|1,5 hours|1 hour 30 minutes|"
        "one hour and thirty minutes|ninety minutes"
    ),
    "2 days": "48 hours|two days|a couple of days|a couple days|2-day|two full days|48h|48 hrs|two business days",
    "14 days": "two weeks|a fortnight|2 weeks|fourteen days|one fortnight|2 wks|a couple of weeks",
    "1 day": "24 hours|a day|one day|a whole day|24 hrs",
    "1 week": "seven days|a week|7 days|one week",
    "3 to 5 days": "three to five days|3-5 business days|3–5 days|three to five working days",
    "1 or 2 days": "a day or two|one or two days|1-2 days",
    "2 or 3 weeks": "two to three weeks|2-3 weeks",
    "6 months": "half a year|six months|6-month",
    "1 year": "twelve months|a year|12 months|one year",
    "15 minutes": "a quarter of an hour|fifteen minutes|quarter of an hour|15 mins",
    "18 months": "a year and a half|one and a half years|eighteen months",
    "45 minutes": "three quarters of an hour|forty-five minutes",
}
KINDS = {"amounts": AMOUNTS, "times": TIMES, "dates": DATES, "durations": DURATIONS}
FORMS = [
    (kind, value, said) for kind, table in KINDS.items() for value, forms in table.items() for said in forms.split("|")
]


def _only(text: str) -> Value:
    values = find_values(text)
    assert len(values) == 1, values
    return values[0]


@pytest.mark.parametrize(("kind", "value", "said"), FORMS, ids=[f"{value}: {said}" for _, value, said in FORMS])
def test_a_form_is_its_own_value_and_no_other(kind: str, value: str, said: str) -> None:
    told = _only(said)
    agreeing = [other for other in KINDS[kind] if same(told, _only(other))]
    assert agreeing == [value]


def test_there_are_fifty_forms_of_each_kind() -> None:
    assert [kind for kind, table in KINDS.items() if sum(f.count("|") + 1 for f in table.values()) < 50] == []


def _grouped(number: int, cut: str) -> str:
    return f"{number:,}".replace(",", cut)


@given(st.integers(0, 9_999_999), st.integers(0, 99), st.integers(0, 9_999_999), st.integers(0, 99))
def test_an_amount_is_itself_in_every_country(whole: int, cents: int, other: int, more: int) -> None:
    written = [
        f"${whole:,}.{cents:02d}",
        f"{_grouped(whole, '.')},{cents:02d} dollars",
        f"USD {_grouped(whole, ' ')},{cents:02d}",
        f"{_grouped(whole, chr(39))}.{cents:02d} USD",
        f"{whole} dollars and {cents} cents",
    ]
    assert {_only(text).canonical for text in written} == {f"{whole}.{cents:02d} USD"}
    if (whole, cents) != (other, more):
        assert not any(same(_only(text), _only(f"${other:,}.{more:02d}")) for text in written)


_DAYS = st.dates(date(1990, 1, 1), date(2059, 12, 31))


@given(_DAYS, _DAYS)
def test_a_date_is_itself_in_figures_unless_another_order_tells_another_day(day: date, other: date) -> None:
    for shown in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y"):
        assert same(_only(f"{day:{shown}}"), _only(f"{day:%Y-%m-%d}"))
        if day != other and shown != "%d.%m.%Y":
            assert not same(_only(f"{day:{shown}}"), _only(f"{other:%Y-%m-%d}"))


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))
def test_a_time_is_itself_on_both_clocks(hour: int, minute: int, other: int, later: int) -> None:
    shown = f"{(hour - 1) % 12 + 1}:{minute:02d} {'a' if hour < 12 else 'p'}.m."
    assert _only(shown).canonical == f"{hour:02d}:{minute:02d}"
    twin = f"{(other - 1) % 12 + 1}:{later:02d} {'am' if other < 12 else 'pm'}"
    assert same(_only(shown), _only(twin)) is ((hour, minute) == (other, later))


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_duration_is_itself_in_other_units(count: int, other: int) -> None:
    for one, size, small in (("hours", 60, "minutes"), ("days", 24, "hours"), ("weeks", 7, "days")):
        assert same(_only(f"{count} {one}"), _only(f"{count * size} {small}"))
        assert same(_only(f"{count} {one}"), _only(f"{other} {one}")) is (count == other)


@pytest.mark.parametrize("said", ["24/7", "twice a day", "$5 a month"])
def test_a_rate_is_no_date_and_no_duration(said: str) -> None:
    assert not [v for v in find_values(said) if v.kind in ("date", "duration")]


def test_every_pair_of_forms_agrees_the_same_both_ways() -> None:
    for table in KINDS.values():
        values = [_only(said) for forms in table.values() for said in forms.split("|")]
        for a, b in itertools.combinations(values, 2):
            assert same(a, b) == same(b, a)
