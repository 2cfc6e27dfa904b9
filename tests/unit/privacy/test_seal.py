"""Sealed text opens where it belongs and nowhere else, until its call is forgotten; then nowhere."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from arf.kit.db import registry
from arf.kit.db.database import Database
from arf.kit.db.retention import remove
from arf.kit.errors import Code, Corrupt, InvalidRecord, NotFound
from arf.privacy.call_keys import SqlCallKeys, StoredKey
from arf.privacy.key_cache import CachedKey, KeyCache
from arf.privacy.master_key import MasterKeyMissing, MasterKeys, create_file
from arf.privacy.seal import Forgotten, Sealer
from arf.privacy.store import call_key
from arf.v1.events_pb2 import Sealed

OLD, NEW = os.urandom(32), os.urandom(32)
KEY = "acme/call-1"


@pytest.fixture
def keys(database: Database) -> SqlCallKeys:
    return SqlCallKeys(database)


@pytest.fixture
def sealer(keys: SqlCallKeys) -> Sealer:
    return Sealer(keys, MasterKeys([OLD]))


def _seal(sealer: Sealer, text: bytes = b"my card is stolen", call_id: str = "call-1") -> Sealed:
    return sealer.seal("acme", call_id, "arf.v1.Call", text, f"acme/{call_id}")


def _another(keys: SqlCallKeys, master: bytes = OLD, **cache: object) -> Sealer:
    """Another process's sealer."""
    return Sealer(keys, MasterKeys([master]), KeyCache(**cache))  # type: ignore[arg-type]


def _stored(database: Database) -> list[StoredKey]:
    rows = database.read(lambda connection: connection.execute(select(call_key.c.key_id)).scalars().all())
    return [found for key_id in rows if (found := SqlCallKeys(database).by_id(key_id)) is not None]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.binary(max_size=200), call_id=st.text("abc.:-_0", min_size=1, max_size=20))
def test_text_comes_back_in_another_process(keys: SqlCallKeys, sealer: Sealer, text: bytes, call_id: str) -> None:
    sealed = _seal(sealer, text, call_id)
    assert _another(keys).open(sealed, f"acme/{call_id}") == text
    assert len(text) < 4 or text not in sealed.SerializeToString()


def test_each_sealing_has_a_nonce_of_96_bits_of_its_own_and_a_call_one_key(sealer: Sealer) -> None:
    sealed = [_seal(sealer) for _ in range(50)]
    assert len({s.nonce for s in sealed}) == 50
    assert {len(s.nonce) for s in sealed} == {12}
    assert len({s.key_id for s in sealed}) == 1
    assert _seal(sealer, call_id="call-2").key_id != sealed[0].key_id


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.MergeFrom(Sealed(schema="arf.v1.Analysis")),
        lambda s: s.MergeFrom(Sealed(nonce=bytes(12))),
        lambda s: s.MergeFrom(Sealed(nonce=b"short")),
        lambda s: s.MergeFrom(Sealed(ciphertext=s.ciphertext[:-1] + bytes([s.ciphertext[-1] ^ 1]))),
        lambda s: s.MergeFrom(Sealed(ciphertext=s.ciphertext[:3])),
    ],
    ids=["schema", "nonce", "nonce's length", "ciphertext", "ciphertext's length"],
)
def test_it_is_corrupt_when_it_was_changed(sealer: Sealer, change: Callable[[Sealed], None]) -> None:
    sealed = _seal(sealer)
    change(sealed)
    with pytest.raises(Corrupt, match="damaged") as raised:
        sealer.open(sealed, KEY)
    assert "stolen" not in str(raised.value)


def test_it_is_corrupt_when_it_was_sealed_for_another_record(sealer: Sealer) -> None:
    with pytest.raises(Corrupt, match="acme/call-2"):
        sealer.open(_seal(sealer), "acme/call-2")


def test_it_is_corrupt_when_another_calls_key_is_named(sealer: Sealer) -> None:
    sealed, other = _seal(sealer), _seal(sealer, call_id="call-2")
    sealed.key_id = other.key_id
    with pytest.raises(Corrupt):
        sealer.open(sealed, KEY)


