"""`python -m arf.inference.ray_app CONFIG [ADDRESS]`: the applications of a Serve config file, until stopped.

Without the address of a running Ray it starts one on this machine. Ray and vLLM read their own settings from the
environment when they are imported, as `arf.inference.ray_app.launch` and docs/inference.md have them.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import ray
import yaml
from ray import serve

from arf.inference.ray_app.application import build
from arf.inference.ray_app.model_args import ModelArgs
from arf.inference.ray_app.settings import EngineSettings
from arf.kit.environment import from_environment


def main(config: Path, address: str = "local") -> None:
    """Serves until SIGTERM or SIGINT. On this machine alone ("local") it joins no Ray that another left behind."""
    wanted = yaml.safe_load(config.read_text(encoding="utf-8"))
    ray.init(address=address, **(_alone(len(wanted["applications"])) if address == "local" else {}))
    # Ray's own handler ends this process with a trace, and leaves the engine to find out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    serve.start(http_options=wanted["http_options"])
    targets = [
        serve.RunTarget(build(ModelArgs(**app["args"])), name=app["name"], route_prefix=app["route_prefix"])
        for app in wanted["applications"]
    ]
    serve.run_many(targets, blocking=True)


def _alone(engines: int) -> dict[str, object]:
    # CPUs as Ray counts them: one for each engine, the rest for its proxies and controllers.
    options: dict[str, object] = {"num_cpus": engines + 3, "include_dashboard": False}
    port = from_environment(EngineSettings).metrics_port
    return options if port is None else options | {"_metrics_export_port": port}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
