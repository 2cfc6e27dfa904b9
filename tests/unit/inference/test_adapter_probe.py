from __future__ import annotations

from pathlib import Path

import pytest

from arf.inference.adapter_probe import MARGIN, fingerprints, match
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.inference.test_loaded_model import make_adapter


def test_nearest_is_named_with_its_margin() -> None:
    found = match([-1.0, -2.1], {"one": [-1.0, -2.0], "two": [-3.0, -2.0], "three": [-9.0, -9.0]})
    assert (found.nearest, round(found.margin)) == ("one", 21)


def test_margin_is_small_when_two_adapters_are_alike() -> None:
    assert match([-1.0], {"one": [-1.2], "two": [-0.7]}).margin < MARGIN


def test_text_of_another_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="argument"):
        match([-1.0], {"one": [-1.0, -2.0]})


def test_fingerprints_tell_adapters_apart(tmp_path: Path) -> None:
    base = make_tiny_model(tmp_path / "tiny")
    one, two = (make_adapter(base, tmp_path / str(seed), seed) for seed in (1, 2))
    bare, first, second = fingerprints(base, [one, two])
    again = fingerprints(base, [two])[1]
    known = {"base": bare, "one": first, "two": second}
    assert match(again, known).nearest == "two"
    assert match(again, known).margin > MARGIN
