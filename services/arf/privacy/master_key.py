"""Master keys, which wrap the keys of calls: a file of base64 lines, of which the first wraps and all unwrap.

To rotate: put a new line first, restart, `arf rewrap` (Sealer.rewrap), then remove the old line; older backups cannot
be read from then on. Processes that are still running read the file again when they meet an unknown key. A key's id is
a hash of it, so only the first line's position matters.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from arf.kit.errors import ArfError, Corrupt, InvalidRecord, NotFound, TenantHeld
from arf.privacy.call_keys import Wrapped

KEY_BYTES = 32
NONCE_BYTES = 12


class MasterKeyMissing(TenantHeld):
    """A call's key is wrapped by a master key that is not in the file."""


class MasterKeys:
    """The master keys of a site; the first is the current one. Thread-safe."""

    def __init__(self, keys: Sequence[bytes], path: Path | None = None) -> None:
        """`path` is read again when an unknown key is needed.

        Raises InvalidRecord if there are no keys, or one is not KEY_BYTES long.
        """
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise InvalidRecord("master_key_file", f"needs keys of {KEY_BYTES} bytes, at least one")
        self._ciphers = _ciphers(keys)
        self._path = path
        self.current_id = _id(keys[0])

    @classmethod
    def load(cls, path: Path) -> MasterKeys:
        """The keys in a file; blank lines and those that begin with # are ignored. Raises InvalidRecord, NotFound."""
        return cls(_read(path), path)

    def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """Wraps a key with the current master key; it unwraps only with the same context."""
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(self.current_id, nonce + self._ciphers[self.current_id].encrypt(nonce, key, context))

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """Unwraps a key. Raises MasterKeyMissing; Corrupt if it was wrapped for another context, or is damaged."""
        cipher = self._ciphers.get(wrapped.master_id) or self._added(wrapped.master_id)
        try:
            return cipher.decrypt(wrapped.data[:NONCE_BYTES], wrapped.data[NONCE_BYTES:], context)
        except InvalidTag:
            raise Corrupt("a call's key does not fit its master key") from None

    def check(self, ids: Sequence[str]) -> None:
        """Raises MasterKeyMissing if none of the ids, those of a store's master keys, is that of one of these keys.

        An id is a hash of its key, so it proves the key.
        """
        if ids and not any(id_ in self._ciphers for id_ in ids):
            where = f"the master key file {self._path or ''}".rstrip()
            raise MasterKeyMissing(f"this store's keys are sealed with master key {ids[0]}, which is not in {where}")

    def _added(self, master_id: str) -> AESGCM:
        """The cipher of a key added to the file since the start. The wrapping key stays the same until a restart."""
        if self._path is not None:
            with suppress(ArfError):  # It may be half-written; the next try reads it again.
                self._ciphers = _ciphers(_read(self._path)) | self._ciphers
        if master_id not in self._ciphers:
            raise MasterKeyMissing(f"master key {master_id} is not in the master key file")
        return self._ciphers[master_id]


def create_file(path: Path) -> None:
    """Writes a file with one new key, readable by its owner alone. Raises FileExistsError if it exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = base64.b64encode(os.urandom(KEY_BYTES)) + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(line)
        out.flush()
        os.fsync(out.fileno())


def _ciphers(keys: Sequence[bytes]) -> dict[str, AESGCM]:
    return {_id(key): AESGCM(key) for key in keys}


def _read(path: Path) -> list[bytes]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise NotFound(f"master_key_file: {path} does not exist") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord("master_key_file", f"{path}: {type(error).__name__}") from None
    return [_key(path, n, line) for n, line in enumerate(lines, 1) if line.strip() and line.strip()[0] != "#"]


def _key(path: Path, number: int, line: str) -> bytes:
    try:
        key = base64.b64decode(line.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        # Never quote the line.
        raise InvalidRecord("master_key_file", f"{path}:{number} is not {KEY_BYTES} bytes in base64")
    return key


def _id(key: bytes) -> str:
    return hashlib.sha256(b"arf master key " + key).hexdigest()[:16]
