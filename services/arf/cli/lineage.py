"""`arf lineage`: what an artefact was made from, and what was made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.tree import Tree

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, TenantOption, console, minute, write_json
from arf.kit.errors import NotFound

if TYPE_CHECKING:
    from arf.site.lineage import Artefact, Edge


def lineage(
    artefact_id: Annotated[
        str, typer.Argument(metavar="ID", help="A call, a record's event id, a dataset, an adapter.")
    ],
    data: DataOption = DEFAULT_DATA,
    tenant: TenantOption = None,
    json_file: JsonOption = None,
) -> None:
    """Show where an artefact comes from, and what it went into."""
    from arf.site.forgetting import forgotten_calls
    from arf.site.owners import owner
    from arf.site.site import entered
    from arf.site.tracking import opened_tracking

    with entered(data) as backbone:
        tracking = opened_tracking(backbone)
        tracking.catch_up()
        whose = tenant or owner(backbone.database, artefact_id)
        found = tracking.lineage.find(whose, artefact_id)
        letters = tracking.dead_letters(whose, artefact_id)
        failed = [f"call {artefact_id} failed at {letter.dead.stage}: dead letter {letter.id}" for letter in letters]
        ways = [(it, tracking.lineage.ancestry(whose, it), tracking.lineage.descent(whose, it)) for it in found]
        calls = {artefact_id, *(e.parent.id for _, ancestry, _ in ways for e in ancestry)}
        forgotten = forgotten_calls(backbone.database, whose)
    notes = failed + [
        f"call {call} was forgotten on {minute(forgotten[call])}: its text can be read nowhere"
        for call in sorted(calls & forgotten.keys())
    ]
    if not found:
        nothing = f"tenant {whose} has nothing with the id {artefact_id}, or nothing was made from it yet"
        raise NotFound("; ".join(notes) or nothing)
    for it, ancestry, descent in ways:
        tree = Tree(escape(_name(it)))
        _grow(tree.add("made of"), it, {(e.child, e.parent) for e in ancestry}, set())
        _grow(tree.add("went into"), it, {(e.parent, e.child) for e in descent}, set())
        console.print(tree, soft_wrap=True)
    for line in notes:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    plain = [
        {"kind": it.kind.value, "id": it.id, "ancestry": _plain(ancestry), "descent": _plain(descent)}
        for it, ancestry, descent in ways
    ]
    write_json(json_file, plain)


def _grow(branch: Tree, here: Artefact, ways: set[tuple[Artefact, Artefact]], above: set[Artefact]) -> None:
    """Adds all that is reachable from `here` to the tree."""
    nexts = sorted((far for near, far in ways if near == here), key=lambda a: (a.kind.value, a.id))
    if not nexts and not above:
        branch.add("nothing that is known")
    for far in nexts:
        if far not in above:
            _grow(branch.add(escape(_name(far))), far, ways, {*above, here})


def _name(artefact: Artefact) -> str:
    return f"{artefact.kind.value.lower().replace('_', ' ')} {artefact.id}"


def _plain(edges: list[Edge]) -> list[dict[str, dict[str, str]]]:
    return [
        {side: {"kind": it.kind.value, "id": it.id} for side, it in (("parent", edge.parent), ("child", edge.child))}
        for edge in edges
    ]
