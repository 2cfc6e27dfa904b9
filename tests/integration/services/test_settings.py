"""The law of settings: whoever changes a variable changes what is wired, for every field of every class of settings."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings

import arf
from arf.inference.settings import ModelSettings
from arf.kit.errors import NotFound
from arf.kit.metrics import Metrics
from arf.kit.server import ServerSettings
from arf.kit.server.peer_settings import PeerSettings
from arf.privacy.master_key import create_file
from arf.site.live_caller import summarizer_peer
from arf.site.reviews_client import ReviewsClient
from tests.helpers.certificates import Authority
from tests.helpers.object_graph import values
from tests.helpers.server_life import lived
from tests.helpers.servers import LoopThread
from tests.helpers.tokens import Issuer

ROOT = Path(next(iter(arf.__path__)))

OPENAI = {"name": "one", "kind": "openai", "model": "m", "url": "http://127.0.0.1:1/v1"}
TGI = {"name": "one", "kind": "tgi", "model": "m", "url": "http://127.0.0.1:1"}

BASES: dict[str, dict[str, Any]] = {
    "UpstreamSettings": OPENAI,
    "UpstreamSettings.chat_template": TGI,
    "TenantSettings.requests_burst": {"requests_per_s": 1},
    "TenantSettings.tokens_burst": {"tokens_per_s": 1},
}
"""What a model within a setting cannot do without, by its class, or for one of its fields."""

OTHERS: dict[str, Callable[[Path], Any]] = {
    "UpstreamSettings.name": lambda folder: "two",
    "UpstreamSettings.kind": lambda folder: "tgi",
    "UpstreamSettings.model": lambda folder: "another",
    "UpstreamSettings.url": lambda folder: "http://127.0.0.1:2/v1",
    "UpstreamSettings.refuses": lambda folder: ["temperature"],
    "UpstreamSettings.chat_template": lambda folder: written(folder / "chat.jinja", "{{ messages }}"),
    "TeacherSettings.upstreams": lambda folder: json.dumps([OPENAI, OPENAI | {"name": "two"}]),
    "EditorSettings.model": lambda folder: "http://127.0.0.1:2/v1#other",
    "EditorSettings.targets": lambda folder: '["OMISSION"]',
    "AnalysisSettings.judge": lambda folder: "http://127.0.0.1:2/v1",
    "StoreSettings.database_url": lambda folder: f"sqlite:///{folder}/another.db",
    "StoreSettings.master_key_file": lambda folder: another_key(folder / "another.key"),
    "StoreSettings.retention": lambda folder: '{"review": 7}',
    "BusSettings.bus": lambda folder: f"sqlite:{folder}/another-bus.db",
    "BusSettings.bus_retention": lambda folder: '{"arf.dlq.v1": 7}',
    "ServerSettings.jwks_file": lambda folder: keys(folder / "keys.json"),
    "ServerSettings.tenant": lambda folder: "another",
    "ServerSettings.host": lambda folder: "localhost",
    "ServerSettings.tenant_weights": lambda folder: '{"a": 2}',
    "ModelSettings.refuses": lambda folder: '["temperature"]',
    "PeerSettings.address": lambda folder: "127.0.0.1:2",
    "PeerSettings.cert": lambda folder: copied(certificates(folder.parent)["ARF_EDITOR_CERT"]),
    "PeerSettings.key": lambda folder: copied(certificates(folder.parent)["ARF_EDITOR_KEY"]),
    "AnalysisSettings.task": lambda folder: "no_such_task",
    "EditorSettings.task": lambda folder: "no_such_task",
    "TeacherSettings.task": lambda folder: "no_such_task",
    "SummarizerSettings.task": lambda folder: "no_such_task",
    "SummarizerSettings.model": lambda folder: "http://127.0.0.1:2/v1#other",
}
"""A value that differs from the default, where none follows from the field's type."""

TLS = {"ARF_TLS_CERT": "cert.pem", "ARF_TLS_KEY": "key.pem"}

BESIDES: dict[str, Callable[[Path], Mapping[str, str]]] = {
    "ServerSettings.tls_cert": lambda folder: TLS,
    "ServerSettings.tls_key": lambda folder: TLS,
    "ServerSettings.tls_client_ca": lambda folder: TLS,
    "ServerSettings.token_issuer": lambda folder: {"ARF_JWKS_FILE": keys(folder / "keys.json")},
    "ServerSettings.token_audience": lambda folder: {"ARF_JWKS_FILE": keys(folder / "keys.json")},
    "TeacherSettings.cache_entries": lambda folder: {"ARF_TEACHER_CACHE": "memory"},
    "PeerSettings.cert": lambda folder: certificates(folder.parent),
    "PeerSettings.key": lambda folder: certificates(folder.parent),
}
"""Variables without which another one says nothing."""

ELSEWHERE = {
    "InferenceSettings": "a model in this process takes them when it is loaded: tests/unit/inference and unit/cli",
    "KafkaSettings": "a broker alone takes them, in the client's configuration: tests/unit/kit/bus",
}
"""Classes of which no wiring shows the fields, and why."""


