"""Makes KeePass files for tests: XML exports, and databases that pykeepass or KeePassXC itself writes."""

from __future__ import annotations

import base64
import os
import re
import shutil
import struct
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

MADE = "2024-03-01T10:00:00Z"
TIMES = re.compile(r"<(CreationTime|LastModificationTime|ExpiryTime)>([\d-]+T[\d:]+)Z</")
# Stand for bytes that no XML can hold, in values that are encrypted inside.
NUL, NO_TEXT = "\uf8f0", "\uf8f1"


def id_of(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def coded(name: str) -> str:
    return base64.b64encode(id_of(name).bytes).decode()


def reference(to: str, field: str = "P") -> str:
    return f"{{REF:{field}@I:{id_of(to).hex.upper()}}}"


def entry(
    name: str,
    password: str | None = "secret",
    *,
    made: str | None = MADE,
    changed: str | None = None,
    username: str | None = "jo",
    url: str | None = "https://example.com",
    strings: Mapping[str, str] = {},
    custom: Mapping[str, str] = {},
    history: tuple[str, ...] = (),
    expires: str | None = None,
    more: str = "",
) -> str:
    """One entry; its id comes from its name. Versions for its history are entries too."""
    values = {"Title": name, "UserName": username, "Password": password, "URL": url, **strings}
    text = f"<Entry><UUID>{coded(name)}</UUID>{more}<Times>"
    changed = changed or made
    text += f"<CreationTime>{made}</CreationTime>" if made else ""
    text += f"<LastModificationTime>{changed}</LastModificationTime>" if changed else ""
    text += f"<Expires>{bool(expires)}</Expires><ExpiryTime>{expires or MADE}</ExpiryTime></Times>"
    for key, value in values.items():
        if value is not None:
            hidden = key not in ("Title", "UserName", "URL", "Notes", "Open")
            mark = ' ProtectInMemory="True"' if hidden else ""
            text += f"<String><Key>{escape(key)}</Key><Value{mark}>{escape(value, {chr(13): '&#13;'})}</Value></String>"
    if custom:
        items = "".join(f"<Item><Key>{key}</Key><Value>{value}</Value></Item>" for key, value in custom.items())
        text += f"<CustomData>{items}</CustomData>"
    # Versions have no history of their own.
    older = "".join(history).replace("<History></History>", "")
    return f"{text}<History>{older}</History></Entry>"


def group(name: str, *parts: str) -> str:
    return f"<Group><UUID>{coded(name)}</UUID><Name>{escape(name)}</Name>{''.join(parts)}</Group>"


def document(*parts: str, bin: str | None = None, meta: str = "") -> str:
    """A whole export; `parts` stand in its topmost group, called Passwords."""
    meta += f"<RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>{coded(bin)}</RecycleBinUUID>" if bin else ""
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<KeePassFile><Meta><Generator>KeePass</Generator>'
        f"{meta}</Meta><Root>{group('Passwords', *parts)}<DeletedObjects/></Root></KeePassFile>"
    )


def _binary_time(match: re.Match[str]) -> str:
    seconds = (datetime.fromisoformat(match[2]) - datetime(1, 1, 1)).total_seconds()
    return f"<{match[1]}>{base64.b64encode(struct.pack('<Q', int(seconds))).decode()}</"


def kdbx(
    text: str,
    password: str | None = "pw",
    key_file: Path | None = None,
    *,
    version: int = 4,
    derivation: str = "argon2d",
    rounds: int = 1,
    memory: int = 64,
    cipher: str = "aes256",
    packed: bool = True,
    stream: str | None = None,
) -> bytes:
    """A database that pykeepass writes: its parts, with the parameters asked for. `memory` is in KiB."""
    from construct import Container
    from lxml import etree
    from pykeepass.kdbx_parsing import KDBX

    text = text.replace("ProtectInMemory=", "Protected=")
    text = TIMES.sub(_binary_time, text) if version == 4 else text
    tree = etree.ElementTree(etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True)))
    stream = stream or ("chacha20" if version == 4 else "salsa20")

    def part(name: str, data: Any) -> Any:
        return Container(id=name, data=data)

    fields = {
        "cipher_id": cipher,
        "compression_flags": Container(compression=packed),
        "master_seed": bytes(range(32)),
        "encryption_iv": bytes(12 if cipher == "chacha20" else 16),
    }
    payload = Container(xml=tree)
    if version == 4:
        fields["kdf_parameters"] = _parameters(derivation, rounds, memory)
        payload.inner_header = Container(
            protected_stream_id=Container(type="protected_stream_id", data=stream),
            protected_stream_key=Container(type="protected_stream_key", data=bytes(64)),
            binary=[],
            end=Container(type="end", data=b""),
        )
    else:
        fields |= {
            "transform_seed": bytes(range(1, 33)),
            "transform_rounds": rounds,
            "protected_stream_key": bytes(32),
            "stream_start_bytes": bytes(range(2, 34)),
            "protected_stream_id": stream,
        }
    header = Container({name: part(name, data) for name, data in {**fields, "end": b"\r\n\r\n"}.items()})
    whole = Container(
        header=Container(
            value=Container(
                sig1=b"\x03\xd9\xa2\x9a",
                sig2=b"\x67\xfb\x4b\xb5",
                minor_version=0 if version == 4 else 1,
                major_version=version,
                dynamic_header=header,
            )
        ),
        body=Container(payload=payload),
    )
    keyfile = str(key_file) if key_file else None
    with _raw_bytes():
        return bytes(KDBX.build(whole, password=password, keyfile=keyfile, transformed_key=None, decrypt=True))


