"""Makes Bitwarden exports for tests; the protected ones are encrypted as the web vault does it."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import json
import os
import zipfile
from typing import Any

PERSONAL = ("folder", "favorite", "type", "name", "notes", "fields", "reprompt", "login_uri", "login_username",
            "login_password", "login_totp")  # fmt: skip
SHARED = ("collections", *PERSONAL[2:])


def login(name: str = "X", password: str | None = "secret", **more: Any) -> dict[str, Any]:
    """A login as the web vault writes it; `login` in `more` adds to its inner part."""
    inner = {"fido2Credentials": [], "uris": [{"match": None, "uri": "https://example.com"}], "username": "jo",
             "password": password, "totp": None, "passwordRevisionDate": None} | more.pop("login", {})  # fmt: skip
    return {"passwordHistory": None, "revisionDate": "2025-01-02T03:04:05.000Z", "creationDate": "2024-01-02T03:04:05Z",
            "deletedDate": None, "archivedDate": None, "id": name, "organizationId": None, "folderId": None, "type": 1,
            "reprompt": 0, "name": name, "notes": None, "favorite": False, "fields": [], "login": inner,
            "collectionIds": None} | more  # fmt: skip


def individual(*items: Any) -> dict[str, Any]:
    return {"encrypted": False, "folders": [{"id": "f", "name": "Social"}], "items": list(items)}


def organisation(*items: Any) -> dict[str, Any]:
    return {
        "encrypted": False,
        "collections": [{"id": "c1", "organizationId": "o", "name": "Brand", "externalId": None}],
        "items": list(items),
    }


def as_bytes(data: Any) -> bytes:
    return json.dumps(data).encode()


def zipped(data: Any, name: str = "data.json") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, as_bytes(data))
        archive.writestr("attachments/1/photo.jpg", b"not read")
    return out.getvalue()


def table(header: tuple[str, ...], *rows: dict[str, str] | list[str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(row if isinstance(row, list) else [row.get(name, "") for name in header])
    return out.getvalue().encode()


def protected(
    data: Any, password: str = "pw", kind: int = 0, rounds: int | None = None, memory: int = 16, lanes: int = 4
) -> dict[str, Any]:
    """A password-protected export. `kind` is 0 for PBKDF2 and 1 for Argon2id, `memory` in MiB."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    salt = base64.b64encode(os.urandom(16)).decode()
    rounds = rounds or (5_000, 2)[kind]
    if kind == 0:
        master = PBKDF2HMAC(SHA256(), 32, salt.encode(), rounds).derive(password.encode())
    else:
        hashed = hashlib.sha256(salt.encode()).digest()
        derivation = Argon2id(salt=hashed, length=32, iterations=rounds, lanes=lanes, memory_cost=memory * 1024)
        master = derivation.derive(password.encode())
    lock, seal = (HKDFExpand(SHA256(), 32, purpose).derive(master) for purpose in (b"enc", b"mac"))
    content = data if isinstance(data, bytes) else as_bytes(data)
    return {
        "encrypted": True,
        "passwordProtected": True,
        "salt": salt,
        "kdfType": kind,
        "kdfIterations": rounds,
        "kdfMemory": memory if kind else None,
        "kdfParallelism": lanes if kind else None,
        "encKeyValidation_DO_NOT_EDIT": sealed(b"1b0b3c3c-check", lock, seal),
        "data": sealed(content, lock, seal),
    }


def sealed(content: bytes, lock: bytes, seal: bytes, kind: int = 2) -> str:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    iv, missing = os.urandom(16), 16 - len(content) % 16
    encryptor = Cipher(algorithms.AES(lock), modes.CBC(iv)).encryptor()
    locked = encryptor.update(content + bytes([missing]) * missing) + encryptor.finalize()
    parts = (iv, locked, hmac.digest(seal, iv + locked, "sha256"))
    return f"{kind}." + "|".join(base64.b64encode(part).decode() for part in parts)


def restricted(kind: int = 2) -> dict[str, Any]:
    """An export whose key only the account has."""
    text = sealed(b"name", bytes(32), bytes(32), kind)
    return {
        "encrypted": True,
        "encKeyValidation_DO_NOT_EDIT": text,
        "folders": [],
        "items": [{"id": "1", "type": 1, "name": text, "login": {"password": text}}],
    }
