"""The page: well-formed, self-contained, escaped, complete."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from arf.evaluation.summary_report import check
from arf.loop.report.html import render
from tests.helpers.reports import records, report

_VOID = {"meta", "link", "br", "img", "hr", "input"}


class _Reader(HTMLParser):
    """Collects tags, ids and text, and holds every end tag against its start tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.ids += [v for k, v in attrs if k == "id" and v]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.ids += [v for k, v in attrs if k == "id" and v]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & set(self.open):
            self.text += data


def _page(**texts: str) -> str:
    calls, evaluations, revisions = records({k.removeprefix("turn"): v for k, v in texts.items()})
    return render(report(), calls=calls, evaluations=evaluations, revisions=revisions)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_page_is_well_formed_and_its_ids_are_unique() -> None:
    read = _read(_page())

    assert read.open == []
    assert len(read.ids) == len(set(read.ids))


def test_page_loads_nothing_and_runs_nothing() -> None:
    page = _page()

    assert "http" not in page
    assert not {"script", "link", "img", "iframe"} & _read(page).tags
    assert all(target.startswith("#") for target in re.findall(r'(?:href|src)="([^"]*)"', page))
    assert not re.search(r"@import|url\((?!#)", page)


def test_every_link_within_the_page_has_its_target() -> None:
    page = _page()
    ids = set(_read(page).ids)

    assert [t for t in re.findall(r'(?:href="|url\()#([^")]+)', page) if t not in ids] == []


def test_all_four_systems_are_shown_with_their_numbers() -> None:
    text = _read(_page()).text.replace("\u00a0", " ")

    for name, rate in (
        ("Teacher", "6 %"),
        ("Plain distillation", "8 %"),
        ("ARF student", "52 %"),
        ("Rules alone", "41 %"),
    ):
        assert name in text
        assert rate in text


def test_call_text_is_escaped_when_it_holds_markup() -> None:
    attack = "<script>alert(1)</script> \"'><img src=x onerror=y> {{ 7 * 7 }}"
    page = _page(turn0=attack)
    read = _read(page)

    assert attack in read.text
    assert not {"script", "img"} & read.tags


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_page_stays_well_formed_whatever_is_said(said: str) -> None:
    assert _read(_page(turn1=said)).open == []


def test_errors_are_marked_in_place_and_explained() -> None:
    page = _page()

    assert "<mark>was late<sup>1</sup></mark>" in page
    assert "The order arrived, but damaged." in page
    assert "The promised replacement is missing." in page


def test_the_same_records_give_the_same_page() -> None:
    assert _page() == _page()


def test_page_is_made_when_a_run_has_no_gold_and_no_records() -> None:
    bare = {"systems": {"teacher": {"metrics": {"rouge1": {"value": 0.3, "low": 0.2, "high": 0.4, "n": 9}}}}}
    text = _read(render(bare)).text

    assert "no gold facts" in text
    assert "ROUGE-1" in text
    assert "Worked examples" not in text


def test_the_detectors_come_with_their_caveat() -> None:
    assert "no evidence that the student is right" in _read(_page()).text


def test_the_tests_sample_follows_the_schema_of_report_json() -> None:
    check(report())


def test_a_metric_measured_on_fewer_calls_says_on_how_many() -> None:
    assert "lower is better, 6 calls" in _read(_page()).text


def test_differences_beside_the_main_ones_are_kept_a_click_away() -> None:
    many = report()
    many["comparisons"].append(
        {"metric": "error_format", "a": "arf", "b": "teacher", "difference": -0.1, "low": -0.2, "high": 0.1}
    )
    main, _, rest = render(many).partition("All other differences")

    assert "Key facts covered" in main
    assert "−10 points" in rest
