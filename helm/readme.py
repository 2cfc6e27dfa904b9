"""Writes helm/arf/README.md from its head and values.schema.json: `make helm-readme`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parent / "arf"


def readme() -> str:
    """The chart's README: README.head.md, then a table of all values."""
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    rows = [f"| `{name}` | {default} | {text} |" for name, default, text in _rows(schema, values, "")]
    head = (CHART / "README.head.md").read_text()
    return "\n".join([head, "| value | default | |", "|---|---|---|", *rows, ""])


def _rows(schema: dict[str, Any], value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    for name, part in schema.get("properties", {}).items():
        if name == "global":
            continue
        where = f"{path}.{name}" if path else name
        if part.get("properties"):
            yield where, "", part["description"]
            yield from _rows(part, value[name], where)
        else:
            default = json.dumps(value[name]) if value[name] not in ("", None) else ""
            yield where, f"`{default}`" if default else "", part["description"]


if __name__ == "__main__":
    (CHART / "README.md").write_text(readme())
