"""Checks the installation and says how to fix it; downloads and changes nothing."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from arf.inference.models import DEFAULT_MODEL, list_models
from arf.inference.settings import InferenceSettings

_MIN_PYTHON = (3, 11)
_DISK_GIB = 2.0  # a converted model, two adapters and their checkpoints
_MEMORY_GIB = 6.0  # what a run of the bundled calls may take
# The extras that `arf run` requires.
_REQUIRED = ("", "analysis", "inference", "finetune", "report", "loop")
_REQUIREMENT = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?(?:==(?P<pin>[^;\s]+))?[^;]*(?:;\s*extra\s*==\s*[\"'](?P<extra>[^\"']+))?"
)

Version = Callable[[str], str]
"""The installed version of a distribution; raises PackageNotFoundError."""


@dataclass(frozen=True)
class Check:
    """The result of one check, and what to do if it is not `ok`. If a `required` one fails, nothing can run."""

    name: str
    ok: bool
    found: str
    advice: str = ""
    required: bool = True


def checks() -> list[Check]:
    """All checks, in the order in which to fix them."""
    settings = InferenceSettings()
    return [
        python(sys.version_info[:3]),
        *packages(_declared(), metadata.version),
        model_cache(list_models().get(DEFAULT_MODEL), settings.home),
        disk(shutil.disk_usage(_existing(settings.home)).free, settings.home),
        *memory_and_threads(settings.threads),
        number_format(settings.dtype),
    ]


def python(version: Sequence[int]) -> Check:
    """Checks that Python is new enough."""
    found = ".".join(str(part) for part in version)
    wanted = ".".join(str(part) for part in _MIN_PYTHON)
    advice = f"install Python {wanted} or newer, then: make clean setup PYTHON=/path/to/it"
    return _check("Python", tuple(version[:2]) >= _MIN_PYTHON, f"{found} ({platform.machine()})", advice)


def packages(requirements: Sequence[str] | None, version: Version) -> list[Check]:
    """Checks, for each extra, that its packages are installed in their pinned versions."""
    if requirements is None:
        return [Check("packages", False, "arf itself is not installed here", "make setup, or pip install -e '.[loop]'")]
    wanted: dict[str, list[tuple[str, str | None]]] = {extra: [] for extra in _REQUIRED}
    for line in requirements:
        parsed = _REQUIREMENT.match(line)
        if parsed and parsed["name"] != "arf":
            wanted.setdefault(parsed["extra"] or "", []).append((parsed["name"], parsed["pin"]))
    return [_extra(extra, pins, version) for extra, pins in wanted.items() if pins]


def model_cache(folder: Path | None, home: Path) -> Check:
    """Checks that the default model is in the user's cache; if not, a run downloads it."""
    advice = f"nothing: the first run downloads it; to do so now: arf models pull {DEFAULT_MODEL}"
    found = f"{DEFAULT_MODEL} in {folder}" if folder else f"{DEFAULT_MODEL} is not in {home / 'models'}"
    return _check("model", folder is not None, found, advice, required=False)


def disk(free_bytes: int, home: Path) -> Check:
    """Checks that there is disk space for the model and a run."""
    free = free_bytes / 2**30
    advice = f"free {_DISK_GIB:.0f} GiB of disk space, or keep models elsewhere: ARF_HOME=/path"
    return _check("disk", free >= _DISK_GIB, f"{free:.1f} GiB free at {home}", advice)


def memory_and_threads(threads: int) -> list[Check]:
    """Checks that there is memory for a run, and a core for each thread."""
    try:
        import psutil
    except ImportError:
        return [Check("memory", False, "not measured: psutil is missing", "make setup", required=False)]
    free = psutil.virtual_memory().available / 2**30
    process = psutil.Process()
    # Not every system can bind a process to cores.
    cores = len(process.cpu_affinity() or ()) if hasattr(process, "cpu_affinity") else psutil.cpu_count() or 1
    little = f"free {_MEMORY_GIB:.0f} GiB, or make batches smaller: ARF_TOKEN_BUDGET=8192"
    many = f"ARF_THREADS={cores}, or runs are slow; another number may change the last digits of results"
    return [
        _check("memory", free >= _MEMORY_GIB, f"{free:.1f} GiB available", little, required=False),
        _check("threads", threads <= cores, f"{threads} threads on {cores} cores", many, required=False),
    ]


def number_format(setting: str) -> Check:
    """Reports the number format of the weights on this machine's CPU or GPU."""
    try:
        from arf.inference.number_format import fastest_dtype

        fastest = str(fastest_dtype()).removeprefix("torch.")
    except ImportError:
        return Check("number format", False, "not measured: torch is missing", "make setup", required=False)
    slow = setting not in ("auto", fastest)
    found = f"{fastest} is faster here" + (f", ARF_DTYPE asks for {setting}" if slow else f"; ARF_DTYPE={setting}")
    return _check("number format", not slow, found, "unset ARF_DTYPE", required=False)


def _extra(extra: str, pins: Sequence[tuple[str, str | None]], version: Version) -> Check:
    problems = []
    for name, pin in pins:
        try:
            found = version(name)
        except metadata.PackageNotFoundError:
            problems.append(f"{name} is missing")
            continue
        # A build tag (+cpu) does not make it another version.
        if pin is not None and found.split("+")[0] != pin:
            problems.append(f"{name} is {found}, not {pin}")
    advice = f"make setup, or pip install -e '.[{extra}]'" if extra else "make setup, or pip install -e ."
    found_text = "; ".join(problems) or f"all {len(pins)} installed"
    return _check(f"packages: {extra or 'core'}", not problems, found_text, advice, required=extra in _REQUIRED)


def _declared() -> list[str] | None:
    try:
        return metadata.requires("arf") or []
    except metadata.PackageNotFoundError:
        return None


def _existing(path: Path) -> Path:
    return next(p for p in (path, *path.absolute().parents) if p.exists())


def _check(name: str, ok: bool, found: str, advice: str, *, required: bool = True) -> Check:
    return Check(name, ok, found, "" if ok else advice, required)