def test_nothing_opens_and_nothing_is_sealed_when_the_call_was_forgotten(keys: SqlCallKeys, sealer: Sealer) -> None:
    sealed, other = _seal(sealer), _seal(sealer, call_id="call-2")
    assert sealer.forget("acme", "call-1") == sealed.key_id
    for process in (sealer, _another(keys)):
        with pytest.raises(Forgotten, match="acme/call-1 was forgotten") as raised:
            process.open(sealed, KEY)
        assert raised.value.code is Code.NOT_FOUND
        with pytest.raises(Forgotten):
            _seal(process)
        assert process.open(other, "acme/call-2") == b"my card is stolen"
    assert sealer.forget("acme", "call-1") == sealed.key_id


def test_no_key_is_ever_made_when_a_call_is_forgotten_before_it_comes(sealer: Sealer) -> None:
    sealer.forget("acme", "call-1")
    with pytest.raises(Forgotten):
        _seal(sealer)
    assert _seal(sealer, call_id="call-2").key_id


def test_keys_made_together_are_those_that_calls_have_and_none_for_what_is_forgotten(
    keys: SqlCallKeys, sealer: Sealer
) -> None:
    known = _seal(sealer, call_id="known")
    sealer.forget("acme", "gone")
    process = _another(keys)

    process.prepare([("acme", "known"), ("acme", "gone"), ("acme", "new"), ("other", "new"), ("acme", "new")])

    assert _seal(process, call_id="known").key_id == known.key_id
    assert _seal(process, call_id="new").key_id == _seal(sealer, call_id="new").key_id
    assert process.seal("other", "new", "arf.v1.Call", b"", "k").key_id != _seal(sealer, call_id="new").key_id
    with pytest.raises(Forgotten):
        _seal(process, call_id="gone")


def test_it_is_forgotten_when_the_key_is_unknown(sealer: Sealer) -> None:
    with pytest.raises(Forgotten, match="key none is unknown"):
        sealer.open(Sealed(key_id="none"), KEY)


def test_the_wrapped_key_is_in_no_file_when_the_call_was_forgotten(tmp_path: Path) -> None:
    from arf.kit.db.migrate import upgrade

    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    upgrade(database)
    sealer = _another(SqlCallKeys(database))
    _seal(sealer)
    (stored,) = _stored(database)
    assert stored.wrapped is not None
    assert any(stored.wrapped.data in path.read_bytes() for path in tmp_path.iterdir())
    sealer.forget("acme", "call-1")
    assert not any(stored.wrapped.data in path.read_bytes() for path in tmp_path.iterdir())


def test_one_key_is_made_when_threads_seal_a_new_call_at_once(keys: SqlCallKeys) -> None:
    sealed: list[Sealed] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        process = _another(keys)
        barrier.wait()
        sealed.append(_seal(process))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({s.key_id for s in sealed}) == 1
    assert [_another(keys).open(s, KEY) for s in sealed] == [b"my card is stolen"] * 4


def test_another_process_forgets_when_its_cache_is_as_old_as_the_bound(keys: SqlCallKeys, sealer: Sealer) -> None:
    now = 100.0
    process = _another(keys, ttl_s=30.0, monotonic=lambda: now)
    sealed = _seal(process)
    sealer.forget("acme", "call-1")
    now = 129.9
    assert process.open(sealed, KEY)
    now = 130.0
    with pytest.raises(Forgotten):
        process.open(sealed, KEY)


def test_a_key_that_is_being_read_is_not_kept_when_its_call_is_forgotten_meanwhile() -> None:
    cache = KeyCache()
    read = CachedKey("k", ("acme", "call-1"), b"key")

    def forgotten_meanwhile() -> list[CachedKey]:
        cache.drop(read.call)
        return [read]

    assert cache.load(forgotten_meanwhile) == [read]
    assert cache.by_id("k") is None
    assert cache.of_call(read.call) is None


