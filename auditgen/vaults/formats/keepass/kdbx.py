"""KeePass databases (KDBX 3.1 and 4), decrypted by pykeepass and read like a KeePass XML export.

pykeepass has the cryptography. Three of its steps are replaced while it runs, because it unpacks without a bound,
reads the XML into a tree, and drops characters such as NUL from passwords. The AES derivation is done here in two
calls of the cryptography package, where pykeepass calls once a round.
"""

from __future__ import annotations

import hashlib
import io
import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from auditgen.vaults.entry import Key, Refused, Vault
from auditgen.vaults.formats import Format
from auditgen.vaults.formats.keepass.document import Document, read_document
from auditgen.vaults.formats.keepass.kdbx_header import Header, is_keepass, read_header
from auditgen.vaults.formats.keepass.xml import vault_of
from auditgen.vaults.limits import HEAD, MAX_BYTES, MAX_RATIO, SMALL, Opened

MAX_KEY_FILE = 10_000_000
_BLOCK = 16
_CHUNK = 65_536


def recognise(opened: Opened) -> bool:
    """By the signature. What cannot be opened here is refused at once, before anybody is asked for a passphrase."""
    if not is_keepass(opened.head):
        return False
    try:
        read_header(opened.head)
    except Refused as refused:
        # A header may be longer than the part looked at.
        if refused.code != "damaged" or opened.size <= HEAD:
            raise
    return True


def read(opened: Opened, key: Key) -> Vault:
    """Raises Refused, wrong_passphrase for whatever the key does not open; see kdbx_header for what comes before."""
    try:
        content = opened.path.read_bytes()
    except OSError:
        raise Refused("unreadable") from None
    header = read_header(content)
    library = _library()
    if key.passphrase is None and key.file is None:
        raise Refused("no_passphrase")
    document = _decrypted(library, content, header, key)
    if document.header is not None and document.header != header.digest:
        raise Refused("damaged")
    vault = vault_of(document)
    vault.container = header.container
    return vault


def _library() -> Any:
    logging.getLogger("pykeepass").setLevel(logging.CRITICAL + 1)
    try:
        library = import_module("pykeepass")
        # All that is used of it, so that a release without one of them is told, not met halfway.
        common = import_module("pykeepass.kdbx_parsing.common")
        for part, name in ((common.Decompressed, "_decode"), (common.XML, "_decode"),
                           (common.UnprotectedStream, "_decode"), (common, "compute_key_composite")):  # fmt: skip
            getattr(part, name)
    except (ImportError, AttributeError):
        raise Refused("needs_keepass") from None
    return library


def _decrypted(library: Any, content: bytes, header: Header, key: Key) -> Document:
    errors = import_module("pykeepass.exceptions")
    key_file = _key_file(key.file)
    try:
        ready = _derived(header, key.passphrase, key_file) if header.container.derivation == "aes" else None
        with _own_steps():
            opened = library.PyKeePass(
                io.BytesIO(content),
                password=key.passphrase,
                keyfile=io.BytesIO(key_file) if key_file is not None else None,
                transformed_key=ready,
            )
        # Without inner encryption nothing has read the XML yet.
        return opened.tree if isinstance(opened.tree, Document) else read_document(opened.tree, bytes)
    except MemoryError:
        raise
    except Refused as refused:
        # Inside a database these do not mean another kind of file.
        raise Refused("damaged" if refused.code in ("not_xml", "not_vault") else refused.code) from None
    except (errors.CredentialsError, UnicodeEncodeError):
        raise Refused("wrong_passphrase") from None
    except Exception:  # its text may quote what was decrypted
        raise Refused("damaged") from None


def _key_file(path: Path | None) -> bytes | None:
    """Any file can be a key file. Raises Refused("bad_key_file") for one that cannot be read or does not fit itself."""
    if path is None:
        return None
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_KEY_FILE + 1)
    except OSError:
        raise Refused("bad_key_file") from None
    if len(content) > MAX_KEY_FILE:
        raise Refused("bad_key_file")
    try:
        _composite(None, content)
    except Exception:  # its text may quote the key
        raise Refused("bad_key_file") from None
    return content


def _composite(passphrase: str | None, key_file: bytes | None) -> bytes:
    common = import_module("pykeepass.kdbx_parsing.common")
    stream = io.BytesIO(key_file) if key_file is not None else None
    return bytes(common.compute_key_composite(password=passphrase, keyfile=stream))


def _derived(header: Header, passphrase: str | None, key_file: bytes | None) -> bytes:
    """Key after the AES derivation.

    Each half of the key is encrypted again and again. CBC over zeros does just that: every block is what the one
    before it encrypts to, the first what the half, as the IV, encrypts to.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    composite = _composite(passphrase, key_file)
    zeros, out = bytes(_CHUNK), bytearray(_CHUNK + _BLOCK)
    halves = []
    for half in (composite[:_BLOCK], composite[_BLOCK:]):
        encryptor = Cipher(algorithms.AES(header.seed), modes.CBC(half)).encryptor()
        left = header.container.iterations * _BLOCK
        while left > 0:
            size = min(left, _CHUNK)
            encryptor.update_into(zeros[:size] if size < _CHUNK else zeros, out)
            left -= size
            half = bytes(out[size - _BLOCK : size])
        halves.append(half)
    return hashlib.sha256(b"".join(halves)).digest()


@contextmanager
def _own_steps() -> Iterator[None]:
    """Put our steps in the place of pykeepass's own while it decrypts; not for use in several threads."""
    common = import_module("pykeepass.kdbx_parsing.common")

    def unprotected(self: Any, content: bytes, context: Any, path: Any) -> Document:
        cipher = self.get_cipher(self.protected_stream_key(context))
        return read_document(content, cipher.decrypt)

    steps: list[tuple[Any, Callable[..., Any]]] = [
        (common.Decompressed, lambda self, content, context, path: _unpacked(content)),
        (common.XML, lambda self, content, context, path: content),
        (common.UnprotectedStream, unprotected),
    ]
    originals = [(part, part._decode) for part, _ in steps]
    try:
        for part, step in steps:
            part._decode = step
        yield
    finally:
        for part, step in originals:
            part._decode = step


def _unpacked(content: bytes) -> bytes:
    """Raises Refused: too_large, too_packed, damaged."""
    bound = min(MAX_BYTES, max(SMALL, MAX_RATIO * len(content)))
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(content, bound + 1)
    except zlib.error:
        raise Refused("damaged") from None
    if len(found) > bound:
        raise Refused("too_large" if bound == MAX_BYTES else "too_packed")
    if not unpacker.eof:
        raise Refused("damaged")
    return found


FORMATS = [Format("kdbx", "KeePass database", recognise, read, protected=True)]
