from __future__ import annotations

import pytest

from arf.inference.retry_after import retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 70.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e300", 365 * 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 365 * 86_400.0),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value}, now=30.0) == seconds


def test_milliseconds_are_read_when_the_endpoint_gives_them() -> None:
    assert retry_after({"Retry-After-Ms": "900"}) == 0.9
    assert retry_after({"retry-after": "1", "retry-after-ms": "1500"}) == 1.5
    assert retry_after({"retry-after": "2", "retry-after-ms": "soon"}) == 2.0


def test_nothing_is_known_when_the_endpoint_says_nothing() -> None:
    assert retry_after({"content-type": "text/plain"}) is None
