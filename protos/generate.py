"""Writes the Python code of the protos: `python protos/generate.py FOLDER`; `make protos` does it for services/.

FOLDER gets arf/v1 (messages, gRPC stubs, and the types of both) and buf/validate, on which arf.v1's rules depend.
google/rpc is not generated: googleapis-common-protos ships it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent


def main(out: Path) -> int:
    """Exit status: 0, or that of the protoc call that failed, which has said why on stderr."""
    # The type plugin is a script beside this interpreter, which need not be the PATH's.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    ours = sorted(str(path.relative_to(PROTOS)) for path in (PROTOS / "arf").rglob("*.proto"))
    services = [path for path in ours if path.endswith("_service.proto")]
    runs = [
        ([f"--python_out={out}", f"--pyi_out={out}"], [*ours, "buf/validate/validate.proto"]),
        ([f"--grpc_python_out={out}", f"--mypy_grpc_out=quiet:{out}"], services),
    ]
    includes = [f"--proto_path={PROTOS}", f"--proto_path={Path(grpc_tools.__file__).parent / '_proto'}"]
    out.mkdir(parents=True, exist_ok=True)
    for options, files in runs:
        status: int = protoc.main(["protoc", *includes, *options, *files])
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
