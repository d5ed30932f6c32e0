"""Bitwarden's password-protected export: a JSON file whose one field holds the export, encrypted."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from auditgen.vaults.entry import Container, Refused
from auditgen.vaults.limits import parse_json, text_of

SEALED = "encKeyValidation_DO_NOT_EDIT"
PBKDF2, ARGON2ID = 0, 1
PBKDF2_ROUNDS = (5_000, 10_000_000)
ARGON2_PASSES = (1, 20)
ARGON2_LANES = (1, 16)
# MiB.
ARGON2_MEMORY = (1, 1024)
# AES-256-CBC with HMAC-SHA256, the only kind that these exports are written with.
KIND = "2"


@dataclass(slots=True, repr=False)
class _Sealed:
    """One encrypted string, and the seal over it."""

    iv: bytes
    content: bytes
    seal: bytes

    def fits(self, key: bytes) -> bool:
        return hmac.compare_digest(hmac.digest(key, self.iv + self.content, "sha256"), self.seal)


def is_protected(data: dict[str, Any]) -> bool:
    """Whether an encrypted export needs its own password; if not, only the account that wrote it has the key."""
    return data.get("passwordProtected") is True


def container_of(data: dict[str, Any]) -> Container:
    """How the file is locked. Raises Refused: bitwarden_lock, costly_key, weak_key."""
    kind = data.get("kdfType")
    if kind == PBKDF2 and not isinstance(kind, bool):
        return Container("bitwarden", "pbkdf2", _within(data, "kdfIterations", PBKDF2_ROUNDS))
    if kind == ARGON2ID and not isinstance(kind, bool):
        passes, memory = _within(data, "kdfIterations", ARGON2_PASSES), _within(data, "kdfMemory", ARGON2_MEMORY)
        _within(data, "kdfParallelism", ARGON2_LANES)
        return Container("bitwarden", "argon2id", passes, memory * 1024)
    raise Refused("bitwarden_lock")


def _within(data: dict[str, Any], name: str, bounds: tuple[int, int]) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("damaged")
    if value > bounds[1]:
        raise Refused("costly_key")
    if value < bounds[0]:
        raise Refused("weak_key")
    return value


def open_protected(data: dict[str, Any], passphrase: str | None) -> Any:
    """The export inside. Nothing is decrypted before both seals are checked.

    Raises Refused: what container_of raises, no_passphrase, wrong_passphrase, damaged, needs_argon2, not_json.
    """
    container = container_of(data)
    check, content = _sealed(data.get(SEALED)), _sealed(data.get("data"))
    if passphrase is None:
        raise Refused("no_passphrase")
    try:
        secret, salt = passphrase.encode(), text_of(data.get("salt")).encode()
    except UnicodeEncodeError:
        raise Refused("wrong_passphrase") from None
    master = _derived(container, secret, salt, data)
    lock, seal = _expanded(master, b"enc"), _expanded(master, b"mac")
    fitting = check.fits(seal), content.fits(seal)
    if not any(fitting):
        raise Refused("wrong_passphrase")
    if not all(fitting):
        raise Refused("damaged")
    try:
        return parse_json(_decrypted(lock, content).decode("utf-8-sig", "surrogatepass"))
    except ValueError:
        raise Refused("damaged") from None


def _sealed(value: object) -> _Sealed:
    """Raises Refused: bitwarden_lock for another kind, damaged for one that is cut short."""
    kind, dot, rest = text_of(value).partition(".")
    if dot and kind != KIND:
        raise Refused("bitwarden_lock")
    try:
        iv, content, seal = (base64.b64decode(part, validate=True) for part in rest.split("|"))
    except (binascii.Error, ValueError):
        raise Refused("damaged") from None
    if len(iv) != 16 or not content or len(content) % 16 or len(seal) != 32:
        raise Refused("damaged")
    return _Sealed(iv, content, seal)


def _derived(container: Container, secret: bytes, salt: bytes, data: dict[str, Any]) -> bytes:
    if container.derivation == "pbkdf2":
        return hashlib.pbkdf2_hmac("sha256", secret, salt, container.iterations, 32)
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    lanes, memory = int(data["kdfParallelism"]), container.memory or 0
    try:
        derivation = Argon2id(
            salt=hashlib.sha256(salt).digest(),
            length=32,
            iterations=container.iterations,
            lanes=lanes,
            memory_cost=memory,
        )
        return derivation.derive(secret)
    except UnsupportedAlgorithm:
        raise Refused("needs_argon2") from None


def _expanded(master: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    return HKDFExpand(algorithm=SHA256(), length=32, info=purpose).derive(master)


def _decrypted(key: bytes, sealed: _Sealed) -> bytes:
    """Raises ValueError for a padding that no encryption leaves."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    decryptor = Cipher(algorithms.AES(key), modes.CBC(sealed.iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    content = decryptor.update(sealed.content) + decryptor.finalize()
    return unpadder.update(content) + unpadder.finalize()
