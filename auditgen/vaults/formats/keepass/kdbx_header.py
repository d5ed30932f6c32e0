"""The open part of a KeePass database: how it is locked, known and bounded before any work is spent on it."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from auditgen.vaults.entry import Container, Refused

SIGNATURE = b"\x03\xd9\xa2\x9a"
KDBX = b"\x67\xfb\x4b\xb5"
# KeePass 1, and the trial versions of KeePass 2.
OLD = (b"\x65\xfb\x4b\xb5", b"\x66\xfb\x4b\xb5")

AES = bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")
CHACHA20 = bytes.fromhex("d6038a2b8b6f4cb5a524339a31dbb59a")
TWOFISH = bytes.fromhex("ad68f29f576f4bb9a36ad47af965346c")

AES_KDF = bytes.fromhex("c9d9f39a628a4460bf740d08c18a4fea")
# Some programs write the second for AES in KDBX 4.
AES_KDF_4 = bytes.fromhex("7c02bb8279a74ac0927d114a00648238")
ARGON2D = bytes.fromhex("ef636ddf8c29444b91f7a9a403e30a0c")
ARGON2ID = bytes.fromhex("9e298b1956db4773b23dfc3ec6f0a1e6")

# Each bound is what takes a slow machine some minutes; programs aim at one second, and offer up to five.
MAX_AES_ROUNDS = 1_000_000_000
MAX_ARGON2_MEMORY = 1 << 20
MAX_ARGON2_LANES = 64
MAX_ARGON2_PASSES = 100_000
# KiB that all passes together go through.
MAX_ARGON2_WORK = 64 << 20

_END, _CIPHER, _SEED, _ROUNDS, _STREAM, _KDF = 0, 2, 5, 6, 10, 11
_STREAMS_3 = (0, 2, 3)
_INTEGERS = {0x04: "<I", 0x05: "<Q", 0x0C: "<i", 0x0D: "<q"}


@dataclass(slots=True, repr=False)
class Header:
    """What stands in the open.

    seed    salt of the derivation
    digest  SHA-256 of the header as it stands in the file
    """

    container: Container
    seed: bytes
    digest: bytes


def is_keepass(head: bytes) -> bool:
    """A database of any KeePass."""
    return head[:4] == SIGNATURE and head[4:8] in (KDBX, *OLD)


def read_header(content: bytes) -> Header:
    """The header, its costs within bounds.

    Raises Refused: not_vault, keepass_version, keepass_twofish, keepass_lock, costly_key, and damaged for one that is
    cut short or does not fit its own digest.
    """
    if not is_keepass(content):
        raise Refused("not_vault")
    try:
        return _read(content)
    except (struct.error, KeyError, UnicodeDecodeError, ValueError):
        raise Refused("damaged") from None


def _read(content: bytes) -> Header:
    major = int(struct.unpack_from("<H", content, 10)[0]) if content[4:8] == KDBX else 0
    if major not in (3, 4):
        raise Refused("keepass_version")
    fields, end = _fields(content, "<BH" if major == 3 else "<BI")
    if fields[_CIPHER] == TWOFISH:
        raise Refused("keepass_twofish")
    if fields[_CIPHER] not in (AES, CHACHA20):
        raise Refused("keepass_lock")
    digest = hashlib.sha256(content[:end]).digest()
    if major == 3:
        if struct.unpack("<I", fields[_STREAM])[0] not in _STREAMS_3:
            raise Refused("keepass_lock")
        rounds = int(struct.unpack("<Q", fields[_ROUNDS])[0])
        return Header(_aes("kdbx3", rounds), fields[_SEED], digest)
    container, seed = _derivation(_variants(fields[_KDF]))
    if content[end : end + 32] != digest:
        raise Refused("damaged")
    return Header(container, seed, digest)


def _fields(content: bytes, layout: str) -> tuple[dict[int, bytes], int]:
    """Fields of the header and where it ends. A field that stands there twice could mean two things."""
    fields: dict[int, bytes] = {}
    place, step = 12, struct.calcsize(layout)
    while _END not in fields:
        kind, size = struct.unpack_from(layout, content, place)
        place += step
        value = content[place : place + size]
        if len(value) != size or kind in fields:
            raise ValueError
        fields[kind] = value
        place += size
    return fields, place


def _variants(content: bytes) -> dict[str, int | bytes]:
    """Parameters of the derivation; those that are neither numbers nor bytes concern nothing here."""
    found: dict[str, int | bytes] = {}
    place = 2
    while (kind := content[place]) if place < len(content) else _cut():
        (size,) = struct.unpack_from("<I", content, place + 1)
        name = content[place + 5 : place + 5 + size].decode()
        place += 5 + size
        (size,) = struct.unpack_from("<I", content, place)
        value = content[place + 4 : place + 4 + size]
        place += 4 + size
        if len(value) != size or name in found:
            raise ValueError
        if kind in _INTEGERS:
            found[name] = int(struct.unpack(_INTEGERS[kind], value)[0])
        else:
            found[name] = value
    return found


def _cut() -> int:
    raise ValueError


def _derivation(found: dict[str, int | bytes]) -> tuple[Container, bytes]:
    kind, salt = found["$UUID"], found["S"]
    if not isinstance(salt, bytes):
        raise ValueError  # noqa: TRY004  # of the file, not of the program
    if kind in (AES_KDF, AES_KDF_4):
        return _aes("kdbx4", _number(found, "R")), salt
    if kind not in (ARGON2D, ARGON2ID):
        raise Refused("keepass_lock")
    passes, lanes, memory = _number(found, "I"), _number(found, "P"), _number(found, "M") // 1024
    if (
        passes > MAX_ARGON2_PASSES
        or lanes > MAX_ARGON2_LANES
        or memory > MAX_ARGON2_MEMORY
        or passes * memory > MAX_ARGON2_WORK
    ):
        raise Refused("costly_key")
    return Container("kdbx4", "argon2d" if kind == ARGON2D else "argon2id", passes, memory), salt


def _aes(kind: str, rounds: int) -> Container:
    if rounds > MAX_AES_ROUNDS:
        raise Refused("costly_key")
    return Container(kind, "aes", rounds)


def _number(found: dict[str, int | bytes], name: str) -> int:
    value = found[name]
    if not isinstance(value, int) or value < 0:
        raise ValueError
    return value
