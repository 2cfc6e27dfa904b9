"""`arf rewrap`: the last step but one of a change of the master key."""

from __future__ import annotations

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, write_json


def rewrap(data: DataOption = DEFAULT_DATA, json_file: JsonOption = None) -> None:
    """Wrap every call's key with the first key of the master key file, so that the others can be taken out of it.

    Services may run; they must have been restarted with that first key. An interrupted one is simply done again.
    """
    from arf.site.site import entered

    with entered(data) as backbone:
        count = backbone.sealer.rewrap()
    console.print(f"{count} calls' keys were wrapped anew; none needs an older master key", highlight=False)
    write_json(json_file, {"rewrapped": count})
