"""The keys that wrap the keys of calls: a file of base64 lines, of which the first wraps and all unwrap.

To rotate: put a new line first, restart, `arf rewrap` (Sealer.rewrap), then take the old line out; older backups
cannot be read from then on. Who runs meanwhile looks into the file again for a key that it does not know. A key's id is
a hash of it, so a file needs no names and no order but the first.
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

from arf.kit.errors import ArfError, Corrupt, InvalidRecord, NotFound
from arf.privacy.call_keys import Wrapped

KEY_BYTES = 32
NONCE_BYTES = 12


class MasterKeyMissing(ArfError):
    """A key is wrapped by a master key that is not in the file."""


class MasterKeys:
    """The master keys of one site, the first of which is the current one. For any thread."""

    def __init__(self, keys: Sequence[bytes], path: Path | None = None) -> None:
        """`path` is looked into again for a key that is not among them.

        Raises InvalidRecord if there is none, or one is not of KEY_BYTES bytes.
        """
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise InvalidRecord("master_key_file", f"needs keys of {KEY_BYTES} bytes, at least one")
        self._ciphers = _ciphers(keys)
        self._path = path
        self.current_id = _id(keys[0])

    @classmethod
    def load(cls, path: Path) -> MasterKeys:
        """The keys of a file; blank lines and those that begin with # say nothing. Raises InvalidRecord, NotFound."""
        return cls(_read(path), path)

    def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """A key under the current master key, good for unwrapping with the same context alone."""
        nonce = os.urandom(NONCE_BYTES)
        return Wrapped(self.current_id, nonce + self._ciphers[self.current_id].encrypt(nonce, key, context))

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """The key. Raises MasterKeyMissing; Corrupt if it was wrapped for another context, or is damaged."""
        cipher = self._ciphers.get(wrapped.master_id) or self._added(wrapped.master_id)
        try:
            return cipher.decrypt(wrapped.data[:NONCE_BYTES], wrapped.data[NONCE_BYTES:], context)
        except InvalidTag:
            raise Corrupt("a call's key does not fit its master key") from None

    def _added(self, master_id: str) -> AESGCM:
        """The cipher of a key that the file has got since. What wraps stays the same until a restart."""
        if self._path is not None:
            with suppress(ArfError):  # Half written, it may be whole the next time.
                self._ciphers = _ciphers(_read(self._path)) | self._ciphers
        if master_id not in self._ciphers:
            raise MasterKeyMissing(f"master key {master_id} is not in the master key file")
        return self._ciphers[master_id]


def create_file(path: Path) -> None:
    """Writes a file of one new key that only its owner may read. Raises FileExistsError rather than replace one."""
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
        # Never the line itself.
        raise InvalidRecord("master_key_file", f"{path}:{number} is not {KEY_BYTES} bytes in base64")
    return key


def _id(key: bytes) -> str:
    return hashlib.sha256(b"arf master key " + key).hexdigest()[:16]