def _parameters(derivation: str, rounds: int, memory: int) -> Any:
    from construct import Container
    from pykeepass.kdbx_parsing import kdf_uuids

    values: dict[str, tuple[int, Any]]
    if derivation == "aes":
        values = {"$UUID": (0x42, kdf_uuids["aeskdf"]), "R": (0x05, rounds), "S": (0x42, bytes(range(32)))}
    else:
        values = {
            "$UUID": (0x42, kdf_uuids["argon2id" if derivation == "argon2id" else "argon2"]),
            "S": (0x42, bytes(range(32))),
            "P": (0x04, 1),
            "M": (0x05, memory * 1024),
            "I": (0x05, rounds),
            "V": (0x04, 0x13),
        }
    items = [Container(type=kind, key=key, value=value, next_byte=0x42) for key, (kind, value) in values.items()]
    items[-1].next_byte = 0
    return Container(version=b"\x00\x01", dict=Container({item.key: item for item in items}))


@contextmanager
def _raw_bytes() -> Iterator[None]:
    """Put the bytes in the place of the marks, right before a value is encrypted."""
    from pykeepass.kdbx_parsing import common

    class Cipher:
        def __init__(self, cipher: Any) -> None:
            self.cipher = cipher

        def encrypt(self, content: bytes) -> bytes:
            content = content.replace(NUL.encode(), b"\0").replace(NO_TEXT.encode(), b"\xff\xfe")
            return bytes(self.cipher.encrypt(content))

    kinds = (common.ChaCha20Stream, common.Salsa20Stream)
    originals = [kind.get_cipher for kind in kinds]
    try:
        for kind, original in zip(kinds, originals, strict=True):
            kind.get_cipher = lambda self, key, original=original: Cipher(original(self, key))
        yield
    finally:
        for kind, original in zip(kinds, originals, strict=True):
            kind.get_cipher = original


def open_header(version: int = 4, cipher: bytes = b"", **values: tuple[int, bytes]) -> bytes:
    """An open header alone, with the derivation parameters as given: name → type and content."""
    import hashlib

    size = "<BI" if version == 4 else "<BH"
    cipher = cipher or bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")
    dictionary = b"\x00\x01"
    for name, (kind, content) in values.items():
        key = name.replace("UUID", "$UUID").encode()
        dictionary += struct.pack("<BI", kind, len(key)) + key + struct.pack("<I", len(content)) + content
    fields = [(2, cipher), (3, struct.pack("<I", 1)), (4, bytes(32)), (7, bytes(16))]
    if version == 4:
        fields.append((11, dictionary + b"\0"))
    else:
        fields += [(5, bytes(32)), (6, values["R"][1]), (8, bytes(32)), (9, bytes(32)), (10, struct.pack("<I", 2))]
    content = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + struct.pack("<HH", 1, version)
    for kind, field in [*fields, (0, b"\r\n\r\n")]:
        content += struct.pack(size, kind, len(field)) + field
    return content + hashlib.sha256(content).digest() + bytes(500)


class KeePassXC:
    """The command-line program of KeePassXC, with a home of its own."""

    PATH = shutil.which("keepassxc-cli")

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str | Path, typed: str = "") -> bytes:
        home = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder)}
        found = subprocess.run(
            [str(self.PATH), *map(str, arguments)],
            input=typed.encode(),
            capture_output=True,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen", **home},
            check=True,
            timeout=60,
        )
        return found.stdout

    def database(self, text: str, name: str = "made.kdbx", password: str = "pw", key_file: Path | None = None) -> Path:
        """A database made from an XML export; without a password it has only the key file."""
        source, target = self.folder / f"{name}.xml", self.folder / name
        source.write_text(text, encoding="utf-8")
        key = ["--set-key-file", str(key_file)] if key_file else []
        self(
            "import", "-q", "-t", "100", *(["-p"] if password else []), *key, source, target, typed=f"{password}\n" * 2
        )
        return target

    def export(self, database: Path, password: str = "pw") -> bytes:
        return self("export", "-q", database, typed=f"{password}\n")


def pykeepass_database(folder: Path, password: str = "pw", key_file: Path | None = None) -> Any:
    """A new database as pykeepass itself makes one, with a derivation that does not slow the tests."""
    from pykeepass import create_database

    made = create_database(str(folder / "own.kdbx"), password=password, keyfile=str(key_file) if key_file else None)
    parameters = made.kdbx.header.value.dynamic_header.kdf_parameters.data.dict
    parameters["I"].value, parameters["M"].value = 1, 65_536
    made.save()
    return made
