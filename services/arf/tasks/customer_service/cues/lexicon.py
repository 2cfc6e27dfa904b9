"""The notation of the lexicon: regular expressions over lower-case words."""

from __future__ import annotations

import re

_IRREGULAR = {
    "send": "sent",
    "resend": "resent",
    "get": "got|gotten|getting",
    "put": "putting",
    "pay": "paid",
    "give": "gave|given|giving",
    "take": "took|taken|taking",
    "set": "setting",
    "stop": "stopped|stopping",
    "swap": "swapped|swapping",
    "ring": "rang|rung",
    "bring": "brought",
    "freeze": "froze|frozen|freezing",
    "refer": "referred|referring",
    "find": "found",
    "run": "ran|running",
    "transfer": "transferred|transferring",
    "cancel": "cancelled|cancelling|canceled|canceling",
    "ship": "shipped|shipping",
    "submit": "submitted|submitting",
    "rebook": "rebooked",
    "have": "has|had|having",
    "make": "made|making",
    "hand": "handed",
    "credit": "credited",
    "unplug": "unplugged|unplugging",
    "come": "came|coming",
    "do": "did|done|doing",
    "speak": "spoken",
    "begin": "began|begun|beginning",
    "hear": "heard",
    "let": "letting",
    "go": "went|gone",
}

_INNER = r"(?:[^\s.?!]|\.(?=\d))"


def verbs(*bases: str) -> str:
    """A pattern for any form of these verbs."""
    forms: list[str] = []
    for base in bases:
        forms += [base, f"{base}s", f"{base}ing"]
        if base in _IRREGULAR:
            forms += _IRREGULAR[base].split("|")
        elif base.endswith("e"):
            forms += [f"{base}d", f"{base[:-1]}ing"]
        elif base.endswith("y") and base[-2] not in "aeiou":
            forms += [f"{base[:-1]}ied", f"{base[:-1]}ies"]
        else:
            forms += [f"{base}ed", f"{base}es"]
    return "(?:" + "|".join(forms) + ")"


def cue(*alternatives: str) -> re.Pattern[str]:
    """One pattern for whole words of any alternative.

    A blank stands for any white space, `\\S` for anything that ends no sentence, and an apostrophe may be missing, as
    speech recognition often leaves it out.
    """
    body = "|".join(alternatives).replace(r"\S", _INNER).replace(" ", r"\s+").replace("'", "'?")
    return re.compile(rf"(?<![\w'])(?:{body})(?![\w])")
