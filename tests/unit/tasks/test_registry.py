"""Tasks by name."""

import pytest

from arf.kit.errors import NotFound
from arf.tasks.registry import load, names


def test_task_is_found_when_it_has_a_folder() -> None:
    assert [load(name).name for name in names()] == names()
    assert "customer_service" in names()


def test_task_is_found_when_it_is_a_package_elsewhere() -> None:
    assert load("tests.helpers.toy_task").name == "toy_task"


@pytest.mark.parametrize("name", ["nothing", "base", "../customer_service", "", ".", "tests.helpers", "no.such"])
def test_not_found_names_the_known_ones_when_there_is_none(name: str) -> None:
    with pytest.raises(NotFound, match="customer_service"):
        load(name)
