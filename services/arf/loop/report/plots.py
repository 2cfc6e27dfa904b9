"""Plots as inline SVG: no scripts or embedded fonts; colours come from the page, so that dark mode works."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from arf.loop.report import wording

# Placeholder colours that matplotlib writes, replaced by the page's variables.
_COLOURS = {
    "#000101": "var(--ink)",
    "#000202": "var(--muted)",
    "#000303": "var(--rule)",
    "#000404": "var(--teacher)",
    "#000505": "var(--distilled)",
    "#000606": "var(--arf)",
    "#000707": "var(--repair)",
}
_INK, _MUTED, _RULE = "#000101", "#000202", "#000303"
_SYSTEM = {"teacher": "#000404", "distilled": "#000505", "arf": "#000606", "repair": "#000707"}
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "arf", "font.family": "sans-serif", "font.size": 10.5}


@dataclass(frozen=True)
class Plot:
    """An SVG element with its caption; `description` is its text alternative."""

    svg: str
    caption: str
    description: str
    legend: tuple[tuple[str, str], ...] = ()


def plots(report: Mapping[str, Any]) -> list[Plot]:
    """The plots that the report's figures allow, most important first."""
    systems = report.get("systems", {})
    return [p for p in (_primary(systems), _errors(systems)) if p is not None]


def _primary(systems: Mapping[str, Any]) -> Plot | None:
    found = [(s, systems[s]["metrics"].get("error_free_rate")) for s in wording.ordered_systems(systems)]
    shown = [(s, m) for s, m in found if m and m.get("value") is not None]
    if not shown:
        return None
    figure, axes = _canvas(0.42 * len(shown) + 0.6)
    for row, (name, m) in enumerate(shown):
        _bar(axes, row, 0.52, m, _SYSTEM.get(name, _MUTED))
        axes.text(_end(m) + 1.5, row, wording.percent(m["value"]), va="center", color=_INK, fontweight="bold")
    _finish(axes, [wording.system(s) for s, _ in shown], 100)
    words = "; ".join(f"{wording.system(s)} {wording.percent(m['value'])}" for s, m in shown)
    caption = "Summaries without an error, of the held-out calls. Error bars: 95 % intervals."
    return Plot(_svg(figure, "primary", f"Error-free summaries: {words}"), caption, words)


def _errors(systems: Mapping[str, Any]) -> Plot | None:
    before, after = (systems.get(s, {}).get("metrics", {}) for s in ("teacher", "arf"))
    shown = [
        (m, e, before[m], after[m])
        for m in sorted(before.keys() & after.keys(), key=_taxonomy)
        if (e := wording.error_of(m)) and before[m].get("value") is not None and after[m].get("value") is not None
    ]
    if not shown:
        return None
    figure, axes = _canvas(0.5 * len(shown) + 0.9)
    for row, (_, _, b, a) in enumerate(shown):
        for m, offset, colour in ((b, -0.19, _SYSTEM["teacher"]), (a, 0.19, _SYSTEM["arf"])):
            _bar(axes, row + offset, 0.32, m, colour)
            axes.text(_end(m) + 1, row + offset, wording.percent(m["value"]), va="center", color=_INK, fontsize=9)
    top = max(_end(m) for _, _, b, a in shown for m in (b, a))
    _finish(axes, [wording.ERRORS[e] for _, e, _, _ in shown], min(100.0, max(10.0, top * 1.15)))
    words = "; ".join(
        f"{wording.ERRORS[e]} {wording.percent(b['value'])} before, {wording.percent(a['value'])} after"
        for _, e, b, a in shown
    )
    caption = "Summaries with an error of each type, against gold facts."
    legend = (("teacher", "before: teacher"), ("arf", "after: ARF student"))
    return Plot(_svg(figure, "errors", f"Error rates by type: {words}"), caption, words, legend)


def _taxonomy(metric: str) -> int:
    error = wording.error_of(metric)
    return list(wording.ERRORS).index(error) if error else len(wording.ERRORS)


def _end(m: Mapping[str, Any]) -> float:
    high = m.get("high")
    return 100 * float(m["value"] if high is None else high)


def _canvas(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.4, height), layout="constrained")
    return figure, figure.add_subplot()


def _bar(axes: Axes, row: float, height: float, m: Mapping[str, Any], colour: str) -> None:
    axes.barh(row, 100 * m["value"], height, color=colour, linewidth=0)
    if m.get("low") is not None and m.get("high") is not None:
        axes.plot([100 * m["low"], 100 * m["high"]], [row, row], color=_INK, linewidth=1.1, solid_capstyle="butt")


def _finish(axes: Axes, labels: Sequence[str], top: float) -> None:
    axes.set_yticks(range(len(labels)), labels, color=_INK)
    axes.set_xlim(0, top * 1.06)
    axes.invert_yaxis()
    axes.tick_params(axis="both", length=0, colors=_MUTED, labelcolor=_INK)
    axes.tick_params(axis="x", labelcolor=_MUTED, labelsize=9)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0f} %")
    axes.grid(axis="x", color=_RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _svg(figure: Figure, name: str, label: str) -> str:
    out = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    body = out.getvalue()
    body = body[body.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Ids are unique within a figure only, and the page holds several.
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    for stand_in, variable in _COLOURS.items():
        body = body.replace(stand_in, variable)
    body = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", body)
    # HTML needs no namespaces, and without them the page contains no URLs at all.
    body = re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", body).replace("xlink:href", "href")
    safe = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return re.sub(
        r"<svg\b[^>]*viewBox=\"([^\"]+)\"[^>]*>", rf'<svg role="img" aria-label="{safe}" viewBox="\1">', body, count=1
    )
