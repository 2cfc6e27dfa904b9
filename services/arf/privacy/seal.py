"""Encrypts text of calls with a key for each call, so that destroying the key forgets the text everywhere.

AES-256-GCM with a random 96-bit nonce; the record's key and the schema are authenticated, so that sealed text opens
only in its own record. Calls may block on the database: make them from a thread.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from arf.kit.errors import ArfError, Code, Corrupt
from arf.privacy.call_keys import CallKeys, StoredKey, Wrapped
from arf.privacy.key_cache import CachedKey, Call, KeyCache
from arf.privacy.master_key import KEY_BYTES, NONCE_BYTES, MasterKeys
from arf.privacy.store import PROOF
from arf.v1.events_pb2 import Sealed

logger = logging.getLogger(__name__)

_REWRAP_BATCH = 500


class Forgotten(ArfError):
    """The call was forgotten: its text cannot be read, and nothing more is stored for it."""

    code = Code.NOT_FOUND


class Sealer:
    """Encrypts and decrypts text of calls. One per process. Thread-safe."""

    def __init__(self, keys: CallKeys, master: MasterKeys, cache: KeyCache | None = None) -> None:
        self._keys = keys
        self._master = master
        self._cache = KeyCache() if cache is None else cache

    def prove(self) -> None:
        """Checks that the master keys are this store's, which the first that is used with it sets.

        Raises MasterKeyMissing, Unavailable.
        """
        try:
            if not (known := self._keys.newest_master_ids()):
                self._keys.get_or_create(*PROOF, self._wrap_new, datetime.now(UTC))
                known = self._keys.newest_master_ids()
        except Corrupt as error:
            # One damaged row must not keep everybody from starting.
            logger.error("the newest keys do not tell whether the master key is the store's: %s", error)
        else:
            self._master.check(known)

    def prepare(self, calls: Iterable[Call]) -> None:
        """Creates all missing keys in one transaction and caches them for `seal`. Raises Unavailable."""
        missing = [call for call in dict.fromkeys(calls) if self._cache.of_call(call) is None]

        def read() -> list[CachedKey]:
            stored = self._keys.get_or_create_all(missing, self._wrap_new, datetime.now(UTC))
            return [self._unwrapped(key) for key in stored if key.wrapped is not None]

        if missing:
            self._cache.load(read)

    def seal(self, tenant: str, call_id: str, schema: str, plaintext: bytes, record_key: str) -> Sealed:
        """Encrypts `plaintext`, a message with full name `schema`, with the call's key, created if missing.

        It opens only with the same `record_key`. Raises Forgotten, Unavailable.
        """
        found = self._cache.of_call((tenant, call_id))
        if found is None:
            (found,) = self._cache.load(lambda: [self._unwrapped(self._of_call(tenant, call_id))])
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = AESGCM(found.key).encrypt(nonce, plaintext, _associated(record_key, schema))
        return Sealed(key_id=found.key_id, nonce=nonce, ciphertext=ciphertext, schema=schema)

    def open(self, sealed: Sealed, record_key: str) -> bytes:
        """Decrypts what was sealed for that record.

        Raises Forgotten; Corrupt if it was sealed for another record or as another schema, or was changed; Unavailable.
        """
        found = self._cache.by_id(sealed.key_id)
        if found is None:
            (found,) = self._cache.load(lambda: [self._unwrapped(self._by_id(sealed.key_id))])
        try:
            return AESGCM(found.key).decrypt(sealed.nonce, sealed.ciphertext, _associated(record_key, sealed.schema))
        except (InvalidTag, ValueError):
            raise Corrupt(f"{sealed.schema} of {record_key} was sealed for another record, or is damaged") from None

    def forget(self, tenant: str, call_id: str) -> str:
        """Destroys the call's key for good, even before it exists; idempotent. Returns the key's id.

        The text is unreadable here at once, in other processes after their caches' `ttl_s`. Raises Unavailable.
        """
        key_id = self._keys.destroy(tenant, call_id, datetime.now(UTC))
        self._cache.drop((tenant, call_id))
        return key_id

    def rewrap(self) -> int:
        """Rewraps all keys that are not wrapped by the current master key; returns how many. May be interrupted.

        Raises MasterKeyMissing if the master key of one is not in the file.
        """
        count = 0
        while keys := self._keys.not_under(self._master.current_id, _REWRAP_BATCH):
            for key in keys:
                if key.wrapped is not None:
                    plain = self._master.unwrap(key.wrapped, _context(key.tenant, key.call_id, key.key_id))
                    done = self._keys.rewrap(key, self._wrap(key.tenant, key.call_id, key.key_id, plain))
                    count += done and (key.tenant, key.call_id) != PROOF
        return count

    def _of_call(self, tenant: str, call_id: str) -> StoredKey:
        return self._keys.get_or_create(tenant, call_id, self._wrap_new, datetime.now(UTC))

    def _wrap_new(self, tenant: str, call_id: str, key_id: str) -> Wrapped:
        return self._wrap(tenant, call_id, key_id, os.urandom(KEY_BYTES))

    def _by_id(self, key_id: str) -> StoredKey:
        found = self._keys.by_id(key_id)
        if found is None:
            raise Forgotten(f"key {key_id} is unknown")
        return found

    def _unwrapped(self, stored: StoredKey) -> CachedKey:
        if stored.wrapped is None:
            raise Forgotten(f"call {stored.tenant}/{stored.call_id} was forgotten")
        key = self._master.unwrap(stored.wrapped, _context(stored.tenant, stored.call_id, stored.key_id))
        return CachedKey(stored.key_id, (stored.tenant, stored.call_id), key)

    def _wrap(self, tenant: str, call_id: str, key_id: str, key: bytes) -> Wrapped:
        return self._master.wrap(key, _context(tenant, call_id, key_id))


def _associated(record_key: str, schema: str) -> bytes:
    return _joined(record_key, schema)


def _context(tenant: str, call_id: str, key_id: str) -> bytes:
    return _joined(tenant, call_id, key_id)


def _joined(*parts: str) -> bytes:
    """Joins parts unambiguously, whatever they hold."""
    return "".join(f"{len(part)}:{part}" for part in parts).encode()
