from __future__ import annotations

import socket

import pytest

from arf.tasks.customer_service.detectors.personal_data import find_personal_data


def test_emails_are_found_when_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presidio's own e-mail recogniser asks the network for a list of domain suffixes."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a detector must not use the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert [d.name for d in find_personal_data("Write to jo.doe@example.com today.")] == ["email address"]


def test_places_are_in_order_when_there_are_several() -> None:
    text = "Call (212) 555-0199 or write to jo.doe@example.com."
    assert [text[d.start : d.end] for d in find_personal_data(text)] == ["(212) 555-0199", "jo.doe@example.com"]


@pytest.mark.parametrize("text", ["a." * 10_000 + "@", "a@" + "b-" * 10_000, "!" * 20_000 + "@"])
def test_a_text_that_only_looks_like_an_email_takes_no_longer_than_another(text: str) -> None:
    """Presidio's own pattern takes minutes for the first: the square of its length. The test's timeout would tell."""
    assert find_personal_data(text) == []


@pytest.mark.parametrize(
    "email", ["o'hara+tag@mail.example.co.uk", "x@y-z.de", "a_b.c-d@sub.domain.museum", "x" * 64 + "@example.com"]
)
def test_an_email_is_found_whole(email: str) -> None:
    text = f"Write to <{email}>, please."
    assert [text[d.start : d.end] for d in find_personal_data(text)] == [email]