def test_the_cache_stays_small_and_keeps_what_was_used_last() -> None:
    cache = KeyCache(size=2)
    for name in ("a", "b"):
        cache.load(lambda name=name: [CachedKey(name, ("acme", name), b"")])  # type: ignore[misc]
    assert cache.by_id("a")
    cache.load(lambda: [CachedKey("c", ("acme", "c"), b"")])
    assert (cache.by_id("b"), cache.of_call(("acme", "b")), len(cache)) == (None, None, 2)
    assert cache.of_call(("acme", "a"))


def test_text_opens_with_the_new_master_key_alone_when_it_was_rotated(database: Database, keys: SqlCallKeys) -> None:
    sealed = _seal(_another(keys))
    with pytest.raises(MasterKeyMissing):
        _another(keys, NEW).open(sealed, KEY)
    with pytest.raises(MasterKeyMissing):
        _another(keys, NEW).rewrap()
    rotating = Sealer(keys, MasterKeys([NEW, OLD]))
    assert rotating.open(sealed, KEY)
    rotating.forget("acme", "call-2")
    assert rotating.rewrap() == 1
    assert rotating.rewrap() == 0
    assert _another(keys, NEW).open(sealed, KEY) == b"my card is stolen"
    assert {k.wrapped.master_id for k in _stored(database) if k.wrapped} == {MasterKeys([NEW]).current_id}


def test_another_stores_master_key_is_refused_also_before_the_first_call(keys: SqlCallKeys) -> None:
    _another(keys).prove()
    with pytest.raises(MasterKeyMissing, match="is not in the master key file"):
        _another(keys, NEW).prove()
    _another(keys).prove()


def test_the_right_master_key_is_proven_by_what_a_store_of_before_holds_and_through_a_rotation(
    keys: SqlCallKeys,
) -> None:
    _seal(_another(keys))
    with pytest.raises(MasterKeyMissing):
        _another(keys, NEW).prove()
    rotating = Sealer(keys, MasterKeys([NEW, OLD]))
    rotating.prove()
    rotating.rewrap()
    _another(keys, NEW).prove()
    with pytest.raises(MasterKeyMissing):
        _another(keys).prove()


def test_a_rotation_before_the_first_call_counts_no_key_of_a_call(keys: SqlCallKeys) -> None:
    _another(keys).prove()
    assert Sealer(keys, MasterKeys([NEW, OLD])).rewrap() == 0
    _another(keys, NEW).prove()


def test_a_damaged_key_is_told_from_another_stores(database: Database, keys: SqlCallKeys) -> None:
    sealed = _seal(_another(keys))
    database.write(lambda connection: connection.execute(call_key.update().values(wrapped=b"x" * 60)))
    fresh = _another(keys)
    fresh.prove()
    with pytest.raises(Corrupt):
        fresh.open(sealed, KEY)


def test_a_forgotten_key_does_not_come_back_when_it_is_rewrapped_meanwhile(
    database: Database, keys: SqlCallKeys
) -> None:
    _seal(_another(keys))
    (before,) = _stored(database)
    assert keys.destroy("acme", "call-1", datetime.now(UTC)) == before.key_id
    assert before.wrapped is not None
    assert keys.rewrap(before, before.wrapped) is False
    assert _stored(database)[0].wrapped is None


def test_a_tombstone_is_no_key_to_rewrap(database: Database, keys: SqlCallKeys) -> None:
    _seal(_another(keys))
    keys.destroy("acme", "call-1", datetime.now(UTC))
    _seal(_another(keys), call_id="old")
    now = datetime.now(UTC)
    remove(database, registry.retentions()["call_key"], now + timedelta(days=1), now)
    assert keys.not_under(MasterKeys([NEW]).current_id, 10) == []
    assert _another(keys, NEW).rewrap() == 0


@pytest.mark.parametrize("moved", [{"call_id": "call-2"}, {"tenant": "other"}, {"key_id": "another"}])
def test_a_wrapped_key_does_not_open_when_it_is_moved_to_another_call(
    database: Database, keys: SqlCallKeys, moved: dict[str, str]
) -> None:
    sealed = _seal(_another(keys))
    database.write(lambda connection: connection.execute(call_key.update().values(**moved)))
    sealed.key_id = moved.get("key_id", sealed.key_id)
    with pytest.raises(Corrupt, match="does not fit"):
        _another(keys).open(sealed, KEY)


