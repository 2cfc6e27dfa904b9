"""`arf rewrap`: rewraps the keys of all calls after a new master key was added."""

from __future__ import annotations

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, counted, write_json


def rewrap(data: DataOption = DEFAULT_DATA, json_file: JsonOption = None) -> None:
    """Wrap every call's key with the first key of the master key file, so that others can be removed.

    Services may run, but must have been restarted with the new first key. If interrupted, run it again.
    """
    from arf.site.site import entered

    with entered(data) as backbone:
        count = backbone.sealer.rewrap()
    console.print(f"keys of {counted(count, 'call')} rewrapped; none needs an older master key", highlight=False)
    write_json(json_file, {"rewrapped": count})