def written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def keys(path: Path) -> str:
    return str(Issuer(path).jwks_file)


def certificates(folder: Path) -> dict[str, str]:
    """Variables of the connections that the package makes, with a certificate that is good."""
    authority = Authority(folder / "authority")
    pair = authority.pair("client")
    files = {"CA": authority.ca, "CERT": pair.cert, "KEY": pair.key}
    return {f"{prefix}{name}": str(path) for prefix in prefixes(PeerSettings) for name, path in files.items()}


def copied(path: str) -> str:
    return str(shutil.copy(path, f"{path}.copy"))


def another_key(path: Path) -> str:
    create_file(path)
    return str(path)


@dataclass(frozen=True)
class Case:
    """One field of a class of settings, or of a model within one; `way` leads from the setting to the field."""

    kind: type[BaseModel]
    variable: str
    """The environment's name of the setting."""
    owner: str
    name: str
    type_: Any
    default: Any
    metadata: tuple[Any, ...] = ()
    around: str = ""
    """Where the field is that of a model: whether the setting is one such model, a list of them or an object."""

    @property
    def title(self) -> str:
        """The class and the field."""
        return f"{self.owner}.{self.name}"

    def given(self, folder: Path, *, other: bool) -> dict[str, str]:
        """The variable, with the field as it is by default or otherwise."""
        value = self._other(folder) if other else None
        if not self.around:
            return {self.variable: str(value)} if other else {}
        inner = dict(BASES.get(self.title, BASES.get(self.owner, {}))) | ({self.name: value} if other else {})
        whole: Any = {"one": inner, "list": [inner], "object": {"acme": inner}}[self.around]
        return {self.variable: json.dumps(whole)}

    def _other(self, folder: Path) -> Any:
        if self.title in OTHERS:
            return OTHERS[self.title](folder)
        kinds = [t for t in get_args(self.type_) if t is not type(None)] if _is_union(self.type_) else [self.type_]
        kind, default = kinds[0], self.default
        if get_origin(kind) is Literal:
            return next(option for option in get_args(kind) if option != default)
        if kind is bool:
            return not default
        if kind is int:
            least = max((getattr(m, "ge", None) or 0 for m in self.metadata), default=0)
            return (default if isinstance(default, int) else max(least, 6)) + 1
        if kind is float:
            return default / 2 if isinstance(default, float) and default else 7.5
        if kind is Path:
            # Beside the folder of the wiring, a folder that it makes excepted.
            return str(folder / "other") if "dir" in self.name else written(folder.parent / self.name, "token")
        if kind is SecretStr:
            return "another-secret"
        if kind is str and not default:
            return "another"
        raise AssertionError(f"{self.title}: say in OTHERS what another value of it is")


def _is_union(type_: Any) -> bool:
    return get_origin(type_) in (Union, types.UnionType)


def classes() -> list[type[BaseSettings]]:
    """Every class of settings in the package that variables are read for.

    Those of the engine on Ray are read in its own environment; tests/integration/inference starts it with them.
    """
    for path in sorted(set(ROOT.rglob("*.py")) - set((ROOT / "inference/ray_app").rglob("*.py"))):
        if re.search(r"^class \w*Settings\b", path.read_text(encoding="utf-8"), re.MULTILINE):
            importlib.import_module(".".join(("arf", *path.relative_to(ROOT).with_suffix("").parts)))
    waiting, found = [BaseSettings], []
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        own = (
            kind.__module__.startswith("arf.")
            and not kind.__module__.startswith("arf.inference.ray_app")
            and not kind.__name__.startswith("_")
            and kind.__qualname__ in _defined(kind)
        )
        found += [kind] if own and not kind.__subclasses__() else []
    return sorted(found, key=lambda kind: kind.__name__)


def _defined(kind: type) -> set[str]:
    """The names of its module, which a class made at run time is not among."""
    return set(vars(importlib.import_module(kind.__module__)))


def prefixes(kind: type[BaseSettings]) -> list[str]:
    """What its variables begin with: by the class, or wherever one of it is asked for."""
    if own := kind.model_config["env_prefix"] or (kind.__name__ not in ("PeerSettings",)):
        return [own if isinstance(own, str) else ""]
    asked = re.compile(rf"{kind.__name__}\.of\(\s*\"(ARF_\w+_)\"")
    return sorted({prefix for path in ROOT.rglob("*.py") for prefix in asked.findall(path.read_text(encoding="utf-8"))})


def cases() -> Iterator[Case]:
    """Every field of every class, those of models within them too."""
    for kind in classes():
        for prefix in prefixes(kind):
            for name, info in kind.model_fields.items():
                models = list(_models(info.annotation))
                if not models:
                    yield _case(kind, prefix, name, kind, name)
                for shape, model in models:
                    for inner in model.model_fields:
                        yield _case(kind, prefix, name, model, inner, shape)