def test_calls_of_one_id_have_keys_of_their_own_when_tenants_differ(keys: SqlCallKeys, sealer: Sealer) -> None:
    sealer.prepare([("acme", "call-1"), ("other", "call-1")])
    ours = _seal(sealer)
    theirs = sealer.seal("other", "call-1", "arf.v1.Call", b"theirs", "other/call-1")
    assert ours.key_id != theirs.key_id
    sealer.forget("other", "call-1")
    for process in (sealer, _another(keys)):
        assert process.open(ours, KEY) == b"my card is stolen"
        with pytest.raises(Forgotten):
            process.open(theirs, "other/call-1")


def test_a_new_key_file_is_for_its_owner_alone_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "master.key"
    create_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    first = MasterKeys.load(path).current_id
    with pytest.raises(FileExistsError):
        create_file(path)
    assert MasterKeys.load(path).current_id == first


def test_the_first_key_of_a_file_wraps(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    lines = ["# new", base64.b64encode(NEW).decode(), "", base64.b64encode(OLD).decode()]
    path.write_text("\n".join(lines), encoding="ascii")
    master = MasterKeys.load(path)
    assert master.current_id == MasterKeys([NEW]).current_id
    assert master.unwrap(MasterKeys([OLD]).wrap(b"key", b"c"), b"c") == b"key"


@pytest.mark.parametrize("content", ["", "# nothing\n", "c2VjcmV0\n", "not base64!\n", "é\n"])
def test_a_key_file_is_refused_without_showing_it_when_it_is_malformed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRecord, match="master_key_file") as raised:
        MasterKeys.load(path)
    assert "c2VjcmV0" not in str(raised.value)
    with pytest.raises(NotFound, match="does not exist"):
        MasterKeys.load(tmp_path / "none")


def test_a_key_that_the_file_got_since_opens_too_and_wraps_nothing_before_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(base64.b64encode(OLD) + b"\n")
    running = MasterKeys.load(path)
    wrapped = MasterKeys([NEW]).wrap(b"key", b"c")
    for content in (base64.b64encode(NEW)[:9], b""):
        path.write_bytes(content)
        with pytest.raises(MasterKeyMissing):
            running.unwrap(wrapped, b"c")

    path.write_bytes(base64.b64encode(NEW) + b"\n" + base64.b64encode(OLD) + b"\n")

    assert running.unwrap(wrapped, b"c") == b"key"
    assert running.current_id == MasterKeys([OLD]).current_id
    assert running.unwrap(running.wrap(b"key", b"c"), b"c") == b"key"


def test_record_key_and_schema_do_not_run_together_when_text_is_moved(sealer: Sealer) -> None:
    sealed = sealer.seal("acme", "call-1", "arf.v1.Call", b"text", "acme/call-1")
    for schema, key in (("1/arf.v1.Call", "acme/call-"), ("v1.Call", "acme/call-1arf."), ("arf.v1.Call", "")):
        moved = Sealed.FromString(sealed.SerializeToString())
        moved.schema = schema
        with pytest.raises(Corrupt):
            sealer.open(moved, key)
    slashed = sealer.seal("acme", "call-1", "Call", b"text", "acme/call-1/arf.v1")
    slashed.schema = "arf.v1/Call"
    with pytest.raises(Corrupt):
        sealer.open(slashed, "acme/call-1")


def test_every_key_is_wrapped_anew_when_there_are_more_than_one_batch(
    keys: SqlCallKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arf.privacy.seal._REWRAP_BATCH", 2)
    sealed = [_seal(_another(keys), call_id=f"call-{n}") for n in range(5)]
    assert Sealer(keys, MasterKeys([NEW, OLD])).rewrap() == 5
    for n, box in enumerate(sealed):
        assert _another(keys, NEW).open(box, f"acme/call-{n}") == b"my card is stolen"
