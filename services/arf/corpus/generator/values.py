"""Draws the values in a call: amounts, dates, times, order numbers, phone numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


@dataclass(eq=False)
class Value:
    """One thing said: its slot, its canonical form, and for words the wording; `wrong` is what was said
    first by mistake.

    `personal` names the kind of personal data it is, empty if none. Two mentions of one Value are one fact.
    """

    slot: str
    canonical: str
    surface: str = ""
    personal: str = ""
    wrong: Value | None = field(default=None)


class Draw:
    """Draws consistent values: none equal by chance, past dates before the call, deadlines after it."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()
        self._today = date(2026, 1, 25) + timedelta(days=rng.randrange(310))

    def amount(self, like: str = "") -> Value:
        """An amount of money; `like` another one but with digits swapped."""
        if like:
            return self._fresh("amount", lambda: f"{self._near(like.removesuffix(' USD'))} USD")
        return self._fresh("amount", lambda: f"{self._dollars():.2f} USD")

    def past(self) -> Value:
        """A day before the call."""
        return self._fresh("date", lambda: str(self._today - timedelta(days=self._rng.randrange(2, 22))))

    def future(self, slot: str = "date") -> Value:
        """A day after the call."""
        return self._fresh(slot, lambda: str(self._today + timedelta(days=self._rng.randrange(2, 20))))

    def deadline(self) -> Value:
        """A deadline: a day, or a number of days."""
        if self._rng.random() < 0.6:
            return self.future("deadline")
        return self._fresh("deadline", lambda: f"P{self._rng.choice((2, 3, 4, 5, 6, 7, 8, 10, 14))}D")

    def time(self) -> Value:
        """A time within office hours."""
        return self._fresh(
            "time", lambda: f"{self._rng.randrange(8, 18):02d}:{self._rng.choice((0, 0, 15, 30, 30, 45)):02d}"
        )

    def ref(self, slot: str) -> Value:
        """The number of an order, account or ticket."""
        personal = "account_id" if slot == "account_id" else ""
        value = self._fresh(slot, self._id)
        value.personal = personal
        return value

    def phone(self) -> Value:
        """A phone number reserved for fiction."""
        area = self._rng.choice(("202", "312", "415", "617", "713"))
        value = self._fresh("phone", lambda: f"+1{area}55501{self._rng.randrange(100):02d}")
        value.personal = "phone"
        return value

    def email(self, name: str) -> Value:
        """An address for a person's name."""
        first, last = name.lower().split()
        form = self._rng.choice((f"{first}.{last}", f"{first}{last}", f"{first}_{last}", f"{first[0]}{last}"))
        return Value(
            "email", f"{form}@{self._rng.choice(('example.com', 'example.org', 'example.net'))}", personal="email"
        )

    def mistaken(self, value: Value) -> Value:
        """A plausible slip for `value`."""
        if value.slot == "amount":
            return self.amount(like=value.canonical)
        if value.slot in ("date", "deadline") and not value.canonical.startswith("P"):
            day = date.fromisoformat(value.canonical)
            return self._fresh(value.slot, lambda: str(day + timedelta(days=self._rng.choice((-2, -1, 1, 2, 3)))))
        if value.slot == "deadline":
            return self._fresh(value.slot, lambda: f"P{self._rng.choice((2, 3, 4, 5, 6, 7, 8, 10, 14))}D")
        if value.slot == "time":
            return self.time()
        return self._fresh(value.slot, lambda: self._swapped(value.canonical))

    def _fresh(self, slot: str, make: Callable[[], str]) -> Value:
        while (canonical := make()) in self._taken:
            pass
        self._taken.add(canonical)
        return Value(slot, canonical)

    def _dollars(self) -> float:
        whole = self._rng.randrange(6, 100) if self._rng.random() < 0.75 else self._rng.randrange(100, 480)
        return whole + self._rng.choice((0, 0, 0.5, 0.99, 0.2, 0.75, self._rng.randrange(1, 100) / 100))

    def _near(self, amount: str) -> str:
        other = float(amount) + self._rng.choice((10, -10, 9, -9, 20, 1, -1, 30))
        return f"{other if other > 5 else other + 40:.2f}"

    def _id(self) -> str:
        digits = "".join(str(self._rng.randrange(10)) for _ in range(4))
        lead = str(self._rng.randrange(1, 10))
        return self._rng.choice(("", "", "".join(self._rng.sample(LETTERS, 2)))) + lead + digits

    def _swapped(self, number: str) -> str:
        place = self._rng.randrange(len(number) - 3, len(number))
        return number[:place] + str(self._rng.randrange(10)) + number[place + 1 :]
