"""The Task object: what it puts together, and how it cleans a completion."""

import pytest

from arf.tasks.customer_service.task import TASK


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        ("  It is so.\n It stays so. ", "It is so. It stays so."),
        ("It is so. The agent said that", "It is so."),
        ("The agent said that", "The agent said that"),
        ('It is so. He said "yes."', 'It is so. He said "yes."'),
        ("", ""),
    ],
)
def test_completion_is_cut_back_to_whole_sentences_when_cleaned(completion: str, expected: str) -> None:
    assert TASK.clean(completion) == expected


def test_detectors_have_ids_of_their_own_when_listed() -> None:
    ids = [detector.id for detector in TASK.detectors()]
    assert ids
    assert len(set(ids)) == len(ids)
    assert all("@" in name for name in ids)
