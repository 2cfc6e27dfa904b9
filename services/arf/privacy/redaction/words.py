"""The word lists of words.txt: given names, and words that are never part of a name or of an address."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def section(name: str) -> frozenset[str]:
    """The words under a heading, in lower case. Raises KeyError if there is no such heading."""
    text = files("arf.privacy").joinpath("redaction", "words.txt").read_text(encoding="utf-8")
    text = re.sub("^#.*$", "", text, flags=re.MULTILINE)
    parts = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)
    return frozenset(dict(zip(parts[1::2], parts[2::2], strict=True))[name].split())


@cache
def given_names() -> frozenset[str]:
    """Given names that are seldom anything else."""
    return section("given") - section("never") - section("also_words")