def _roles() -> Iterator[Case]:
    """The settings of each model that a service opens in its wiring, by the role that it has there."""
    for app in sorted(ROOT.glob("*/app.py")):
        for role in re.findall(r"ModelSettings\.of_role\(\"(\w+)\"", app.read_text(encoding="utf-8")):
            for name, info in ModelSettings.model_fields.items():
                default = info.get_default(call_default_factory=True)
                variable = f"ARF_{role}_{name}".upper()
                yield Case(
                    ModelSettings, variable, "ModelSettings", name, info.annotation, default, tuple(info.metadata)
                )


def _case(kind: type[BaseSettings], prefix: str, setting: str, owner: Any, name: str, around: str = "") -> Case:
    info = owner.model_fields[name]
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    variable = f"{prefix}{setting}".upper()
    return Case(kind, variable, owner.__name__, name, info.annotation, default, tuple(info.metadata), around)


def _models(type_: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        yield "one", type_
    for part in get_args(type_):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield "object" if get_origin(type_) is dict else "one" if _is_union(type_) else "list", part


class Wiring:
    """Wires what a class of settings is for, in a folder that is empty each time."""

    def __init__(self, loop: LoopThread, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.loop, self.folder, self.patch = loop, folder, patch
        self._key = folder.parent / "master.key"
        create_file(self._key)

    def values(self, case: Case, *, other: bool) -> dict[str, str]:
        """Every value in what is wired, by the way to it, less what chance decides."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        with self.patch.context() as patch:
            patch.chdir(self.folder)
            besides = BESIDES.get(case.title, lambda folder: {})(self.folder)
            for name, value in {**self._base(), **besides, **case.given(self.folder, other=other)}.items():
                patch.setenv(name, value)
            found = self._wired(case)
        return {re.sub(r"[0-9a-f]{12,}", "#", way): re.sub(r"0x[0-9a-f]+", "#", text) for way, text in found.items()}

    def _base(self) -> dict[str, str]:
        return {
            "ARF_BUS": f"sqlite:{self.folder}/bus.db",
            "ARF_DATABASE_URL": f"sqlite:///{self.folder}/store.db",
            "ARF_MASTER_KEY_FILE": str(self._key),
            "ARF_TEACHER_UPSTREAMS": json.dumps([OPENAI]),
            "ARF_EDITOR_MODEL": "http://127.0.0.1:1/v1#m",
            "ARF_ANALYSIS_JUDGE": "http://127.0.0.1:1/v1#m",
            "ARF_SUMMARIZER_MODEL": "http://127.0.0.1:1/v1#m",
        }

    def _wired(self, case: Case) -> dict[str, str]:
        kind = case.kind
        if kind is ServerSettings:
            return lived()
        if case.title.startswith("TextEditor"):
            return values(kind().command)  # type: ignore[attr-defined]
        if kind is PeerSettings and case.variable.startswith("ARF_SUMMARIZER_"):
            return {"peer": repr(summarizer_peer())}
        if kind is PeerSettings and not case.variable.startswith("ARF_EDITOR_ANALYSIS_"):
            return values(ReviewsClient(PeerSettings.of("ARF_EDITOR_", "127.0.0.1:50053")))
        # A model is given the settings of its role as a whole.
        held = (ModelSettings,) if issubclass(kind, ModelSettings) or case.owner == "UpstreamSettings" else ()
        service = case.variable.removeprefix("ARF_").partition("_")[0].lower()
        app = service if (ROOT / service / "app.py").exists() else "analysis"
        return self.loop.run(self._service(importlib.import_module(f"arf.{app}.app"), held))

    async def _service(self, app: Any, held: tuple[type[BaseModel], ...]) -> dict[str, str]:
        try:
            service = await app.build(ServerSettings(), Metrics("test"))
        except NotFound as error:
            return {"refused": error.message}
        found = values(service, held)
        for close in reversed(service.closing):
            done = close()
            if done is not None:
                await done
        for bus in self.folder.glob("*bus.db"):
            with connect(bus) as opened:
                found["topics"] = repr(opened.execute("SELECT name, partitions, retention_s FROM topic").fetchall())
        return found | {f"folder {place.name}": "is there" for place in self.folder.iterdir() if place.is_dir()}


CASES = [case for case in (*cases(), *_roles()) if not {case.owner, case.title} & ELSEWHERE.keys()]


@pytest.fixture(scope="module")
def wiring(loop: LoopThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiring]:
    with pytest.MonkeyPatch.context() as patch:
        yield Wiring(loop, tmp_path_factory.mktemp("wired") / "site", patch)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.variable}-{case.title}" for case in CASES])
def test_what_is_wired_differs_when_a_variable_is_changed(wiring: Wiring, case: Case) -> None:
    usual, again = wiring.values(case, other=False), wiring.values(case, other=False)
    chance = {way for way in usual.keys() | again.keys() if usual.get(way) != again.get(way)}
    changed = wiring.values(case, other=True)
    assert [way for way in usual.keys() | changed.keys() if usual.get(way) != changed.get(way) and way not in chance]
