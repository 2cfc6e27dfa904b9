from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from arf.inference.ray_app.launch import one_machine
from arf.inference.ray_app.model_args import ModelArgs

DEPLOY = Path(__file__).parents[4] / "deploy/ray"


@pytest.mark.parametrize("file", ["cpu.yaml", "gpu.yaml", "cluster.yaml"])
def test_config_files_name_the_application_and_good_arguments(file: str) -> None:
    config = yaml.safe_load((DEPLOY / file).read_text(encoding="utf-8"))
    for app in config["applications"]:
        assert app["import_path"] == "arf.inference.ray_app.application:build"
        assert ModelArgs(**app["args"]).name
    assert ("0.0.0.0" in str(config["http_options"])) == (file == "cluster.yaml")


def test_config_of_one_machine_has_good_arguments() -> None:
    (app,) = one_machine("m", "/models/m", "127.0.0.1", 8000, 3)["applications"]  # type: ignore[misc]
    args = ModelArgs(**app["args"])  # type: ignore[has-type]
    assert (args.source, args.device, args.adapters) == ("/models/m", "cpu", 3)


def test_unknown_argument_is_refused() -> None:
    with pytest.raises(ValidationError, match="adaptors"):
        ModelArgs(name="m", source="m", adaptors=3)  # type: ignore[call-arg]
