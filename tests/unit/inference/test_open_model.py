from __future__ import annotations

from pathlib import Path

import pytest

from arf.inference.adapters.openai import OpenAIModel
from arf.inference.adapters.tgi import TGIModel
from arf.inference.adapters.transformers import TransformersModel
from arf.inference.models import ensure
from arf.inference.open_model import open_model
from arf.kit.errors import InvalidRecord


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "gopher://there:70/1", "ftp://there/v1#m", "tgi+file:///x", "HTTPS+x://there", "unix://s"],
)
def test_address_is_refused_by_name_when_no_adapter_speaks_to_it(address: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        open_model(address)
    assert address.partition("#")[0] in refused.value.message


@pytest.mark.parametrize(
    "address", ["http://", "https:///v1#m", "http://there:99999/v1", "http://[::1/v1", "https://me:secret@there/v1#m"]
)
def test_url_is_refused_when_it_names_no_host_or_holds_a_password(address: str) -> None:
    with pytest.raises(InvalidRecord, match="needs a host") as refused:
        open_model(address)
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    ("spec", "kind"),
    [("https://there/v1#m", OpenAIModel), ("tgi+http://[::1]:80#m", TGIModel), ("org/name", TransformersModel)],
)
def test_adapter_follows_from_the_spec(spec: str, kind: type) -> None:
    assert isinstance(open_model(spec), kind)


def test_variable_is_named_when_models_cannot_be_kept_there(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(InvalidRecord, match=r"ARF_HOME: .*models cannot be made"):
        ensure(home=tmp_path / "home")
